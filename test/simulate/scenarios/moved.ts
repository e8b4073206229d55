import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { transaction } from '../../../hub/db/db.ts'
import { listDevices, revokeDevice } from '../../../hub/fleet/devices.ts'
import type { Scenario } from '../scenarios.ts'
import { type Scene, scene } from '../scene.ts'
import { sellOneByOne, TEE } from '../steps.ts'

const TWO_STORES = { stores: 2, tills: 2 } as const

/** Enrols the first till of S1 again, in `store`. Its line is good while that happens. */
async function enrolAgain(world: Scene, store: string, name: string): Promise<void> {
  const { till } = world.counter('S1')
  const code = await world.settle(world.hub.enrolCode(store, name))
  await world.settle(till.stop())
  await world.pass(1_000) // the hub has noted that its connection ended
  world.universe.network.line(till.machine.name).state = 'good'
  await world.settle(till.enrol(code, name))
  till.start()
  await world.pass(10_000)
}

function cut(world: Scene): void {
  const { name } = world.counter('S1').till.machine
  world.universe.network.cut(name)
  world.universe.network.line(name).state = 'cut'
}

/** The receipts that head office is told of because they belong to a store that their till has left. */
async function namedAsFormer(world: Scene): Promise<string> {
  const said = await world.exceptions()
  const named = said.flatMap(text =>
    /ROW_OF_FORMER_STORE/.test(text) ? (/sale\/(\S+)/.exec(text)?.[1] ?? []) : [],
  )
  return [...new Set(named)].sort().join(' ')
}

const agrees = (world: Scene) => world.broken('shelves-agree', 'receipt-once')

export const movedScenarios: readonly Scenario[] = [
  {
    says: 'A second PC enrolled under the name of a till that is connected is refused, and the first goes on',
    play: () =>
      scene(
        async world => {
          const code = await world.settle(world.hub.enrolCode('S1', 'Till 1'))
          const { till } = world.counter('S1', 2)
          const refusal = await world.settle(
            till.enrol(code, 'Till 1').then(
              () => null,
              (error: unknown) => String(error),
            ),
          )
          if (refusal === null || !refusal.includes('is connected now')) return `Not refused: ${refusal}`
          await world.minutes(2)
          sellOneByOne(world, 1)
          await world.minutes(12)
          return world.broken('receipt-once')
        },
        { stores: 1, tills: 2 },
      ),
  },
  {
    says: 'A till PC that moves to another store hands its unsent sales over to the former one, which is then left',
    play: () =>
      scene(async world => {
        cut(world)
        sellOneByOne(world, 5)
        await world.minutes(1)
        await enrolAgain(world, 'S2', 'Till 9')
        await world.minutes(15)
        const wrong = await agrees(world)
        if (wrong !== null) return wrong
        const states = await world.settle(
          world.hub.look(db => db.selectFrom('device').select(['store', 'till', 'state']).execute()),
        )
        const former = states.find(({ store, till }) => store === 'S1' && till === 'Till 1')
        return former?.state === 'revoked' ? null : `The former device is ${former?.state ?? 'unknown'}`
      }, TWO_STORES),
  },
  {
    says: 'Unsent sales that the former store no longer takes are named, and come home when the PC does',
    play: () =>
      scene(async world => {
        cut(world)
        sellOneByOne(world, 3)
        await world.minutes(1)
        await world.settle(
          world.hub.look(db =>
            transaction(db, async tx => {
              const devices = await listDevices(tx)
              for (const { device, store } of devices)
                if (store === 'S1') await revokeDevice(tx, device, world.universe.epoch)
            }),
          ),
        )
        await enrolAgain(world, 'S2', 'Till 9')
        await world.minutes(5)
        const said = await world.exceptions()
        if (!said.some(text => text.startsWith('unsent-of-other-store') && text.includes('S1')))
          return `The exceptions are: ${said.join(' / ') || 'none'}`
        await enrolAgain(world, 'S1', 'Till 1')
        await world.minutes(15)
        return agrees(world)
      }, TWO_STORES),
  },
  {
    says: 'What a POS corrects, voids or first posts after its PC has moved changes no store’s books and is named',
    play: () =>
      scene(async world => {
        const { pos, till } = world.counter('S1')
        const [edited, voided, kept] = [1, 2, 3].map(units => pos.sell([{ ...TEE, units }]))
        if (edited === undefined || voided === undefined || kept === undefined) return 'Nothing was sold'
        await world.minutes(1)
        await world.settle(till.stop())
        const unread = pos.sell([{ ...TEE, units: 4 }])
        await enrolAgain(world, 'S2', 'Till 9')
        world.expectedErrors.push(/ROW_OF_FORMER_STORE/)
        pos.edit(edited, [{ ...TEE, units: 5 }])
        pos.cancel(voided)
        await world.minutes(6)
        const named = await namedAsFormer(world)
        const expected = [edited, voided, unread]
          .map(one => one.receipt)
          .sort()
          .join(' ')
        if (named !== expected) return `Named are: ${named || 'none'}`
        pos.edit(edited, [{ ...TEE, units: 1 }])
        await world.minutes(12)
        const after = await namedAsFormer(world)
        if (after.includes(edited.receipt)) return 'It reads again as its store has it, and is still named'
        return agrees(world)
      }, TWO_STORES),
  },
  {
    says: 'What a POS corrects or first posts of the former store changes no store’s books where its PC has moved and lost every journal',
    play: () =>
      scene(async world => {
        const { pos, till } = world.counter('S1')
        const edited = pos.sell([{ ...TEE, units: 1 }])
        await world.minutes(1)
        await world.settle(till.stop())
        const unread = pos.sell([{ ...TEE, units: 4 }])
        await enrolAgain(world, 'S2', 'Till 9')
        world.expectedErrors.push(/ROW_OF_FORMER_STORE/)
        await world.minutes(2)
        await world.settle(till.stop())
        const { folder } = till.machine
        for (const file of readdirSync(folder))
          if (file.startsWith('journal.db')) rmSync(join(folder, file), { recursive: true })
        till.start()
        pos.edit(edited, [{ ...TEE, units: 5 }])
        await world.minutes(6)
        const named = await namedAsFormer(world)
        const expected = [edited.receipt, unread.receipt].sort().join(' ')
        if (named !== expected) return `Named are: ${named || 'none'}`
        return agrees(world)
      }, TWO_STORES),
  },
  {
    says: 'A re-enrolled till takes back a sale that its POS had posted before',
    play: () =>
      scene(async world => {
        const receipt = world.counter('S1').pos.sell([{ ...TEE, units: 1 }])
        await world.minutes(1)
        await enrolAgain(world, 'S1', 'Till 1')
        world.counter('S1').pos.cancel(receipt)
        sellOneByOne(world, 1)
        await world.minutes(12)
        return world.broken('receipt-once', 'queues-empty')
      }),
  },
  {
    says: 'A till that is re-enrolled twice while offline sales wait takes back the oldest of them',
    play: () =>
      scene(async world => {
        const receipt = world.counter('S1').pos.sell([{ ...TEE, units: 1 }])
        cut(world)
        sellOneByOne(world, 2)
        await world.minutes(1)
        await enrolAgain(world, 'S1', 'Till 1')
        await enrolAgain(world, 'S1', 'Till 1')
        world.counter('S1').pos.cancel(receipt)
        await world.minutes(12)
        return world.broken('receipt-once', 'queues-empty')
      }),
  },
]
