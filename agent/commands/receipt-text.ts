import type { FileView, ReceiptView } from './decode-receipts.ts'

/** Decoded files for people: each receipt as printed, with codes and pictures in their places, and the printer's other commands. */
export function textOfFiles(files: readonly FileView[]): string {
  return files.map(textOfFile).join('\n')
}

function textOfFile({ file, profile, bytes, receipts, statusRequests = [] }: FileView): string {
  const count = receipts.length === 1 ? '1 receipt' : `${receipts.length} receipts`
  const asked = statusRequests.map(({ command, offset }) => `status request ${command} at ${offset}\n`)
  return `${visible(file)}: ${bytes} bytes, ${profile}, ${count}\n${receipts.map(textOfReceipt).join('')}${asked.join('')}`
}

function textOfReceipt(receipt: ReceiptView, index: number): string {
  const between = [
    ...receipt.codes.map(({ line, symbology, data, offset }) => ({
      line,
      offset,
      text: `[${symbology} ${visible(data)}]`,
    })),
    ...receipt.images.map(({ line, kind, width, height, key, offset }) => ({
      line,
      offset,
      text:
        width === null || height === null
          ? `[${kind} picture ${key === null ? '' : visible(key)}]`
          : `[${kind} picture, ${width} × ${height} dots]`,
    })),
  ].toSorted((a, b) => a.line - b.line || a.offset - b.offset)
  const out: string[] = [`--- receipt ${index + 1}, bytes ${receipt.offset} to ${receipt.end} ---`]
  let next = 0
  for (let line = 0; line <= receipt.lines.length; line += 1) {
    for (; between[next]?.line === line; next += 1) out.push(between[next]?.text ?? '')
    const text = receipt.lines[line]
    if (text !== undefined) out.push(visible(text))
  }
  for (const { kind, offset } of receipt.cuts) out.push(`- - - ${kind} cut at ${offset}`)
  for (const { pin, offset } of receipt.drawerKicks) out.push(`drawer, pin ${pin}, at ${offset}`)
  for (const { command, offset } of receipt.statusRequests) out.push(`status request ${command} at ${offset}`)
  for (const { bytes, offset } of receipt.unknown) out.push(`unknown ${bytes} at ${offset}`)
  for (const offset of receipt.notSeen)
    out.push(`printed from the printer’s memory at ${offset}: not in these bytes`)
  if (receipt.unlisted > 0) out.push(`and ${receipt.unlisted} more that are not listed`)
  if (receipt.codePages.length > 0) out.push(`code pages: ${receipt.codePages.join(', ')}`)
  return `${out.join('\n')}\n`
}

/** Control characters as pictures of themselves: a code's data must not steer the terminal. */
const visible = (text: string): string =>
  text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, control => {
    const code = control.charCodeAt(0)
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\uFFFD'
  })
