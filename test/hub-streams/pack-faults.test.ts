import type { KyselyPlugin } from 'kysely'
import { expect, test } from 'vitest'
import { type Db, transaction } from '../../hub/db/db.ts'
import { projections } from '../../hub/effects/projections.ts'
import { audit } from '../../hub/stock/audit.ts'
import { blockCheck } from '../../hub/streams/check-blocks.ts'
import { effectedAfter } from '../../hub/streams/event-history.ts'
import { hashOf, keepRecords } from '../../hub/streams/event-records.ts'
import { packEvents } from '../../hub/streams/pack.ts'
import { rebuildProjection } from '../../hub/streams/rebuild.ts'
import { genesis, link } from '../../shared/stream/chain.ts'
import { heldWithoutHash } from '../../shared/stream/log.ts'
import { openLedger } from '../hub-sales/ledger-of.ts'
import { dump, enrolTill, feed, type Happening, TILLS } from './lives.ts'

const forever = async () => true
const sold = (number: number): Happening => ({ what: 'sale', number, units: 1 })
const sales = (count: number, from = 0) => Array.from({ length: count }, (_, index) => sold(from + index))
const blocksOf = (db: Db) =>
  db
    .selectFrom('event_block')
    .select(['first_seq', 'last_seq'])
    .orderBy('device')
    .orderBy('first_seq')
    .execute()

/** Turns one bit of a block's body. */
async function damage(db: Db, firstSeq: number): Promise<void> {
  const { body } = await db
    .selectFrom('event_block')
    .select('body')
    .where('first_seq', '=', firstSeq)
    .executeTakeFirstOrThrow()
  const changed = Buffer.from(body)
  changed[changed.length - 9] = (changed.at(-9) ?? 0) ^ 1
  await putBody(db, firstSeq, changed)
}

const putBody = (db: Db, firstSeq: number, body: Buffer) =>
  transaction(db, tx =>
    tx.updateTable('event_block').set({ body }).where('first_seq', '=', firstSeq).execute(),
  )

const open = (db: Db) =>
  db.selectFrom('exception').select(['kind', 'subject', 'count']).where('closed_at', 'is', null).execute()

test('behind a damaged block, its own till and those after it are packed', async () => {
  await using ledger = await openLedger()
  const { db } = ledger
  const commit = feed(db, () => 5)
  await commit(TILLS[0], sales(4))
  await packEvents(db, { before: 6, blockSize: 4 }, forever)
  await damage(db, 1)
  await commit(TILLS[0], sales(4, 10))
  await commit(TILLS[1], sales(4, 20))
  expect(await packEvents(db, { before: 6, blockSize: 4 }, forever)).toBe(8)
  expect((await audit(db)).findings.map(({ subject }) => subject)).toEqual([`${TILLS[0]}/1/1`])
  const place = { store: 'HAR', device: TILLS[0] }
  expect(await hashOf(db, place, { epoch: 1, seq: 2 })).toBe(heldWithoutHash)
})

test('a damaged block is an exception until it is restored', async () => {
  await using ledger = await openLedger()
  const { db } = ledger
  await feed(db, () => 5)(TILLS[0], sales(12))
  await packEvents(db, { before: 6, blockSize: 4 }, forever)
  const { body } = await db
    .selectFrom('event_block')
    .select('body')
    .where('first_seq', '=', 5)
    .executeTakeFirstOrThrow()
  const check = blockCheck(db, { now: () => 7, blocksARound: 1 })
  await check(forever)
  await damage(db, 5)
  expect(await open(db)).toEqual([])
  const named = [{ kind: 'history-damaged', subject: `${TILLS[0]}/1/5-8`, count: 1 }]
  await check(forever) // the second block
  expect(await open(db)).toEqual(named)
  await check(forever) // another one, and the second again
  expect(await open(db)).toEqual(named)
  await putBody(db, 5, body)
  await check(forever)
  expect(await open(db)).toEqual([])
})

test('a hub that is restarted after each round still reaches the last block', async () => {
  await using ledger = await openLedger()
  const { db } = ledger
  await feed(db, () => 5)(TILLS[0], sales(12))
  await packEvents(db, { before: 6, blockSize: 4 }, forever)
  await damage(db, 9)
  for (let start = 0; start < 3; start += 1) await blockCheck(db, { now: () => 7, blocksARound: 1 })(forever)
  expect(await open(db)).toMatchObject([{ kind: 'history-damaged', subject: `${TILLS[0]}/1/9-12` }])
})

test('when one stream fails, the others are packed before its error is thrown', async () => {
  await using ledger = await openLedger()
  const { db } = ledger
  const commit = feed(db, () => 5)
  for (const till of TILLS) await commit(till, sales(4))
  const { hash } = await db
    .selectFrom('event')
    .innerJoin('code', 'code.id', 'event.device')
    .select('hash')
    .where('text', '=', TILLS[0])
    .where('seq', '=', 1)
    .executeTakeFirstOrThrow()
  const failing: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      if (result.rows.some(row => row['hash'] === hash)) throw new Error('a page of the disk')
      return result
    },
  }
  const packing = packEvents(db.withPlugin(failing), { before: 6, blockSize: 4 }, forever)
  await expect(packing).rejects.toThrow('a page of the disk')
  expect(await blocksOf(db)).toEqual([{ first_seq: 1, last_seq: 4 }])
  expect(await packEvents(db, { before: 6, blockSize: 4 }, forever)).toBe(4)
})

