import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import { openDecoder } from '../../agent/codecs/printer-commands/decode.ts'
import { printedLanguages } from '../../agent/codecs/printer-commands/languages.ts'
import { PrinterProfile, type ProfileName } from '../../agent/codecs/printer-commands/profiles.ts'
import { proposeCodePages } from '../../agent/codecs/printer-commands/propose-code-page.ts'
import { bytes, ESC } from './bytes.ts'

const russian = [
  'МАГАЗИН ПРОДУКТЫ',
  'Молоко 3,2%       89.90',
  'Хлеб бородинский  54.00',
  'ИТОГО  143.90',
  'Спасибо за покупку!',
]
const chinese = [
  '欢迎光临',
  '牛奶 1L        12.50',
  '面包            8.00',
  '合计           20.50',
  '谢谢惠顾',
]
const german = [
  'Bäckerei Müller',
  'Brötchen        0,45',
  'Käse am Stück   3,99',
  'Rückgeld        5,00',
  'Vielen Dank für Ihren Einkauf',
]
const polish = [
  'SKLEP SPOŻYWCZY ŁÓDŹ',
  'Masło extra       7,49',
  'Bułka kajzerka    0,89',
  'Sprzedaż opodatk. 8,38',
  'Dziękujemy',
]
const french = [
  'Café de la Gare',
  'Crème brûlée     6,50',
  'Thé à la menthe  3,20',
  'Réglé en espèces',
  'À bientôt',
]
const euros = ['Coffee   2,40 €', 'Tea      2,10 €', 'Total    4,50 €']

/** Receipts as a clone prints them: encoded in one way, announced by a number that the profile knows as another. */
function decoded(
  lines: readonly string[],
  encoding: string,
  number: number | null,
  profile: ProfileName = 'epson',
) {
  const decoder = openDecoder(PrinterProfile.parse({ profile }))
  const select =
    number === null
      ? bytes()
      : profile.startsWith('star')
        ? bytes(ESC, 0x1d, 0x74, number)
        : bytes(ESC, 0x74, number)
  const body = lines.flatMap(line => [iconv.encode(line, encoding), '\n'] as const)
  return [...decoder.push(bytes(ESC, 0x40, select, ...body)), ...decoder.end()]
}

describe('text under the wrong number', () => {
  test.each([
    ['cp1251 under cp866', russian, 'cp1251', 17, 'windows-1251'],
    ['cp1251 under no number at all', russian, 'cp1251', null, 'windows-1251'],
    ['cp1251 under windows-1252', russian, 'cp1251', 16, 'windows-1251'],
    ['cp1251 under an unknown number', russian, 'cp1251', 73, 'windows-1251'],
    ['cp866 under windows-1251', russian, 'cp866', 46, 'cp866'],
    ['cp866 under cp437', russian, 'cp866', 0, 'cp866'],
    ['koi8-r under cp866', russian, 'koi8-r', 17, 'koi8-r'],
    ['GBK under cp437', chinese, 'gbk', 0, 'gb18030'],
    ['GBK under windows-1252', chinese, 'gbk', 16, 'gb18030'],
    ['UTF-8 under cp437', german, 'utf-8', 0, 'utf-8'],
    ['windows-1252 under cp437', german, 'windows-1252', 0, 'windows-1252'],
    ['windows-1252 under cp850', german, 'windows-1252', 2, 'windows-1252'],
    ['windows-1252 under cp858', french, 'windows-1252', 19, 'windows-1252'],
    ['cp850 under windows-1252', german, 'cp850', 16, 'cp858'],
    ['cp858 under windows-1252', french, 'cp858', 16, 'cp858'],
    ['cp1250 under cp852', polish, 'cp1250', 18, 'windows-1250'],
    ['cp852 under windows-1250', polish, 'cp852', 45, 'cp852'],
    ['cp852 under cp850', polish, 'cp852', 2, 'cp852'],
    ['euro signs of cp858 under cp437', euros, 'cp858', 0, 'cp858'],
    ['euro signs of windows-1252 under cp437', euros, 'windows-1252', 0, 'windows-1252'],
  ])('%s', (_, lines, encoding, number, proposed) => {
    const proposals = proposeCodePages(decoded(lines, encoding, number))
    expect(proposals.map(each => [each.number, each.encoding])).toEqual([[number ?? 0, proposed]])
    // read with the proposal, it needs none
    const decoder = openDecoder(
      PrinterProfile.parse({ profile: 'epson', codePages: { [number ?? 0]: proposed } }),
    )
    const body = lines.flatMap(line => [iconv.encode(line, encoding), '\n'] as const)
    const again = [
      ...decoder.push(bytes(ESC, 0x40, ...(number === null ? [] : [ESC, 0x74, number]), ...body)),
      ...decoder.end(),
    ]
    expect(again.flatMap(receipt => receipt.lines.map(line => line.text))).toEqual(lines)
    expect(proposeCodePages(again)).toEqual([])
  })

  test('on a Star printer, by its own numbers', () => {
    expect(proposeCodePages(decoded(russian, 'cp1251', 10, 'star'))).toMatchObject([
      { number: 10, current: 'cp866', encoding: 'windows-1251' },
    ])
  })

  test('says why: words, and how well both fit', () => {
    const [proposal] = proposeCodePages(decoded(russian, 'cp1251', 17))
    expect(proposal).toMatchObject({
      language: 'Russian',
      score: 1,
      words: [{ proposed: 'МАГАЗИН' }, { proposed: 'Молоко' }, {}],
    })
    expect(proposal?.reason).toMatch(/^Read as windows-1251, ".+" becomes "Молоко", .*\(Russian\)/)
    expect(proposal?.currentScore).toBeLessThan(0.7)
  })

  test('names encodings that read the same', () => {
    const [proposal] = proposeCodePages(decoded(german, 'cp850', 16))
    expect(proposal?.alike).toEqual(expect.arrayContaining(['cp437', 'cp850']))
  })
})

