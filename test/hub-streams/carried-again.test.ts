import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openArchiveFile } from '../../hub/db/archive-file.ts'
import { projections } from '../../hub/effects/projections.ts'
import { archiveEvents } from '../../hub/streams/archive.ts'
import { packEvents } from '../../hub/streams/pack.ts'
import { rebuildProjection } from '../../hub/streams/rebuild.ts'
import { EpochOpened } from '../../shared/events.ts'
import { onHand, sale } from '../gateway/till-and-hub.ts'
import { temporaryFolder } from '../manual-world.ts'
import { dump, eventOf } from './lives.ts'
import { openTillRecords } from './till-records.ts'

const AT = 1_700_000_100_000
const voided = (receipt: number, at = AT) => ({
  kind: 'sale.voided',
  at,
  source: 'pos',
  receipt: `r-${receipt}`,
  reason: 'marked-void',
})
const cash = (units: number, at: number) => eventOf({ what: 'cash', number: 1, units }, at)
const entry = (units: number, at: number) => eventOf({ what: 'entry', number: 1, units }, at)
const refused = {
  kind: 'source.row-refused',
  at: AT,
  source: 'pos',
  row: 'row-1',
  code: 'ROW_TOTAL',
  sentence: 'The total is not a number.',
  payload: 'total=x',
}
const accepted = { kind: 'source.row-accepted', at: AT + 1, source: 'pos', row: 'row-1' }

/** What a restored till's next epoch begins with. `runs`: where its records were before. */
const opened = (records: number, ...runs: (readonly [epoch: number, first: number, last: number])[]) =>
  EpochOpened.parse({
    kind: 'epoch.opened',
    at: AT + 10_000,
    reason: 'receiver-ahead',
    previous: { epoch: 1, seq: 1, head: '' },
    carried: { records, runs: runs.map(([epoch, first, last]) => ({ epoch, first, last })) },
  })

async function setUp() {
  const hub = await openTillRecords()
  const open = async () =>
    (await hub.db.selectFrom('exception').select(['kind']).where('closed_at', 'is', null).execute())
      .map(({ kind }) => kind)
      .toSorted()
  const cashHeld = async () =>
    (await hub.db.selectFrom('cash').select('amount').execute()).map(({ amount }) => amount)
  return { ...hub, openKinds: open, cashHeld }
}

test.each([
  ['a receipt that was voided', sale(1, 2), voided(1), 0],
  ['a receipt that was corrected', sale(1, 2), sale(1, 3, { at: AT }), -3],
  ['a stock entry that was corrected', entry(2, AT), entry(5, AT + 1), 5],
  ['a void of a receipt that was sold again', voided(1), sale(1, 4, { at: AT + 1 }), -4],
])(
  '%s does not come back when an image is put back that holds it unsent',
  async (_what, kept, since, level) => {
    await using hub = await setUp()
    const device = await hub.enrol()
    if (kept.kind === 'sale.voided') await hub.receive(device, [sale(1, 4)])
    else await hub.receive(device, [sale(9, 1), voided(9)])
    const seq = kept.kind === 'sale.voided' ? 2 : 3
    await hub.receive(device, [kept, since])
    expect(await onHand(hub.db)).toBe(level)
    await hub.renew(device, 2, [opened(1, [1, seq, seq]), kept])
    await hub.renew(device, 3, [opened(1, [1, seq, seq]), kept])
    expect(await onHand(hub.db)).toBe(level)
    expect(await hub.openKinds()).toEqual(['till-restored'])
  },
)

test('cash that was corrected, and a refused row that was accepted, do not come back either', async () => {
  await using hub = await setUp()
  const device = await hub.enrol()
  await hub.receive(device, [cash(10, AT), refused, cash(20, AT + 1), accepted])
  await hub.renew(device, 2, [opened(2, [1, 1, 2]), cash(10, AT), refused])
  expect(await hub.cashHeld()).toEqual([2000])
  expect(await hub.openKinds()).toEqual(['till-restored'])
})

test('a record is found where a later epoch carried it to, also when the hub never had it at its first place', async () => {
  await using hub = await setUp()
  const device = await hub.enrol()
  await hub.receive(device, [sale(9, 1)])
  await hub.renew(device, 2, [opened(2, [1, 2, 3]), cash(10, AT), sale(1, 2)])
  await hub.renew(device, 4, [opened(2, [2, 1, 3]), cash(10, AT), sale(1, 2)])
  await hub.receive(device, [cash(20, AT + 1), voided(1)])
  await hub.renew(device, 5, [opened(3, [1, 2, 3], [4, 7, 7]), cash(10, AT), sale(1, 2), sale(2, 5)])
  expect(await hub.cashHeld()).toEqual([2000])
  expect(await onHand(hub.db)).toBe(-6)
})

test('an epoch that the hub never had brings back no receipt', async () => {
  await using hub = await setUp()
  const device = await hub.enrol()
  await hub.receive(device, [sale(1, 2), voided(1)])
  await hub.renew(device, 5, [opened(1, [4, 1, 2]), sale(1, 2)])
  expect(await onHand(hub.db)).toBe(0)
})

