import type { PreviewRow } from '../../sources/preview.ts'
import type { OpenQuestions } from './open-questions.ts'

/** What the setting `minus` is to be. `open`: a person has not said it yet. */
export type MinusAsked = 'amount' | 'units' | 'sold' | 'open' | null

/**
 * What has the minus, asked where lines were refused because units and amount differ in sign, or most receipts are of goods that
 * came back. Null: nothing needs it, or such records stay refused. @throws SOURCE_ANSWER_UNKNOWN
 */
export function minusAsked(rows: readonly PreviewRow[], asking: OpenQuestions): MinusAsked {
  const odd = rows.find(({ problem }) => problem?.code === 'LINE_SIGNS_DIFFER')
  if (odd === undefined) return areMostBack(rows) ? soldAsked(asking) : null
  const said = asking.ask({
    id: 'minus',
    asks: `What does a minus before one of the two mean? ${odd.problem?.sentence.split(': nothing shows')[0] ?? ''}.`,
    options: [
      { value: 'amount', means: 'goods came back where the amount is below zero, whatever their units' },
      { value: 'units', means: 'goods came back where the units are below zero, whatever their amount' },
      { value: 'refuse', means: 'it is not sure: such records are refused, and a person looks' },
    ],
  })
  if (said === null) return 'open'
  return said === 'refuse' ? null : said
}

function soldAsked(asking: OpenQuestions): MinusAsked {
  const said = asking.ask({
    id: 'minus',
    asks: 'Most receipts have units below zero. Were these goods sold, or did they come back?',
    options: [
      { value: 'sold', means: 'they were sold: the file is written as a ledger of stock' },
      { value: 'both', means: 'they came back' },
    ],
  })
  if (said === null) return 'open'
  return said === 'sold' ? said : null
}

/** A shop takes back less than it sells; one refund alone says nothing. */
function areMostBack(rows: readonly PreviewRow[]): boolean {
  const sales = rows.flatMap(({ event }) => (event?.kind === 'sale.completed' ? [event] : []))
  const back = sales.filter(({ lines }) => lines.length > 0 && lines.every(({ quantity }) => quantity < 0))
  return back.length >= 3 && back.length * 2 > sales.length
}
