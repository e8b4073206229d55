import { describe, expect, test } from 'vitest'
import { decodeScan } from '../../agent/codecs/scan-codes/decode-scan.ts'
import { ScanRules } from '../../agent/codecs/scan-codes/rules.ts'
import { type DecodedScan, observedFields } from '../../agent/codecs/scan-codes/scan.ts'
import { scanText } from '../../agent/codecs/scan-codes/scan-text.ts'
import { ScanObserved } from '../../shared/events.ts'

const none = ScanRules.parse({})
const decode = (input: string, rules = none) => decodeScan(input, rules, 2026)
const short = ({ symbology, gtin, addOn, restricted, problem }: DecodedScan) => ({
  symbology,
  gtin,
  ...(addOn === null ? {} : { addOn }),
  ...(restricted ? { restricted } : {}),
  ...(problem === null ? {} : { problem: problem.code }),
})
const article = (symbology: string | null, gtin: string) => ({ symbology, gtin })

describe('item numbers by their AIM identifier', () => {
  test.each([
    [']E04006381333931', article('EAN-13', '04006381333931')],
    [']E00012345678905', article('EAN-13', '00012345678905')],
    [']E0012345678905', article('UPC-A', '00012345678905')],
    [']E001234565', article('UPC-E', '00012345000065')],
    [']E496385074', article('EAN-8', '00000096385074')],
    [']E096385074', article('EAN-8', '00000096385074')],
    [']E39771234567003 01', { ...article('EAN-13', '09771234567003'), addOn: '01' }],
    [']E3977123456700301', { ...article('EAN-13', '09771234567003'), addOn: '01' }],
    [']E3978123456789712345', { ...article('EAN-13', '09781234567897'), addOn: '12345' }],
    [']E04006381333931]E255555', { ...article('EAN-13', '04006381333931'), addOn: '55555' }],
    [']E30123456512345', { ...article('UPC-E', '00012345000065'), addOn: '12345' }],
    [']E255555', { symbology: 'EAN/UPC add-on', gtin: null, addOn: '55555' }],
    [']I110012345678902', article('Interleaved 2 of 5', '10012345678902')],
    [']I31001234567890', article('Interleaved 2 of 5', '10012345678902')],
    [']I0123456', { symbology: 'Interleaved 2 of 5', gtin: null }],
    [']X94006381333931', article('EAN-13', '04006381333931')],
    [']XC96385074', article('EAN-8', '00000096385074')],
    [']Xg012345678905', article('UPC-A', '00012345678905')],
    [']Xk01234565', article('UPC-E', '00012345000065')],
    [']X09781234567897', article('EAN-13', '09781234567897')],
    [']X0A-17', { symbology: 'other', gtin: null }],
    [']C04006381333931', { symbology: 'Code 128', gtin: null }],
    [']A0MUG-WHT', { symbology: 'Code 39', gtin: null }],
  ])('%s', (input, expected) => expect(short(decode(input))).toEqual(expected))
})

describe('item numbers without an identifier', () => {
  test.each([
    ['4006381333931', article(null, '04006381333931')],
    [' 4006381333931\r\n', article(null, '04006381333931')],
    ['012345678905', article(null, '00012345678905')],
    ['10012345678902', article(null, '10012345678902')],
    ['96385074', article(null, '00000096385074')],
    ['12345009', article(null, '00123000004509')],
    ['9771234567003 01', { ...article(null, '09771234567003'), addOn: '01' }],
    ['978123456789712345', { ...article(null, '09781234567897'), addOn: '12345' }],
    ['991234', { symbology: null, gtin: null }],
    ['MUG-WHT', { symbology: null, gtin: null }],
  ])('%s', (input, expected) => expect(short(decode(input))).toEqual(expected))
})

