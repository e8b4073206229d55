import { insertRows, type Reads, type Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { withRests } from '../db/with-rests.ts'
import { addRemainders, restsOf } from './remainders.ts'
import { insertWrite } from './writes.ts'

/** A movement that a lost hub sent, which this database does not hold, or does not know to be posted. */
export type LostPosting = Schema['lost_posting']

/** A stock change that a lost hub sent, as it noted it before the bytes left. */
export interface LostSend {
  readonly key: string
  readonly store: string
  readonly subject: string
  /** The frozen request, as JSON. */
  readonly request: string
  readonly at: number
  readonly movements: readonly {
    readonly name: string
    readonly sku: string
    readonly warehouse: string
    readonly quantity: number
  }[]
  /** Shopify's adjustment group, when its answer arrived; null: what became of the send is not known. */
  readonly group: string | null
}

/** What a restored write says of its end until Shopify has been asked. */
export interface RecordedEnd {
  readonly by: 'record'
  readonly group: string
}

const KEYS_A_QUERY = 200

/**
 * Takes in what a lost hub sent: each request is open until Shopify says what became of it, and its movements are
 * waited for under their names. A request that the database has concluded, or has open, is left alone.
 */
export async function takeInLostSends(tx: Tx, sends: readonly LostSend[]): Promise<void> {
  for (let start = 0; start < sends.length; start += KEYS_A_QUERY) {
    const some = sends.slice(start, start + KEYS_A_QUERY)
    const rows = await tx
      .selectFrom('shopify_write')
      .select('idempotency_key')
      .where(
        'idempotency_key',
        'in',
        some.map(({ key }) => key),
      )
      .where('state', '<>', 'refused')
      .execute()
    const known = new Set(rows.map(row => row.idempotency_key))
    for (const send of some) if (!known.has(send.key)) await takeIn(tx, send)
  }
}

async function takeIn(tx: Tx, send: LostSend): Promise<void> {
  const request = withRests(send.request, movedIn(send))
  const end: RecordedEnd | null = send.group === null ? null : { by: 'record', group: send.group }
  const write = await insertWrite(tx, {
    kind: 'adjust',
    store: send.store,
    subject: send.subject,
    idempotency_key: send.key,
    request_json: request,
    state: 'sent',
    attempts: 1,
    planned_at: send.at,
    first_sent_at: send.at,
    last_sent_at: send.at,
    due_at: send.at,
    settled_at: null,
    answer_json: end === null ? null : JSON.stringify(end),
    problem: 'A hub that was lost sent this; the database was put back to a time before.',
  })
  await addRemainders(tx, restsOf(send.store, request))
  await insertRows(
    tx,
    'lost_posting',
    send.movements.map(({ name, sku, warehouse, quantity }) => ({
      store: send.store,
      name,
      write,
      sku,
      warehouse,
      quantity,
    })),
  )
}

/** What a request's movements add up to, by SKU. */
function movedIn({ movements }: LostSend): ReadonlyMap<string, number> {
  const moved = new Map<string, number>()
  for (const { sku, quantity } of movements) moved.set(sku, (moved.get(sku) ?? 0) + quantity)
  return moved
}

/** What a store still waits for. `dueOnly`: of items that have something due there, or history, which may be it. */
export async function lostPostings(
  db: Reads,
  store: string,
  only: { readonly dueOnly: boolean } = { dueOnly: false },
): Promise<LostPosting[]> {
  let query = db.selectFrom('lost_posting as l').selectAll('l').where('l.store', '=', store)
  if (only.dueOnly)
    query = query.where(e =>
      e.or([
        e.exists(
          e
            .selectFrom('due as d')
            .innerJoin('item as i', 'i.id', 'd.item')
            .innerJoin('code as s', 's.id', 'd.store')
            .select('d.item')
            .whereRef('i.sku', '=', 'l.sku')
            .whereRef('s.text', '=', 'l.store'),
        ),
        e.exists(
          e
            .selectFrom('warehouse as own')
            .innerJoin('code as w', 'w.text', 'own.code')
            .innerJoin('code as s', 's.text', 'own.store')
            .innerJoin('history_movement as h', join =>
              join.onRef('h.store', '=', 's.id').onRef('h.warehouse', '=', 'w.id'),
            )
            .innerJoin('item as i', 'i.id', 'h.item')
            .select('h.item')
            .whereRef('own.store', '=', 'l.store')
            .whereRef('i.sku', '=', 'l.sku'),
        ),
      ]),
    )
  return query.orderBy('l.write').orderBy('l.name').execute()
}

/** What a write carries that this database does not hold. */
export function lostPostingsOfWrite(db: Reads, write: number): Promise<LostPosting[]> {
  return db.selectFrom('lost_posting').selectAll().where('write', '=', write).execute()
}

export async function forgetLostPostings(tx: Tx, lost: readonly LostPosting[]): Promise<void> {
  for (const { store, name, write } of lost)
    await tx
      .deleteFrom('lost_posting')
      .where(e => e.and({ store, name, write }))
      .execute()
}
