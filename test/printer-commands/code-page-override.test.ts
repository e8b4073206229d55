import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import { encodingNames } from '../../agent/codecs/printer-commands/code-pages.ts'
import { openDecoder } from '../../agent/codecs/printer-commands/decode.ts'
import { PrinterProfile } from '../../agent/codecs/printer-commands/profiles.ts'
import { bytes, ESC, FS, textsOf } from './bytes.ts'

function linesOf(stream: Uint8Array, choice: unknown): string[] {
  const decoder = openDecoder(PrinterProfile.parse(choice))
  return [...decoder.push(stream), ...decoder.end()].flatMap(textsOf)
}

const select = (number: number) => bytes(ESC, 0x74, number)
const coded = (text: string, encoding: string) => iconv.encode(text, encoding)

describe('a code-page number with an override', () => {
  test('reads as the encoding given, and other numbers as the profile says', () => {
    const stream = bytes(
      select(17),
      coded('Молоко', 'cp1251'),
      '\n',
      select(16),
      coded('Käse', 'cp1252'),
      '\n',
    )
    expect(linesOf(stream, { profile: 'epson', codePages: { 17: 'cp1251' } })).toEqual(['Молоко', 'Käse'])
  })

  test('0 is also what the printer starts with, and returns to by ESC @', () => {
    const text = bytes(coded('Хлеб', 'cp866'), '\n')
    const stream = bytes(text, select(16), ESC, 0x40, text)
    expect(linesOf(stream, { profile: 'epson', codePages: { 0: 'cp866' } })).toEqual(['Хлеб', 'Хлеб'])
  })

  test.each([
    ['gbk', '牛奶'],
    ['big5', '牛奶'],
    ['euc-kr', '우유'],
    ['shift_jis', '牛乳'],
    ['utf-8', 'Žluťoučké 牛乳'],
  ])('%s as a code page ends with the next page', (encoding, text) => {
    const stream = bytes(
      select(255),
      coded(text, encoding),
      ' 4,20\n',
      select(16),
      coded('Käse', 'cp1252'),
      '\n',
    )
    expect(linesOf(stream, { profile: 'epson', codePages: { 255: encoding } })).toEqual([
      `${text} 4,20`,
      'Käse',
    ])
  })

  test('leaves characters after FS & to the printer’s own setting', () => {
    const stream = bytes(select(17), FS, 0x26, coded('牛奶', 'gbk'), FS, 0x2e, coded('Мир', 'cp1251'), '\n')
    expect(linesOf(stream, { profile: 'epson', codePages: { 17: 'cp1251' } })).toEqual(['牛奶Мир'])
  })

  test('holds for the language that auto recognises', () => {
    const star = bytes(ESC, 0x1d, 0x74, 10, coded('Сыр', 'cp1251'), '\n', ESC, 0x64, 2)
    expect(linesOf(star, { codePages: { 10: 'windows-1251' } })).toEqual(['Сыр'])
  })
})

describe('the schema of a printer profile', () => {
  test('names the encodings there are when one is unknown', () => {
    const { error } = PrinterProfile.safeParse({ profile: 'epson', codePages: { 17: 'cp9999' } })
    expect(error?.issues[0]?.message).toMatch(
      /^"cp9999" is not a known encoding\. Known are: .*cp866.*cp1251/,
    )
  })

  test.each(['256', '-1', '1.5', 'x', ''])('refuses code page %j', number => {
    const { error } = PrinterProfile.safeParse({ codePages: { [number]: 'cp866' } })
    expect(error?.issues).toHaveLength(1)
  })

  test('takes every encoding it names, and can read with it', () => {
    for (const encoding of encodingNames)
      expect(linesOf(bytes('Total 1\n'), { profile: 'epson', codePages: { 0: encoding } })).toEqual([
        'Total 1',
      ])
  })

  test('is auto when left out', () => {
    expect(PrinterProfile.parse({})).toEqual({ profile: 'auto' })
  })
})