describe('no proposal', () => {
  test.each([
    ['Russian in cp866', russian, 'cp866', 17],
    ['Russian in windows-1251', russian, 'cp1251', 46],
    ['German in windows-1252', german, 'windows-1252', 16],
    ['German in cp850', german, 'cp850', 2],
    ['German in cp437', german, 'cp437', 0],
    ['French in cp858', french, 'cp858', 19],
    ['Polish in cp852', polish, 'cp852', 18],
    ['Polish in windows-1250', polish, 'cp1250', 45],
    ['euro signs in cp858', euros, 'cp858', 19],
    ['ASCII alone', ['Milk 1.20', 'TOTAL 1.20', 'Thank you'], 'ascii', 0],
    ['a drawn frame', ['╔════════╗', '║ TOTAL  ║', '╚════════╝', '░▒▓ SALE ▓▒░'], 'cp437', 0],
    ['one word that could be anything', ['Jalapeño 2.99', 'TOTAL 2.99'], 'cp437', 0],
    [
      'a language it does not know',
      ['Þökkum viðskiptin', 'Mjólk 1,5 l', 'Skyr með bláberjum'],
      'windows-1252',
      16,
    ],
    ['signs and fractions', ['½ kg 3.99', '20 °C', '© 2026 Shop', '± 0.5'], 'cp1252', 16],
    ['nothing readable', ['\u0081\u008d\u008f\u0090\u009d'], 'latin1', 16],
  ])('%s', (_, lines, encoding, number) => {
    expect(proposeCodePages(decoded(lines, encoding, number))).toEqual([])
  })

  test('for a receipt that mixes several pages', () => {
    const decoder = openDecoder({ profile: 'epson' })
    const stream = bytes(
      ESC,
      0x74,
      17,
      iconv.encode('Молоко\nХлеб\n', 'cp1251'),
      ESC,
      0x74,
      16,
      iconv.encode('Käse\n', 'cp1252'),
    )
    expect(proposeCodePages([...decoder.push(stream), ...decoder.end()])).toEqual([])
  })
})

test('each language’s words are made of its letters, and none is plain ASCII', () => {
  const wrong = printedLanguages.flatMap(({ letters, script, words, isLatin }) =>
    words.filter(
      word =>
        /^[\x20-\x7e]*$/.test(word) ||
        [...word].some(letter =>
          letter < '\u0080'
            ? !isLatin
            : letters === null
              ? !script.test(letter) && !/\p{M}/u.test(letter)
              : !letters.has(letter),
        ),
    ),
  )
  expect(wrong).toEqual([])
})
