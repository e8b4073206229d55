import { expect, test } from 'vitest'
import { listExceptions } from '../../hub/checks/exceptions.ts'
import type { Db } from '../../hub/db/db.ts'
import { projections } from '../../hub/effects/projections.ts'
import { rebuildProjection } from '../../hub/streams/rebuild.ts'
import { onHand, sale } from '../gateway/till-and-hub.ts'
import { dump, eventOf } from './lives.ts'
import { openTillRecords } from './till-records.ts'

/** A POS that tells the date of a receipt and no time of day. */
const MIDNIGHT = { wall: '2026-11-30T00:00:00', zone: 'Europe/Berlin' }

interface Said {
  readonly source?: string
  readonly till?: string
  /** Minor units. */
  readonly paid?: number
}

/** As the agent reads it from a file: its fingerprint is of all that is said, also of the source's name. */
function receipt(
  number: number,
  goods: Readonly<Record<string, number>>,
  { source = 'export', ...said }: Said = {},
) {
  const paid = said.paid ?? Object.values(goods).reduce((all, units) => all + units * 1_000, 0) + number
  const till = said.till ?? ''
  const lines = Object.entries(goods).map(([sku, units], line) => ({
    ...{ line, sku, barcode: null, title: sku, warehouse: '0' },
    ...{ quantity: units * 1_000, net: units * 840 },
  }))
  return sale(number, 1, {
    ...{ source, till, lines, receipt: `G${number}`, receiptNumber: `G${number}` },
    ...{ soldAt: MIDNIGHT, businessDate: '2026-11-30' },
    tenders: [{ kind: 'cash', name: 'cash', amount: paid }],
    fingerprint: `${source}/${till}/${number}/${JSON.stringify(goods)}/${paid}`.slice(0, 64).padEnd(16, '.'),
  })
}

const voided = (number: number, source = 'export') => ({
  ...{ kind: 'sale.voided', at: 9, source, receipt: `G${number}`, reason: 'marked-void' },
})

const entry = (sku: string, units: number, source = 'export') => ({
  ...eventOf({ what: 'entry', number: 1, units }, 1),
  ...{ source, sku, fingerprint: `fingerprint-of-${source}-${sku}-${units}`, happenedAt: MIDNIGHT },
})

const open = async (db: Db) => (await listExceptions(db, 'en', 50)).map(({ code }) => code).toSorted()

const stock = async (db: Db) => {
  const units: Record<string, number> = {}
  for (const sku of ['A', 'B', 'C', 'X', 'Y', 'Z']) {
    const held = await onHand(db, sku)
    if (held !== 0) units[sku] = held
  }
  return units
}

async function twoTills() {
  const hub = await openTillRecords()
  const [first, second] = [await hub.enrol('Till 1'), await hub.enrol('Till 2')]
  return { hub, db: hub.db, first, second, [Symbol.asyncDispose]: () => hub[Symbol.asyncDispose]() }
}

async function expectSameRebuilt(db: Db) {
  for (const projection of projections) {
    const before = await dump(db, projection)
    await rebuildProjection({ db, projection, fromStart: true, report() {} })
    expect(await dump(db, projection)).toEqual(before)
  }
}

