import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openAgentJournal } from '../../agent/agent-journal.ts'
import { inheritWork } from '../../agent/handover/inherit-work.ts'
import { adoptJournal } from '../../agent/journal/adopt.ts'
import { ReturnMade } from '../../shared/events.ts'
import { EpochMs, SourceId } from '../../shared/ids.ts'
import { frozenRules, slip } from '../journal/frozen/content.ts'
import { DEVICE, lightWorld, PICKUP, put, receiveCommands } from '../journal/test-journal.ts'
import { temporaryFolder } from '../manual-world.ts'

const FORMER = 'dev_former0000000000000'
const returned = ReturnMade.parse({
  kind: 'return.made',
  at: 1,
  returnId: 'ret_0123456789abcdef',
  orderId: 'gid://shopify/Order/5',
  orderName: '#1005',
  pickup: null,
  lines: [
    {
      orderLine: 'gid://shopify/LineItem/6',
      title: 'Mug',
      variantTitle: null,
      sku: null,
      barcode: null,
      units: 1,
      condition: 'sellable',
      reason: 'other',
    },
  ],
  staff: 'Mia',
  till: 'Till 1',
})
const body = { lines: ['TOTAL 19,90'], codes: [], images: [], cut: false }

test('what a former device of the store left unfinished comes along, each once', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const world = lightWorld()
  const failed = (error: unknown) => expect.unreachable(String(error))
  const open = (device: string) => openAgentJournal({ path, device, world, failed, ...frozenRules })
  {
    using former = open(FORMER)
    await receiveCommands(former, [put()], FORMER)
    await former.parts.captured.of('receipts').add({ printer: 'bar', at: 1, body })
    await former.parts.printing.write(() => former.parts.printing.jobs.add(slip))
    const moved = {
      kind: 'pickup.moved',
      at: EpochMs.parse(1),
      pickup: PICKUP,
      move: 'accept',
      staff: 'Mia',
      till: 'Till 1',
      reason: null,
    } as const
    await former.parts.pickups.move(() => moved)
    await former.parts.returns.record(() => returned)
  }
  await adoptJournal(world, { path, device: DEVICE, verify: false, parts: {}, isHome: () => true })
  const home = { device: FORMER, store: 'HAR', until: null, zone: 'Europe/Berlin' }
  for (let start = 1; start <= 2; start += 1) {
    using own = open(DEVICE)
    await inheritWork(world, own, { former: [home], store: 'HAR', path })
    const { parts } = own
    expect(parts.captured.of('receipts').unread('any', 9)).toHaveLength(1)
    expect(parts.printing.jobs.newest(9)).toMatchObject([{ job: slip.job, state: 'queued' }])
    expect(parts.writeBacks.take(SourceId.parse('pos'))).toMatchObject({ order: '#1001' })
    if (start === 1) await receiveCommands(own, [put()])
    expect(parts.pickups.get(PICKUP)?.moves).toMatchObject([{ move: 'accept', staff: 'Mia' }])
    expect(parts.returns.list(0)).toMatchObject([{ body: { returnId: returned.returnId }, told: null }])
    expect(own.unsent().events).toBe(2)
  }
})
