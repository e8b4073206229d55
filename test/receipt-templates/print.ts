import type { z } from 'zod'
import { type NumberFormat, printAmount } from '../../agent/codecs/receipt-templates/number-format.ts'
import { type PatternPart, parsePattern } from '../../agent/codecs/receipt-templates/pattern.ts'
import { ReceiptTemplate } from '../../agent/codecs/receipt-templates/template.ts'
import type { TestSale } from './sales.ts'
import { decimalOf } from './sales.ts'

/** A template from the fields that a test cares for. */
export function templateOf(over: Partial<z.input<typeof ReceiptTemplate>> = {}): ReceiptTemplate {
  return ReceiptTemplate.parse({
    name: 'test',
    numbers: { decimal: '.', thousands: ',', signs: ['€', 'EUR'], credit: ['CR'] },
    dates: { formats: ['DD.MM.YYYY'], times: ['HH:mm:ss', 'HH:mm'] },
    header: ['Receipt {receipt}', 'Till {till}', 'Staff {staff}', '{date} {time}'],
    items: { lines: ['{name} {amount}[ {mark}]'], ignore: ['{rule}'] },
    totals: { total: ['Total {amount}'] },
    taxes: { mode: 'none' },
    tenders: {
      rows: [
        { pattern: 'Cash {amount}', kind: 'cash' },
        { pattern: 'Card {amount}', kind: 'card' },
      ],
      change: ['Change {amount}'],
    },
    ...over,
  })
}

/** Lines as a decoder gives them. */
export function paper(text: string) {
  return { lines: text.split('\n').map(line => ({ text: line })), images: [] }
}

/** A line of a pattern with these values; parts that may be missing are printed when all their fields are given. */
export function fill(pattern: string, values: Readonly<Record<string, string>>): string {
  const parts = parsePattern(pattern)
  if ('problem' in parts) throw new Error(`${pattern}: ${parts.problem}`)
  return parts.map(part => fillPart(part, values)).join('')
}

function fillPart(part: PatternPart, values: Readonly<Record<string, string>>): string {
  switch (part.is) {
    case 'literal':
      return part.text
    case 'blank':
      return '  '
    case 'column':
      return ''
    case 'field':
      return values[part.field] ?? (part.field === 'rule' ? '--------' : '')
    case 'optional':
      return part.parts.every(each => each.is !== 'field' || values[each.field] !== undefined)
        ? part.parts.map(each => fillPart(each, values)).join('')
        : ''
  }
}

/** A sale on paper as the template would have it: each of its first patterns filled. */
export function printSale(
  sale: TestSale,
  template: ReceiptTemplate,
  at: { item: number; decimals: number },
): string[] {
  const format: NumberFormat = { ...template.numbers, decimals: at.decimals }
  const money = (amount: number) => printAmount(amount, format)
  const quantity = (thousandths: number) => decimalOf(thousandths, format.decimal)
  const { items, totals, taxes, tenders } = template
  const one = (patterns: readonly string[], values: Record<string, string>) =>
    patterns.slice(0, 1).map(pattern => fill(pattern, values))
  const lines = template.header.map(pattern =>
    fill(pattern, {
      receipt: sale.number,
      till: sale.till,
      staff: sale.staff,
      date: sale.date,
      time: sale.time,
    }),
  )
  lines.push(...items.after.map(pattern => fill(pattern, {})))
  for (const item of sale.items) {
    const values = {
      name: item.name,
      sku: item.sku,
      quantity: quantity(item.quantity),
      unit: 'kg',
      price: money(item.price),
      amount: money(item.amount),
      mark: item.mark,
    }
    lines.push(
      ...one(items.before, values),
      fill(items.lines[at.item] ?? '', values),
      ...one(items.details, values),
    )
    const discount = items.discounts[0]
    if (item.off !== 0 && discount !== undefined)
      lines.push(
        fill(discount.pattern, { amount: money(discount.printed === 'negative' ? -item.off : item.off) }),
      )
  }
  lines.push('--------')
  if (totals.subtotal !== undefined)
    lines.push(...one(totals.subtotal.patterns, { amount: money(sale.subtotal) }))
  const whole = totals.discounts[0]
  if (sale.wholeOff !== 0 && whole !== undefined)
    lines.push(
      fill(whole.pattern, { amount: money(whole.printed === 'negative' ? -sale.wholeOff : sale.wholeOff) }),
    )
  lines.push(...one(totals.tax, { tax: money(sale.taxes.reduce((sum, tax) => sum + tax.amount, 0)) }))
  lines.push(...one(totals.total, { amount: money(sale.total) }))
  for (const tax of sale.taxes)
    lines.push(
      ...one(taxes.rows, {
        taxName: `VAT ${tax.mark}`,
        mark: tax.mark,
        rate: String(tax.percent),
        base: money(tax.base),
        tax: money(tax.amount),
        gross: money(tax.base + tax.amount),
      }),
    )
  for (const tender of sale.tenders) {
    const row = tenders.rows.find(each => each.kind === tender.kind)
    if (row !== undefined) lines.push(fill(row.pattern, { amount: money(tender.amount) }))
  }
  if (sale.change !== 0) lines.push(...one(tenders.change, { amount: money(sale.change) }))
  return [...lines, 'Thank you!']
}
