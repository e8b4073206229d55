import { dirname } from 'node:path'
import { z } from 'zod'
import type { HubCommand, StoreDescribed } from '../../shared/commands.ts'
import { migrate, openDurable } from '../../shared/durable-sqlite.ts'
import { defineError, type TillbridgeError } from '../../shared/errors.ts'
import type { AgentEvent } from '../../shared/events.ts'
import { epochMs, type PickupId, type SourceId } from '../../shared/ids.ts'
import type { Mark, OutLog } from '../../shared/stream/log.ts'
import type { Files, World } from '../../shared/world.ts'
import { openSightings } from '../matching/sightings.ts'
import type { Witness } from '../matching/witness.ts'
import type { SourceMemory, SourceReading } from '../sources/source.ts'
import { openBallast } from './ballast.ts'
import { type CapturedReceipts, openCapturedReceipts } from './captured-receipts.ts'
import { openGroupCommit } from './group-commit.ts'
import { openInbox } from './inbox.ts'
import { migrations } from './migrations.ts'
import { eventTooLarge, openOutbox } from './outbox.ts'
import { openPickupStore, type PickupStore } from './pickup-store.ts'
import { openPrintJobs } from './print-jobs.ts'
import { openSourceMemory } from './source-memory.ts'
import { openWriteBacks, type WriteBackOutcome, type WriteBackRule } from './write-backs.ts'

export const journalForeign = defineError(
  'JOURNAL_FOREIGN',
  (f: { path: string; device: string; found: string }) =>
    `${f.path} belongs to device ${f.found}, this agent is ${f.device}. Set that file aside, or enrol with its own device file.`,
)
export const journalGone = defineError(
  'JOURNAL_GONE',
  (f: { path: string }) =>
    `${f.path} was deleted or replaced while the agent was running. The agent stops writing and opens it anew.`,
)
export const journalDamaged = defineError(
  'JOURNAL_DAMAGED',
  (f: { path: string; cause: string }) =>
    `The disk refused to make ${f.path} durable (${f.cause}). The agent opens it anew and checks it; nothing was acknowledged that is not safe.`,
)

export type Journal = Awaited<ReturnType<typeof openJournal>>

/** Acked events stay this long, so that a hub restored from a backup can have them again. */
const RETENTION_MS = 30 * 24 * 3_600_000
const PRUNE_EVERY_MS = 3_600_000
const IDENTITY_CHECK_MS = 1_000

/**
 * Opens the agent's durable memory.
 * @param failed told once when the file can't be trusted any more; the agent must close it and start again
 */
