import { usualLocales } from '../../shared/languages.ts'
import { formatMoney, sum } from '../../shared/money.ts'
import type { ReturnView } from '../till/api-schema.ts'
import { type SlipWords, slipMessages } from './slip.messages.ts'
import type { SlipFormat } from './slip-format.ts'
import { beginSlip, endSlip, orderCodes, printLine, type SlipOccasion } from './slip-paper.ts'
import { printable, wrapped } from './slip-text.ts'

/**
 * What a customer takes home for goods that were taken back, as the bytes for its printer. It names no customer.
 * @throws SLIP_UNSAFE, which would be a fault of ours
 */
export function makeReturnSlip(view: ReturnView, occasion: SlipOccasion, format: SlipFormat): Uint8Array {
  const words = slipMessages[format.words]
  const titles = [words.returned, ...(occasion.isCopy ? [words.copy] : [])]
  const slip = beginSlip({ titles, orderName: view.orderName }, occasion, format)
  const { encoder, columns, say, when } = slip
  say(`${words.takenBack}: ${when(view.madeAt)} ${words.by} ${printable(view.staff, 60)}`)
  encoder.rule()
  for (const { title, variantTitle, units, condition } of view.lines) {
    const variant = variantTitle === null ? '' : `, ${printable(variantTitle, 80)}`
    const damaged = condition === 'damaged' ? ` (${words.damaged})` : ''
    const lead = `${units} x `
    const [first = '', ...rest] = wrapped(
      `${printable(title, 120)}${variant}${damaged}`,
      columns - lead.length,
    )
    printLine(encoder, `${lead}${first}`)
    for (const more of rest) printLine(encoder, `${' '.repeat(lead.length)}${more}`)
  }
  say(words.items(sum(view.lines.map(line => line.units))))
  encoder.rule()
  encoder.bold(true)
  say(moneyText(view, words, format))
  encoder.bold(false)
  orderCodes(encoder, view.orderName, format)
  return endSlip(slip, words, occasion, format)
}

/** What becomes of the money, as far as it is known when the slip is printed. */
function moneyText(
  { state, officePays, refunded }: ReturnView,
  words: SlipWords,
  { words: language }: SlipFormat,
): string {
  if (state === 'refused') return words.notPaid
  if (officePays || state === 'owed') return words.officePays
  if (refunded === null) return state === 'done' ? words.nothingDue : words.paysBack
  return `${words.paidBack}: ${printable(formatMoney(refunded.minor, refunded.currency, usualLocales[language]), 40)}`
}
