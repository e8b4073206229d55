import { describe, expect, test } from 'vitest'
import { profiles } from '../../agent/codecs/printer-commands/profiles.ts'
import { bytes, decode, ESC, FS, GS, textsOf } from './bytes.ts'

const page = (n: number): number[] => [ESC, 0x74, n]

describe('characters', () => {
  test.each([
    [0, [0x80, 0x9b, 0xe1], 'Ç¢ß', 'cp437'],
    [1, [0xb1, 0xb2, 0xdd], 'ｱｲﾝ', 'katakana'],
    [2, [0x9b, 0xd5], 'øı', 'cp850'],
    [3, [0x84, 0x8e], 'ãÃ', 'cp860'],
    [4, [0x84, 0x8e], 'ÂÀ', 'cp863'],
    [5, [0x9b, 0x9d], 'øØ', 'cp865'],
    [13, [0xa7, 0x8d], 'ğı', 'cp857'],
    [14, [0x80, 0x98], 'Αα', 'cp737'],
    [15, [0xc1, 0xe1], 'Αα', 'iso-8859-7'],
    [16, [0x80, 0xe9, 0x9c], '€éœ', 'windows-1252'],
    [17, [0x80, 0xf0], 'АЁ', 'cp866'],
    [18, [0xa5, 0x9d], 'ąŁ', 'cp852'],
    [19, [0xd5, 0x9b], '€ø', 'cp858'],
    [20, [0xa1, 0xa3, 0xd5], 'กคๆ', 'thai-42'],
    [21, [0xa1, 0xe0], 'กเ', 'thai-11'],
    [26, [0xa1, 0xe0], 'กเ', 'thai-13'],
    [30, [0xd5, 0xd6], 'ếệ', 'tcvn-3'],
    [31, [0xd5, 0xd6], 'ẾỆ', 'tcvn-3-capitals'],
    [32, [0xa0, 0xa4], 'بج', 'cp720'],
    [33, [0x83, 0xd5], 'āš', 'cp775'],
    [34, [0xa0, 0xa1], 'аА', 'cp855'],
    [35, [0x8c, 0x8d], 'ðÞ', 'cp861'],
    [36, [0x80, 0x9a], 'את', 'cp862'],
    [37, [0xb0, 0xb9], '٠٩', 'cp864'],
    [38, [0x86, 0x98], 'ΆΏ', 'cp869'],
    [39, [0xa1, 0xb3], 'Ął', 'iso-8859-2'],
    [40, [0xa4], '€', 'iso-8859-15'],
    [44, [0xf2, 0xf3], 'Ґґ', 'cp1125'],
    [45, [0x8c, 0xea], 'Śę', 'windows-1250'],
    [46, [0xc0, 0x88], 'А€', 'windows-1251'],
    [47, [0xc1], 'Α', 'windows-1253'],
    [48, [0xd0, 0xfd], 'Ğı', 'windows-1254'],
    [49, [0xe0], 'א', 'windows-1255'],
    [50, [0xc7, 0x80], 'ا€', 'windows-1256'],
    [51, [0xe0], 'ą', 'windows-1257'],
    [52, [0xd0, 0xfe], 'Đ₫', 'windows-1258'],
    [53, [0xaf], 'Ү', 'kz-1048'],
  ])('ESC t %i', (n, high, text, name) => {
    const [receipt] = decode(bytes(page(n), high, 10))
    expect(textsOf(receipt)).toEqual([text])
    expect(receipt?.codePages).toEqual([name])
  })

  test('pages that this version has no table of keep their names; only ASCII is read', () => {
    const [receipt] = decode(bytes(page(11), 'a', 0x86, 10))
    expect(textsOf(receipt)).toEqual(['a\uFFFD'])
    expect(receipt?.codePages).toEqual(['cp851'])
  })
  test('an unknown page number reads as cp437 and is listed', () => {
    const [receipt] = decode(bytes('a', page(99), 0x80, 10))
    expect(textsOf(receipt)).toEqual(['aÇ'])
    expect(receipt?.codePages).toEqual(['cp437', 'unknown-99'])
  })
  test('the page changes in the middle of a line', () => {
    const [receipt] = decode(bytes(page(19), 0xd5, ' ', page(16), 0x80, ' ', page(0), 0x80, 10))
    expect(textsOf(receipt)).toEqual(['€ € Ç'])
    expect(receipt?.codePages).toEqual(['cp858', 'windows-1252', 'cp437'])
  })
  test('bytes without a character', () => {
    expect(textsOf(decode(bytes(page(16), 'a', 0x81, 'b\n'))[0])).toEqual(['a\uFFFDb'])
  })
  test('DEL prints nothing', () => {
    expect(textsOf(decode(bytes('a', 0x7f, 'b', 0x80, 0x7f, 10))[0])).toEqual(['abÇ'])
  })

  test.each([
    [0, '#$@[\\]^`{|}~'],
    [1, '#$à°ç§^`éùè¨'],
    [2, '#$§ÄÖÜ^`äöüß'],
    [3, '£$@[\\]^`{|}~'],
    [4, '#$@ÆØÅ^`æøå~'],
    [5, '#¤ÉÄÖÅÜéäöåü'],
    [6, '#$@°\\é^ùàòèì'],
    [7, '₧$@¡Ñ¿^`¨ñ}~'],
    [8, '#$@[¥]^`{|}~'],
    [9, '#¤ÉÆØÅÜéæøåü'],
    [10, '#$ÉÆØÅÜéæøåü'],
    [11, '#$á¡Ñ¿é`íñóú'],
    [12, '#$á¡Ñ¿éüíñóú'],
    [13, '#$@[₩]^`{|}~'],
    [14, '#$ŽŠĐĆČžšđćč'],
    [15, '#¥@[\\]^`{|}~'],
  ])('ESC R %i', (n, signs) => {
    const [receipt] = decode(bytes([ESC, 0x52, n], '#$@[\\]^`{|}~', 10, [ESC, 0x40], '#[\n'))
    expect(textsOf(receipt)).toEqual([signs, '#['])
  })

  test('characters that the POS drew itself are unknown, until it stops using them', () => {
    const drawn = [ESC, 0x26, 1, 0x24, 0x24, 1, 0xff]
    const [receipt] = decode(bytes(drawn, '$', [ESC, 0x25, 1], '$a', [ESC, 0x25, 0], '$\n'))
    expect(textsOf(receipt)).toEqual(['$\uFFFDa$'])
  })
})

