import { setTimeout as wait } from 'node:timers/promises'
import { hubPaths } from '../hub/config.ts'
import { openHubDb, transaction } from '../hub/db/db.ts'
import { createEnrolCode, enrolDevice } from '../hub/fleet/enrolment.ts'
import { openHubKey } from '../hub/fleet/hub-key.ts'
import { mapWarehouse, putStore } from '../hub/fleet/stores.ts'
import { hubIdentity } from '../hub/hub.ts'
import { signedEnrolment } from '../shared/protocol.ts'
import { newSigningKey } from '../shared/signing.ts'
import { STORE, WAREHOUSE } from './data/events.ts'
import { quietWorld } from './data/quiet-world.ts'
import { type Child, startChild } from './measure/child.ts'
import { type Row, rowOf, spread } from './measure/compare.ts'
import { startHub } from './measure/hub.ts'
import { inTempFolder } from './measure/temp-folder.ts'
import { Latencies } from './sale-latency.ts'
import type { Scale } from './scale.ts'
import { HubLoad, type LightTills, type Storm, StormFigures } from './storm/questions.ts'

const world = quietWorld()
const TILLS_A_STORE = 4
const KIB = 1024

interface Plan {
  readonly tills: number
  readonly events: number
  readonly restMs: number
  readonly outageMs: number
  readonly rounds: number
}

/**
 * All tills of a chain against one hub: at rest, when every line is cut at once while each till has sold (a storm), and
 * after the hub was away. One more till, in a process of its own, keeps its line and sells through the storms.
 */
export async function storm({ tiny }: Scale): Promise<Row[]> {
  const plan: Plan = tiny
    ? { tills: 8, events: 5, restMs: 200, outageMs: 100, rounds: 1 }
    : { tills: 2_000, events: 100, restMs: 30_000, outageMs: 5_000, rounds: 3 }
  return stormOf(plan, ['prices', 'receipts'])
}

function stormOf(plan: Plan, kinds: readonly Storm['kind'][]): Promise<Row[]> {
  return inTempFolder(async folder => {
    const [live, ...devices] = await enrolFleet(folder, plan.tills + 1)
    if (live === undefined) throw new Error('no till was enrolled')
    await using hub = await startHub(folder)
    const before = await hub.ask('resident', HubLoad.shape.rss)
    const at = (device: LightDevice) => ({ ...device, hub: { ...device.hub, url: hub.url } })
    await using liveTill = await startLightTills({
      devices: [at(live)],
      firstAddress: 60_000,
      firstEvent: 0,
    })
    await using tills = await startLightTills({
      devices: devices.map(at),
      firstAddress: 1,
      firstEvent: 1_000_000,
    })
    const rest = await restOf(hub, plan)
    const rows = [
      row(`rest, ${plan.tills} tills: processor`, '%', [rest.cpuShare * 100], { below: 1 }),
      row(
        'rest: resident memory of the hub, for each till',
        'KiB',
        [Math.max(0, rest.rss - before) / plan.tills / KIB], // a collection may have freed more
        { below: 40 },
      ),
      row('rest: longest stall of the event loop', 'ms', [rest.longestMs], { below: 200 }),
    ]
    for (const kind of kinds) rows.push(...(await stormRows({ hub, tills, liveTill }, kind, plan)))
    return [...rows, await outageRow(folder, { hub, tills }, plan)]
  })
}

type LightDevice = LightTills['devices'][number]

async function restOf(hub: Child, { restMs }: Plan): Promise<HubLoad> {
  await wait(Math.min(restMs, 5_000))
  await hub.ask('watch', HubLoad.optional())
  await wait(restMs)
  return hub.ask('watched', HubLoad)
}

