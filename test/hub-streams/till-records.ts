import { applyEvents } from '../../hub/effects/index.ts'
import { openSignals } from '../../hub/signals.ts'
import { eventLog } from '../../hub/streams/event-log.ts'
import { genesis, link } from '../../shared/stream/chain.ts'
import type { Mark } from '../../shared/stream/log.ts'
import { enrolTestTill, startTestHub } from '../gateway/till-and-hub.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

/** A hub that is handed records as they come from tills, without a wire. */
export async function openTillRecords() {
  const folder = temporaryFolder()
  const world = manualWorld()
  const hub = await startTestHub(world, folder.path)
  const { db } = hub
  const logs = new Map<string, ReturnType<typeof eventLog>>()

  /** A till of store HAR. */
  async function enrol(till = 'Till 1'): Promise<string> {
    const { device } = await enrolTestTill(world, db, till)
    const signals = openSignals()
    logs.set(
      device,
      eventLog({ db, device, store: 'HAR', now: world.clock.now, apply: applyEvents, signals }),
    )
    return device
  }

  function logOf(device: string) {
    const log = logs.get(device)
    if (log === undefined) throw new Error(`${device} is not enrolled`)
    return log
  }

  /** Commits bodies behind those before, in one transaction if nothing is wrong with them. */
  async function receive(device: string, bodies: readonly (object | string)[]): Promise<void> {
    const held = await logOf(device).held()
    const epoch = Math.max(1, held.epoch)
    const after = held.epoch === 0 ? { seq: 0, hash: genesis('events', device, 1) } : held
    await commit(device, { ...after, epoch }, bodies)
  }

  /** Commits bodies as the first ones of another epoch. */
  function renew(device: string, epoch: number, bodies: readonly (object | string)[]): Promise<void> {
    return commit(device, { epoch, seq: 0, hash: genesis('events', device, epoch) }, bodies)
  }

  async function commit(device: string, after: Mark, bodies: readonly (object | string)[]): Promise<void> {
    let { hash } = after
    const records = bodies.map((one, index) => {
      const body = typeof one === 'string' ? one : JSON.stringify(one)
      hash = link(hash, body)
      return { epoch: after.epoch, seq: after.seq + index + 1, hash, body }
    })
    await logOf(device).commit(records)
  }

  return {
    db,
    world,
    enrol,
    receive,
    renew,
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}
