import { z } from 'zod'
import { closeByHand, listExceptions } from '../../hub/checks/exceptions.ts'
import { type Db, transaction } from '../../hub/db/db.ts'
import { decideRestored, undecidedOf } from '../../hub/stock/decide-restored.ts'
import { dropRecovery } from '../../hub/stock/recovery.ts'
import type { World } from './world.ts'

/**
 * Head office and IT do what the open exceptions ask for, as the runbook says: a till whose history forked is enrolled again, a
 * wait for what will not come is dropped, doubts about changes of stock are decided. What they decide may be wrong, as they
 * know no more than the shelf and Shopify show: then a variance must say so.
 * @returns whether there was anything to do
 */
export async function workThroughExceptions(world: World): Promise<boolean> {
  const forked = await world.hub.look(devicesForked)
  for (const counter of world.counters)
    if (counter.till.devices().some(device => forked.has(device))) await enrolAgain(world, counter)
  const decided = await world.hub.look(async db => {
    let done = 0
    for (const { code } of world.stores) done += await decideDoubts(db, world, code)
    for (const one of await listExceptions(db)) {
      const now = nowOf(world)
      if (one.kind === 'hub-restored') {
        await transaction(db, tx => dropRecovery(tx, one.subject, now))
        world.waitsDropped.add(one.subject)
      } else if (one.code === 'stock-write-unknown.answer-lost')
        await transaction(db, tx => closeByHand(tx, one.id, 'counted', now))
      else continue
      done += 1
    }
    return done
  })
  return decided > 0 || forked.size > 0
}

const nowOf = ({ universe }: World) => universe.epoch + universe.time.elapsedMs()

async function devicesForked(db: Db): Promise<ReadonlySet<string>> {
  const open = await listExceptions(db)
  return new Set(open.filter(({ kind }) => kind === 'stream-forked').map(({ subject }) => subject))
}

async function enrolAgain(world: World, { till }: World['counters'][number]): Promise<void> {
  world.expectedErrors.push(/QUARANTINED|quarantined/)
  till.halt()
  await till.enrol(await world.hub.enrolCode(till.store, till.enrolledAs))
  till.start()
}

const Levels = z.record(z.string(), z.record(z.string(), z.object({ on_hand: z.number() })))

/** Movements are in Shopify, as far as a person can see, unless its level is right only with them. */
async function decideDoubts(db: Db, world: World, store: string): Promise<number> {
  const undecided = await undecidedOf(db, store)
  const shown = Levels.parse(world.shop.shop().state().levels)
  for (const { sku, quantity } of undecided) {
    const lacks = world.truth.units(store, sku) - (shown[sku]?.[store]?.on_hand ?? 0)
    const decision = { store, sku, posted: lacks * 1_000 !== quantity, why: 'counted' }
    await transaction(db, tx => decideRestored(tx, { ...decision, now: nowOf(world) }))
  }
  return undecided.length
}