describe('double-byte characters', () => {
  test('Shift-JIS by FS C 1, without FS &', () => {
    const [receipt] = decode(bytes([FS, 0x43, 1], 'a', 0x93, 0xfa, 0x96, 0x7b, 'b\n'), 'epson')
    expect(textsOf(receipt)).toEqual(['a日本b'])
    expect(receipt?.codePages).toEqual(['cp437', 'shift_jis'])
  })
  test('JIS between FS & and FS .', () => {
    const stream = bytes('F|', [FS, 0x26], 'F|K\\', [FS, 0x2e], 'F|\n')
    expect(textsOf(decode(stream, 'epson-japanese')[0])).toEqual(['F|日本F|'])
  })
  test.each([
    ['epson-chinese', [0xc4, 0xe3, 0xba, 0xc3, 0x95, 0x32, 0x82, 0x36], '你好𠀀', 'gb18030'],
    ['epson-taiwanese', [0xa7, 0x41, 0xa6, 0x6e], '你好', 'big5'],
    ['epson-korean', [0xbe, 0xc8, 0xb3, 0xe7], '안녕', 'euc-kr'],
    ['star-chinese', [0xc4, 0xe3], '你', 'gb18030'],
  ] as const)('%s', (profile, high, text, name) => {
    const [receipt] = decode(bytes(high, 10), profile)
    expect(textsOf(receipt)).toEqual([text])
    expect(receipt?.codePages).toEqual([name])
  })
  test('of no stated country are Chinese', () => {
    const stream = bytes([FS, 0x26], 0xc4, 0xe3, [FS, 0x2e], 0x80, 10)
    expect(textsOf(decode(stream)[0])).toEqual(['你Ç'])
  })
  test('half a character', () => {
    expect(textsOf(decode(bytes([FS, 0x26], 0xc4, 10, 'a\n'))[0])).toEqual(['\uFFFD', 'a'])
  })
  test('UTF-8 by FS ( C, wrong bytes marked', () => {
    const stream = bytes([FS, 0x28, 0x43, 2, 0, 48, 50], Buffer.from('Grün €'), 0xff, 0xe2, 0x41, 10)
    const [receipt] = decode(stream)
    expect(textsOf(receipt)).toEqual(['Grün €\uFFFD\uFFFDA'])
    expect(receipt?.codePages).toEqual(['utf-8'])
  })
  test('every profile has a page 0', () => {
    for (const profile of Object.values(profiles)) expect(profile.codePages[0]).toBe('cp437')
  })
})

