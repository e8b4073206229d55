import { z } from 'zod'
import { knownCodes, textsOf } from '../db/codes.ts'
import type { Reads } from '../db/db.ts'

const Sources = z.array(z.object({ source: z.string() }))

/**
 * The names of the sources that the tills of a store read, by device, those that were revoked among them: what each said last, and under what it has
 * told receipts. Two tills that read one POS database use one name. A till that is not in it reads no POS, as far as the hub knows.
 */
export async function sourcesOfTills(
  db: Reads,
  store: string,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const devices = await db
    .selectFrom('device')
    .select(['device', 'sources_json'])
    .where('store', '=', store)
    .execute()
  const of = new Map<string, Set<string>>()
  const add = (device: string, source: string) => {
    of.set(device, (of.get(device) ?? new Set()).add(source))
  }
  for (const { device, sources_json } of devices)
    for (const { source } of Sources.parse(JSON.parse(sources_json))) add(device, source)
  for (const { device, source } of await toldUnder(db, store)) add(device, source)
  return of
}

async function toldUnder(db: Reads, store: string) {
  const number = (await knownCodes(db, [store])).get(store)
  if (number === undefined) return []
  const rows = await db
    .selectFrom('told_source')
    .select(['source', 'device'])
    .where('store', '=', number)
    .execute()
  const texts = await textsOf(
    db,
    rows.flatMap(({ source, device }) => [source, device]),
  )
  return rows.flatMap(row => {
    const source = texts.get(row.source)
    const device = texts.get(row.device)
    return source === undefined || device === undefined ? [] : [{ source, device }]
  })
}