export function openJournal(options: {
  path: string
  device: string
  world: World
  /** Sources that only confirm what others hold. */
  witnesses?: readonly Witness[]
  /** What is to be written into which POS. */
  writeBacks?: readonly WriteBackRule[]
  failed(error: TillbridgeError): void
}) {
  const { path, device, world, witnesses = [] } = options
  world.files.ensureFolder(dirname(path))
  const db = openDurable(world.files, path)
  migrate(db, path, migrations)
  const owner = z
    .string()
    .optional()
    .parse(db.prepare('SELECT device FROM stream_state LIMIT 1').pluck().get())
  if (owner !== undefined && owner !== device) {
    db.close()
    throw journalForeign({ path, device, found: owner })
  }
  const agentNow = () => epochMs(world.clock.now())
  const identity = world.files.identity(path)
  const ballast = openBallast(world.files, `${path}.ballast`)
  const pickups = openPickupStore(db)
  const memory = openSourceMemory(db)
  const captured = openCapturedReceipts(db)
  const printJobs = openPrintJobs(db)
  const sightings = openSightings(db, witnesses)
  const writeBacks = openWriteBacks(db, options.writeBacks ?? [], agentNow)
  const outbox = openOutbox(db, device, world.clock.now)
  outbox.onMoved(pickups.reposition)

  let broken: TillbridgeError | null = null
  let listeners: (() => void)[] = []
  const changed = () => {
    for (const listener of listeners) listener()
  }
  const breakDown = (error: TillbridgeError) => {
    if (broken !== null) return
    broken = error
    group.abandon(error)
    options.failed(error)
  }
  /** Tells what a failed write means: a full disk gets the ballast, a disk that fails must not be tried again. */
  const writeFailed = (cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    if (code === 'SQLITE_FULL') ballast.release()
    else if (code.startsWith('SQLITE_IOERR') || code === 'SQLITE_CORRUPT' || code === 'SQLITE_READONLY')
      breakDown(journalDamaged({ path, cause: code }, cause))
  }
  const reload = () => {
    try {
      outbox.reload()
    } catch (cause) {
      breakDown(journalDamaged({ path, cause: String(cause) }, cause))
    }
  }
  const group = openGroupCommit(db, world.timers, reload, writeFailed)

  function apply(command: HubCommand): void {
    if (command.kind === 'pickup.put') pickups.put(command)
    else if (command.kind === 'store.described') pickups.describe(command)
    writeBacks.plan(command)
  }
  const inbox = openInbox(db, device, apply)
  let described = readStore(db)

  let checkedAt = world.clock.monotonicMs()
  /** @throws JOURNAL_DAMAGED, JOURNAL_GONE: what can't be trusted is not written to */
  function demandWhole(): void {
    if (broken !== null) throw broken
    const now = world.clock.monotonicMs()
    if (now - checkedAt <= IDENTITY_CHECK_MS) return
    checkedAt = now
    if (world.files.identity(path) === identity) return
    const gone = journalGone({ path })
    breakDown(gone)
    throw gone
  }
  async function write<T>(work: () => T): Promise<T> {
    demandWhole()
    const value = await group.run(work)
    changed()
    return value
  }
  /** A write outside the group: acks, commands, renewals, pruning. */
  function writeNow<T>(work: () => T): T {
    demandWhole()
    try {
      return work()
    } catch (error) {
      writeFailed(error)
      throw error
    }
  }

  /** A receipt too large for the wire must not stop those behind it: it becomes a refused row that says so. */
  function appendSized(event: AgentEvent): Mark {
    try {
      return outbox.append(event)
    } catch (error) {
      if (!eventTooLarge.is(error) || event.kind !== 'sale.completed') throw error
      const { source, receipt: row, at } = event
      const payload = JSON.stringify({ receiptNumber: event.receiptNumber, lines: event.lines.length })
      return outbox.append({
        kind: 'source.row-refused',
        at,
        source,
        row,
        code: error.code,
        sentence: error.message,
        payload,
      })
    }
  }

  let stopPruning = world.timers.after(PRUNE_EVERY_MS, prune)
  function prune(): void {
    try {
      writeNow(() => outbox.prune(world.clock.now() - RETENTION_MS))
      writeNow(writeBacks.prune)
      ballast.restore()
    } catch (error) {
      world.log.warn({ error }, 'old events could not be pruned; it is tried again in an hour')
    }
    stopPruning = world.timers.after(PRUNE_EVERY_MS, prune)
  }

  const events: OutLog = {
    ...outbox.log,
    acknowledge(upTo) {
      writeNow(() => outbox.log.acknowledge(upTo))
      changed()
    },
    renew: (reason, above) => writeNow(() => outbox.log.renew(reason, above)),
  }

  return {
    events,
    commands: {
      ...inbox.log,
      commit(records: Parameters<typeof inbox.log.commit>[0]): Mark {
        const held = writeNow(() => inbox.log.commit(records))
        described = readStore(db)
        changed()
        return held
      },
    },
    /** Journals events; resolves once they would survive a power cut, with the newest one's mark. */
    record: (newEvents: readonly AgentEvent[]): Promise<Mark | null> =>
      write(() => newEvents.map(appendSized).at(-1) ?? null),
    /** Journals what `decide` returns, and its own effect, after looking at the pickup as it stands by then. */
    recordMove: (
      decide: (pickups: PickupStore) => Extract<AgentEvent, { kind: 'pickup.moved' }>,
    ): Promise<Mark> =>
      write(() => {
        const event = decide(pickups)
        const mark = outbox.append(event)
        pickups.moved(event, mark)
        return mark
      }),
    memoryOf: (source: string): SourceMemory =>
      memory.of(source, (reading: SourceReading) =>
        write(() => {
          for (const event of sightings.absorb(source, reading.events, agentNow())) appendSized(event)
          memory.save(source, reading)
        }),
      ),
    /**
     * Journals the sales that a witness saw and that are missing by now.
     * @param readUntil agent clock, ms: up to when a source has been read completely; null: not since the start
     */
    async settleSightings(readUntil: (source: SourceId) => number | null): Promise<void> {
      const due = sightings.nextDue()
      if (due === null || due > agentNow()) return
      await write(() => {
        for (const event of sightings.overdue(agentNow(), readUntil)) appendSized(event)
      })
    },
    writeBacks: {
      take: writeBacks.take,
      dueAt: writeBacks.dueAt,
      counts: writeBacks.counts,
      /** Resolves once it is durable, with what the hub is told of it. */
      settle: (target: SourceId, externalId: string, outcome: WriteBackOutcome): Promise<void> =>
        write(() => {
          for (const event of writeBacks.settle(target, externalId, outcome)) appendSized(event)
        }),
    },
    capturedOf: (source: string): CapturedReceipts => captured.of(source, write),
    /** What writes to it runs inside `write`. */
    printJobs,
    /** Runs `work` in the next group's transaction; resolves once that would survive a power cut. */
    write,
    pickups: { list: pickups.list, get: (pickup: PickupId) => pickups.get(pickup) },
    store: (): StoreDescribed | null => described,
    unsent: outbox.unsent,
    unappliedCommands: inbox.unapplied,
    diskFull: ballast.released,
    /** Called after every durable change: new events, acks, commands. */
    onChange(listener: () => void): () => void {
      listeners.push(listener)
      return () => {
        listeners = listeners.filter(other => other !== listener)
      }
    },
    [Symbol.dispose](): void {
      stopPruning()
      if (broken === null) group.flush()
      db.close()
    },
  }
}

function readStore(db: ReturnType<Files['database']>): StoreDescribed | null {
  const body = z.string().optional().parse(db.prepare('SELECT body FROM store').pluck().get())
  return body === undefined ? null : (JSON.parse(body) as StoreDescribed)
}