test('two tills with one source name and dates alone: the second till’s receipt is asked about, and counts under another name', async () => {
  await using of = await twoTills()
  const { hub, db, first, second } = of
  await hub.receive(first, [receipt(1, { A: 1 }), receipt(2, { B: 2 })])
  await hub.receive(second, [receipt(1, { X: 3 }), receipt(2, { Y: 4 }), receipt(3, { Z: 1 })])
  expect(await stock(db)).toEqual({ A: -1, B: -2, Z: -1 })
  const named = await listExceptions(db, 'en', 50)
  expect(named.map(({ code, device }) => [code, device])).toEqual(
    Array.from({ length: 2 }, () => ['receipt-of-two-tills.sale', second]),
  )
  expect(named.map(({ sentence }) => sentence).toSorted()[0]).toMatch(
    /^Receipt G1 of 2026-11-30 for .*30\.01.*"Till 2".*"Till 1".*"countsAgain": \["export"\]/,
  )
  // its own till corrects what the hub holds, wholly: the other’s is still not counted
  await hub.receive(first, [receipt(1, { C: 5 })])
  await hub.receive(second, [voided(2)])
  expect(await stock(db)).toEqual({ C: -5, B: -2, Z: -1 })
  expect(await open(db)).toEqual(['receipt-of-two-tills.sale', 'receipt-of-two-tills.void'])
  const renamed = { source: 'export-2' }
  await hub.receive(second, [
    receipt(1, { X: 3 }, renamed),
    receipt(2, { Y: 4 }, renamed),
    receipt(3, { Z: 1 }, renamed),
  ])
  expect(await stock(db)).toEqual({ C: -5, B: -2, X: -3, Y: -4, Z: -1 })
  expect(await open(db)).toEqual([])
  await hub.receive(second, [voided(2, 'export-2'), receipt(3, { Z: 2 }, renamed)])
  expect(await stock(db)).toEqual({ C: -5, B: -2, X: -3, Z: -2 })
  await expectSameRebuilt(db)
})

test('two tills that read one file correct a receipt in any order, one of them late, and no question is asked', async () => {
  await using of = await twoTills()
  const { hub, db, first, second } = of
  const versions = [{ A: 1, B: 1 }, { A: 2, B: 1 }, { B: 1 }, { B: 1, C: 3 }].map(goods => receipt(1, goods))
  const [one, two, three, four] = versions
  await hub.receive(first, [one ?? '', receipt(2, { X: 1 })])
  await hub.receive(second, [one ?? '', receipt(2, { X: 1 })])
  await hub.receive(second, [two ?? ''])
  await hub.receive(first, [two ?? '', three ?? ''])
  await hub.receive(second, [three ?? '']) // late
  await hub.receive(second, [four ?? ''])
  await hub.receive(first, [four ?? ''])
  // other goods at the same price, and another price of the same goods
  await hub.receive(second, [receipt(2, { Y: 1 })])
  await hub.receive(second, [receipt(2, { Y: 1 }, { paid: 700 })])
  await hub.receive(first, [receipt(2, { Y: 1 }), receipt(2, { Y: 1 }, { paid: 700 })])
  expect([await stock(db), await open(db)]).toEqual([{ B: -1, C: -3, Y: -1 }, []])
  await hub.receive(second, [voided(2)])
  await hub.receive(first, [voided(2)])
  expect([await stock(db), await open(db)]).toEqual([{ B: -1, C: -3 }, []])
  await expectSameRebuilt(db)
})

test('a receipt that is replaced wholly in a file of two tills is asked about until both have told the same', async () => {
  await using of = await twoTills()
  const { hub, db, first, second } = of
  await hub.receive(first, [receipt(1, { A: 1 })])
  await hub.receive(second, [receipt(1, { X: 3 })])
  expect([await stock(db), await open(db)]).toEqual([{ A: -1 }, ['receipt-of-two-tills.sale']])
  await hub.receive(first, [receipt(1, { X: 3 })])
  expect([await stock(db), await open(db)]).toEqual([{ X: -3 }, []])
  await hub.receive(first, [receipt(1, { B: 1 }), receipt(2, { A: 1 })])
  await hub.receive(second, [receipt(1, { X: 3, B: 1 }), receipt(2, { A: 2 }), voided(2)])
  expect([await stock(db), await open(db)]).toEqual([{ B: -1, X: -3 }, []])
})

test('what the late till of one file tells is asked about, and agreed once it tells what is held', async () => {
  await using of = await twoTills()
  const { hub, db, first, second } = of
  await hub.receive(first, [receipt(1, { A: 1 }), receipt(1, { X: 3 })])
  await hub.receive(second, [{ ...receipt(1, { A: 1 }), at: 9 }])
  expect([await stock(db), await open(db)]).toEqual([{ X: -3 }, ['receipt-of-two-tills.sale']])
  await hub.receive(second, [{ ...receipt(1, { X: 3 }), at: 9 }])
  expect([await stock(db), await open(db)]).toEqual([{ X: -3 }, []])
})

