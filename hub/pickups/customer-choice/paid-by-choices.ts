import type { Reads } from '../../db/db.ts'
import { ChoiceRequest } from './carry-out.ts'
import { questionsAbout } from './questions.ts'

/** What the hub has paid back of an order for its customer's choices, as far as Shopify confirmed it; minor units. */
export async function paidByChoices(db: Reads, order: string): Promise<number> {
  const parts = (await questionsAbout(db, order)).map(({ row }) => row.part)
  if (parts.length === 0) return 0
  const rows = await db
    .selectFrom('shopify_write')
    .select('request_json')
    .where('kind', '=', 'choice')
    .where('state', '=', 'confirmed')
    .where('subject', 'in', parts)
    .execute()
  return rows.reduce(
    (sum, { request_json }) => sum + (ChoiceRequest.parse(JSON.parse(request_json)).payment?.amount ?? 0),
    0,
  )
}
