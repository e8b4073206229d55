import type { PreviewRow } from '../../sources/preview.ts'
import type { OpenQuestions } from './open-questions.ts'

/**
 * What has the minus where goods came back, asked where lines were refused because units and amount differ in sign. Null: nothing was, or such
 * records stay refused. @throws SOURCE_ANSWER_UNKNOWN
 */
export function minusAsked(
  rows: readonly PreviewRow[],
  asking: OpenQuestions,
): 'amount' | 'units' | 'open' | null {
  const odd = rows.find(({ problem }) => problem?.code === 'LINE_SIGNS_DIFFER')
  if (odd === undefined) return null
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