test('once two tills are known to number for themselves, a receipt with goods in common is another one as well', async () => {
  await using of = await twoTills()
  const { hub, db, first, second } = of
  await hub.receive(first, [
    receipt(1, { A: 1 }),
    receipt(2, { B: 1 }),
    receipt(3, { C: 1 }),
    receipt(4, { C: 2 }),
  ])
  await hub.receive(second, [receipt(1, { A: 2 }), receipt(2, { X: 2 })])
  await hub.receive(second, [receipt(3, { C: 5 }), receipt(4, { C: 2 }), voided(4), voided(1)])
  expect(await stock(db)).toEqual({ A: -1, B: -1, C: -3 })
  expect(await open(db)).toEqual([
    ...['receipt-of-two-tills.sale', 'receipt-of-two-tills.sale'],
    ...['receipt-of-two-tills.void', 'receipt-of-two-tills.void'],
  ])
  const renamed = { source: 'export-2' }
  await hub.receive(second, [
    receipt(1, { A: 2 }, renamed),
    receipt(2, { X: 2 }, renamed),
    receipt(3, { C: 5 }, renamed),
    receipt(4, { C: 2 }, renamed),
  ])
  expect(await stock(db)).toEqual({ A: -3, B: -1, C: -10, X: -2 })
  expect(await open(db)).toEqual(['receipt-of-two-tills.void']) // of receipt 4, which was counted as the first till's
  await expectSameRebuilt(db)
})

test('receipts of two tills are told apart by what the POS calls its till, and by their prices where no item is known', async () => {
  await using of = await twoTills()
  const { hub, db, first, second } = of
  const free = (number: number, net: number, paid: number) => {
    const { lines, ...of } = receipt(number, { A: 1 }, { paid }) as ReturnType<typeof receipt> & {
      lines: object[]
    }
    return { ...of, lines: lines.map(line => ({ ...line, sku: null, net })) }
  }
  await hub.receive(first, [receipt(1, { A: 1 }, { till: 'K1' })])
  await hub.receive(second, [receipt(1, { A: 2 }, { till: 'K2' })])
  expect([await stock(db), await open(db)]).toEqual([{ A: -1 }, ['receipt-of-two-tills.sale']])
  await using other = await twoTills()
  await other.hub.receive(other.first, [free(1, 500, 600)])
  await other.hub.receive(other.second, [free(1, 500, 595)])
  expect(await open(other.db)).toEqual([])
  await other.hub.receive(other.first, [free(1, 800, 900)])
  expect(await open(other.db)).toEqual(['receipt-of-two-tills.sale'])
})

test('stock entries of two tills with dates alone: another item and quantity is another entry', async () => {
  await using of = await twoTills()
  const { hub, db, first, second } = of
  await hub.receive(first, [entry('A', 10)])
  await hub.receive(second, [entry('A', 8)])
  expect([await stock(db), await open(db)]).toEqual([{ A: 8 }, []])
  await hub.receive(first, [entry('X', 3)])
  expect([await stock(db), await open(db)]).toEqual([{ A: 8 }, ['receipt-of-two-tills.entry']])
  await hub.receive(first, [entry('X', 3, 'export-1')])
  expect([await stock(db), await open(db)]).toEqual([{ A: 8, X: 3 }, []])
})

test('another source of the till that tells the same number and date neither replaces a receipt nor closes a question', async () => {
  await using of = await twoTills()
  const { hub, db, first, second } = of
  await hub.receive(first, [receipt(1, { A: 1 })])
  await hub.receive(second, [receipt(1, { X: 3 }), receipt(2, { Y: 1 })])
  const phone = { source: 'phone' }
  await hub.receive(second, [receipt(1, { B: 1 }, phone), receipt(2, { C: 2 }, phone)])
  expect(await stock(db)).toEqual({ A: -1, B: -1, C: -2, Y: -1 })
  expect(await open(db)).toEqual(['receipt-of-two-tills.sale'])
})
