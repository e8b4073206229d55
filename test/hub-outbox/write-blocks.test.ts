import fc from 'fast-check'
import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { packWrites, readWrites } from '../../hub/outbox/write-blocks.ts'
import {
  confirmWrite,
  giveUpWrite,
  markSent,
  openWrites,
  planWrite,
  refuseWrite,
} from '../../hub/outbox/writes.ts'
import { engine } from '../hub-engines.ts'
import { openLedger } from '../hub-sales/ledger-of.ts'

const END = { problem: 'no', now: 5 }
const step = fc.record({
  end: fc.constantFrom('confirm', 'confirm', 'confirm', 'refuse', 'unknown', 'open'),
  /** Ends one that was left open before. */
  late: fc.boolean(),
  pack: fc.option(
    fc.record({ before: fc.integer({ min: 0, max: 12 }), most: fc.integer({ min: 1, max: 4 }) }),
  ),
})

test('whatever ends when and is packed when, each write is read as it ended', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async steps => {
      await using ledger = await openLedger()
      const { db } = ledger
      const ids: number[] = []
      const open: number[] = []
      const end = (id: number, how: string, now: number) =>
        transaction(db, async tx => {
          await markSent(tx, id, now)
          if (how === 'confirm') await confirmWrite(tx, id, { proof: { by: `é-${id}` }, now })
          if (how === 'refuse') await refuseWrite(tx, id, { ...END, now })
          if (how === 'unknown') await giveUpWrite(tx, id, { ...END, now })
        })
      const expected = new Map<number, unknown>()
      for (const [now, { end: how, late, pack }] of steps.entries()) {
        const write = {
          kind: 'adjust',
          store: 'HAR',
          subject: `s${now}`,
          key: `k${now}`,
          request: { now },
          now,
        } as const
        const id = await transaction(db, tx => planWrite(tx, write))
        ids.push(id)
        if (how === 'open') open.push(id)
        else await end(id, how, now)
        const other = late ? open.shift() : undefined
        if (other !== undefined) await end(other, 'confirm', now)
        for (const [which, row] of await readWrites(db, ids)) expected.set(which, row)
        if (pack !== null) await packWrites(db, pack, async () => true)
        expect(await readWrites(db, ids)).toEqual(expected)
      }
      await packWrites(db, { before: 1_000, most: 1 }, async () => true)
      expect(await readWrites(db, ids)).toEqual(expected)
      expect((await openWrites(db, { kinds: ['adjust'] })).map(write => write.id)).toEqual(open)
      const left = await db.selectFrom('shopify_write').select(['id', 'state']).orderBy('id').execute()
      const first = open[0] ?? Number.POSITIVE_INFINITY
      expect(left.filter(row => row.id < first && row.state === 'confirmed')).toEqual([])
    }),
    { numRuns: engine === 'sqlite' ? 20 : 6 },
  )
}, 180_000)

test('a block that is not full waits', async () => {
  await using ledger = await openLedger()
  const { db } = ledger
  const write = { kind: 'adjust', store: 'HAR', subject: 's', key: 'k', request: {}, now: 1 } as const
  const id = await transaction(db, tx => planWrite(tx, write))
  await transaction(db, tx => confirmWrite(tx, id, { proof: {}, now: 1 }))
  expect(await packWrites(db, { before: 9, most: 2 }, async () => true)).toBe(0)
  expect(await db.selectFrom('shopify_write').select('id').execute()).toHaveLength(1)
})