describe('other makers’ page numbers', () => {
  test.each([
    ['citizen', 6, [0xa5], 'ą', 'cp852'],
    ['bixolon', 28, [0xc0], 'А', 'windows-1251'],
  ] as const)('%s ESC t %i', (profile, n, high, text, name) => {
    const [receipt] = decode(bytes(page(n), high, 10), profile)
    expect(textsOf(receipt)).toEqual([text])
    expect(receipt?.codePages).toEqual([name])
  })
})

describe('positions', () => {
  test('ESC $ keeps label and amount apart, in columns', () => {
    const stream = bytes('Milk', [ESC, 0x24, 0x68, 1], '1.29\nBread rolls', [ESC, 0x24, 0x68, 1], '2.49\n')
    expect(textsOf(decode(stream)[0])).toEqual([
      `${'Milk'.padEnd(30)}1.29`,
      `${'Bread rolls'.padEnd(30)}2.49`,
    ])
  })
  test('a label too wide for its column is still apart', () => {
    const stream = bytes([GS, 0x21, 0x10], 'TOTAL', [GS, 0x21, 0, ESC, 0x24, 0x80, 0], '9.99\n')
    expect(textsOf(decode(stream)[0])).toEqual([`${'TOTAL'.padEnd(11)}9.99`])
    expect(textsOf(decode(bytes('ABCDEF', [ESC, 0x24, 74, 0], 'G\n'))[0])).toEqual(['ABCDEFG'])
    expect(textsOf(decode(bytes('ABCDEF', [ESC, 0x24, 79, 0], 'G\n'))[0])).toEqual(['ABCDEF G'])
  })
  test('an amount printed before its label', () => {
    const stream = bytes([ESC, 0x24, 120, 0], '4.50', [ESC, 0x24, 0, 0], 'Tea\n')
    expect(textsOf(decode(stream)[0])).toEqual(['Tea       4.50'])
  })
  test('a text printed twice on one spot is there once', () => {
    const stream = bytes([ESC, 0x24, 0, 0], 'BOLD', [ESC, 0x24, 0, 0], 'BOLD\n')
    expect(textsOf(decode(stream)[0])).toEqual(['BOLD'])
  })
  test('ESC \\ goes on and back', () => {
    const stream = bytes('ab', [ESC, 0x5c, 24, 0], 'cd', [ESC, 0x5c, 0xd0, 0xff], 'e\n')
    expect(textsOf(decode(stream)[0])).toEqual(['abe cd'])
  })
  test('GS P sets the unit', () => {
    const stream = bytes([GS, 0x50, 90, 90], 'a', [ESC, 0x24, 60, 0], 'b\n')
    expect(textsOf(decode(stream)[0])).toEqual(['a         b'])
  })
  test('font B has narrower columns', () => {
    const stream = bytes([ESC, 0x4d, 1], 'a', [ESC, 0x24, 90, 0], 'b\n')
    expect(textsOf(decode(stream)[0])).toEqual(['a         b'])
  })
  test.each([
    ['every eight columns at first', [], 'a\tbb\tc', 'a       bb      c'],
    ['where ESC D put the stops', [ESC, 0x44, 4, 10, 0], 'a\tb\tc', 'a   b     c'],
    ['nowhere when no stop is left', [ESC, 0x44, 4, 0], 'a\tb\tc', 'a   bc'],
    ['in double width twice as far', [GS, 0x21, 0x10], 'a\tb', 'a               b'],
  ])('HT goes %s', (_, command, text, line) => {
    expect(textsOf(decode(bytes(command, text, 10))[0])).toEqual([line])
  })
  test('a tab stop that is not further right ends the list', () => {
    expect(textsOf(decode(bytes([ESC, 0x44, 8, 0x41, 0x41], 'x\n'))[0])).toEqual(['Ax'])
  })
})

