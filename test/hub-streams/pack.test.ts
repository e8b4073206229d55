import fc from 'fast-check'
import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { projections } from '../../hub/effects/projections.ts'
import { startPacking } from '../../hub/packing.ts'
import { audit } from '../../hub/stock/audit.ts'
import { blockDamaged, decodeBlock, encodeBlock } from '../../hub/streams/event-block.ts'
import { effectedAfter } from '../../hub/streams/event-history.ts'
import { packEvents } from '../../hub/streams/pack.ts'
import { rebuildProjection } from '../../hub/streams/rebuild.ts'
import type { AgentEvent } from '../../shared/events.ts'
import { link } from '../../shared/stream/chain.ts'
import { engine } from '../hub-engines.ts'
import { openLedger } from '../hub-sales/ledger-of.ts'
import { manualWorld, until } from '../manual-world.ts'
import { dump, eventOf, feed, type Happening, TILLS } from './lives.ts'
import { mixedStreams, readAll, type Sent, type SentBatch } from './mixed-streams.ts'

const happening: fc.Arbitrary<Happening> = fc.record({
  what: fc.constantFrom('sale', 'sale', 'void', 'entry', 'cash'),
  number: fc.nat(4),
  units: fc.integer({ min: 1, max: 3 }),
})
const sent: fc.Arbitrary<Sent> = fc.oneof(
  { weight: 8, arbitrary: happening },
  { weight: 1, arbitrary: fc.constantFrom<Sent>('unknown', 'known later', 'unreadable') },
)
const batch: fc.Arbitrary<SentBatch> = fc.record({
  till: fc.constantFrom(...TILLS),
  renews: fc.integer({ min: 0, max: 5 }).map(n => n === 0),
  records: fc.array(sent, { minLength: 1, maxLength: 8 }),
})
/** What happens at the hub after a batch. `stopAfter`: killed after so many steps of packing. */
const step = fc.record({
  batch,
  clock: fc.integer({ min: 1, max: 50 }),
  learns: fc.integer({ min: 0, max: 5 }).map(n => n === 0),
  pack: fc.option(
    fc.record({
      before: fc.integer({ min: 1, max: 60 }),
      blockSize: fc.integer({ min: 1, max: 5 }),
      stopAfter: fc.integer({ min: 1, max: 20 }),
    }),
  ),
})

/** Goes on for so many steps. */
const stepsOf = (count: number) => {
  let left = count
  return async () => {
    left -= 1
    return left > 0
  }
}
const forever = async () => true

test('whatever is packed whenever, every reader gives what it gave before', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 10 }),
      fc.integer({ min: 1, max: 7 }),
      async (steps, limit) => {
        await using packed = await openLedger()
        await using untouched = await openLedger()
        let now = 0
        const one = mixedStreams(packed.db, () => now)
        const other = mixedStreams(untouched.db, () => now)
        for (const { batch, clock, learns, pack } of steps) {
          now = clock
          for (const streams of [one, other]) {
            await streams.commit(batch)
            if (learns) await streams.learn()
          }
          if (pack !== null) await packEvents(packed.db, pack, stepsOf(pack.stopAfter))
        }
        await packEvents(packed.db, { before: 1_000, blockSize: 3 }, forever)
        expect(await readAll(packed.db, one.places, limit)).toEqual(
          await readAll(untouched.db, other.places, limit),
        )
        for (const projection of projections)
          await rebuildProjection({
            db: packed.db,
            projection,
            fromStart: false,
            report() {},
            batchSize: limit,
          })
        expect(await dumpAll(packed.db)).toEqual(await dumpAll(untouched.db))
      },
    ),
    { numRuns: engine === 'sqlite' ? 20 : 6 },
  )
}, 180_000) // forty databases, on a machine that may be busy

const dumpAll = (db: Parameters<typeof dump>[0]) =>
  dump(db, { tables: projections.flatMap(one => one.tables) })

const sold = (number: number): Happening => ({ what: 'sale', number, units: 1 })
const TEN = Array.from({ length: 10 }, (_, index) => sold(index))