describe('a wrong check digit is named, not passed on as text', () => {
  test.each([
    [']E05012345678901', 'GTIN_INVALID', 'wrong check digit'],
    [']E496385075', 'GTIN_INVALID', 'wrong check digit'],
    [']E001234566', 'GTIN_INVALID', 'wrong check digit'],
    [']E0501234567891', 'GTIN_INVALID', 'wrong check digit'],
    [']E050123', 'GTIN_INVALID', 'wrong length'],
    [']E050123A5678900', 'GTIN_INVALID', 'not digits'],
    [']E3501234567890112', 'GTIN_INVALID', 'wrong check digit'],
    [']I110012345678903', 'GTIN_INVALID', 'wrong check digit'],
    ['5012345678901', 'GTIN_INVALID', 'wrong check digit'],
    ['96385075', 'GTIN_INVALID', 'wrong check digit'],
    [']C10109506000134353', 'GTIN_INVALID', 'wrong check digit'],
    ['https://id.example/01/09506000134353', 'GTIN_INVALID', 'wrong check digit'],
  ])('%s', (input, code, why) => {
    const { problem, gtin } = decode(input)
    expect(problem?.code).toBe(code)
    expect(problem?.sentence).toContain(why)
    expect(gtin).toBeNull()
  })
})

test.each([
  [']E02012345678900', 'an EAN of the shop'],
  [']E00212345678903', 'a UPC of number system 2'],
  [']E00412345678901', 'a UPC of number system 4'],
  [']E420123451', 'an EAN-8 of the shop'],
])('%s is %s: text, without an item number or a problem', input => {
  const scan = decode(fixed(input))
  expect(short(scan)).toMatchObject({ gtin: null, restricted: true })
  expect(scan.problem).toBeNull()
  expect(scan.text).toBe(fixed(input).slice(3))
})

/** With its check digit put right, so that the numbers above can be read. */
function fixed(input: string): string {
  const body = input.slice(3, -1)
  const sum = [...body].reverse().reduce((all, digit, i) => all + Number(digit) * (i % 2 === 0 ? 3 : 1), 0)
  return `${input.slice(0, -1)}${(10 - (sum % 10)) % 10}`
}

test('a coupon is not an item', () => {
  const scan = decode(fixed(']E09912345678900'))
  expect(scan.gtin).toBeNull()
  expect(scan.warnings.map(({ code }) => code)).toEqual(['SCAN_COUPON'])
})

