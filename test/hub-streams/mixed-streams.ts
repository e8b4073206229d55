import { type Db, type Reads, transaction } from '../../hub/db/db.ts'
import { applyEvents } from '../../hub/effects/index.ts'
import { openSignals } from '../../hub/signals.ts'
import { audit } from '../../hub/stock/audit.ts'
import type { hubBlocks } from '../../hub/streams/block-source.ts'
import { effectedAfter } from '../../hub/streams/event-history.ts'
import { applyDeferredEvents, eventLog } from '../../hub/streams/event-log.ts'
import { hashOf } from '../../hub/streams/event-records.ts'
import { readRecord } from '../../hub/streams/read-record.ts'
import { genesis, link } from '../../shared/stream/chain.ts'
import { enrolTill, eventOf, type Happening } from './lives.ts'

/** One record as a till sends it: an event, one of a kind that the hub will learn later, or one that it can't read. */
export type Sent = Happening | 'unknown' | 'known later' | 'unreadable'

export interface SentBatch {
  readonly till: string
  /** Whether the till opens another epoch first. */
  readonly renews: boolean
  readonly records: readonly Sent[]
}

/** Places of all that was sent. */
export interface Sendings {
  readonly device: string
  readonly epoch: number
  readonly seq: number
}

const STORE = 'HAR'

/** Tills of one store that send whatever there is, over several epochs. */
export function mixedStreams(db: Db, now: () => number) {
  const heads = new Map<string, { epoch: number; seq: number; hash: string }>()
  const places: Sendings[] = []
  let at = 1_000 // later than the hub notes: a correction is made after its receipt was received, see sales/told-before.ts
  const bodyOf = (sent: Sent) => {
    at += 1
    if (sent === 'unreadable') return `{"kind":"sale.completed","é":"${at}","odd":"\\u0000\n"}`
    if (sent === 'unknown') return JSON.stringify({ kind: 'kind.of-later', at })
    return JSON.stringify(
      eventOf(sent === 'known later' ? { what: 'sale', number: at % 5, units: 2 } : sent, at),
    )
  }
  return {
    places,
    async commit({ till, renews, records }: SentBatch): Promise<void> {
      if (!heads.has(till)) await enrolTill(db, till)
      const before = heads.get(till) ?? { epoch: 1, seq: 0, hash: genesis('events', till, 1) }
      const epoch = before.epoch + (renews ? 1 : 0)
      const head = renews ? { epoch, seq: 0, hash: genesis('events', till, epoch) } : before
      const made = records.map(sent => {
        const body = bodyOf(sent)
        head.seq += 1
        head.hash = link(head.hash, body)
        places.push({ device: till, epoch, seq: head.seq })
        return { epoch, seq: head.seq, hash: head.hash, body, later: sent === 'known later' }
      })
      heads.set(till, head)
      const parts = { db, device: till, store: STORE, now, signals: openSignals() }
      for (const { later, ...record } of made) {
        await eventLog({ ...parts, apply: later ? async () => new Set() : applyEvents }).commit([record])
        if (later) await defer(db, record)
      }
    },
    learn: () => applyDeferredEvents({ db, now, apply: applyEvents }),
  }
}

/** As if the hub had not known the record's kind when it came. */
const defer = (db: Db, { hash }: { readonly hash: string }) =>
  transaction(db, tx => tx.updateTable('event').set({ state: 'deferred' }).where('hash', '=', hash).execute())

const KINDS = ['sale.completed', 'sale.voided', 'stock.moved', 'cash.moved']

/** All that the readers of stored events give, `limit` at a time where they give pages. */
export async function readAll(
  db: Db,
  places: readonly Sendings[],
  limit: number,
  archives: ReadonlyMap<string, ReturnType<typeof hubBlocks>> = new Map(),
) {
  const codes = new Map((await db.selectFrom('code').selectAll().execute()).map(row => [row.text, row.id]))
  const store = codes.get(STORE) ?? 0
  const records = []
  const hashes = []
  for (const { device, epoch, seq } of places) {
    const record = await readRecord(db, store, { device: codes.get(device) ?? 0, epoch, seq }, archives)
    if (record === null || 'archive' in record) records.push(record)
    else records.push([device, record.epoch, record.seq, record.kind, record.state, record.body, record.at])
    hashes.push(await hashOf(db, { store: STORE, device }, { epoch, seq }))
  }
  const { findings, events } = await audit(db)
  return {
    records,
    hashes,
    effects: await allEffects(db, store, { kinds: KINDS, limit, archives: [...archives.values()] }),
    events,
    findings: findings.filter(finding => finding.invariant === 'chain'),
  }
}

async function allEffects(
  db: Reads,
  store: number,
  wanted: Parameters<typeof effectedAfter>[3],
): Promise<unknown[]> {
  const found: unknown[] = []
  let after = { turn: 0, epoch: 0, seq: 0 }
  for (;;) {
    const page = await effectedAfter(db, store, after, wanted)
    found.push(...page)
    const last = page.at(-1)
    if (last === undefined || page.length < wanted.limit) return found
    after = last
  }
}