test('full blocks take the place of old rows; what does not fill one stays', async () => {
  await using ledger = await openLedger()
  const { db } = ledger
  await feed(db, () => 5)(TILLS[0], TEN)
  expect(await packEvents(db, { before: 5, blockSize: 4 }, forever)).toBe(0) // not old enough
  expect(await packEvents(db, { before: 6, blockSize: 4 }, forever)).toBe(8)
  const blocks = await db
    .selectFrom('event_block')
    .select(['first_seq', 'last_seq', 'received_to'])
    .orderBy('first_seq')
    .execute()
  expect(blocks).toEqual([
    { first_seq: 1, last_seq: 4, received_to: 5 },
    { first_seq: 5, last_seq: 8, received_to: 5 },
  ])
  expect((await db.selectFrom('event').select('seq').orderBy('seq').execute()).map(row => row.seq)).toEqual([
    9, 10,
  ])
  expect(await audit(db)).toMatchObject({ events: 10, findings: [] })
})

/** JSON that says the same in other characters. */
const spellings: readonly [string, (event: AgentEvent) => string][] = [
  ['its kind escaped', event => JSON.stringify(event).replace('"kind":"s', '"kind":"\\u0073')],
  ['its key escaped', event => JSON.stringify(event).replace('"kind"', '"k\\u0069nd"')],
  ['its kind last and spaced', ({ kind, ...rest }) => JSON.stringify({ ...rest, kind }, null, 2)],
]

test.each(spellings)('an event with %s is packed, and so are those beside it', async (_what, spell) => {
  await using ledger = await openLedger()
  const { db } = ledger
  const commit = feed(db, () => 5)
  await commit(TILLS[0], TEN.slice(0, 4))
  await commit(TILLS[0], TEN.slice(4, 6), undefined, spell)
  await commit(TILLS[0], TEN.slice(6))
  const kinds = { kinds: ['sale.completed'], limit: 20, archives: [] }
  const { store } = await db.selectFrom('event').select('store').executeTakeFirstOrThrow()
  const before = await effectedAfter(db, store, { turn: 0, epoch: 0, seq: 0 }, kinds)
  expect(await packEvents(db, { before: 6, blockSize: 10 }, forever)).toBe(10)
  expect(await effectedAfter(db, store, { turn: 0, epoch: 0, seq: 0 }, kinds)).toEqual(before)
  expect((await audit(db)).findings).toEqual([])
})

test('records that break the chain are left as rows, and the audit still finds them', async () => {
  await using ledger = await openLedger()
  const { db } = ledger
  await feed(db, () => 5)(TILLS[0], TEN)
  await transaction(db, tx =>
    tx.updateTable('event').set({ body: '{"kind":"cash.moved"}' }).where('seq', '=', 6).execute(),
  )
  expect(await packEvents(db, { before: 6, blockSize: 4 }, forever)).toBe(4)
  expect((await audit(db)).findings.map(({ subject }) => subject)).toEqual([`${TILLS[0]}/1/6`])
})

const damages: readonly [string, (body: Buffer) => Buffer][] = [
  ['a byte was changed', body => body.with(body.length - 5, (body.at(-5) ?? 0) ^ 1) as Buffer],
  ['it was cut off', body => body.subarray(0, body.length - 9)],
  ['it is another block', body => Buffer.from(body.subarray(0, 0))],
]

test.each(damages)(
  'a packed block that is damaged (%s) is found by the audit and refused by a rebuild',
  async (_what, damage) => {
    const [sales] = projections
    if (sales === undefined) throw new Error('no projection')
    await using ledger = await openLedger()
    const { db } = ledger
    await feed(db, () => 5)(TILLS[0], TEN)
    await packEvents(db, { before: 6, blockSize: 4 }, forever)
    const { body } = await db
      .selectFrom('event_block')
      .select('body')
      .where('first_seq', '=', 5)
      .executeTakeFirstOrThrow()
    await transaction(db, tx =>
      tx
        .updateTable('event_block')
        .set({ body: Buffer.from(damage(body)) })
        .where('first_seq', '=', 5)
        .execute(),
    )
    expect((await audit(db)).findings.map(({ subject }) => subject)).toEqual([`${TILLS[0]}/1/5`])
    await expect(
      rebuildProjection({ db, projection: sales, fromStart: true, report() {} }),
    ).rejects.toMatchObject({ code: 'HISTORY_INCOMPLETE' })
  },
)