test('a till that is enrolled again tells what its former journal held, and brings back no receipt', async () => {
  await using hub = await setUp()
  const former = await hub.enrol()
  await hub.receive(former, [sale(1, 2), sale(2, 1), voided(1), sale(2, 3, { at: AT })])
  const device = await hub.enrol()
  await hub.receive(device, [sale(1, 2), sale(2, 1), sale(3, 1)])
  expect(await onHand(hub.db)).toBe(-4)
  await hub.receive(device, [sale(1, 2, { at: AT + 5 })]) // what its POS now says is another event
  expect(await onHand(hub.db)).toBe(-6)
})

test('what the hub does not hold counts, and so does what another life of the till wrote at the same place', async () => {
  await using hub = await setUp()
  const device = await hub.enrol()
  await hub.receive(device, [sale(1), sale(2)])
  // an older hub: it lost 1/3; another life: at 1/2 the image wrote a sale of its own
  await hub.renew(device, 2, [opened(2, [1, 2, 3]), sale(3, 2), sale(4, 4)])
  expect(await onHand(hub.db)).toBe(-8)
})

test.each([
  ['more records than its runs name', opened(3, [1, 1, 1])],
  ['fewer records than its runs name', opened(1, [1, 1, 500])],
  ['runs without an end', opened(3, [1, 1, Number.MAX_SAFE_INTEGER], [7, 5, 2])],
])('an epoch that says %s loses no sale', async (_what, opening) => {
  await using hub = await setUp()
  const device = await hub.enrol()
  await hub.receive(device, [sale(1)])
  await hub.renew(device, 2, [opening, sale(2), sale(3), sale(4), sale(5)])
  expect(await onHand(hub.db)).toBe(-5)
})

test('packed records are known again, and a rebuild leaves out what had no effect', async () => {
  await using hub = await setUp()
  const device = await hub.enrol()
  const many = Array.from({ length: 8 }, (_, index) => sale(index + 10))
  await hub.receive(device, [sale(1, 2), cash(10, AT), voided(1), cash(20, AT + 1), ...many])
  await hub.world.advance(1)
  expect(await packEvents(hub.db, { before: hub.world.clock.now(), blockSize: 4 }, async () => true)).toBe(12)
  await hub.renew(device, 2, [opened(2, [1, 1, 2]), sale(1, 2), cash(10, AT)])
  expect(await hub.cashHeld()).toEqual([2000])
  expect(await onHand(hub.db)).toBe(-8)
  for (const projection of projections) {
    const before = await dump(hub.db, projection)
    await rebuildProjection({ db: hub.db, projection, fromStart: true, report: () => undefined })
    expect(await dump(hub.db, projection)).toEqual(before)
  }
})

test('a receipt whose changes are archived is asked about when an older content of it comes, and a new one counts', async () => {
  await using hub = await setUp()
  using folder = temporaryFolder()
  const device = await hub.enrol()
  const old = sale(1, 2, { at: 1_000 })
  await hub.receive(device, [old, voided(1)])
  await hub.world.advance(1)
  const { files, clock } = hub.world
  await packEvents(hub.db, { before: clock.now(), blockSize: 2 }, async () => true)
  using file = openArchiveFile(files, join(folder.path, 'a.db'), { hub: 'hub_test', create: true })
  await archiveEvents(hub.db, file, clock.now(), () => undefined)
  await hub.renew(device, 2, [opened(1, [1, 1, 1]), old])
  expect(await onHand(hub.db)).toBe(0)
  expect(await hub.openKinds()).toEqual(['event-unreadable', 'till-restored'])
  await hub.receive(device, [sale(1, 3, { at: clock.now() + 1 }), sale(2, 1)])
  expect(await onHand(hub.db)).toBe(-4)
})

test('a kind that the hub learns later takes effect once, in its first place', async () => {
  await using hub = await setUp()
  const device = await hub.enrol()
  const unknown = { kind: 'kind.of-later', at: AT }
  await hub.receive(device, [unknown])
  await hub.renew(device, 2, [opened(1, [1, 1, 1]), unknown])
  const states = await hub.db
    .selectFrom('event')
    .select(['epoch', 'state'])
    .where('kind', '=', 'kind.of-later')
    .orderBy('epoch')
    .execute()
  expect(states).toEqual([
    { epoch: 1, state: 'deferred' },
    { epoch: 2, state: 'repeated' },
  ])
})

test('a record with a card number, which is kept masked, is known again', async () => {
  await using hub = await setUp()
  const device = await hub.enrol()
  const paid = { ...cash(10, AT), name: 'Card 4111 1111 1111 1111' }
  await hub.receive(device, [paid, cash(20, AT + 1)])
  await hub.renew(device, 2, [opened(1, [1, 1, 1]), paid])
  expect(await hub.cashHeld()).toEqual([2000])
})
