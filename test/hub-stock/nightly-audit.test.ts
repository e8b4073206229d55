import { join } from 'node:path'
import { expect, test } from 'vitest'
import { closeByHand, listExceptions } from '../../hub/checks/exceptions.ts'
import { transaction } from '../../hub/db/db.ts'
import { auditInvariants } from '../../hub/stock/audit.ts'
import { msUntil, startNightlyAudit, ToldAudit } from '../../hub/stock/nightly-audit.ts'
import { openTestHubDb } from '../hub-engines.ts'
import { manualWorld, temporaryFolder, until } from '../manual-world.ts'

const level = {
  invariant: 'level-is-sum',
  subject: 'HAR/0/SHIRT-M/on_hand',
  sentence: 'Level 5 is not the sum 4.',
} as const
const line = { invariant: 'line-has-movement', subject: 'HAR/7/0', sentence: 'Receipt 7, line 0.' } as const
const page = { invariant: 'database', subject: 'file', sentence: 'row 3 missing from an index' } as const
const promise = {
  invariant: 'promise-within-stock',
  subject: 'HAR/0/SHIRT-M',
  sentence: '2 are promised.',
} as const

/** A hub whose audits say, one after the other, what a test gives. */
async function audited() {
  const folder = temporaryFolder()
  const world = manualWorld()
  const db = await openTestHubDb(world, join(folder.path, 'hub.db'))
  const answers: (ToldAudit['findings'] | Error)[] = []
  const told: { receiptGaps?: ToldAudit['receiptGaps'] } = {}
  const found = { mine: true, audits: 0, changes: 0 }
  const nightly = startNightlyAudit({
    world,
    db,
    time: { at: '03:30', zone: 'UTC' },
    async audit() {
      found.audits += 1
      const next = answers.shift() ?? []
      if (next instanceof Error) throw next
      return ToldAudit.parse({ findings: next, ...told }) // as what the process of the audit says is read
    },
    isMine: () => found.mine,
    changed() {
      found.changes += 1
    },
  })
  return {
    world,
    db,
    nightly,
    found,
    told,
    answer: (...more: typeof answers) => void answers.push(...more),
    open: async () => (await listExceptions(db)).map(({ code, subject }) => `${code} ${subject}`).sort(),
    sentences: async () => (await listExceptions(db, 'de')).map(({ sentence }) => sentence),
    async [Symbol.asyncDispose]() {
      await nightly[Symbol.asyncDispose]()
      await db.destroy()
      folder[Symbol.dispose]()
    },
  }
}

test('what two audits in a row find is an exception, and what the next night no longer finds is closed', async () => {
  await using hub = await audited()
  hub.answer([level, line, page, promise], [line, page, promise])
  await hub.nightly.runNow()
  expect(await hub.open()).toEqual([
    'audit-failed.line line-has-movement/HAR/7/0',
    'database-damaged database',
  ])
  expect((await hub.sentences()).some(said => said.startsWith('Bonzeile HAR/7/0 hat den Bestand'))).toBe(true)
  hub.answer([level], [level])
  await hub.nightly.runNow()
  expect(await hub.open()).toEqual(['audit-failed.level level-is-sum/HAR/0/SHIRT-M/on_hand'])
  await hub.nightly.runNow()
  expect(await hub.open()).toEqual([])
  expect(hub.found.changes).toBe(3)
})

test('each finding that an audit may have is told, and one that this version does not know takes no other with it', async () => {
  await using hub = await audited()
  const all = [...auditInvariants, 'of-a-later-version'].map(invariant => ({
    invariant,
    subject: 'HAR/1',
    sentence: 'It does not agree.',
  }))
  hub.answer(all, all)
  await hub.nightly.runNow()
  expect(await hub.open()).toEqual([
    'audit-failed.agreement shopify-agrees/HAR/1',
    'audit-failed.chain chain/HAR/1',
    'audit-failed.due due-is-sum/HAR/1',
    'audit-failed.held rest-is-held-back/HAR/1',
    'audit-failed.level level-is-sum/HAR/1',
    'audit-failed.line line-has-movement/HAR/1',
    'audit-failed.other of-a-later-version/HAR/1',
    'audit-failed.write write-readable/HAR/1',
    'database-damaged database',
  ])
  await hub.nightly.runNow()
  expect(await hub.open()).toEqual([])
})

test('an audit that cannot run is an exception as well, and closes nothing that is open', async () => {
  await using hub = await audited()
  hub.answer([level], [level])
  await hub.nightly.runNow()
  hub.answer(new Error('spawn failed'))
  await hub.nightly.runNow()
  expect(await hub.open()).toEqual([
    'audit-failed.level level-is-sum/HAR/0/SHIRT-M/on_hand',
    'audit-failed.not-run audit',
  ])
  await hub.nightly.runNow()
  expect(await hub.open()).toEqual([])
})

