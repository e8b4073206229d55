import { genesis, link } from '../../shared/stream/chain.ts'
import { textsOf } from '../db/codes.ts'
import type { ReadDb } from '../db/db.ts'
import { bodyAsItCame } from './event-body.ts'

/** One epoch of one device's events, by its numbers; `name` is the device. */
interface HeldStream {
  readonly store: number
  readonly device: number
  readonly epoch: number
  readonly name: string
}

const PAGE = 2_000

/** Every epoch of every device of which the hub holds records. */
export async function streamsHeld(db: ReadDb): Promise<readonly HeldStream[]> {
  const rows = await db
    .selectFrom('event')
    .select(['store', 'device', 'epoch'])
    .groupBy(['store', 'device', 'epoch'])
    .execute()
  const names = await textsOf(
    db,
    rows.map(row => row.device),
  )
  return rows.map(row => ({ ...row, name: names.get(row.device) ?? String(row.device) }))
}

/** Walks one epoch's hash chain. @returns the first record that does not follow its predecessor; null: all do */
export async function firstBroken(db: ReadDb, stream: HeldStream): Promise<string | null> {
  let head = genesis('events', stream.name, stream.epoch)
  let last = 0
  for (;;) {
    const rows = await db
      .selectFrom('event')
      .select(['seq', 'hash', 'body'])
      .where('store', '=', stream.store)
      .where('device', '=', stream.device)
      .where('epoch', '=', stream.epoch)
      .where('seq', '>', last)
      .orderBy('seq')
      .limit(PAGE)
      .execute()
    for (const row of rows) {
      if (row.seq !== last + 1 || row.hash !== link(head, bodyAsItCame(row.body)))
        return `${stream.name}/${stream.epoch}/${row.seq}`
      last = row.seq
      head = row.hash
    }
    if (rows.length < PAGE) return null
  }
}
