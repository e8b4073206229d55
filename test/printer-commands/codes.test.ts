import { describe, expect, test } from 'vitest'
import { bytes, decode, ESC, FS, GS, textsOf } from './bytes.ts'

const codesOf = (stream: Buffer, profile: 'epson' | 'star' = 'epson') =>
  (decode(stream, profile)[0]?.codes ?? []).map(({ symbology, data }) => [symbology, data])

/** GS k m n data. */
const counted = (m: number, data: string | number[]): Buffer => {
  const content = bytes(data)
  return bytes([GS, 0x6b, m, content.length], content)
}
/** GS k m data NUL. */
const ended = (m: number, data: string): Buffer => bytes([GS, 0x6b, m], data, 0)

describe('barcodes of GS k', () => {
  test.each([
    ['UPC-A, check digit added', ended(0, '01234567890'), 'UPC-A', '012345678905'],
    ['UPC-A as given', counted(65, '012345678905'), 'UPC-A', '012345678905'],
    ['UPC-E of six digits', counted(66, '123456'), 'UPC-E', '01234565'],
    ['UPC-E of seven digits', ended(1, '0425261'), 'UPC-E', '04252614'],
    ['UPC-E of eight digits', counted(66, '04252614'), 'UPC-E', '04252614'],
    ['UPC-E of eleven digits', counted(66, '04210000526'), 'UPC-E', '04252614'],
    ['UPC-E of twelve digits', counted(66, '012345000065'), 'UPC-E', '01234565'],
    ['UPC-E of a maker with two zeros', counted(66, '01230000045'), 'UPC-E', '01234531'],
    ['UPC-E of a maker with one zero', counted(66, '01234000005'), 'UPC-E', '01234543'],
    ['UPC-A that has no UPC-E', counted(66, '012345678905'), 'UPC-E', '012345678905'],
    ['EAN-13, check digit added', counted(67, '400638133393'), 'EAN-13', '4006381333931'],
    ['EAN-13 ended by NUL', ended(2, '4006381333931'), 'EAN-13', '4006381333931'],
    ['EAN-8', ended(3, '9638507'), 'EAN-8', '96385074'],
    ['Code 39', counted(69, 'A-1 $/'), 'CODE39', 'A-1 $/'],
    ['Code 39 with start and stop', ended(4, '*A1*'), 'CODE39', 'A1'],
    ['ITF', counted(70, '0123'), 'ITF', '0123'],
    ['Codabar', ended(6, 'A123B'), 'CODABAR', 'A123B'],
    ['Code 93', counted(72, 'Ab1'), 'CODE93', 'Ab1'],
    ['Code 93 of other makers', ended(7, 'Ab1'), 'CODE93', 'Ab1'],
    ['Code 128 of other makers', ended(8, 'Ab1'), 'CODE128', 'Ab1'],
    ['Code 128 set B', counted(73, '{BNo.1'), 'CODE128', 'No.1'],
    ['Code 128 sets B and C', counted(73, [0x7b, 0x42, 0x61, 0x7b, 0x43, 12, 5, 99]), 'CODE128', 'a120599'],
    ['Code 128 set A with a control', counted(73, [0x7b, 0x41, 0x42, 9]), 'CODE128', 'B\t'],
    ['Code 128 with a brace and a shift', counted(73, '{Ba{{b{Sc'), 'CODE128', 'a{bc'],
    ['Code 128 without a set', counted(73, 'Code'), 'CODE128', 'Code'],
    [
      'GS1 by FNC1',
      counted(73, [...Buffer.from('{C{1'), 1, 9, 50, ...Buffer.from('{B{121x')]),
      'GS1-128',
      '010950\x1d21x',
    ],
    ['GS1-128 with brackets', counted(74, '(01)0950600013435*(10)AB'), 'GS1-128', '010950600013435210AB'],
    ['GS1-128 with FNC1 between', counted(74, '{110AB{121{(1'), 'GS1-128', '10AB\x1d21(1'],
    ['GS1 DataBar', counted(75, '0950600013435'), 'GS1-DATABAR', '09506000134352'],
    ['GS1 DataBar Truncated', counted(76, '0950600013435'), 'GS1-DATABAR-TRUNCATED', '09506000134352'],
    ['GS1 DataBar Limited', counted(77, '0950600013435'), 'GS1-DATABAR-LIMITED', '09506000134352'],
    ['GS1 DataBar Expanded', counted(78, '(01)09506000134352'), 'GS1-DATABAR-EXPANDED', '0109506000134352'],
    ['Code 128 alone', counted(79, 'a{1'), 'CODE128', 'a{1'],
  ])('%s', (_, command, symbology, data) => {
    const [receipt] = decode(bytes('a\n', command, 'b\n'))
    expect(receipt?.codes).toEqual([{ symbology, data, offset: 2, line: 1 }])
    expect(textsOf(receipt)).toEqual(['a', 'b'])
  })
  test('text that waits is a line before the code', () => {
    const [receipt] = decode(bytes('a', counted(69, 'X'), 'b\n'))
    expect(textsOf(receipt)).toEqual(['a', 'b'])
    expect(receipt?.codes[0]?.line).toBe(1)
  })
  test('a NUL that is missing does not swallow the next lines', () => {
    const [receipt] = decode(bytes([GS, 0x6b, 4], 'ABC\nTOTAL 5.00\n', [GS, 0x56, 0]))
    expect(receipt?.codes).toEqual([])
    expect(textsOf(receipt)).toEqual(['', 'TOTAL 5.00'])
    expect(receipt?.cuts).toHaveLength(1)
  })
})