describe('GS1 elements', () => {
  test('weight, price with currency, dates, count and lot', () => {
    const scan = decode(
      ']C10109506000134352' + '3103000525' + '15270200' + '37' + '12\x1d' + '3932978' + '1299\x1d' + '10AB-1',
    )
    expect(scan.symbology).toBe('GS1-128')
    expect(scan.gtin).toBe('09506000134352')
    expect(scan.elements).toEqual([
      { ai: '01', value: '09506000134352', label: 'GTIN', decoded: null },
      {
        ai: '3103',
        value: '000525',
        label: 'NET WEIGHT (kg)',
        decoded: { is: 'decimal', number: '0.525', unit: 'kg' },
      },
      {
        ai: '15',
        value: '270200',
        label: 'BEST BEFORE or BEST BY',
        decoded: { is: 'date', date: '2027-02-28', day: false, time: null, to: null },
      },
      { ai: '37', value: '12', label: 'COUNT', decoded: { is: 'count', count: 12 } },
      {
        ai: '3932',
        value: '9781299',
        label: 'PRICE',
        decoded: { is: 'amount', number: '12.99', currency: 'EUR' },
      },
      { ai: '10', value: 'AB-1', label: 'BATCH/LOT', decoded: null },
    ])
    expect(scan.problem).toBeNull()
  })

  test.each([
    ['3920' + '5', { is: 'amount', number: '5', currency: null }],
    ['3929' + '5', { is: 'amount', number: '0.000000005', currency: null }],
    ['3912' + '392' + '00150', { is: 'amount', number: '1.50', currency: 'JPY' }],
    ['3941' + '0125', { is: 'decimal', number: '12.5', unit: '%' }],
    ['3205' + '123456', { is: 'decimal', number: '1.23456', unit: 'lb' }],
    ['3630' + '000007', { is: 'decimal', number: '7', unit: 'gal (US)' }],
    ['30' + '00000017', { is: 'count', count: 17 }],
    ['7003' + '2612310915', { is: 'date', date: '2026-12-31', day: true, time: '09:15', to: null }],
    ['8008' + '261231091530', { is: 'date', date: '2026-12-31', day: true, time: '09:15:30', to: null }],
    ['8008' + '26123109', { is: 'date', date: '2026-12-31', day: true, time: '09', to: null }],
    ['7007' + '260101260131', { is: 'date', date: '2026-01-01', day: true, time: null, to: '2026-01-31' }],
    ['7250' + '19631122', { is: 'date', date: '1963-11-22', day: true, time: null, to: null }],
    ['11' + '760101', { is: 'date', date: '2076-01-01', day: true, time: null, to: null }],
    ['11' + '770101', { is: 'date', date: '1977-01-01', day: true, time: null, to: null }],
    ['21' + '123456', null],
  ])('%s', (text, meaning) => expect(decode(`]d2${text}`).elements[0]?.decoded).toEqual(meaning))

  test('the century of a date turns with the year it is read in', () => {
    const dateIn = (year: number) => decodeScan(']d217010101', none, year).elements[0]?.decoded
    expect(dateIn(2026)).toMatchObject({ date: '2001-01-01' })
    expect(dateIn(2051)).toMatchObject({ date: '2101-01-01' })
    expect(dateIn(1999)).toMatchObject({ date: '2001-01-01' })
  })

  test('AIs that should not stand alone or together are told, and read all the same', () => {
    const scan = decode(']C110A\x1d3922100\x1d3932978100')
    expect(scan.problem).toBeNull()
    expect(scan.elements).toHaveLength(3)
    expect(scan.warnings.map(({ code, sentence }) => `${code} ${sentence.slice(0, 24)}`)).toEqual([
      'SCAN_ELEMENT_ALONE (10) BATCH/LOT should co',
      'SCAN_ELEMENT_ALONE (3922) PRICE should come',
      'SCAN_ELEMENTS_CONFLICT (3922) and (3932) must n',
      'SCAN_ELEMENT_ALONE (3932) PRICE should come',
    ])
    expect(decode(']C101095060001343523103000525').warnings).toEqual([])
    expect(decode(']C10109506000134352310300052539221000').warnings).toEqual([])
  })

  test('all carriers of elements, with FNC1 in front or behind', () => {
    const names = [']C1', ']d2', ']Q3', ']e0', ']J1', ']Xt'].map(aim => {
      const scan = decode(`${aim}\x1d0109506000134352\x1d`)
      expect(scan.gtin).toBe('09506000134352')
      return scan.symbology
    })
    expect(names).toEqual([
      'GS1-128',
      'GS1 DataMatrix',
      'GS1 QR Code',
      'GS1 DataBar',
      'GS1 DotCode',
      'GS1 DataBar Expanded',
    ])
  })

  test('FNC1 sent as signs of the shop’s own choice', () => {
    const rules = ScanRules.parse({ fnc1: ['<GS>', '|', '^'] })
    for (const sign of rules.fnc1) {
      const scan = decode(`${sign}10A-1${sign}17270600${sign}`, rules)
      expect(scan.elements.map(({ value }) => value)).toEqual(['A-1', '270600'])
      expect(scan.text).toBe('10A-1\x1d17270600\x1d')
    }
    expect(decode(']Q1a|b', rules)).toMatchObject({ text: 'a|b', elements: [], problem: null })
  })

  test('without an identifier: FNC1 in front is proof, a GTIN in front a guess that says so', () => {
    expect(decode('\x1d10A~')).toMatchObject({ problem: { code: 'SCAN_ELEMENT_INVALID' } })
    const guessed = decode('010950600013435210A')
    expect(guessed.gtin).toBe('09506000134352')
    expect(guessed.warnings.map(({ code }) => code)).toEqual(['SCAN_AIM_MISSING'])
    expect(decode(']Q10109506000134352\x1d10A').elements).toHaveLength(2)
    expect(decode(']Q1hello\x1dworld')).toMatchObject({ elements: [], problem: null })
  })

  test('a bad element leaves the good ones', () => {
    const scan = decode(']d2010950600013435217261301\x1d10A')
    expect(scan).toMatchObject({ gtin: '09506000134352', problem: { code: 'SCAN_ELEMENT_INVALID' } })
    expect(scan.elements.map(({ ai }) => ai)).toEqual(['01', '10'])
  })

  test('a number of the shop is not a GTIN in AI 01 either', () => {
    const scan = decode(fixed(']C10102012345678900'))
    expect(scan).toMatchObject({ gtin: null, problem: { code: 'GTIN_INVALID' } })
    const right = decode(`]C101${fixed('xxx02012345678900').slice(3)}`)
    expect(right).toMatchObject({ gtin: null, restricted: true, problem: null })
  })
})

