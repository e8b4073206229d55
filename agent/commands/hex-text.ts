import { defineError } from '../../shared/errors.ts'

export const hexTextInvalid = defineError(
  'HEX_TEXT_INVALID',
  (f: { file: string; line: number }) =>
    `${f.file}, line ${f.line}, is not hexadecimal text. Write pairs of the digits 0 to 9 and a to f, with white space and # comments, or name the file without .hex.`,
)

/**
 * The bytes of a hexadecimal text: pairs of digits, white space anywhere, comments from `#` to the end of the line.
 * @throws HEX_TEXT_INVALID at any other sign, or when a digit is left over
 */
export function bytesOfHex(file: string, text: Uint8Array): Buffer {
  const lines = Buffer.from(text).toString('latin1').split('\n')
  let digits = ''
  for (const [index, line] of lines.entries()) {
    const found = line.replace(/#.*/s, '').replace(/\s+/g, '')
    if (!/^[0-9a-f]*$/i.test(found)) throw hexTextInvalid({ file, line: index + 1 })
    digits += found
  }
  if (digits.length % 2 === 1) throw hexTextInvalid({ file, line: lines.length })
  return Buffer.from(digits, 'hex')
}
