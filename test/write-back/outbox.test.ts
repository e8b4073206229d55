import SQLite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openWriteBacks, type WriteBackRule, writeBackTables } from '../../agent/write-back/write-backs.ts'
import type { PickupPut } from '../../shared/commands.ts'
import { PickupPut as Put } from '../../shared/commands.ts'
import { AgentEvent } from '../../shared/events.ts'
import { EpochMs, Sku } from '../../shared/ids.ts'
import { put } from '../journal/test-journal.ts'
import { noon, restocked, target } from './parts.ts'

const hour = 3_600_000
const lines = [
  {
    id: 'l1',
    sku: Sku.parse('TEE-WHT-S'),
    barcode: null,
    title: 'Tee',
    variantTitle: null,
    imageUrl: null,
    units: 2,
  },
  { id: 'l2', sku: null, barcode: null, title: 'Gift wrap', variantTitle: null, imageUrl: null, units: 1 },
]
const pickup = (state: PickupPut['state'], version = 1, movedAt = noon): PickupPut =>
  Put.parse({ ...put(), lines, state, version, movedAt: EpochMs.parse(movedAt) })

class Outbox implements Disposable {
  now = noon
  readonly db = new SQLite(':memory:')
  readonly events: AgentEvent[] = []
  #rule: WriteBackRule
  #open
  constructor(what: WriteBackRule['what']) {
    this.db.exec(writeBackTables)
    this.#rule = { target, what }
    this.#open = openWriteBacks(this.db, [this.#rule], () => this.now)
  }
  get open() {
    return this.#open
  }
  restart(): void {
    this.#open = openWriteBacks(this.db, [this.#rule], () => this.now)
  }
  noteOutcome(id: string, outcome: Parameters<typeof this.open.noteOutcome>[2]): void {
    this.events.push(...this.open.noteOutcome(target, id, outcome))
  }
  [Symbol.dispose](): void {
    this.db.close()
  }
}
const orderId = `tillbridge:order:${put().pickup}`

test('an order is planned once while it is open, with all that the POS needs', () => {
  using outbox = new Outbox(['order'])
  for (const state of ['received', 'accepted', 'picking'] as const) outbox.open.plan(pickup(state))
  expect(outbox.open.take(target)).toEqual({
    what: 'order',
    externalId: orderId,
    at: put().at,
    order: '#1001',
    customer: 'A. Customer',
    note: '',
    lines: [
      { sku: 'TEE-WHT-S', barcode: null, title: 'Tee', units: 2 },
      { sku: null, barcode: null, title: 'Gift wrap', units: 1 },
    ],
  })
  outbox.noteOutcome(orderId, { kind: 'done' })
  expect(outbox.open.take(target)).toBeNull()
  outbox.restart()
  outbox.open.plan(pickup('ready', 5))
  expect(outbox.open.take(target)).toBeNull()
  expect(outbox.events).toEqual([
    { kind: 'pos.written', at: noon, source: target, what: 'order', externalId: orderId, problem: null },
  ])
  expect(AgentEvent.parse(outbox.events[0])).toEqual(outbox.events[0])
  expect(JSON.stringify(outbox.db.prepare('SELECT * FROM write_back').all())).not.toContain('A. Customer')
})

test('an order that ends before it was written is not written any more, unless it is just being', () => {
  using outbox = new Outbox(['order'])
  outbox.open.plan(pickup('received'))
  outbox.open.plan(pickup('cancelled', 2))
  expect(outbox.open.take(target)).toBeNull()
  using busy = new Outbox(['order'])
  busy.open.plan(pickup('received'))
  busy.open.take(target)
  busy.open.plan(pickup('cancelled', 2))
  busy.noteOutcome(orderId, { kind: 'done' })
  expect(busy.events).toHaveLength(1)
})