describe('Digital Links', () => {
  test.each([
    ['https://id.example/01/09506000134352', ['01=09506000134352']],
    ['HTTPS://ID.EXAMPLE/01/9506000134352/', ['01=09506000134352']],
    ['https://a.example/p/q/01/09506000134352/10/L%2F1?17=270600&x=1#top', ['01', '10=L/1', '17=270600']],
    ['https://a.example/414/9506000134338/254/A', ['414=9506000134338', '254=A']],
    ['https://a.example/8004/9506000A', ['8004=9506000A']],
    ['https://a.example/00/395060001343521237?02=09506000134352;37=7', ['00', '02', '37=7']],
  ])('%s', (link, wanted) => {
    const scan = decode(`]Q1${link}`)
    expect(scan.problem).toBeNull()
    expect(scan.elements.map(({ ai, value }) => `${ai}=${value}`)).toEqual(
      wanted.map(one => expect.stringContaining(one)),
    )
  })

  test.each([
    'https://shop.example/2026/01/winter',
    'https://shop.example/01/2026/12',
    'https://shop.example/',
    'https://shop.example/products/mug?01=09506000134352',
    'ftp://id.example/01/09506000134352',
    'see https://id.example/01/09506000134352',
  ])('%s is an address like any other', link => {
    expect(decode(link)).toMatchObject({ elements: [], gtin: null, problem: null, text: link })
  })

  test('what does not fit is named', () => {
    expect(decode('https://a.example/01/09506000134352?89=1').problem?.code).toBe('SCAN_AI_UNKNOWN')
    expect(decode('https://a.example/01/09506000134352/10/%zz').problem?.code).toBe('SCAN_ELEMENT_INVALID')
    expect(decode('https://a.example/01/09506000134352?10=%').problem?.code).toBe('SCAN_ELEMENT_INVALID')
    const turned = decode('https://a.example/01/09506000134352/21/S/10/L')
    expect(turned.problem).toBeNull()
    expect(turned.warnings.map(({ code }) => code)).toContain('SCAN_LINK_IRREGULAR')
    const placed = decode('https://a.example/01/09506000134352?21=S')
    expect(placed.warnings.map(({ code }) => code)).toEqual(['SCAN_LINK_IRREGULAR'])
  })
})

test('nothing, too much, and an unknown identifier', () => {
  for (const empty of ['', '\r\n', ']E0', ']C1\x1d', '\x02\x03'])
    expect(decode(empty).problem?.code).toBe('SCAN_EMPTY')
  const long = decode('x'.repeat(5_000))
  expect(long.problem?.code).toBe('SCAN_TOO_LONG')
  expect(long.text).toHaveLength(4_096)
  expect(decode(']y7abc')).toMatchObject({ aim: ']y7', symbology: null, text: 'abc', problem: null })
  expect(decode(']y7abc').warnings.map(({ code }) => code)).toEqual(['SCAN_AIM_UNKNOWN'])
  expect(decode(']]')).toMatchObject({ aim: null, text: ']]' })
})

test('every scan fits its event', () => {
  for (const input of [
    '',
    ']E04006381333931',
    `]d2${'10A\x1d'.repeat(100)}`,
    `]Q1https://x/orders/${'a'.repeat(64)}/authenticate`,
    '\ud800'.repeat(5_000),
  ]) {
    const head = { kind: 'scan.observed', at: 1, peripheral: 'counter', via: 'serial' }
    expect(ScanObserved.safeParse({ ...head, ...observedFields(decode(input)) }).error).toBeUndefined()
  }
})

test('bytes are UTF-8 or one character each', () => {
  expect(scanText(Buffer.from('Grün', 'utf8'))).toBe('Grün')
  expect(scanText(Buffer.from('Grün', 'latin1'))).toBe('Grün')
  expect(scanText(Uint8Array.of(0x5d, 0x43, 0x31, 0x1d))).toBe(']C1\x1d')
})
