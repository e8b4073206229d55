import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type AgentJournal, openAgentJournal } from '../../agent/agent-journal.ts'
import { type Db, openHubDb, transaction } from '../../hub/db/db.ts'
import { applyEvents } from '../../hub/effects/index.ts'
import { openSignals } from '../../hub/signals.ts'
import { type CommandDraft, commandLog, sendToStore } from '../../hub/streams/command-log.ts'
import { eventLog } from '../../hub/streams/event-log.ts'
import type { AgentEvent } from '../../shared/events.ts'
import { decodeFrame, encodeBatch } from '../../shared/protocol.ts'
import type { InLog, OutLog, StreamName } from '../../shared/stream/log.ts'
import { type Receiver, startReceiver } from '../../shared/stream/receiver.ts'
import { checkClaim, resumeSending } from '../../shared/stream/resume.ts'
import { type Sender, startSender } from '../../shared/stream/sender.ts'
import { enrolTestTill, startTestHub } from '../gateway/till-and-hub.ts'
import { manualWorld, temporaryFolder, turns } from '../manual-world.ts'

/** One direction of the connection: what is on the wire, and the two ends that are alive. */
interface Lane {
  data: string[]
  acks: { epoch: number; seq: number; credit: number }[]
  sender: Sender | null
  receiver: Receiver | null
}
const emptyLane = (): Lane => ({ data: [], acks: [], sender: null, receiver: null })
const streams: readonly StreamName[] = ['events', 'commands']
export type End = 'till' | 'hub'

function smallWorld() {
  const world = manualWorld()
  return { ...world, files: { ...world.files, reserve: () => true } } // no test here needs the 16 MB ballast file
}

/** A hub with one enrolled till and that till's empty journal, as files; made once, since migrations cost more than a run. */
async function newPair(): Promise<{ device: string; till: Buffer; hub: Buffer }> {
  using folder = temporaryFolder()
  const world = smallWorld()
  const hub = await startTestHub(world, folder.path, 'hub.db')
  const { device } = await enrolTestTill(world, hub.db)
  await hub[Symbol.asyncDispose]()
  const path = join(folder.path, 'journal.db')
  const failed = (error: unknown) => {
    throw error
  }
  openAgentJournal({ path, device, world, failed })[Symbol.dispose]()
  return { device, till: readFileSync(path), hub: readFileSync(join(folder.path, 'hub.db')) }
}

/** A kill keeps what the files hold, written to disk or not, so a folder in memory proves the same and waits for no disk. */
const MEMORY = '/dev/shm'
let made: ReturnType<typeof newPair> | null = null

/** A till's journal and a hub's database, both SQLite files, and a connection that a test delivers by hand. */
export async function twoFiles() {
  made ??= newPair()
  const { device, ...content } = await made
  const folder = temporaryFolder(existsSync(MEMORY) ? MEMORY : undefined)
  const world = smallWorld()
  let files = { till: join(folder.path, 'journal-0.db'), hub: join(folder.path, 'hub-0.db') }
  let kills = 0
  for (const end of ['till', 'hub'] as const) writeFileSync(files[end], content[end])
  let db: Db = await openHubDb(world.files, files.hub)
  let journal = openTill()
  let lanes = { events: emptyLane(), commands: emptyLane() }
  const refusals: unknown[] = []

  function openTill(): AgentJournal {
    return openAgentJournal({ path: files.till, device, world, failed: error => refusals.push(error) })
  }
  const outOf = (stream: StreamName): OutLog =>
    stream === 'events' ? journal.events : commandLog(db, device, world.clock.now)
  const into = (stream: StreamName): InLog =>
    stream === 'commands'
      ? journal.commands
      : eventLog({
          db,
          device,
          store: 'HAR',
          now: world.clock.now,
          apply: applyEvents,
          signals: openSignals(),
        })

  function cut(): void {
    for (const stream of streams) {
      lanes[stream].sender?.stop()
      lanes[stream].receiver?.stop()
    }
    lanes = { events: emptyLane(), commands: emptyLane() }
  }

  async function connect(): Promise<void> {
    cut()
    const now = lanes
    for (const stream of streams) {
      const [out, log] = [outOf(stream), into(stream)]
      // both ends were only ever killed: neither may lack what it once acked, nor have two histories
      const claim = { last: await out.last(), acked: await out.acked() }
      expect(await checkClaim(log, claim), `${stream}: nothing acked is lost`).toEqual({ kind: 'fine' })
      const resume = await resumeSending(out, await log.held())
      if (resume.kind !== 'send') throw new Error(`${stream} could not go on: ${JSON.stringify(resume)}`)
      const lane = now[stream]
      const failed = (error: unknown) => {
        if (now !== lanes) return
        refusals.push(error)
        cut()
      }
      lane.receiver = startReceiver({
        id: { stream, device },
        log,
        credit: 9,
        ack: ({ epoch, seq }, credit) => void lane.acks.push({ epoch, seq, credit }),
        failed,
      })
      lane.sender = startSender({
        log: out,
        after: resume.after,
        credit: 9,
        limits: { records: 3, characters: 4_000 },
        send: batch => void lane.data.push(encodeBatch(stream, batch)),
        failed,
      })
    }
    await journal.events.acknowledge(await into('events').held()) // as the agent does with the hub's welcome
    await turns(2)
  }

  /** Ends one end as `kill -9` does: what its files hold at this moment is all that is left of it. */
  async function kill(end: End): Promise<void> {
    kills += 1
    const from = files[end]
    const to = join(folder.path, `${end}-${kills}.db`)
    for (const part of ['', '-wal']) if (existsSync(from + part)) copyFileSync(from + part, to + part)
    cut()
    files = { ...files, [end]: to }
    if (end === 'till') {
      journal[Symbol.dispose]()
      journal = openTill()
    } else {
      await db.destroy()
      db = await openHubDb(world.files, to)
    }
  }

  return {
    kill,
    cut,
    connect,
    refusals,
    lanes: () => lanes,
    db: () => db,
    journal: () => journal,
    files: () => files,
    commandsHead: () => commandLog(db, device, world.clock.now).last(),
    /** Journals an event; resolves once durable. */
    record: (event: AgentEvent) => journal.record([event]),
    appended(stream: StreamName): void {
      lanes[stream].sender?.appended()
    },
    order: (draft: CommandDraft) => transaction(db, tx => sendToStore(tx, 'HAR', draft)),
    /** Hands the next message of a lane to its receiver, without waiting for what it does. */
    deliver(stream: StreamName): void {
      const message = lanes[stream].data.shift()
      if (message === undefined) return
      const frame = decodeFrame(message)
      if (frame.t === 'batch') lanes[stream].receiver?.batch(frame)
    },
    async deliverAck(stream: StreamName): Promise<void> {
      const lane = lanes[stream]
      const ack = lane.acks.shift()
      if (ack !== undefined) await lane.sender?.acked(ack, ack.credit)
    },
    async [Symbol.asyncDispose]() {
      cut()
      journal[Symbol.dispose]()
      await db.destroy()
      folder[Symbol.dispose]()
    },
  }
}
export type TwoFiles = Awaited<ReturnType<typeof twoFiles>>
