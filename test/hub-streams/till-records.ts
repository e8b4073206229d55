import { applyEvents } from '../../hub/effects/index.ts'
import { openSignals } from '../../hub/signals.ts'
import { eventLog } from '../../hub/streams/event-log.ts'
import { genesis, link } from '../../shared/stream/chain.ts'
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

  /** Commits bodies, in one transaction if nothing is wrong with them. */
  async function receive(device: string, bodies: readonly (object | string)[]): Promise<void> {
    const log = logs.get(device)
    if (log === undefined) throw new Error(`${device} is not enrolled`)
    const held = await log.held()
    const epoch = Math.max(1, held.epoch)
    let hash = held.epoch === 0 ? genesis('events', device, 1) : held.hash
    const records = bodies.map((one, index) => {
      const body = typeof one === 'string' ? one : JSON.stringify(one)
      hash = link(hash, body)
      return { epoch, seq: held.seq + index + 1, hash, body }
    })
    await log.commit(records)
  }

  return {
    db,
    world,
    enrol,
    receive,
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}
