import type { Tx } from '../db/db.ts'
import { movementKinds } from '../stock/movement-kinds.ts'
import { blockDamaged } from '../streams/event-block.ts'
import type { Origin, PlacedEvent } from '../streams/placed-event.ts'
import { readRecord } from '../streams/read-record.ts'
import { RecordsRefused, type RefusedRecord } from '../streams/record-refused.ts'
import { RecordsRepeated } from '../streams/record-repeated.ts'
import { readStoredEvent } from '../streams/stored-event.ts'
import type { HeldEntry, HeldSale, ReceiptEvent } from './decide.ts'
import { fingerprintKey, keyText } from './receipt-key.ts'

/** What the hub was told of a receipt or entry. `unreadUntil`: when it received the newest event that is not at hand. */
interface Told {
  readonly events: Set<string>
  unreadUntil: number
}

interface Held {
  readonly sales: ReadonlyMap<string, HeldSale>
  readonly entries: ReadonlyMap<string, HeldEntry>
}

/** Where the hub has a record that changed a receipt or entry. `at`: when it received it. */
interface Change {
  readonly device: number
  readonly epoch: number
  readonly seq: number
  readonly at: number
}

/**
 * An event that would change a receipt or an entry back to what it was: the same event took effect before, and others
 * have since. A till that was put back to an image tells it again from its journal, also after it was enrolled again,
 * and what changed the receipt since may never be told again.
 * @param keys under which the hub holds what each event is about
 * @throws RecordsRepeated with each record that took effect before
 */
export async function expectNotToldBefore(
  tx: Tx,
  store: number,
  placed: readonly PlacedEvent<ReceiptEvent>[],
  keys: readonly Buffer[],
  held: Held,
): Promise<void> {
  const names = keys.map(key => keyText(key))
  const changing = { sale: new Map<string, number>(), entry: new Map<string, number>() }
  for (const [index, { event }] of placed.entries()) {
    const name = names[index] ?? ''
    const number = changedNumber(event, name, held)
    if (number !== null) changing[whatOf(event)].set(name, number)
  }
  const told = {
    sale: await toldOf(tx, store, 'sale', [...changing.sale.values()]),
    entry: await toldOf(tx, store, 'entry', [...changing.entry.values()]),
  }
  const of = placed.map(({ event, origin }, index) => {
    const number = changing[whatOf(event)].get(names[index] ?? '')
    return { event, origin, before: number === undefined ? undefined : told[whatOf(event)].get(number) }
  })
  const repeated = of.filter(({ event, before }) => before?.events.has(JSON.stringify(event)) === true)
  if (repeated.length > 0) throw new RecordsRepeated(repeated.map(({ origin }) => origin))
  const doubtful = of.filter(({ event, before }) => before !== undefined && event.at <= before.unreadUntil)
  if (doubtful.length > 0)
    throw new RecordsRefused(doubtful.map(({ event, origin }) => refuse(event, origin)))
}

/** It is older than a change of which the words are not at hand: perhaps it is the one that was changed. */
function refuse(event: ReceiptEvent, { store, device, epoch, seq }: Origin): RefusedRecord {
  const name = event.kind === 'stock.moved' ? `Entry ${event.entry}` : `Receipt ${event.receipt}`
  const problem = `${name} of source "${event.source}" was changed later, by events that are archived. This may be one that was replaced then`
  return {
    epoch,
    seq,
    problem,
    exception: {
      code: 'event-unreadable',
      subject: `${device}/${event.kind}`,
      store,
      device,
      fields: { kind: event.kind, store, problem },
      evidence: { device, epoch, seq, problem },
    },
    note: async () => true,
  }
}

const whatOf = ({ kind }: ReceiptEvent) => (kind === 'stock.moved' ? 'entry' : 'sale')

/** The number of what an event would change; null: it is new, or it changes nothing. */
function changedNumber(event: ReceiptEvent, name: string, { sales, entries }: Held): number | null {
  if (event.kind === 'stock.moved') {
    const entry = entries.get(name)
    if (entry === undefined) return null
    return entry.fingerprint === keyText(fingerprintKey(event.fingerprint)) ? null : entry.entry
  }
  const sale = sales.get(name)
  if (sale === undefined) return null
  if (event.kind === 'sale.voided') return sale.state === 'sold' ? sale.sale : null
  const isSame = sale.state === 'sold' && sale.fingerprint === keyText(fingerprintKey(event.fingerprint))
  return isSame ? null : sale.sale
}

/** By the number of each sale or entry: the events that changed it. */
async function toldOf(
  tx: Tx,
  store: number,
  what: 'sale' | 'entry',
  numbers: readonly number[],
): Promise<ReadonlyMap<number, Told>> {
  const found = new Map<number, Told>()
  for (const [number, changes] of await changesOf(tx, store, what, numbers)) {
    const told: Told = { events: new Set(), unreadUntil: -1 }
    for (const change of changes.values()) {
      const event = await eventAt(tx, store, change)
      if (event === 'not at hand') told.unreadUntil = Math.max(told.unreadUntil, change.at)
      else if (event !== null) told.events.add(event)
    }
    found.set(number, told)
  }
  return found
}

/** Each change by its place: movements name the event that made them, and a row the newest one. */
async function changesOf(
  tx: Tx,
  store: number,
  what: 'sale' | 'entry',
  numbers: readonly number[],
): Promise<ReadonlyMap<number, ReadonlyMap<string, Change>>> {
  const found = new Map<number, Map<string, Change>>()
  for (let from = 0; from < numbers.length; from += NUMBERS_A_QUERY) {
    const some = numbers.slice(from, from + NUMBERS_A_QUERY)
    const rows = await tx
      .selectFrom('movement')
      .select(['cause as number', 'device', 'epoch', 'seq', 'at'])
      .where('store', '=', store)
      .where('kind', 'in', [movementKinds[what], movementKinds[`${what}-reversal`]])
      .where('cause', 'in', some)
      .execute()
    if (what === 'sale') rows.push(...(await saleRows(tx, store, some)))
    for (const { number, device, epoch, seq, at } of rows) {
      if (device === null || epoch === null || seq === null) continue
      const changes = found.get(number) ?? new Map<string, Change>()
      found.set(number, changes.set(`${device}/${epoch}/${seq}`, { device, epoch, seq, at }))
    }
  }
  return found
}

const NUMBERS_A_QUERY = 250

function saleRows(tx: Tx, store: number, sales: readonly number[]) {
  return tx
    .selectFrom('sale')
    .select(['sale as number', 'device', 'epoch', 'seq', 'received_at as at'])
    .where('store', '=', store)
    .where('sale', 'in', sales)
    .execute()
}

/** An event as it took effect, in one spelling; null: the hub does not have it. */
async function eventAt(tx: Tx, store: number, place: Change): Promise<string | null> {
  try {
    const record = await readRecord(tx, store, place)
    if (record === null) return null
    if ('archive' in record) return 'not at hand'
    const read = readStoredEvent(record.body)
    return read.state === 'applied' ? JSON.stringify(read.event) : null
  } catch (error) {
    if (blockDamaged.is(error)) return 'not at hand'
    throw error
  }
}