/** GS ( k pL pH cn fn parameters. */
const symbol = (cn: number, fn: number, ...rest: (string | number)[]): Buffer => {
  const content = bytes(...rest)
  return bytes([GS, 0x28, 0x6b, (content.length + 2) & 255, (content.length + 2) >> 8, cn, fn], content)
}

describe('two-dimensional symbols of GS ( k', () => {
  test.each([
    ['PDF417', 48, ['0', 'abc'], 'PDF417', 'abc'],
    ['QR', 49, ['0', 'https://a.example/?r=1'], 'QR', 'https://a.example/?r=1'],
    ['QR in UTF-8', 49, ['0', Buffer.from('Grün €').toString('latin1')], 'QR', 'Grün €'],
    ['QR in another coding', 49, ['0', 'Gr\xfcn'], 'QR', 'Grün'],
    ['MaxiCode', 50, [0x32, 'abc'], 'MAXICODE', 'abc'],
    ['GS1 DataBar stacked', 51, ['0', 72, '0950600013435'], 'GS1-DATABAR-STACKED', '09506000134352'],
    ['DataMatrix', 54, ['0', 'abc'], 'DATAMATRIX', 'abc'],
    ['Aztec', 55, ['0', 'abc'], 'AZTEC', 'abc'],
  ] as const)('%s', (_, cn, data, symbology, text) => {
    const store = symbol(cn, 80, ...data)
    const print = symbol(cn, 81, '0')
    const stream = bytes(symbol(cn, 67, 6), store, 'a\n', print, 'b\n')
    const [receipt] = decode(stream)
    const offset = stream.length - 2 - print.length
    expect(receipt?.codes).toEqual([{ symbology, data: text, offset, line: 1 }])
    expect(textsOf(receipt)).toEqual(['a', 'b'])
  })
  test('a composite is its two halves', () => {
    const stream = bytes(
      symbol(52, 80, '0', 65, '400638133393'),
      symbol(52, 80, '1', 65, '10AB'),
      symbol(52, 81, '0'),
    )
    expect(codesOf(stream)).toEqual([['GS1-COMPOSITE', '400638133393|10AB']])
  })
  test('what was stored prints again, also after ESC @; what was not does not', () => {
    const stream = bytes(
      symbol(49, 81, '0'),
      symbol(49, 80, '0', 'x'),
      symbol(49, 81, '0'),
      [ESC, 0x40],
      symbol(49, 81, '0'),
    )
    expect(codesOf(stream)).toEqual([
      ['QR', 'x'],
      ['QR', 'x'],
    ])
  })
  test('ESC Z of Chinese makers, its kind by GS Z', () => {
    const stream = bytes([ESC, 0x5a, 0, 1, 4, 2, 0], 'ab', [GS, 0x5a, 0, ESC, 0x5a, 0, 1, 4, 1, 0], 'c')
    expect(codesOf(stream)).toEqual([
      ['QR', 'ab'],
      ['PDF417', 'c'],
    ])
  })
})