test('a packed block that is gone is found by the audit', async () => {
  await using ledger = await openLedger()
  const { db } = ledger
  await feed(db, () => 5)(TILLS[0], TEN)
  await packEvents(db, { before: 6, blockSize: 5 }, forever)
  await transaction(db, tx => tx.deleteFrom('event_block').where('first_seq', '=', 6).execute())
  expect((await audit(db)).findings.map(({ invariant }) => invariant)).toEqual(['chain'])
})

/** The same records with the hashes that their bodies give. */
function chain<R extends { readonly body: string }>(records: readonly R[]): (R & { hash: string })[] {
  let hash = 'p'
  return records.map(record => {
    hash = link(hash, record.body)
    return { ...record, hash }
  })
}

test('a block gives back any text byte for byte', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 20 }), bodies => {
      const records = bodies.map((text, index) => ({
        seq: index + 4,
        kind: `kind-${text.length % 3}`,
        hash: `h${index}`,
        turn: 7 + index,
        at: 1_700_000_000_000 - index,
        body: `{"kind":"kind-${text.length % 3}","text":${JSON.stringify(text)}}`,
      }))
      const block = encodeBlock(records)
      const chained = chain(records)
      const head = {
        first_seq: 4,
        last_seq: 3 + bodies.length,
        previous: 'p',
        last_hash: chained.at(-1)?.hash ?? '',
      }
      expect(decodeBlock('x', head, block)).toEqual(chained)
    }),
  )
})

test('each single bit of a block that flips is refused, or changes no record', () => {
  const of = (index: number) => {
    const happening = { ...sold(index), what: index % 3 === 0 ? 'void' : 'cash' } as const
    const event = eventOf(happening, index)
    return {
      seq: index + 1,
      kind: event.kind,
      turn: 70 + index,
      at: 1_700_000_000_000 + 7 * index,
      body: JSON.stringify(event),
    }
  }
  const records = chain(Array.from({ length: 9 }, (_, index) => of(index)))
  const head = { first_seq: 1, last_seq: 9, previous: 'p', last_hash: records.at(-1)?.hash ?? '' }
  const block = encodeBlock(records)
  let refused = 0
  for (let bit = 0; bit < 8 * block.length; bit += 1) {
    const flipped = Buffer.from(block)
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    try {
      expect(decodeBlock('x', head, flipped), `bit ${bit}`).toEqual(records)
    } catch (error) {
      if (!blockDamaged.is(error)) throw error
      refused += 1
    }
  }
  expect(refused).toBeGreaterThan(7 * block.length)
})

test('a block whose kinds were changed is refused, checksum or not', () => {
  const records = chain([{ seq: 1, kind: 'sale.voided', turn: 1, at: 1, body: '{"kind":"cash.moved"}' }])
  const head = { first_seq: 1, last_seq: 1, previous: 'p', last_hash: records[0]?.hash ?? '' }
  expect(() => decodeBlock('x', head, encodeBlock(records))).toThrow(
    expect.objectContaining({ code: 'BLOCK_DAMAGED' }),
  )
})

test('a running hub packs what is older than its setting, and stops when it is told to', async () => {
  await using ledger = await openLedger()
  const { db } = ledger
  const world = manualWorld()
  const day = 86_400_000
  await feed(db, () => world.clock.now() - 2 * day)(
    TILLS[0],
    Array.from({ length: 300 }, (_, index) => sold(index)),
  )
  await using _packing = startPacking({
    world,
    afterDays: 1,
    packs: { events: (wanted, pause) => packEvents(db, wanted, pause) },
    check: async () => undefined,
  })
  await world.advance(10 * 60_000)
  await until('packed', async () => {
    await world.advance(1_000)
    return (await db.selectFrom('event_block').select('last_seq').execute()).length > 0
  })
  expect(await db.selectFrom('event_block').select('last_seq').execute()).toEqual([{ last_seq: 256 }])
})
