import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type RowFinding, rowMoves, stepRow, wallOf } from '../../agent/sources/known-rows.ts'
import type { KnownRow } from '../../agent/sources/source.ts'
import { defineError } from '../../shared/errors.ts'
import { type AgentEvent, SaleCompleted, SaleVoided } from '../../shared/events.ts'
import { EpochMs, SourceId } from '../../shared/ids.ts'

const source = SourceId.parse('pos')
const now = EpochMs.parse(1_000)
const formerStoreAt = () => null
const broken = defineError('SAMPLE', (f: { version: number }) => `Version ${f.version} can't be read.`)

function saleOf(version: number): AgentEvent {
  return SaleCompleted.parse({
    kind: 'sale.completed',
    at: now,
    source,
    receipt: '1',
    receiptNumber: '1',
    till: 'T1',
    staff: null,
    businessDate: '2026-11-25',
    soldAt: { wall: '2026-11-25T09:30:00', zone: 'Europe/Berlin' },
    currency: 'EUR',
    lines: [
      {
        line: 0,
        sku: 'MUG',
        barcode: null,
        title: 'Mug',
        quantity: version * 1_000,
        net: version,
        warehouse: 'shop',
      },
    ],
    taxes: [],
    tenders: [{ kind: 'cash', name: 'Cash', amount: version }],
    rounding: 0,
    unexplained: 0,
    fingerprint: `sold ${version}`.padEnd(43, '0'),
  })
}
const voided = SaleVoided.parse({
  kind: 'sale.voided',
  at: now,
  source,
  receipt: '1',
  reason: 'deleted',
})

type Seen = { readonly is: Exclude<RowFinding['is'], 'same'>; readonly version: number }

/** What a source finds, given what it was told before. */
function findingOf({ is, version }: Seen, known: KnownRow | undefined): RowFinding {
  const fingerprint = `${is} ${version}`
  if (is === 'told') return { is, fingerprint, told: `sale ${version}`, events: [saleOf(version)] }
  if (is === 'incomplete') return { is, fingerprint, since: now }
  if (is === 'unreadable') return { is, fingerprint, error: broken({ version }), payload: () => '{}' }
  if (is === 'gone') return { is, undo: typeof known?.told === 'string' ? [voided] : [] }
  return { is }
}

/** The hub, as far as one receipt goes. */
class Hub {
  sold = 0
  refusals = 0
  changes = 0
  apply(events: readonly AgentEvent[]): void {
    for (const event of events) {
      this.changes += 1
      if (event.kind === 'sale.completed') this.sold = (event.lines[0]?.quantity ?? 0) / 1_000
      if (event.kind === 'sale.voided') {
        expect(this.sold).toBeGreaterThan(0) // nothing is taken back that is not there
        this.sold = 0
      }
      if (event.kind === 'source.row-refused') this.refusals = 1
      if (event.kind === 'source.row-accepted') {
        expect(this.refusals).toBe(1)
        this.refusals = 0
      }
    }
  }
}

const seen: fc.Arbitrary<Seen> = fc.record({
  is: fc.constantFrom('told', 'incomplete', 'unreadable', 'gone', 'ignored'),
  version: fc.integer({ min: 1, max: 3 }),
})

test('whatever is found in whatever order, the hub holds the last version that could be told, once', () =>
  fc.assert(
    fc.property(fc.array(seen, { maxLength: 30 }), findings => {
      const hub = new Hub()
      let known: KnownRow | undefined
      let expected = 0
      for (const found of findings) {
        const row = { source, name: 'receipts/1', known, wall: wallOf(known), now, formerStoreAt }
        const step = stepRow(row, findingOf(found, known))
        hub.apply(step.events)
        known = step.known ?? known
        if (found.is === 'told') expected = found.version
        if (found.is === 'gone') expected = 0
        expect(hub.sold).toBe(expected)
        expect(hub.refusals === 1).toBe(known?.state === 'refused')
        expect(found.is === 'unreadable').toBe(known?.state === 'refused')

        const changes = hub.changes
        const again = stepRow({ ...row, known }, findingOf(found, known))
        expect([again.events, again.known]).toEqual([[], null])
        expect(hub.changes).toBe(changes)
      }
    }),
  ))

