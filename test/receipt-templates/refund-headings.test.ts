import { describe, expect, test } from 'vitest'
import { isRefundHeading } from '../../agent/codecs/receipt-templates/print-marks.ts'
import { proposeTemplate } from '../../agent/tools/receipt-learn/propose.ts'
import { refusalOf } from './context.ts'
import { british, eight, readBritish, row, told } from './learned-tills.ts'
import { paper, templateOf } from './print.ts'

const back = ['-1 MG-04 -1042', 'card -1250']
const sold = ['1 MG-04 1042', 'card 1250']

describe('a heading of a return on a receipt whose amounts have no minus', () => {
  test.each([
    '*** REFUND ***',
    'RETURN',
    'REFUND RECEIPT',
    'CREDIT NOTE',
    'Credit Note No. 00117',
    'RETURN OF SALE 01-2290',
    'RETOURE',
    'Rückgabe',
    'RUECKGABE',
    '** GUTSCHRIFT **',
    'AVOIR',
    'NOTE DE CREDIT',
    'Remboursement',
    'DEVOLUCION',
    'Ticket de devolución',
    'FACTURA RECTIFICATIVA',
    'RESO MERCE',
    'emesso per RESO MERCE',
    'NOTA DI CREDITO 12',
    'CREDITNOTA',
    'Retourbon',
    'ZWROT TOWARU',
    'RETUR',
    'Returkvittering',
    'ÅTERKÖP',
    'Hyvityslasku',
    'DEVOLUÇÃO',
    'VRÁTENIE TOVARU',
    'VISSZÁRU',
  ])('%s: goods and money went back', mark => {
    expect(told(readBritish(british(8, mark)))).toEqual(back)
  })

  test.each([
    'Returns within 30 days',
    'No refunds without this receipt',
    'Refund policy at harbour.example',
    'Returns desk: floor 2',
  ])('%s: a notice turns nothing', notice => {
    expect(told(readBritish(british(8, notice)))).toEqual(sold)
  })

  test('a minus that is printed is not turned a second time', () => {
    const text = british(8, 'REFUND').replaceAll('£', '-£')
    expect(told(readBritish(text))).toEqual(back)
  })

  test('an exchange keeps the signs that it prints', () => {
    const text = british(8, 'RETURN')
      .replace(/^MG-04.*$/m, `${row('MG-04 Mug Harbor', '£12.50')}\n${row('CT-02 Cotton Tote', '-£10.90')}`)
      .replace(/^Total.*$/m, row('Total to pay', '£1.60'))
      .replace(/^Visa.*$/m, row('Visa Debit', '£1.60'))
      .replace(/^VAT.*$/m, row('VAT @ 20.00% included', '£0.27'))
    expect(told(readBritish(text))).toEqual(
      [/^1 MG-04 /, /^-1 CT-02 -/, 'card 160'].map(one => expect.stringMatching(one)),
    )
  })

  test('below the items the words are asked about, since a notice may print them', () => {
    expect(told(readBritish(british(8, '', 'REFUND')))).toEqual(['RECEIPT_UNPARSED'])
  })

  test('a word that the till prints on most of its sales is asked about when the layout is learned', () => {
    const { questions } = proposeTemplate(eight.map(number => paper(british(number, '', 'RETURN'))))
    expect(questions.map(each => each.id)).toContain('mark:RETURN')
  })
})

test('a word for a return among the items needs a minus beside it', () => {
  const template = templateOf()
  const items = 'Tea 5.00\nRETURN\nCup 4.00\nTotal 9.00\nCash 9.00'
  expect(refusalOf(`Receipt 7\n26.11.2026 09:30\n${items}`, template)).toMatch(
    /^RECEIPT_UNPARSED .*goods came back/,
  )
})

test.each([
  ['Bon 4711', false],
  ['Umtausch innerhalb von 14 Tagen', false],
  ['Retour', true],
  ['retour op bon 12-4', true],
])('%s', (line, is) => {
  expect(isRefundHeading(line)).toBe(is)
})
