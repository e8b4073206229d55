import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type RowFinding, rowMoves, stepRow, wallOf } from '../../agent/sources/known-rows.ts'
import type { KnownRow } from '../../agent/sources/source.ts'
import { defineError } from '../../shared/errors.ts'
import { type AgentEvent, SaleCompleted, SaleVoided } from '../../shared/events.ts'
import { EpochMs, SourceId } from '../../shared/ids.ts'

const source = SourceId.parse('pos')
const now = EpochMs.parse(1_000)
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
        const row = { source, name: 'receipts/1', known, wall: wallOf(known), now }
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
        const row = { source, name: 'receipts/1', known, wall: null, now }
        known = stepRow(row, findingOf(found, known)).known ?? known
        const move = rowMoves[before?.state ?? 'unknown'][found.is]
        const state = move === 'as-told' ? (typeof before?.told === 'string' ? 'sold' : 'gone') : move
        expect(known?.state ?? 'unknown').toBe(state)
      }
    }),
  ))

test('a fault of ours is told apart from a row that can’t be read', () => {
  const row = { source, name: 'receipts/1', known: undefined, wall: null, now }
  const fault = new TypeError('undefined is not a function')
  const finding = { is: 'unreadable', fingerprint: 'x', payload: () => '{}' } as const
  expect(stepRow(row, { ...finding, error: fault }).fault).toBe(fault)
  expect(stepRow(row, { ...finding, error: broken({ version: 1 }) })).not.toHaveProperty('fault')
})
