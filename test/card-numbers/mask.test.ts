import { expect, test, vi } from 'vitest'
import { findCards } from '../../shared/card-numbers/candidates.ts'
import { cardLengths } from '../../shared/card-numbers/issuers.ts'
import { maskCardNumbers, maskLines } from '../../shared/card-numbers/mask.ts'
import { maskCardNumbersIn } from '../../shared/card-numbers/mask-value.ts'
import { eachRun, type Run } from '../../shared/card-numbers/runs.ts'

test.each([
  ['4111111111111111', '************1111'],
  ['Visa 4222222222222', 'Visa *********2222'],
  ['card 4111 1111 1111 1111 until 12/27', 'card **** **** **** 1111 until 12/27'],
  ['4111,1111,1111,1111', '****,****,****,1111'],
  ['3782 822463 10005', '**** ****** *0005'],
  ['4111 1111 1111 11111227', '**** **** **** 11111227'],
  ['EUR 12.004111 1111 1111 1111', 'EUR 12.00**** **** **** 1111'],
  ['4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1', '* * * * * * * * * * * * 1 1 1 1'],
  ['41\x1bE111111111111111', '**\x1bE1**********1111'],
  ['41\x1bE1\x0011111111111111', '**\x1bE1\x00**********1111'],
  ['４１１１ １１１１ １１１１ １１１１', '**** **** **** １１１１'],
  ['two: 4111111111111111, 5500 0055 5555 5559.', 'two: ************1111, **** **** **** 5559.'],
])('%j becomes %j', (text, masked) => expect(maskCardNumbers(text)).toBe(masked))

test.each([
  ['%B4111111111111111^DOE/JANE^25121010000000000123?', '%B************1111^***/****^********************?'],
  ['B4111111111111111^DOE/JANE^2512101', 'B************1111^***/****^*******'],
  [';4111111111111111=25121010000000123?', ';************1111=*****************?'],
  ['4111111111111111=2512101', '************1111=*******'],
  ['4111111111111111D25121010000123F', '************1111D**************F'],
  [';1234567890123456=25121010000000123?', ';************3456=*****************?'],
])('track data %s keeps nothing but the last four digits', (text, masked) =>
  expect(maskCardNumbers(text)).toBe(masked),
)

test.each([
  ['an item number, which is Luhn-valid too', '4006381333924'],
  ['item numbers below each other', '4006381333924\n4006381333931\n4006381333948'],
  ['an item number with its price', '4006381333924  2  4.99  9.98'],
  ['a mobile number', '+4915112345678'],
  ['amounts', '102.52  19.48  122.00  4.10  3.90'],
  ['a receipt with its date', 'Bon 4711 25.11.2026 12:30 Kasse 3'],
  ['a wrong check digit', '4111111111111112'],
  ['no issuer', '0000000000000000'],
  ['a float', String(0.1 + 0.2)],
  ['a UUID', '550e8400-e29b-41d4-a716-446655440000'],
])('%s stays', (_, text) => expect(maskCardNumbers(text)).toBe(text))

test('in any JSON value: texts, whole numbers and keys; of codes only what is a card number as a whole', () => {
  const value = {
    note: 'from 4111111111111111',
    number: 4111111111111111,
    big: 4111111111111111n,
    price: 4111111111.111111,
    list: [null, true, ['5500005555555559']],
    sku: ['4111111111111111', '4000521006419', 'a4111111111111111f'],
    '4111111111111111': 1,
  }
  expect(maskCardNumbersIn(value, new Set(['sku']))).toEqual({
    note: 'from ************1111',
    number: '************1111',
    big: '************1111',
    price: 4111111111.111111,
    list: [null, true, ['************5559']],
    sku: ['************1111', '4000521006419', 'a************1111f'],
    '************1111': 1,
  })
})

test('a value nested without end is cut, not a crash', () => {
  let deep: unknown = '4111111111111111'
  for (let i = 0; i < 100_000; i += 1) deep = [deep]
  expect(JSON.stringify(maskCardNumbersIn(deep, new Set()))).toContain('…')
})

test('numbers that run over lines keep the lines’ lengths', () => {
  expect(maskLines(['Karte 4111 1111', '      1111 1111', 'Danke'])).toEqual([
    'Karte **** ****',
    '      **** 1111',
    'Danke',
  ])
  expect(maskLines(['4111 1111     TOTAL', '1111 1111     12.00'])).toEqual([
    '**** ****     TOTAL',
    '**** 1111     12.00',
  ])
})

/** How many characters `work` reads one by one, and parts of texts it takes or searches. */
function readsIn(work: () => unknown): number {
  const read = [
    vi.spyOn(String.prototype, 'charCodeAt'),
    vi.spyOn(String.prototype, 'codePointAt'),
    vi.spyOn(String.prototype, 'charAt'),
    vi.spyOn(String.prototype, 'slice'),
    vi.spyOn(RegExp.prototype, 'exec'),
  ]
  work()
  const reads = read.reduce((sum, { mock }) => sum + mock.calls.length, 0)
  for (const each of read) each.mockRestore()
  return reads
}

/** How many digits, gaps and places of runs are read to find the cards of a text. */
function runReadsIn(text: string): number {
  let reads = 0
  const counted = (list: number[]) =>
    new Proxy(list, {
      get(target, key, receiver) {
        reads += 1
        return Reflect.get(target, key, receiver)
      },
    })
  const count = ({ values, at, gaps }: Run) =>
    findCards(text, { values: counted(values), at: counted(at), gaps: counted(gaps) }, () => {})
  eachRun(text, cardLengths.shortest, false, count)
  return reads
}

test('a text without digits is not read character by character', () => {
  const text = 'Guten Tag, vielen Dank fuer Ihren Einkauf! '.repeat(1_200)
  expect(readsIn(() => maskCardNumbers(text))).toBeLessThanOrEqual(1)
})

test.each([
  ['one row', '4'],
  ['zeros', '0'],
  ['random', ''],
  ['one by one', '4 '],
  ['one a line', '4\n'],
  ['fours', '4111 '],
  ['signs', '4,'],
  ['columns', '4111 1111    12.00\n'],
  ['tracks', '4111111111111111^'],
  ['halves of tracks', ';411111111111=2'],
  ['commands', '4\x1bE1'],
  ['wide gaps', `4${' '.repeat(99)}`],
  ['wide gaps over lines', `4${' \n'.repeat(49)}`],
])('four times the digits take four times the steps, and each a bounded number: %s', (_, unit) => {
  let state = 1
  const random = () => {
    state = (state * 48_271) % 2_147_483_647
    return String(state % 10)
  }
  const of = (length: number) =>
    unit === ''
      ? Array.from({ length }, random).join('')
      : unit.repeat(Math.ceil(length / unit.length)).slice(0, length)
  const [whole, quarter] = [of(12_000), of(3_000)]
  for (const stepsOf of [(text: string) => readsIn(() => maskCardNumbers(text)), runReadsIn]) {
    const large = stepsOf(whole)
    expect(large).toBeLessThan(whole.length * 500)
    expect(large).toBeLessThan(stepsOf(quarter) * 5 + quarter.length) // sixteen times as many if it were quadratic
  }
})