test('it runs at its time of day, each day, on the hub that works with Shopify', async () => {
  await using hub = await audited() // the world’s clock begins at 09:00
  await hub.world.advance(18 * 3_600_000)
  expect(hub.found.audits).toBe(0)
  await hub.world.advance(3_600_000)
  await until('the first night', () => hub.found.audits === 1)
  await hub.world.advance(24 * 3_600_000)
  await until('the second night', () => hub.found.audits === 2)
  hub.found.mine = false
  await hub.world.advance(48 * 3_600_000)
  expect(hub.found.audits).toBe(2)
})

test.each([
  ['2026-11-25T02:30:00Z', 'Europe/Berlin', 24 * 60],
  ['2026-11-25T02:29:30Z', 'Europe/Berlin', 0.5],
  ['2026-11-25T03:31:00Z', 'UTC', 24 * 60 - 1],
  ['2026-11-25T00:00:00Z', 'UTC', 210],
])('at %s in %s it waits %d minutes', (now, zone, minutes) => {
  expect(msUntil({ at: '03:30', zone }, Date.parse(now))).toBe(minutes * 60_000)
})

test('a gap in receipt numbers is shown to finance until the receipts come, or until a person closes it', async () => {
  await using hub = await audited()
  const gap = {
    store: 'HAR',
    source: 'pos',
    first: '17',
    last: '18',
    missing: 2,
    date: '2026-11-25',
    till: 'T1',
    series: 'A-',
    gaps: 1,
    mayBeRange: false,
  }
  const other = { ...gap, first: '40', last: '40', missing: 1 }
  hub.told.receiptGaps = [gap, other]
  await hub.nightly.runNow()
  expect(await hub.open()).toEqual([
    'receipt-gap HAR/pos/T1/2026-11-25/17-18',
    'receipt-gap HAR/pos/T1/2026-11-25/40-40',
  ])
  const [row] = (await listExceptions(hub.db)).filter(({ subject }) => subject.endsWith('40-40'))
  await transaction(hub.db, tx => closeByHand(tx, row?.id ?? 0, 'the drawer was opened', 1))
  await hub.nightly.runNow()
  expect(await hub.open()).toEqual(['receipt-gap HAR/pos/T1/2026-11-25/17-18'])
  hub.told.receiptGaps = [{ ...other, last: '190', missing: 151, mayBeRange: true }]
  await hub.nightly.runNow()
  expect(await hub.open()).toEqual(['receipt-gap.range HAR/pos/T1/2026-11-25/40-190'])
  const jumps = { ...other, last: '900', missing: 700, gaps: 4, mayBeRange: true }
  hub.told.receiptGaps = [{ ...jumps, first: '17', last: '30', missing: 12, mayBeRange: false }, jumps]
  await hub.nightly.runNow()
  expect((await hub.open()).toSorted()).toEqual([
    'receipt-gap.many HAR/pos/A-/many',
    'receipt-gap.ranges HAR/pos/A-/ranges',
  ])
  hub.told.receiptGaps = [other]
  await hub.nightly.runNow()
  expect(await hub.open()).toEqual([])
})

test('the oldest gaps of a store come up once the newest are closed by hand', async () => {
  await using hub = await audited()
  const gap = {
    store: 'HAR',
    source: 'pos',
    missing: 1,
    date: '2026-11-25',
    till: 'T1',
    series: 'A-',
    gaps: 1,
    mayBeRange: false,
  }
  hub.told.receiptGaps = Array.from({ length: 51 }, (_, n) => ({
    ...gap,
    first: `${99 - n}`,
    last: `${99 - n}`,
  }))
  await hub.nightly.runNow()
  const open = await listExceptions(hub.db, 'en', 100)
  expect(open).toHaveLength(50)
  for (const { id } of open) await transaction(hub.db, tx => closeByHand(tx, id, 'training', 1))
  await hub.nightly.runNow()
  expect(await hub.open()).toEqual(['receipt-gap HAR/pos/T1/2026-11-25/49-49'])
})

test('gaps that become very many close for the one that counts them, which a person may close for good', async () => {
  await using hub = await audited()
  const few = {
    store: 'HAR',
    source: 'pos',
    missing: 1,
    date: '2026-11-25',
    till: 'T1',
    series: 'A-',
    gaps: 1,
    mayBeRange: false,
  }
  hub.told.receiptGaps = ['17', '40'].map(number => ({ ...few, first: number, last: number }))
  await hub.nightly.runNow()
  const many = { ...few, first: '17', last: '290', missing: 24, gaps: 19 }
  hub.told.receiptGaps = [many]
  await hub.nightly.runNow()
  const [row, ...others] = await listExceptions(hub.db)
  expect(others).toEqual([])
  expect(row).toMatchObject({ code: 'receipt-gap.many', owner: 'finance', store: 'HAR' })
  expect(row?.sentence).toContain('24 numbers in 19 gaps between 17 and 290')
  await transaction(hub.db, tx => closeByHand(tx, row?.id ?? 0, 'quotes have numbers as well', 1))
  hub.told.receiptGaps = [{ ...many, last: '300', missing: 25, gaps: 20 }]
  await hub.nightly.runNow()
  expect(await hub.open()).toEqual([])
})