/** Counts what queries give back. */
function reading() {
  const read = { rows: 0, characters: 0 }
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      read.rows += result.rows.length
      for (const { body } of result.rows) if (typeof body === 'string') read.characters += body.length
      return result
    },
  }
  return { read, plugin }
}

test('a step reads no more than a block holds, however long the bodies are', async () => {
  await using ledger = await openLedger()
  const { db } = ledger
  await enrolTill(db, TILLS[0])
  let hash = genesis('events', TILLS[0], 1)
  const records = Array.from({ length: 40 }, (_, index) => {
    const length = index % 10 === 0 ? 900_000 : 150_000
    const body = JSON.stringify({ kind: 'long', note: 'é'.repeat(10) + 'x'.repeat(length) })
    hash = link(hash, body)
    return {
      epoch: 1,
      seq: index + 1,
      kind: 'long',
      hash,
      state: 'applied',
      problem: null,
      body,
      turn: 1,
      at: 5,
    } as const
  })
  await transaction(db, tx => keepRecords(tx, { store: 'HAR', device: TILLS[0] }, records))
  const { read, plugin } = reading()
  const steps: { rows: number; characters: number }[] = []
  const packed = await packEvents(db.withPlugin(plugin), { before: 6 }, async () => {
    steps.push({ ...read })
    read.rows = 0
    read.characters = 0
    return true
  })
  expect(packed).toBeGreaterThan(35)
  expect(Math.max(...steps.map(step => step.characters))).toBeLessThan(910_000)
  expect(Math.max(...steps.map(step => step.rows))).toBeLessThan(200)
  expect((await audit(db)).findings.filter(({ subject }) => subject !== `${TILLS[0]}/0/0`)).toEqual([])
})

test('what lies behind the first young row is not looked at', async () => {
  await using ledger = await openLedger()
  const { db } = ledger
  let now = 9
  const commit = feed(db, () => now)
  await commit(TILLS[0], sales(1))
  now = 5 // the hub's clock was set back
  await commit(TILLS[0], sales(8, 10))
  const { read, plugin } = reading()
  expect(await packEvents(db.withPlugin(plugin), { before: 6, blockSize: 4 }, forever)).toBe(0)
  expect(read.characters).toBe(0)
  expect(await packEvents(db, { before: 10, blockSize: 4 }, forever)).toBe(8)
})

test('two hubs that pack one stream leave each record once', async () => {
  await using ledger = await openLedger()
  const { db } = ledger
  await feed(db, () => 5)(TILLS[0], sales(20))
  const pack = () => packEvents(db, { before: 6, blockSize: 4 }, forever)
  const packed = await Promise.all([pack(), pack()])
  expect(packed[0] + packed[1]).toBe(20)
  expect(await audit(db)).toMatchObject({ events: 20, findings: [] })
})

async function everything(db: Db, limit: number, hurt: (db: Db) => Db = same => same) {
  const { id: store } = await db
    .selectFrom('code')
    .select('id')
    .where('text', '=', 'HAR')
    .executeTakeFirstOrThrow()
  const found: unknown[] = []
  let after = { turn: 0, epoch: 0, seq: 0 }
  for (;;) {
    const page = await effectedAfter(hurt(db), store, after, {
      kinds: ['sale.completed'],
      limit,
      archives: [],
    })
    found.push(...page)
    const last = page.at(-1)
    if (last === undefined || page.length < limit) return found
    after = last
  }
}

test('records that are packed between the two reads of a reader are given once', async () => {
  await using ledger = await openLedger()
  const { db } = ledger
  await feed(db, () => 5)(TILLS[0], sales(12))
  const before = await everything(db, 100)
  let isPacked = false
  /** Packs as soon as the rows were read, before the blocks are. */
  const packing: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      if (!isPacked && result.rows.some(row => 'body' in row)) {
        isPacked = true
        expect(await packEvents(db, { before: 6, blockSize: 4 }, forever)).toBe(12)
      }
      return result
    },
  }
  expect(await everything(db, 100, same => same.withPlugin(packing))).toEqual(before)
  expect(isPacked).toBe(true)
})

test('a turn of several records that is split over two blocks is read in order, page by page', async () => {
  await using ledger = await openLedger()
  const { db } = ledger
  const commit = feed(db, () => 5)
  await commit(TILLS[0], sales(3))
  await commit(TILLS[1], sales(2, 10))
  await commit(TILLS[0], sales(7, 20)) // records 4 to 10: one turn, over three blocks
  const tables = { tables: projections.flatMap(one => one.tables) }
  const [before, live] = [await everything(db, 100), await dump(db, tables)]
  await packEvents(db, { before: 6, blockSize: 4 }, forever)
  expect(await blocksOf(db)).toEqual([
    { first_seq: 1, last_seq: 4 },
    { first_seq: 5, last_seq: 8 },
  ])
  for (const limit of [1, 2, 3, 5, 100]) {
    expect(await everything(db, limit)).toEqual(before)
    for (const projection of projections)
      await rebuildProjection({ db, projection, fromStart: true, report() {}, batchSize: limit })
    expect(await dump(db, tables)).toEqual(live)
  }
})
