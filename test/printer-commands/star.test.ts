import { describe, expect, test } from 'vitest'
import { bytes, decode, decodeInPieces, ESC, FS, GS, textsOf } from './bytes.ts'
import { escposStreams, starStreams } from './corpus.ts'

const star = (...parts: (string | number | Iterable<number>)[]) => decode(bytes(...parts), 'star')

describe('Star Line mode', () => {
  test.each([
    ['ESC d 0', [ESC, 0x64, 0], 'full'],
    ['ESC d 1', [ESC, 0x64, 1], 'partial'],
    ['ESC d 2', [ESC, 0x64, 2], 'full'],
    ['ESC d 3', [ESC, 0x64, 3], 'partial'],
    ['ESC d "3"', [ESC, 0x64, 0x33], 'partial'],
  ] as const)('%s cuts', (_, cut, kind) => {
    const receipts = star('a\n', cut, 'b\n')
    expect(receipts.map(textsOf)).toEqual([['a'], ['b']])
    expect(receipts[0]?.cuts).toEqual([{ kind, offset: 2 }])
  })
  test.each([
    ['BEL', [7], 2],
    ['FS', [FS], 2],
    ['SUB', [0x1a], 5],
    ['EM', [0x19], 5],
  ])('%s opens a drawer', (_, command, pin) => {
    expect(star('a\n', command)[0]?.drawerKicks).toEqual([{ pin, offset: 2 }])
  })
  test.each([
    ['ENQ', [5]],
    ['EOT', [4]],
    ['ETB', [0x17]],
    ['ESC ACK SOH', [ESC, 6, 1]],
    ['ESC RS a 3', [ESC, 0x1e, 0x61, 3]],
    ['ESC GS ETX 1', [ESC, GS, 3, 1, 0, 0]],
    ['ESC GS r', [ESC, GS, 0x72]],
    ['ESC GS y I', [ESC, GS, 0x79, 0x49]],
  ])('%s asks for status', (name, command) => {
    const [receipt] = star('a', command, 'b\n')
    expect(receipt?.statusRequests).toEqual([{ command: name, offset: 1 }])
    expect(textsOf(receipt)).toEqual(['ab'])
  })
  test.each([
    [1, [0x80], 'Ç', 'cp437'],
    [2, [0xb1], 'ｱ', 'katakana'],
    [4, [0xd5], '€', 'cp858'],
    [5, [0xa5], 'ą', 'cp852'],
    [10, [0x80], 'А', 'cp866'],
    [12, [0xa7], 'ğ', 'cp857'],
    [15, [0x80], 'Α', 'cp737'],
    [18, [0xc1], 'Α', 'cp928'],
    [21, [0xa1], 'ก', 'windows-874'],
    [32, [0x80], '€', 'windows-1252'],
    [33, [0x8c], 'Ś', 'windows-1250'],
    [34, [0x88], '€', 'windows-1251'],
    [97, [0xa1], 'ก', 'thai-11'],
    [250, [0x80], 'Ç', 'unknown-250'],
  ])('ESC GS t %i', (n, high, text, name) => {
    const [receipt] = star([ESC, GS, 0x74, n], high, 10)
    expect(textsOf(receipt)).toEqual([text])
    expect(receipt?.codePages).toEqual([name])
  })
  test('ESC R changes signs, given as number or digit', () => {
    expect(textsOf(star([ESC, 0x52, 2], '[]\n', [ESC, 0x52, 0x33], '#\n')[0])).toEqual(['ÄÜ', '£'])
  })
  test('weight and sizes', () => {
    const [receipt] = star(
      [ESC, 0x45, ESC, GS, 0x61, 1],
      'a\n',
      [ESC, 0x46, ESC, 0x69, 2, 1],
      'b\n',
      [ESC, 0x57, 0x30, ESC, 0x68, 0, 0x0e],
      'c\n',
      [0x14, ESC, 0x0e],
      'd\n',
    )
    expect(
      receipt?.lines.map(({ text, bold, width, height, align }) => [text, bold, width, height, align]),
    ).toEqual([
      ['a', true, 1, 1, 'center'],
      ['b', false, 2, 3, 'center'],
      ['c', false, 2, 1, 'center'],
      ['d', false, 1, 2, 'center'],
    ])
  })
  test('positions and tabs', () => {
    const [receipt] = star('Tea', [ESC, GS, 0x41, 120, 0], '3.20', [ESC, 0x44, 6, 12, 0], '\na\tb\tc\n')
    expect(textsOf(receipt)).toEqual(['Tea       3.20', 'a     b     c'])
  })
  test('page mode', () => {
    const [receipt] = star(
      [ESC, GS, 0x50, 0x30, ESC, GS, 0x50, 0x34, 60, 0],
      'below',
      [ESC, GS, 0x50, 0x34, 0, 0, ESC, GS, 0x41, 0, 0],
      'above',
      [ESC, GS, 0x50, 0x37],
    )
    expect(textsOf(receipt)).toEqual(['above', 'below'])
  })
  test('UTF-8 by ESC GS ) U', () => {
    expect(textsOf(star([ESC, GS, 0x29, 0x55, 2, 0, 48, 1], Buffer.from('€5\n'))[0])).toEqual(['€5'])
  })
  test('GS alone is not a Star command', () => {
    const [receipt] = star('a\n', [GS, 0x56, 0], 'b\n')
    expect(receipt?.unknown).toEqual([{ bytes: '1d', offset: 2 }])
  })
})