test('a hand-over is planned when it happens, without lines that move no stock', () => {
  using outbox = new Outbox(['hand-over', 'return'])
  outbox.open.plan(pickup('ready'))
  expect(outbox.open.take(target)).toBeNull()
  outbox.open.plan(pickup('collected', 2))
  outbox.open.plan(pickup('collected', 3))
  const job = outbox.open.take(target)
  expect(job).toMatchObject({ what: 'hand-over', lines: [{ sku: 'TEE-WHT-S', units: 2 }] })
  expect(outbox.open.waiting()).toEqual([{ target, planned: 1, refused: 0, givenUp: 0, oldestAt: noon }])
})

test('a hand-over that staff can undo waits, goes when it is not undone, and comes again after an undo', () => {
  using outbox = new Outbox(['hand-over'])
  const sending = (version: number, at: number) =>
    Put.parse({ ...pickup('collected', version, at), shopify: 'sending' })
  outbox.open.plan(sending(2, noon))
  expect(outbox.open.take(target)).toBeNull()
  outbox.open.plan(pickup('ready', 3))
  outbox.now += hour
  expect(outbox.open.take(target)).toBeNull()
  outbox.open.plan(sending(4, outbox.now))
  outbox.now += 9_999
  expect(outbox.open.take(target)).toBeNull()
  outbox.now += 1
  expect(outbox.open.take(target)).toMatchObject({ what: 'hand-over' })
})

test('what happened before write-back was set up stays as it is', () => {
  using outbox = new Outbox(['hand-over', 'return'])
  outbox.open.plan(pickup('collected', 1, noon - 1))
  outbox.open.plan(restocked('1', noon - 1))
  expect(outbox.open.take(target)).toBeNull()
  outbox.now += 90 * hour
  outbox.restart() // the same target, another day
  outbox.open.plan(restocked('2', noon + hour))
  expect(outbox.open.take(target)?.externalId).toBe('tillbridge:return:2')
})

test('a refusal is told once and tried again every hour, for a week; others pass it by', () => {
  using outbox = new Outbox(['return'])
  outbox.open.plan(restocked('1'))
  outbox.open.plan(restocked('2'))
  const problem = { code: 'POS_ARTICLE_UNKNOWN', sentence: 'The POS has no such item.' }
  const first = 'tillbridge:return:1'
  expect(outbox.open.take(target)?.externalId).toBe(first)
  outbox.noteOutcome(first, { kind: 'refused', problem })
  expect(outbox.open.take(target)?.externalId).toBe('tillbridge:return:2')
  outbox.noteOutcome('tillbridge:return:2', { kind: 'done' })
  expect(outbox.open.take(target)).toBeNull()
  expect(outbox.open.dueAt(target)).toBe(noon + hour)
  let tries = 0
  for (; tries < 1_000; tries += 1) {
    outbox.now += hour
    if (outbox.open.take(target) === null) break
    outbox.noteOutcome(first, { kind: 'refused', problem })
  }
  expect(tries).toBe(7 * 24)
  expect(outbox.events.map(event => ('problem' in event ? event.problem : undefined))).toEqual([
    problem,
    null,
  ])
  expect(outbox.open.waiting()).toEqual([{ target, planned: 0, refused: 0, givenUp: 1, oldestAt: null }])
})

test('a corrected refusal is reported as done', () => {
  using outbox = new Outbox(['return'])
  outbox.open.plan(restocked('1'))
  outbox.open.take(target)
  outbox.noteOutcome('tillbridge:return:1', { kind: 'refused', problem: { code: 'A', sentence: 'a' } })
  outbox.now += hour
  outbox.open.take(target)
  outbox.noteOutcome('tillbridge:return:1', { kind: 'refused', problem: { code: 'B', sentence: 'b' } })
  outbox.now += hour
  outbox.open.take(target)
  outbox.noteOutcome('tillbridge:return:1', { kind: 'done' })
  outbox.noteOutcome('tillbridge:return:1', { kind: 'done' })
  expect(outbox.events.map(event => ('problem' in event ? (event.problem?.code ?? null) : ''))).toEqual([
    'A',
    'B',
    null,
  ])
})

