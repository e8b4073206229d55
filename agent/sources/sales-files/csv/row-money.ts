import { recordValueUnreadable } from '../../../../shared/record-problems.ts'
import { isCurrencyOf } from '../currency-words.ts'
import type { Row } from './columns.ts'
import type { CsvSettings } from './settings.ts'

/**
 * A row's amounts are in the source's currency, and hold its tax or not as the settings say, where the row says either.
 * @throws RECORD_VALUE_UNREADABLE naming the column
 */
export function expectMoneyOfSource(row: Row, settings: CsvSettings): void {
  const { currency, taxIncluded } = settings
  const written = row.value('currency')
  if (written !== null && !isCurrencyOf(written, currency))
    throw unlike(row, 'currency', written, `${currency}, the currency of this source`)
  const inclusion = row.value('taxInclusion')
  const hasTax = /[1-9]/.test(row.value('tax') ?? '')
  if (inclusion === null || !hasTax || isIncluded(inclusion) === taxIncluded) return
  throw unlike(row, 'taxInclusion', inclusion, `a tax that is ${taxIncluded ? 'included' : 'not included'}`)
}

/** Null: its words do not say it. */
function isIncluded(text: string): boolean | null {
  if (/excl|not.?incl|on.?top/i.test(text)) return false
  return /incl/i.test(text) ? true : null
}

function unlike(row: Row, field: 'currency' | 'taxInclusion', text: string, expected: string): Error {
  return recordValueUnreadable({ field: row.heading(field), value: text.slice(0, 60), expected })
}
