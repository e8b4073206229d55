import { describe, expect, test } from 'vitest'
import { allAis } from '../../agent/codecs/scan-codes/ai-table.ts'
import { readElements } from '../../agent/codecs/scan-codes/element-string.ts'
import { valueChecks } from '../../agent/codecs/scan-codes/value-checks.ts'
import { generateAiTable } from './ai-table-generator.ts'

/** `^` for FNC1, as GS1 writes it. */
const read = (text: string) => readElements(text.replaceAll('^', '\x1d'))
const codeOf = (text: string) => read(text).problem?.code ?? null
const pairs = (text: string) => read(text).found.map(({ ai, value }) => `${ai.ai}=${value}`)

describe('what is right', () => {
  test.each([
    ['0109506000134352', ['01=09506000134352']],
    ['0109506000134352^', ['01=09506000134352']],
    ['010950600013435210L-1', ['01=09506000134352', '10=L-1']],
    ['0109506000134352^10L-1^17270600', ['01=09506000134352', '10=L-1', '17=270600']],
    ['10L-1^^17270600', ['10=L-1', '17=270600']],
    ['3102000500^8005001234', ['3102=000500', '8005=001234']],
    ['7007260101260131', ['7007=260101260131']],
    ['7007260101', ['7007=260101']],
    ['800309506000134352A1', ['8003=09506000134352A1']],
    ['423276250840', ['423=276250840']],
    ['800826022809', ['8008=26022809']],
    ['8010ABC-#/9', ['8010=ABC-#/9']],
  ])('%s', (text, expected) => {
    expect(codeOf(text)).toBeNull()
    expect(pairs(text)).toEqual(expected)
  })
})

describe('what is wrong has its name', () => {
  test.each([
    ['no such AI', '89123', 'SCAN_AI_UNKNOWN', '"89123" begins with no application identifier'],
    ['an AI cut off', '010950600013435210L^3', 'SCAN_AI_UNKNOWN', 'after (10)'],
    ['a longer GTIN', '01095060001343525', 'SCAN_AI_UNKNOWN', 'after (01)'],
    ['a shorter GTIN', '010950600013435', 'SCAN_ELEMENT_INVALID', 'too short'],
    ['a GTIN cut by a separator', '0109506^10A', 'SCAN_ELEMENT_INVALID', 'too short'],
    ['a letter in a GTIN', '01095O6000134352', 'SCAN_ELEMENT_INVALID', 'digits only'],
    ['a wrong check digit of a GTIN', '0109506000134353', 'GTIN_INVALID', 'wrong check digit'],
    ['a wrong check digit of an SSCC', '00395060001343521230', 'SCAN_ELEMENT_INVALID', 'check digit'],
    ['a value of nothing', '10^17270600', 'SCAN_ELEMENT_INVALID', 'empty'],
    ['a lot too long', `10${'A'.repeat(21)}`, 'SCAN_ELEMENT_INVALID', 'too long'],
    ['a count too long', '30123456789', 'SCAN_ELEMENT_INVALID', 'too long'],
    ['a sign that GS1 has not', '10A~B', 'SCAN_ELEMENT_INVALID', 'a character that is not allowed'],
    ['a small letter where capitals belong', '8010abc', 'SCAN_ELEMENT_INVALID', 'not allowed'],
    ['a month that does not exist', '17261301', 'SCAN_ELEMENT_INVALID', 'no such date'],
    ['the 29th of a usual February', '17270229', 'SCAN_ELEMENT_INVALID', 'no such date'],
    ['day 00 where a day belongs', '7006270200', 'SCAN_ELEMENT_INVALID', 'no such date'],
    ['half a second country', '42327625', 'SCAN_ELEMENT_INVALID', 'too short'],
    ['no such country', '422999', 'SCAN_ELEMENT_INVALID', 'no such country'],
    ['no such currency', '3912000100', 'SCAN_ELEMENT_INVALID', 'no such currency'],
    ['an hour that does not exist', '80082602282400', 'SCAN_ELEMENT_INVALID', 'no such time'],
    ['one AI with two values', '10A^10B', 'SCAN_ELEMENT_REPEATED', '(10)'],
  ])('%s', (_, text, code, says) => {
    expect(codeOf(text)).toBe(code)
    expect(read(text).problem?.message).toContain(says)
  })

  test('what is right beside it is read all the same', () => {
    expect(pairs('01095060001343531727060010L-1')).toEqual(['17=270600', '10=L-1'])
    expect(pairs('010950600013435289')).toEqual(['01=09506000134352'])
  })

  test('two separators together are only odd', () => {
    expect(read('10A^^17270600').warnings.map(({ code }) => code)).toEqual(['SCAN_SEPARATOR_DOUBLED'])
    expect(read('10A^17270600^^').warnings).toEqual([])
  })
})

test('the table demands nothing that is not known here', () => {
  const demanded = new Set(allAis().flatMap(({ parts }) => parts.flatMap(({ checks }) => checks)))
  const known = Object.keys(valueChecks)
  expect([...demanded].filter(name => !known.includes(name))).toEqual([])
})

test.each([
  ['csumalpha', '1987654Ad4X4bL5ttr2310c2K', '1987654Ad4X4bL5ttr2310c2J'],
  ['iban', 'GB82WEST12345698765432', 'GB83WEST12345698765432'],
  ['pcenc', 'A%20B', 'A%2'],
  ['nozeroprefix', '10', '010'],
  ['pieceoftotal', '0203', '0403'],
  ['posinseqslash', '2/3', '4/3'],
  ['latitude', '1800000000', '1800000001'],
  ['mediatype', '10', '11'],
  ['yyyymmdd', '20000229', '19000229'],
  ['nonzero', '001', '000'],
] as const)('%s tells right from wrong', (name, right, wrong) => {
  expect(valueChecks[name](right)).toBeNull()
  expect(valueChecks[name](wrong)).not.toBeNull()
})

test('the table is written from the dictionary', () => {
  const text = [
    '# a comment',
    '10          ?  X..20        req=01,02   # LOT',
    '253         ?  N13,csum [X..17]  dlpkey # DOC',
    '3100-3105  *?  N6           req=01+02 req=03 ex=310n  # NET (kg)',
    '8110        ?  X..70,couponcode',
  ].join('\n')
  expect(generateAiTable(text).match(/^ {2}.*$/gm)).toEqual([
    '  ["10","?","X..20",["01,02"],"",null,"LOT"],',
    '  ["253","?","N13,csum [X..17]",[],"","","DOC"],',
    '  ["3100-3105","*?","N6",["01+02","03"],"310n",null,"NET (kg)"],',
    '  ["8110","?","X..70,couponcode",[],"",null,""],',
  ])
})