describe('Star’s raster mode', () => {
  const row = (count: number): number[] => [0x62, count, 0, ...new Array<number>(count).fill(ESC)]
  const raster = (end: string): Buffer =>
    bytes([ESC, 0x2a, 0x72, 0x52, ESC, 0x2a, 0x72, 0x41, ESC, 0x2a, 0x72, 0x45], end, [0], row(3), row(4))

  test.each([
    ['8', 'full'],
    ['9', 'partial'],
    ['13', 'partial'],
  ])('is a picture and, by end mode %s, a %s cut', (mode, kind) => {
    const [receipt] = star(raster(mode), [ESC, 0x0c, 4, ESC, 0x2a, 0x72, 0x42])
    expect(receipt?.images).toMatchObject([{ kind: 'raster', width: 32, height: 2 }])
    expect(receipt?.cuts.map(cut => cut.kind)).toEqual([kind])
    expect(receipt?.lines).toEqual([])
  })
  test('text behind its end is text; end mode 1 cuts nothing', () => {
    const [receipt] = star(raster('1'), [ESC, 0x2a, 0x72, 0x42], 'b and k\n')
    expect(receipt?.cuts).toEqual([])
    expect(textsOf(receipt)).toEqual(['b and k'])
  })
  test('ESC * r Y leaves rows white, ESC * r D opens the drawer', () => {
    const [receipt] = star(raster('1'), [ESC, 0x2a, 0x72, 0x59], '20', 0, [ESC, 0x2a, 0x72, 0x44], '1', 0)
    expect(receipt?.images).toMatchObject([{ width: 32, height: 22 }])
    expect(receipt?.drawerKicks).toMatchObject([{ pin: 2 }])
  })
  test('a lost end does not swallow the next receipt', () => {
    const [receipt] = star(raster('1'), 'TOTAL 5.00\n')
    expect(textsOf(receipt)).toEqual(['TOTAL 5.00'])
    expect(receipt?.images).toHaveLength(1)
  })
})

describe('auto', () => {
  test.each(starStreams)('knows Star by its commands %#', stream => {
    expect(decode(stream, 'auto')).toEqual(decode(stream, 'star'))
  })
  test.each(escposStreams)('knows ESC/POS by its commands %#', stream => {
    expect(decode(stream, 'auto')).toEqual(decode(stream, 'epson'))
  })
  test('takes plain text for ESC/POS', () => {
    expect(decode(bytes('a\nb\n'), 'auto').map(textsOf)).toEqual([['a', 'b']])
  })
  test('knows Star by ESC E alone', () => {
    expect(decode(bytes([ESC, 0x45], 'TOTAL', [ESC, 0x46], '\n'), 'auto').map(textsOf)).toEqual([['TOTAL']])
  })
  test('decides within the first bytes and goes on, however they are cut', () => {
    const [first = Buffer.alloc(0)] = starStreams
    const stream = Buffer.concat(new Array<Buffer>(60).fill(first))
    const expected = decode(stream, 'star')
    expect(expected).toHaveLength(60)
    expect(decode(stream, 'auto')).toEqual(expected)
    expect(decodeInPieces(stream, [1, 100, 4095, 4096, 4097, 5000], 'auto')).toEqual(expected)
  })
})
