import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { openAgentJournal } from '../agent/agent-journal.ts'
import { agentPaths } from '../agent/config.ts'
import { type DeviceFile, readDeviceFile, writeDeviceFile } from '../agent/enrolment/device-file.ts'
import { hubPaths } from '../hub/config.ts'
import type { AgentEvent } from '../shared/events.ts'
import { limits } from '../shared/protocol.ts'
import { genesis, link } from '../shared/stream/chain.ts'
import { quietWorld } from './data/quiet-world.ts'
import { digestOf, expectSame } from './data/rows.ts'
import { type Child, startChild } from './measure/child.ts'
import { flushFiles } from './measure/flush-files.ts'
import { enrolledPair, startHub } from './measure/hub.ts'

const world = quietWorld()

/** A hub and a till with a backlog that the hub has never seen, both stopped. */
export interface Backlog {
  readonly device: DeviceFile
  readonly hub: string
  readonly till: string
  /** What crosses the network, in the batches that the product makes of it. */
  readonly batches: readonly (readonly SentRecord[])[]
}
export interface SentRecord {
  readonly seq: number
  readonly kind: string
  readonly hash: string
  readonly body: string
}

/** @param eventAt the index-th event of the backlog, from 0 */
export async function prepareBacklog(
  folder: string,
  count: number,
  eventAt: (index: number) => AgentEvent,
): Promise<Backlog> {
  const pair = await enrolledPair(folder)
  const device = readDeviceFile(world.files, agentPaths(pair.till).device)
  if (device === null) throw new Error('the till is not enrolled')
  using journal = openAgentJournal({
    path: agentPaths(pair.till).journal,
    device: device.device,
    world,
    failed(error) {
      throw error
    },
  })
  const records: SentRecord[] = []
  let hash = genesis('events', device.device, 1)
  for (let from = 0; from < count; from += 1_000) {
    const events = Array.from({ length: Math.min(1_000, count - from) }, (_, index) => eventAt(from + index))
    await journal.record(events)
    for (const event of events) {
      const body = JSON.stringify(event)
      hash = link(hash, body)
      records.push({ seq: records.length + 1, kind: event.kind, hash, body })
    }
  }
  return { ...pair, device, batches: batched(records) }
}

/** As the outbox makes them: by number and by size. */
function batched(records: readonly SentRecord[]): SentRecord[][] {
  const batches: SentRecord[][] = []
  let batch: SentRecord[] = []
  let size = 0
  for (const record of records) {
    size += record.body.length
    if (batch.length > 0 && (batch.length === limits.batchRecords || size > limits.batchCharacters)) {
      batches.push(batch)
      batch = []
      size = record.body.length
    }
    batch.push(record)
  }
  return batch.length > 0 ? [...batches, batch] : batches
}

const Milliseconds = z.number()
const SENT = 'SELECT position % 4294967296, kind, hash, body FROM outbox ORDER BY position'
const HELD = 'SELECT seq, kind, hash, body FROM event ORDER BY seq'

/**
 * One turn with the real hub: copies both ends, starts each in a process of its own and lets the till send all it has.
 * @param check looks at the hub's database afterwards
 * @returns milliseconds from the till's first knock to the last ack
 */
export async function drainIntoHub(
  folder: string,
  backlog: Backlog,
  check: (database: string) => Promise<void>,
): Promise<number> {
  const [hubFolder, tillFolder] = [join(folder, 'hub'), join(folder, 'till')]
  await cp(backlog.hub, hubFolder, { recursive: true })
  await cp(backlog.till, tillFolder, { recursive: true })
  flushFiles(hubFolder)
  flushFiles(tillFolder)
  const ms = await (async () => {
    await using hub = await startHub(hubFolder)
    return await drainInto(hub.url, tillFolder)
  })()
  const database = hubPaths(hubFolder).database
  expectSame('what the hub holds', digestOf(database, HELD), digestOf(journalOf(tillFolder), SENT))
  await check(database)
  return ms
}

/** One turn with the stream's receiving half alone. */
export async function drainIntoStream(folder: string, backlog: Backlog): Promise<number> {
  const tillFolder = join(folder, 'till')
  await cp(backlog.till, tillFolder, { recursive: true })
  forgetHubKey(tillFolder) // the receiving half alone proves nothing
  flushFiles(tillFolder)
  const { device, hub } = backlog.device
  const ms = await (async () => {
    const script = new URL('./processes/stream-hub.ts', import.meta.url)
    await using receiver = startChild(script, { args: [folder, device, hub.id] })
    return await drainInto(await receiver.firstLine(), tillFolder)
  })()
  const held = digestOf(join(folder, 'records.db'), 'SELECT seq, hash, body FROM record ORDER BY seq')
  const sent = 'SELECT position % 4294967296, hash, body FROM outbox ORDER BY position'
  expectSame('what the receiver holds', held, digestOf(journalOf(tillFolder), sent))
  return ms
}

const journalOf = (tillFolder: string) => agentPaths(tillFolder).journal

async function drainInto(url: string, tillFolder: string): Promise<number> {
  await using till = await startTill(tillFolder, url)
  return await till.ask('drain', Milliseconds)
}

function forgetHubKey(tillFolder: string): void {
  const file = agentPaths(tillFolder).device
  const device = readDeviceFile(world.files, file)
  if (device === null) throw new Error(`${tillFolder} holds no device file`)
  const { key: _, ...hub } = device.hub
  writeDeviceFile(world.files, file, { ...device, hub })
}

/** Points a till at a hub's address of this turn and starts it; it does not connect before it is asked to. */
export async function startTill(folder: string, url: string): Promise<Child> {
  const file = agentPaths(folder).device
  const device = readDeviceFile(world.files, file)
  if (device === null) throw new Error(`${folder} holds no device file`)
  writeDeviceFile(world.files, file, { ...device, hub: { ...device.hub, url } })
  const till = startChild(new URL('./processes/till.ts', import.meta.url), { args: [folder] })
  try {
    await till.firstLine()
    return till
  } catch (error) {
    await till[Symbol.asyncDispose]()
    throw error
  }
}