describe('Star’s codes', () => {
  const barcode = (n1: number | string, data: string): Buffer =>
    bytes([ESC, 0x62], n1, [2, 1, 80], data, 0x1e)
  test.each([
    ['UPC-E', barcode(0, '0425261'), 'UPC-E', '04252614'],
    ['UPC-A', barcode('1', '01234567890'), 'UPC-A', '012345678905'],
    ['EAN-8', barcode(2, '9638507'), 'EAN-8', '96385074'],
    ['EAN-13', barcode('3', '400638133393'), 'EAN-13', '4006381333931'],
    ['Code 39', barcode(4, 'A1'), 'CODE39', 'A1'],
    ['ITF', barcode(5, '0123'), 'ITF', '0123'],
    ['Code 128', barcode('6', '12%0%13'), 'CODE128', '12%\x1d3'],
    ['GS1 by FNC1', barcode(6, '%10109'), 'GS1-128', '0109'],
    ['Code 93', barcode(7, 'A1'), 'CODE93', 'A1'],
    ['Codabar', barcode(8, 'A1A'), 'CODABAR', 'A1A'],
    ['GS1-128', barcode(9, '(10)AB'), 'GS1-128', '10AB'],
    ['GS1 DataBar', barcode(':', '0950600013435'), 'GS1-DATABAR', '09506000134352'],
    ['PDF417', bytes([ESC, GS, 0x78, 0x44, 3, 0], 'abc', [ESC, GS, 0x78, 0x50]), 'PDF417', 'abc'],
    ['QR', bytes([ESC, GS, 0x79, 0x44, 0x31, 0, 3, 0], 'abc', [ESC, GS, 0x79, 0x50]), 'QR', 'abc'],
    [
      'QR in parts',
      bytes([ESC, GS, 0x79, 0x44, 0x32, 2, 1, 1, 0], 'a', [2, 2, 0], 'bc', [ESC, GS, 0x79, 0x50]),
      'QR',
      'abc',
    ],
  ])('%s', (_, command, symbology, data) => {
    const stream = bytes('a\n', command, 'b\n')
    expect(codesOf(stream, 'star')).toEqual([[symbology, data]])
    expect(textsOf(decode(stream, 'star')[0])).toEqual(['a', 'b'])
  })
})

describe('pictures', () => {
  const imagesOf = (stream: Buffer, profile: 'epson' | 'star' = 'epson') =>
    (decode(stream, profile)[0]?.images ?? []).map(({ kind, width, height, key }) => [
      kind,
      width,
      height,
      key,
    ])
  const n = (count: number): number[] => new Array<number>(count).fill(0x41)
  const graphics = [48, 112, 48, 1, 1, 49, 16, 0, 2, 0, ...n(4)]

  test.each([
    ['GS v 0', bytes([GS, 0x76, 0x30, 0, 2, 0, 3, 0, ...n(6)]), ['raster', 16, 3, null]],
    ['ESC * 8 dots', bytes([ESC, 0x2a, 1, 4, 0, ...n(4)]), ['column', 4, 8, null]],
    ['ESC * 24 dots', bytes([ESC, 0x2a, 32, 4, 0, ...n(12)]), ['column', 4, 24, null]],
    [
      'GS ( L stored and printed',
      bytes([GS, 0x28, 0x4c, 14, 0, ...graphics, GS, 0x28, 0x4c, 2, 0, 48, 50]),
      ['raster', 16, 2, null],
    ],
    [
      'GS 8 L',
      bytes([GS, 0x38, 0x4c, 14, 0, 0, 0, ...graphics, GS, 0x28, 0x4c, 2, 0, 48, 2]),
      ['raster', 16, 2, null],
    ],
    ['GS ( L by key', bytes([GS, 0x28, 0x4c, 6, 0, 48, 69, 0x4c, 0x31, 1, 1]), ['stored', null, null, 'L1']],
    ['FS p', bytes([FS, 0x70, 2, 0]), ['stored', null, null, '2']],
    ['GS * and GS /', bytes([GS, 0x2a, 2, 1, ...n(16), GS, 0x2f, 0]), ['stored', 16, 8, null]],
    ['GS Q 0', bytes([GS, 0x51, 0x30, 0, 3, 0, 2, 0, ...n(6)]), ['column', 3, 16, null]],
  ])('%s', (_, command, image) => {
    expect(imagesOf(bytes('a\n', command, '\nb\n'))).toEqual([image])
  })
  test.each([
    ['ESC FS p', bytes([ESC, FS, 0x70, 1, 0]), ['stored', null, null, '1']],
    ['ESC GS S', bytes([ESC, GS, 0x53, 1, 2, 0, 3, 0, 0, ...n(6)]), ['raster', 16, 3, null]],
    ['ESC X', bytes([ESC, 0x58, 2, 0, ...n(6)]), ['column', 2, 24, null]],
    [
      'raster mode',
      bytes([ESC, 0x2a, 0x72, 0x41, 0x62, 3, 0, ...n(3), 0x62, 2, 0, ...n(2), ESC, 0x2a, 0x72, 0x42]),
      ['raster', 24, 2, null],
    ],
  ])('Star %s', (_, command, image) => {
    expect(imagesOf(bytes('a\n', command, '\nb\n'), 'star')).toEqual([image])
  })
  test('bands of a picture make no lines', () => {
    const band = bytes([ESC, 0x2a, 33, 1, 0, 1, 2, 3, 10])
    const [receipt] = decode(bytes('a\n', band, band, 'b\n'))
    expect(textsOf(receipt)).toEqual(['a', 'b'])
    expect(receipt?.images.map(image => image.line)).toEqual([1, 1])
  })
})