describe('lines', () => {
  test('weight, size, alignment and place', () => {
    const stream = bytes(
      [ESC, 0x61, 1, ESC, 0x45, 1, GS, 0x21, 0x12],
      'a',
      [GS, 0x21, 0, ESC, 0x45, 0],
      'b\n',
      [ESC, 0x61, 0x32, ESC, 0x21, 0x30],
      'c\n',
      [ESC, 0x40, ESC, 0x47, 1],
      'd\n\n',
    )
    const [receipt] = decode(stream)
    expect(receipt?.lines).toEqual([
      { text: 'ab', offset: 9, align: 'center', bold: true, width: 2, height: 3 },
      { text: 'c', offset: 24, align: 'right', bold: false, width: 2, height: 2 },
      { text: 'd', offset: 31, align: 'left', bold: true, width: 1, height: 1 },
      { text: '', offset: 33, align: 'left', bold: false, width: 1, height: 1 },
    ])
  })
  test('ESC d and ESC J print what waits, once', () => {
    const stream = bytes('a', [ESC, 0x64, 5], 'b', [ESC, 0x4a, 30, ESC, 0x64, 3], 'c', 0x0c, 'd', 0x0d, 10)
    expect(textsOf(decode(stream)[0])).toEqual(['a', 'b', 'c', 'd'])
  })
  test('ESC @ loses what waits, as the printer does', () => {
    expect(textsOf(decode(bytes('lost', [ESC, 0x40], 'kept\n'))[0])).toEqual(['kept'])
  })
  test('a display that ESC = selects gets its own text', () => {
    const stream = bytes('a', [ESC, 0x3d, 2], 'TOTAL 9\x0c\x1d', [ESC, 0x40, ESC, 0x3d, 1], 'b\n')
    expect(textsOf(decode(stream)[0])).toEqual(['ab'])
  })
  test('upside down, reversed, turned: the text is the same', () => {
    const stream = bytes([ESC, 0x7b, 1], 'a\n', [ESC, 0x7b, 0, GS, 0x42, 1], 'b', [GS, 0x42, 0], 'c\n')
    expect(textsOf(decode(stream)[0])).toEqual(['a', 'bc'])
  })
})

describe('page mode', () => {
  const area = (x: number, y: number): number[] => [ESC, 0x57, x, 0, y, 0, 0, 2, 0, 1]
  test('lines stand in the order of the page, whatever the order they come in', () => {
    const stream = bytes(
      'before\n',
      [ESC, 0x4c, ...area(0, 0), GS, 0x24, 90, 0],
      'third',
      [GS, 0x24, 30, 0, ESC, 0x24, 120, 0],
      'right',
      [ESC, 0x24, 0, 0],
      'left',
      [GS, 0x24, 0, 0, ESC, 0x24, 0, 0],
      'top',
      0x0c,
      'after\n',
    )
    expect(textsOf(decode(stream)[0])).toEqual(['before', 'top', 'left      right', 'third', 'after'])
  })
  test('areas beside each other make one line', () => {
    const stream = bytes([ESC, 0x4c, ...area(0, 0)], 'Tea\n', area(240, 0), '3.20\n', [ESC, 0x0c, ESC, 0x53])
    expect(textsOf(decode(stream)[0])).toEqual(['Tea                 3.20'])
  })
  test('CAN and ESC S throw the page away', () => {
    const stream = bytes([ESC, 0x4c], 'a\n', 0x18, 'b\n', [ESC, 0x0c], 'c\n', [ESC, 0x53], 'd\n')
    expect(textsOf(decode(stream)[0])).toEqual(['b', 'd'])
  })
  test('a page that was never printed comes at the end', () => {
    expect(textsOf(decode(bytes([ESC, 0x4c], 'a\nb'))[0])).toEqual(['a', 'b'])
  })
})