test('a POS out of reach costs a thing nothing', () => {
  using outbox = new Outbox(['return'])
  outbox.open.plan(restocked('1'))
  for (let i = 0; i < 5; i += 1) {
    const job = outbox.open.take(target)
    expect(job?.externalId).toBe('tillbridge:return:1')
    outbox.noteOutcome('tillbridge:return:1', { kind: 'later' })
  }
  expect(outbox.events).toEqual([])
})

test('a target first opened while the clock was a year ahead takes what happens once the clock is right', () => {
  using outbox = new Outbox(['return'])
  const planned = () => outbox.db.prepare('SELECT COUNT(*) FROM write_back').pluck().get()
  outbox.db.prepare('UPDATE write_back_target SET since = ?').run(noon + 365 * 24 * hour)
  outbox.restart()
  outbox.open.plan(restocked('r-1', noon + hour))
  expect(planned()).toBe(1)
  outbox.now = noon + 5 * hour
  outbox.restart() // its own beginning stays
  outbox.open.plan(restocked('r-2', noon + 2 * hour))
  expect(planned()).toBe(2)
})

test('a change put off while the clock was a year ahead is due once the clock is right', () => {
  using outbox = new Outbox(['return'])
  outbox.open.plan(restocked('r-1', noon))
  outbox.db.prepare('UPDATE write_back SET next_at = ?').run(noon + 365 * 24 * hour)
  expect(outbox.open.take(target)).toMatchObject({ what: 'return' })
})

const rowsOf = ({ db }: Outbox) => JSON.stringify(db.prepare('SELECT * FROM write_back').all())
const NAME = put().customer.name
const refused = { kind: 'refused', problem: { code: 'X', sentence: 'No.' } } as const
const redacted = (state: PickupPut['state'], version = 2): PickupPut =>
  Put.parse({ ...pickup(state, version), customer: { name: '', phoneEnd: null }, note: null })

test('what was given up keeps nothing of the customer', () => {
  using outbox = new Outbox(['order'])
  outbox.open.plan(pickup('received'))
  for (const days of [0, 8]) {
    outbox.now += days * 24 * hour
    outbox.open.take(target)
    outbox.noteOutcome(orderId, refused)
  }
  expect(outbox.open.waiting()).toMatchObject([{ givenUp: 1 }])
  expect(rowsOf(outbox)).not.toContain(NAME)
})

test.each([
  ['an order that waits', ['order'], 'received', false],
  ['an order that was refused', ['order'], 'received', true],
  ['a hand-over that waits', ['hand-over'], 'collected', false],
] as const)(
  'a customer who is to be forgotten is forgotten in %s, which is written without them',
  (_what, what, state, isRefused) => {
    using outbox = new Outbox(what)
    outbox.open.plan(pickup(state))
    if (isRefused) {
      outbox.noteOutcome(outbox.open.take(target)?.externalId ?? '', refused)
      outbox.now += hour
    }
    expect(rowsOf(outbox)).toContain(NAME)
    outbox.open.plan(redacted(state))
    expect(rowsOf(outbox)).not.toContain(NAME)
    outbox.now += hour
    expect(outbox.open.take(target)).toMatchObject({
      customer: '',
      note: '',
      lines: [{ units: 2 }, {}].slice(0, state === 'collected' ? 1 : 2),
    })
  },
)

test('a customer is forgotten in what waits for a target that is not configured any more', () => {
  using outbox = new Outbox(['order'])
  outbox.open.plan(pickup('received'))
  const other = openWriteBacks(outbox.db, [], () => outbox.now)
  other.plan(redacted('received'))
  expect(rowsOf(outbox)).not.toContain(NAME)
})

test('what a POS out of reach has not had for a month is written without its customer', () => {
  using outbox = new Outbox(['order'])
  outbox.open.plan(pickup('received'))
  outbox.now += 31 * 24 * hour
  outbox.open.prune()
  expect(rowsOf(outbox)).not.toContain(NAME)
  expect(outbox.open.take(target)).toMatchObject({ order: '#1001', customer: '' })
})