test('each step goes where the table says', () =>
  fc.assert(
    fc.property(fc.array(seen, { minLength: 1, maxLength: 8 }), findings => {
      let known: KnownRow | undefined
      for (const found of findings) {
        const before = known
        const row = { source, name: 'receipts/1', known, wall: null, now, formerStoreAt }
        known = stepRow(row, findingOf(found, known)).known ?? known
        const move = rowMoves[before?.state ?? 'unknown'][found.is]
        const state = move === 'as-told' ? (typeof before?.told === 'string' ? 'sold' : 'gone') : move
        expect(known?.state ?? 'unknown').toBe(state)
      }
    }),
  ))

test('a fault of ours is told apart from a row that can’t be read', () => {
  const row = { source, name: 'receipts/1', known: undefined, wall: null, now, formerStoreAt }
  const fault = new TypeError('undefined is not a function')
  const finding = { is: 'unreadable', fingerprint: 'x', payload: () => '{}' } as const
  expect(stepRow(row, { ...finding, error: fault }).fault).toBe(fault)
  expect(stepRow(row, { ...finding, error: broken({ version: 1 }) })).not.toHaveProperty('fault')
})

test('a row of a store that this PC has left changes no books, whatever is found of it, and each change is named', () =>
  fc.assert(
    fc.property(
      fc.array(seen, { minLength: 1, maxLength: 12 }),
      fc.constantFrom<KnownRow['state'] | 'unknown'>('unknown', 'sold', 'waiting', 'refused', 'gone'),
      (findings, state) => {
        const wall = '2026-11-25T09:30:00'
        const former = { store: 'HAR', fingerprint: state === 'sold' ? 'told 1' : null }
        const told = state === 'sold' ? 'sale 1' : null
        const kept = { key: 'receipts/1', fingerprint: 'told 1', soldAt: `${wall} 1`, since: 1, told, former }
        let known: KnownRow | undefined = state === 'unknown' ? undefined : { ...kept, state }
        for (const found of findings) {
          const before = known
          const row = { source, name: 'receipts/1', known, wall, now, formerStoreAt: () => 'HAR' }
          const step = stepRow(row, findingOf(found, known))
          known = step.known ?? known
          expect(step.events.filter(({ kind }) => !kind.startsWith('source.row-'))).toEqual([])
          if (step.known !== null) expect(known?.former).toMatchObject({ store: 'HAR' })
          const isBooked = found.version === 1 && former.fingerprint !== null
          if (found.is === 'told') expect(known?.state).toBe(isBooked ? 'sold' : 'refused')
          if (found.is === 'told' && !isBooked) expect(step.former?.message).toContain('store HAR')
          if (found.is === 'gone' && typeof before?.told === 'string' && before.state !== 'gone')
            expect(step.former?.code).toBe('ROW_OF_FORMER_STORE')
          expect(stepRow({ ...row, known }, findingOf(found, known)).events).toEqual([])
        }
      },
    ),
  ))

test('what this device has reported itself is its store’s, whatever time the POS gives it', () => {
  const known: KnownRow = {
    key: 'receipts/1',
    fingerprint: 'x',
    state: 'sold',
    soldAt: ' 1',
    since: 1,
    told: 'sale',
  }
  const row = {
    source,
    name: 'receipts/1',
    known,
    wall: '2026-11-25T09:30:00',
    now,
    formerStoreAt: () => 'HAR',
  }
  const found = findingOf({ is: 'told', version: 2 }, known)
  expect(stepRow(row, found).events).toEqual([saleOf(2)])
})

test.each([
  ['2026-11-25T09:30:00 receipts/1', '2026-11-25T09:30:00'],
  [' receipts/1', undefined],
  ['25.11.2026 receipts/1', undefined],
])('a void names the moment of the sale that was told (%s)', (soldAt, wall) => {
  const known: KnownRow = {
    key: 'receipts/1',
    fingerprint: 'x',
    state: 'sold',
    soldAt,
    since: 1,
    told: 'sale',
  }
  const row = { source, name: known.key, known, wall: '2026-11-26T10:00:00', now, formerStoreAt: () => null }
  expect(stepRow(row, findingOf({ is: 'gone', version: 1 }, known)).events).toEqual([
    { ...voided, ...(wall === undefined ? {} : { wall }) },
  ])
})
