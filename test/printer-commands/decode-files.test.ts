import { describe, expect, test } from 'vitest'
import { decodeFiles } from '../../agent/commands/decode-receipts.ts'
import { hexTextInvalid } from '../../agent/commands/hex-text.ts'
import { textOfFiles } from '../../agent/commands/receipt-text.ts'
import { bytes, DLE, ESC, GS } from './bytes.ts'

const CARD = '4111111111111111'
const job = bytes('SHOP\n', [GS, 0x6b, 67, 12], '400638133393', 'TOTAL 5.00\n', [
  GS,
  0x56,
  1,
  ESC,
  0x70,
  0,
  9,
  9,
])

describe('decoded files', () => {
  test('are one object each, lines as plain texts', () => {
    expect(decodeFiles([{ name: 'a.bin', bytes: job }], { profile: 'auto' })).toEqual([
      {
        file: 'a.bin',
        profile: 'epson',
        bytes: 40,
        receipts: [
          {
            offset: 0,
            end: 40,
            lines: ['SHOP', 'TOTAL 5.00'],
            codes: [{ symbology: 'EAN-13', data: '4006381333931', offset: 5, line: 1 }],
            images: [],
            cuts: [{ kind: 'partial', offset: 32 }],
            drawerKicks: [{ pin: 2, offset: 35 }],
            statusRequests: [],
            codePages: ['cp437'],
            codePageNumbers: [],
            unknown: [],
            unlisted: 0,
            notSeen: [],
          },
        ],
      },
    ])
  })
  test('of hexadecimal text, with white space and comments', () => {
    const text = '1b40 # initialise 00\n61 6\n20a\n\t1D 56 00'
    const [file] = decodeFiles([{ name: 'a.HEX', bytes: Buffer.from(text) }], { profile: 'epson' })
    expect(file).toMatchObject({
      bytes: 8,
      receipts: [{ lines: ['ab'], cuts: [{ kind: 'full', offset: 5 }] }],
    })
  })
  test.each(['1b4', '1b\nzz', '1b,40'])('hexadecimal text %j is refused', text => {
    const read = () => decodeFiles([{ name: 'a.hex', bytes: Buffer.from(text) }], { profile: 'epson' })
    expect(read).toThrow(expect.objectContaining({ code: hexTextInvalid.code }))
  })
  test('without a receipt keep what they asked', () => {
    expect(decodeFiles([{ name: 'a', bytes: bytes([DLE, 4, 2]) }], { profile: 'epson' })).toEqual([
      {
        file: 'a',
        profile: 'epson',
        bytes: 3,
        receipts: [],
        statusRequests: [{ command: 'DLE EOT 2', offset: 0 }],
      },
    ])
  })
  test('show no card number, neither in lines nor across them nor in codes', () => {
    const stream = bytes(
      `Card ${CARD}\n4111 1111\n1111 1111\n`,
      [GS, 0x6b, 73, 18],
      `{B${CARD}`,
      [GS, 0x28, 0x6b, 19, 0, 49, 80, 48],
      CARD,
      [GS, 0x28, 0x6b, 3, 0, 49, 81, 48],
    )
    const files = decodeFiles([{ name: 'a', bytes: stream }], { profile: 'epson' })
    const shown = `${JSON.stringify(files)}\n${textOfFiles(files)}`
    expect(shown.replace(/[^0-9]/g, ' ')).not.toMatch(/4111\s*1111\s*1111\s*1111/)
    expect(files[0]?.receipts[0]?.codes.map(code => code.data)).toEqual([
      '************1111',
      '************1111',
    ])
  })
  test('leave item numbers alone, of which one in ten looks like a card number', () => {
    const stream = bytes([GS, 0x6b, 67, 13], '4000000000006')
    expect(
      decodeFiles([{ name: 'a', bytes: stream }], { profile: 'epson' })[0]?.receipts[0]?.codes,
    ).toMatchObject([{ data: '4000000000006' }])
  })
})

test('the text for people has codes, pictures, cuts and the rest in their places', () => {
  const stream = bytes(
    'SHOP\n',
    [GS, 0x76, 0x30, 0, 1, 0, 2, 0, 1, 2],
    [GS, 0x6b, 73, 5],
    '{B\x1b[m',
    'TOTAL\n',
    [ESC, 0x7e, GS, 0x72, 1, GS, 0x56, 0],
  )
  expect(textOfFiles(decodeFiles([{ name: 'job.bin', bytes: stream }], { profile: 'epson' }))).toBe(
    [
      'job.bin: 38 bytes, epson, 1 receipt',
      '--- receipt 1, bytes 0 to 38 ---',
      'SHOP',
      '[raster picture, 8 × 2 dots]',
      '[CODE128 ␛[m]',
      'TOTAL',
      '- - - full cut at 35',
      'status request GS r 1 at 32',
      'unknown 1b7e at 30',
      'code pages: cp437',
      '',
    ].join('\n'),
  )
})
