import { z } from 'zod'
import type { Reads } from '../db/db.ts'

const Sources = z.array(z.object({ source: z.string() }))

/**
 * The names of the sources that the tills of a store read, by device, those that were revoked among them: what each said last, and under what it has
 * told receipts. Two tills that read one POS database use one name. Null: it has said and told nothing yet.
 */
export async function sourcesOfTills(
  db: Reads,
  store: string,
): Promise<ReadonlyMap<string, ReadonlySet<string> | null>> {
  const devices = await db
    .selectFrom('device')
    .select(['device', 'sources_json', 'unsent'])
    .where('store', '=', store)
    .execute()
  const told = Map.groupBy(await toldUnder(db, store), ({ device }) => device)
  return new Map(
    devices.map(({ device, sources_json, unsent }) => {
      const said = [...Sources.parse(JSON.parse(sources_json)), ...(told.get(device) ?? [])]
      // what a till has to send is noted with its sources
      const isKnown = unsent !== null || said.length > 0
      return [device, isKnown ? new Set(said.map(({ source }) => source)) : null] as const
    }),
  )
}

function toldUnder(db: Reads, store: string) {
  return db
    .selectFrom('told_source as t')
    .innerJoin('code as at', 'at.id', 't.store')
    .innerJoin('code as s', 's.id', 't.source')
    .innerJoin('code as d', 'd.id', 't.device')
    .select(['s.text as source', 'd.text as device'])
    .where('at.text', '=', store)
    .execute()
}
