import { join } from 'node:path'
import { z } from 'zod'
import { agentPaths } from '../../agent/config.ts'
import { writeDeviceFile } from '../../agent/enrolment/device-file.ts'
import { enrolTill } from '../../agent/enrolment/enrol.ts'
import { hubPaths } from '../../hub/config.ts'
import { openHubDb, transaction } from '../../hub/db/db.ts'
import { createEnrolCode } from '../../hub/fleet/enrolment.ts'
import { mapWarehouse, putStore } from '../../hub/fleet/stores.ts'
import { STORE, WAREHOUSE } from '../data/events.ts'
import { quietWorld } from '../data/quiet-world.ts'
import { type Child, startChild } from './child.ts'

const Ready = z.object({ url: z.url() })
const world = quietWorld()

/** The hub's own command in a process of its own, on a free port, without Shopify. */
export async function startHub(folder: string, port = 0): Promise<Child & { readonly url: string }> {
  const hub = startChild(new URL('../../hub/cli.ts', import.meta.url), {
    args: ['serve', '--data', folder, '--port', String(port), '--json'],
    execArgv: ['--expose-gc', '--import', new URL('../processes/memory.ts', import.meta.url).href],
    env: { TILLBRIDGE_LOG: 'error' },
  })
  try {
    const { url } = Ready.parse(JSON.parse(await hub.firstLine()))
    return { ...hub, url }
  } catch (error) {
    await hub[Symbol.asyncDispose]()
    throw error
  }
}

/** Enrols tills of one store as their own commands do. Needs a hub that runs on this folder. */
export async function enrolTills(hub: { url: string; folder: string }, tills: number) {
  const db = await openHubDb(world.files, hubPaths(hub.folder).database)
  try {
    const codes = await transaction(db, async tx => {
      await putStore(tx, STORE, 0) // the sales of benches have dates of their own
      await mapWarehouse(tx, STORE.code, WAREHOUSE, '101', world.clock.now())
      const made: string[] = []
      for (let till = 1; till <= tills; till += 1)
        made.push(await createEnrolCode(tx, world, STORE.code, `Till ${till}`))
      return made
    })
    const devices = []
    for (const code of codes) devices.push(await enrolTill(world, hub.url, code, null))
    return devices
  } finally {
    await db.destroy()
  }
}

/** A hub and a till that knows it, both stopped; to be copied for each turn. */
export async function enrolledPair(folder: string): Promise<{ hub: string; till: string }> {
  const pair = { hub: join(folder, 'hub'), till: join(folder, 'till') }
  await using hub = await startHub(pair.hub)
  const [device] = await enrolTills({ url: hub.url, folder: pair.hub }, 1)
  if (device === undefined) throw new Error('no till was enrolled')
  world.files.ensureFolder(pair.till)
  writeDeviceFile(world.files, agentPaths(pair.till).device, device)
  return pair
}
