import { expect, test } from 'vitest'
import type { PreviewRow } from '../../agent/sources/preview.ts'
import { proposeSource } from '../../agent/tools/source-try/propose.ts'
import { looksLikeJson, proposeJson } from '../../agent/tools/source-try/propose-json.ts'
import { SourceId } from '../../shared/ids.ts'
import { manualWorld } from '../manual-world.ts'
import { type PublicLayout, publicLayouts } from './public-layouts.ts'

function propose({ file, text, answers }: PublicLayout) {
  const bytes = Buffer.from(text)
  const given = {
    ...{ file, folder: '/till', bytes, unread: 0, source: SourceId.parse('sales') },
    store: { zone: 'Europe/Berlin', warehouse: 'HAR' },
    answers: new Map(Object.entries(answers)),
  }
  return looksLikeJson(bytes) ? proposeJson(given, manualWorld()) : proposeSource(given, manualWorld())
}

const saleText = ({ event, problem }: PreviewRow) => {
  if (event?.kind !== 'sale.completed') return problem?.code ?? event?.kind ?? 'nothing'
  const { receipt, lines, taxes, tenders } = event
  return `${receipt}: ${[
    ...lines.map(({ sku, title, quantity, net }) => `${quantity / 1_000} ${sku ?? title} ${net}`),
    ...taxes.filter(({ amount }) => amount !== 0).map(({ amount }) => `tax ${amount}`),
    ...tenders.map(({ kind, amount }) => `${kind} ${amount}`),
  ].join(', ')}`
}

/** So many answers lead from a layout to a right reading. */
const MOST_ANSWERS = 3

test.each(Object.entries(publicLayouts))('%s is read with three answers at most', async (_, layout) => {
  const { rows, questions } = await propose(layout)
  expect({ questions, sales: rows.map(saleText) }).toEqual({ questions: [], sales: layout.sales })
  expect(Object.keys(layout.answers).length).toBeLessThanOrEqual(MOST_ANSWERS)
})
