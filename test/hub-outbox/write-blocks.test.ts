import fc from 'fast-check'
import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { damagedWriteBlocks, packWrites, readWrites } from '../../hub/outbox/write-blocks.ts'
import {
  confirmWrite,
  giveUpWrite,
  markSent,
  openWrites,
  planWrite,
  refuseWrite,
} from '../../hub/outbox/writes.ts'
import { audit } from '../../hub/stock/audit.ts'
import { engine } from '../hub-engines.ts'
import { openLedger } from '../hub-sales/ledger-of.ts'

const END = { problem: 'no', now: 5 }
const step = fc.record({
  end: fc.constantFrom('confirm', 'confirm', 'confirm', 'refuse', 'unknown', 'open'),
  /** Ends one that was left open before. */
  late: fc.boolean(),
  pack: fc.option(
    fc.record({ before: fc.integer({ min: 0, max: 12 }), blockSize: fc.integer({ min: 1, max: 4 }) }),
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
      await packWrites(db, { before: 1_000, blockSize: 1 }, async () => true)
      expect(await readWrites(db, ids)).toEqual(expected)
      expect((await openWrites(db, { kinds: ['adjust'] })).map(write => write.id)).toEqual(open)
      const left = await db.selectFrom('shopify_write').select(['id', 'state']).orderBy('id').execute()
      const first = open[0] ?? Number.POSITIVE_INFINITY
      expect(left.filter(row => row.id < first && row.state === 'confirmed')).toEqual([])
    }),
    { numRuns: engine === 'sqlite' ? 20 : 6 },
  )
})

test('a block that is not full waits', async () => {
  await using ledger = await openLedger()
  const { db } = ledger
  const write = { kind: 'adjust', store: 'HAR', subject: 's', key: 'k', request: {}, now: 1 } as const
  const id = await transaction(db, tx => planWrite(tx, write))
  await transaction(db, tx => confirmWrite(tx, id, { proof: {}, now: 1 }))
  expect(await packWrites(db, { before: 9, blockSize: 2 }, async () => true)).toBe(0)
  expect(await db.selectFrom('shopify_write').select('id').execute()).toHaveLength(1)
})

test('each single bit of a packed block of writes that flips is named by the audit, or changes no write', async () => {
  await using ledger = await openLedger()
  const { db } = ledger
  const ids: number[] = []
  for (const number of [1, 2, 3]) {
    const write = {
      kind: 'adjust',
      store: 'HAR',
      subject: 's',
      key: `k${number}`,
      request: {},
      now: 1,
    } as const
    const id = await transaction(db, tx => planWrite(tx, write))
    await transaction(db, tx => confirmWrite(tx, id, { proof: { number }, now: 1 }))
    ids.push(id)
  }
  const written = await readWrites(db, ids)
  expect(await packWrites(db, { before: 9, blockSize: 3 }, async () => true)).toBe(3)
  const { body } = await db.selectFrom('write_block').select('body').executeTakeFirstOrThrow()
  const put = (bytes: Buffer) =>
    transaction(db, tx => tx.updateTable('write_block').set({ body: bytes }).execute())
  let named = 0
  for (let bit = 0; bit < 8 * body.length; bit += 11) {
    const flipped = Buffer.from(body)
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    await put(flipped)
    const damaged = await damagedWriteBlocks(db)
    if (damaged.length === 0) expect(await readWrites(db, ids), `bit ${bit}`).toEqual(written)
    else {
      named += 1
      expect([...(await readWrites(db, ids)).values()].every(write => 'unreadable' in write)).toBe(true)
    }
  }
  expect(named).toBeGreaterThan(body.length / 2)
  const findings = (await audit(db)).findings.filter(({ invariant }) => invariant === 'write-readable')
  expect(findings.map(({ subject }) => subject)).toEqual([`writes/${ids[0]}-${ids[2]}`])
})