async function stormRows(
  { hub, tills, liveTill }: { hub: Child; tills: Child; liveTill: Child },
  kind: Storm['kind'],
  { tills: count, events, rounds }: Plan,
): Promise<Row[]> {
  const all: { figures: StormFigures; load: HubLoad; live: number[] }[] = []
  for (let round = 0; round < rounds; round += 1) {
    await hub.ask('watch', HubLoad.optional())
    const selling = liveTill.ask('sell', Latencies, { count: count > 100 ? 100 : 5, everyMs: 100 })
    const figures = await tills.ask('storm', StormFigures, { events, kind } satisfies Storm)
    const load = await hub.ask('watched', HubLoad)
    const live = (await selling).toSorted((a, b) => a - b)
    all.push({ figures, load, live })
  }
  const of = (figure: (round: (typeof all)[number]) => number) => all.map(figure)
  const what = `storm of ${count} × ${events} ${kind}`
  return [
    row(
      `${what}: all online`,
      's',
      of(({ figures }) => figures.onlineMs / 1_000),
      { none: 'shown' },
    ),
    row(
      `${what}: all acked`,
      's',
      of(({ figures }) => figures.drainedMs / 1_000),
      { below: 10 },
    ),
    row(
      `${what}: connections tried, for each till`,
      '',
      of(({ figures }) => figures.attempts / count),
      {
        none: 'shown',
      },
    ),
    row(
      `${what}: processor time of the hub`,
      's',
      of(({ load }) => load.cpuMs / 1_000),
      { none: 'shown' },
    ),
    row(
      `${what}: longest stall of the event loop`,
      'ms',
      of(({ load }) => load.longestMs),
      { below: 200 },
    ),
    row(
      `${what}: the slowest sale of another till`,
      'ms',
      of(({ live }) => live.at(-1) ?? Number.NaN),
      {
        below: 500,
      },
    ),
  ]
}

async function outageRow(
  folder: string,
  { hub, tills }: { hub: Child & { url: string }; tills: Child },
  { outageMs, tills: count }: Plan,
): Promise<Row> {
  const { port } = new URL(hub.url)
  await hub[Symbol.asyncDispose]()
  await wait(outageMs)
  await using _again = await startHub(folder, Number(port))
  const { onlineMs } = await tills.ask('outage', StormFigures)
  return row(`${count} tills, hub away for ${outageMs / 1_000} s: all online`, 's', [onlineMs / 1_000], {
    below: 15,
  })
}

function row(what: string, unit: string, values: readonly number[], aim: Row['aim']): Row {
  return rowOf({ bench: 'storm', what, unit, ours: spread(values), floors: [], aim })
}

async function startLightTills(input: LightTills): Promise<Child> {
  const tills = startChild(new URL('./storm/light-tills.ts', import.meta.url))
  try {
    await tills.firstLine()
    await tills.ask('connect', StormFigures, input)
    return tills
  } catch (error) {
    await tills[Symbol.asyncDispose]()
    throw error
  }
}

/** Stores of four tills each, enrolled as the hub does it, in a database that no hub serves yet. */
async function enrolFleet(folder: string, tills: number): Promise<LightDevice[]> {
  world.files.ensureFolder(folder)
  const db = await openHubDb(world.files, hubPaths(folder).database)
  try {
    const hub = await hubIdentity(db, world)
    const devices: LightDevice[] = []
    const hubKey = openHubKey({ db, world })
    for (let till = 0; till < tills; till += 1) {
      const store = { ...STORE, code: `S${Math.floor(till / TILLS_A_STORE)}` }
      const code = await transaction(db, async tx => {
        if (till % TILLS_A_STORE === 0) {
          await putStore(tx, store, 0) // the sales of benches have dates of their own
          await mapWarehouse(tx, store.code, WAREHOUSE, String(1_000 + till), world.clock.now())
        }
        return createEnrolCode(tx, world, store.code, `Till ${till}`)
      })
      const key = newSigningKey(world.random)
      const proof = key.sign(signedEnrolment(code, key.publicKey))
      const request = { code, publicKey: key.publicKey, proof, till: null }
      const told = await enrolDevice(
        { db, world, hub, key: hubKey.publicKey, sendSnapshot: async () => {} },
        request,
      )
      devices.push({ ...told, hub: { id: hub, url: 'http://127.0.0.1' }, privateKey: key.privateKey })
    }
    return devices
  } finally {
    await db.destroy()
  }
}
