import SQLite from 'better-sqlite3'
import { sightingTables } from '../../agent/matching/sighting-rows.ts'
import { openSightings, type Sightings } from '../../agent/matching/sightings.ts'
import { type Witness, witnessDefaults } from '../../agent/matching/witness.ts'
import type { AgentEvent, SaleCompleted } from '../../shared/events.ts'
import { EpochMs, ReceiptKey, Sku, SourceId, WarehouseCode } from '../../shared/ids.ts'
import { Currency, minor } from '../../shared/money.ts'
import { units } from '../../shared/quantity.ts'

export const primary = SourceId.parse('pos')
export const printer = SourceId.parse('printer')
export const minute = 60_000
export const start = Date.parse('2026-11-25T12:00:00Z')

export const witnessed: Witness = { witness: printer, primary, ...witnessDefaults }

export interface Sold {
  readonly receipt: string
  readonly number?: string
  readonly till?: string
  readonly at?: number
  readonly total?: number
  readonly fingerprint?: string
  readonly zone?: string
}

/** A sale as its source tells it. `at`: when it was sold, UTC ms. */
export function sale(source: SourceId, sold: Sold): SaleCompleted {
  const at = sold.at ?? start
  const total = minor(sold.total ?? 1_990)
  return {
    kind: 'sale.completed',
    at: EpochMs.parse(at),
    source,
    receipt: ReceiptKey.parse(sold.receipt),
    receiptNumber: sold.number ?? '',
    fingerprint: sold.fingerprint ?? '0123456789abcdef',
    till: sold.till ?? '',
    staff: null,
    businessDate: '2026-11-25',
    soldAt: { wall: new Date(at).toISOString().slice(0, 19), zone: sold.zone ?? 'UTC' },
    currency: Currency.parse('EUR'),
    lines: [
      {
        line: 0,
        sku: Sku.parse('TEE'),
        barcode: null,
        title: 'Tee',
        quantity: units(1),
        net: total,
        warehouse: WarehouseCode.parse('0'),
      },
    ],
    taxes: [],
    tenders: [{ kind: 'cash', name: 'cash', amount: total }],
    rounding: minor(0),
    unexplained: minor(0),
  }
}

export function voided(source: SourceId, receipt: string): AgentEvent {
  return {
    kind: 'sale.voided',
    at: EpochMs.parse(start),
    source,
    receipt: ReceiptKey.parse(receipt),
    reason: 'deleted',
  }
}

/** Sightings on a database of their own, as the journal runs them: each call in one transaction. */
export class Watched {
  readonly db = new SQLite(':memory:')
  readonly events: AgentEvent[] = []
  now = start
  /** Null: the primary can't be read. */
  readUntil: number | null | 'now' = 'now'
  #rules: readonly Witness[]
  #sightings: Sightings

  constructor(rules: readonly Witness[] = [witnessed]) {
    this.db.exec(sightingTables)
    this.#rules = rules
    this.#sightings = openSightings(this.db, rules)
  }
  restart(rules: readonly Witness[] = this.#rules): void {
    this.#rules = rules
    this.#sightings = openSightings(this.db, this.#rules)
  }
  absorb(source: SourceId, ...events: readonly AgentEvent[]): readonly AgentEvent[] {
    const journalled = this.db.transaction(() => this.#sightings.absorb(source, events, this.now)).immediate()
    this.events.push(...journalled)
    return journalled
  }
  /** Lets time pass and looks for what is missing. */
  pass(ms: number): readonly AgentEvent[] {
    this.now += ms
    const until = this.readUntil === 'now' ? this.now : this.readUntil
    const journalled = this.db.transaction(() => this.#sightings.overdue(this.now, () => until)).immediate()
    this.events.push(...journalled)
    return journalled
  }
  nextDue = (): number | null => this.#sightings.nextDue()
  told(kind: AgentEvent['kind']): string[] {
    return this.events
      .filter(event => event.kind === kind)
      .map(event => ('receipt' in event ? event.receipt : ''))
  }
  [Symbol.dispose](): void {
    this.db.close()
  }
}
