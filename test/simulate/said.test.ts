import { expect, test } from 'vitest'
import {
  askedBack,
  doubtedChanges,
  lostRecords,
  mayLack,
  type OpenException,
  saidLevels,
  unitsListed,
} from './said.ts'

const exception = (
  code: string,
  more: { subject?: string; store?: string; fields?: object; evidence?: object },
): OpenException => ({
  kind: code.replace(/\..*$/, ''),
  code,
  subject: more.subject ?? 'S1/W1',
  store: more.store ?? 'S1',
  sentence: 'MUG-2 of #1001 is named here, and in no number',
  fields_json: JSON.stringify(more.fields ?? {}),
  evidence_json: JSON.stringify(more.evidence ?? {}),
})
const MUG = { store: 'S1', sku: 'MUG-2' }

test('a variance says both numbers of its own items in its own store', () => {
  const open = [
    exception('level-variance', {
      evidence: { items: [{ sku: 'MUG-2', on_hand: 5, expected: '7000', isOld: false }] },
    }),
  ]
  expect(saidLevels(open, MUG)).toEqual([{ online: 5, held: 7, isOld: false }])
  expect(saidLevels(open, { store: 'S2', sku: 'MUG-2' })).toEqual([])
  expect(saidLevels(open, { store: 'S1', sku: 'TEE-1' })).toEqual([])
})

test('a change whose answer was lost explains its own units or none; of several movements Shopify may have some', () => {
  const lost = exception('stock-write-unknown.answer-lost', {
    subject: 'gid://tillbridge/Posting/1',
    evidence: {
      changes: [
        { sku: 'MUG-2', delta: -2 },
        { sku: 'TEE-1', delta: 5 },
      ],
    },
  })
  const restored = exception('stock-write-unknown.restored', {
    subject: 'S1/W1/MUG-2',
    evidence: { moved: -3_000 },
  })
  const lacks = (open: readonly OpenException[]) =>
    [-6, -5, -4, -3, -2, -1, 0, 1].filter(units => mayLack(doubtedChanges(open, MUG), units))
  expect(lacks([])).toEqual([0])
  expect(lacks([lost])).toEqual([-2, 0])
  expect(lacks([restored])).toEqual([-3, -2, -1, 0])
  expect(lacks([lost, restored])).toEqual([-5, -4, -3, -2, -1, 0])
  expect(lacks([exception('promised-beyond-stock', { subject: 'S1/W1/MUG-2' })])).toEqual([0])
  expect(lacks([{ ...lost, store: 'S2' }])).toEqual([0])
})

test('goods are counted as their reader counts them', () => {
  const open = [
    exception('cancelled-but-collected', { subject: 'P1', fields: { items: '2 × Mug, 1 × Tote bag' } }),
    exception('hand-over-cancelled', {
      subject: 'O1',
      fields: { items: '2 × Mug (MUG-2), 4 × Tee (TEE-1)' },
    }),
  ]
  expect(unitsListed(open, ['P1'], ['cancelled-but-collected'])).toBe(3)
  expect(unitsListed(open, ['P2'], ['cancelled-but-collected'])).toBeNull()
  expect(unitsListed(open, ['P1'], ['handed-over-after-move'])).toBeNull()
  expect(askedBack(open, MUG)).toBe(2)
  expect(askedBack(open, { store: 'S1', sku: 'CAP-3' })).toBe(0)
})

test('lost records are counted by store', () => {
  const open = [
    exception('records-lost', { fields: { records: 2 } }),
    exception('records-lost.awaited', { fields: { records: 3 } }),
    exception('records-lost', { store: 'S2', fields: { records: 9 } }),
  ]
  expect(lostRecords(open, 'S1')).toBe(5)
})
