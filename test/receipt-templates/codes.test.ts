import { describe, expect, test } from 'vitest'
import { readSale } from '../../agent/codecs/receipt-templates/read-sale.ts'
import { proposeTemplate } from '../../agent/tools/receipt-learn/propose.ts'
import { context } from './context.ts'
import { paper, templateOf } from './print.ts'

const text = '25.11.2026 09:30:01\nTea 5.00\nTotal 5.00\nCash 5.00'
const qr = (data: string, symbology = 'QR') => ({ symbology, data })
const read = (
  codes: readonly { symbology: string; data: string }[],
  over: Parameters<typeof templateOf>[0],
  printed = text,
) => readSale({ ...paper(printed), codes }, templateOf({ header: ['{date} {time}'], ...over }), context)

const numberIn = (reading: ReturnType<typeof readSale>) =>
  reading.is === 'sale' ? reading.sale.receiptNumber : reading

describe('a receipt number in a printed code', () => {
  const codes = [{ pattern: 'https://shop.example/r/{receipt}?d={word}', symbologies: ['QR'] }]

  test('is read when the template says so, and not without', () => {
    const printed = [qr('8711111111111', 'EAN-13'), qr('https://shop.example/r/4711?d=1')]
    expect(numberIn(read(printed, { codes }))).toBe('4711')
    expect(numberIn(read(printed, {}))).toBe('')
  })

  test('must be there, in the symbology named', () => {
    for (const printed of [[], [qr('https://shop.example/r/4711?d=1', 'CODE128')], [qr('4711')]])
      expect(read(printed, { codes })).toMatchObject({
        is: 'unparsed',
        error: { code: 'RECEIPT_UNPARSED', message: expect.stringContaining('no receipt number') },
      })
  })

  test('may stand in any symbology when none is named', () => {
    expect(numberIn(read([qr('R-4711', 'CODE39')], { codes: [{ pattern: 'R-{receipt}' }] }))).toBe('4711')
  })

  test('two of them refuse the receipt, the same one twice does not', () => {
    const printed = (first: string, second: string) =>
      [first, second].map(number => qr(`https://shop.example/r/${number}?d=1`))
    expect(read(printed('4711', '4712'), { codes })).toMatchObject({
      is: 'unparsed',
      error: { message: expect.stringContaining('two receipt numbers, 4711 and 4712') },
    })
    expect(numberIn(read(printed('4711', '4711'), { codes }))).toBe('4711')
  })

  test('gives way to the number on a line', () => {
    const header = ['Receipt {receipt}', '{date} {time}']
    expect(
      numberIn(read([qr('R-9')], { header, codes: [{ pattern: 'R-{receipt}' }] }, `Receipt 7\n${text}`)),
    ).toBe('7')
  })

  test('comes with other fields of the header', () => {
    const reading = read([qr('4711;K2')], { codes: [{ pattern: '{receipt};{till}' }] })
    expect(reading).toMatchObject({ is: 'sale', sale: { receiptNumber: '4711', till: 'K2' } })
  })
})

describe('learning', () => {
  const receipt = (at: number, codes: readonly { symbology: string; data: string }[]) => ({
    ...paper(`SHOP\n2026-11-25 09:3${at}:01\nTea 5.00\nTotal 5.00\nCash 5.00`),
    codes,
  })
  const learn = (dataOf: (at: number) => readonly { symbology: string; data: string }[]) =>
    proposeTemplate([1, 2, 3, 4].map(at => receipt(at, dataOf(at))))

  test('proposes the code when the number is only there, and reads every sample with it', () => {
    const proposal = learn(at => [qr('8711111111111', 'EAN-13'), qr(`https://shop.example/r/10${at}`)])
    expect(proposal.template.codes).toEqual([
      { pattern: 'https://shop.example/r/{receipt}', symbologies: ['QR'] },
    ])
    expect(proposal.coverage).toMatchObject({ receipts: 4, sales: 4 })
    expect(proposal.problems.join()).not.toContain('No receipt number')
  })

  test('takes a whole barcode for the number', () => {
    expect(learn(at => [qr(`00010${at}`, 'CODE128')]).template.codes).toEqual([
      { pattern: '{receipt}', symbologies: ['CODE128'] },
    ])
  })

  test.each([
    ['the same on each receipt', () => [qr('https://shop.example')]],
    ['missing on one receipt', (at: number) => (at === 2 ? [] : [qr(`R${at}`)])],
    ['several on a receipt', (at: number) => [qr(`A${at}`), qr(`B${at}`)]],
    ['without digits', (at: number) => [qr('abcd'.slice(0, at))]],
  ])('proposes no code that is %s', (_, dataOf) => {
    const proposal = learn(dataOf)
    expect(proposal.template.codes).toEqual([])
    expect(proposal.problems.join()).toContain('No receipt number')
  })

  test('proposes none when a line has the number', () => {
    const proposal = proposeTemplate(
      [1, 2, 3].map(at => ({
        ...paper(`Receipt 10${at}\n2026-11-25 09:3${at}:01\nTea 5.00\nTotal 5.00\nCash 5.00`),
        codes: [qr(`10${at}`)],
      })),
    )
    expect(proposal.template.codes).toEqual([])
    expect(proposal.template.header).toContain('Receipt {receipt}')
  })
})

describe('the online order that a receipt rings up', () => {
  const header = ['{date} {time}', 'Web order {order}']
  const codes = [{ pattern: 'CC:{order}' }]
  const orderIn = (reading: ReturnType<typeof readSale>) =>
    reading.is === 'sale' ? (reading.sale.order ?? null) : reading

  test('is read from a line or from a printed code, and most receipts have none', () => {
    expect(orderIn(read([], { header }, `${text}\nWeb order #1042`))).toBe('#1042')
    expect(orderIn(read([qr('CC:#1042')], { codes }))).toBe('#1042')
    expect(orderIn(read([], { header, codes }))).toBe(null)
    expect(orderIn(read([qr('CC:#1042')], { header, codes }, `${text}\nWeb order #1042`))).toBe('#1042')
  })

  test('two of them refuse the receipt: one of the two would be sold a second time', () => {
    expect(read([], { header }, `${text}\nWeb order #1042\nWeb order #1043`)).toMatchObject({
      is: 'unparsed',
      error: { message: expect.stringContaining('a second online order after #1042') },
    })
    expect(read([qr('CC:#1042'), qr('CC:#1043')], { codes })).toMatchObject({
      is: 'unparsed',
      error: { message: expect.stringContaining('two online orders, #1042 and #1043') },
    })
  })
})
