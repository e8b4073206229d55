import { z } from 'zod'
import type { HubCommand } from '../../shared/commands.ts'
import { openDurable } from '../../shared/durable-sqlite.ts'
import type { TillbridgeError } from '../../shared/errors.ts'
import type { AgentEvent, JournalSalvaged } from '../../shared/events.ts'
import { epochMs } from '../../shared/ids.ts'
import type { Mark, Position } from '../../shared/stream/log.ts'
import type { Cancel, World } from '../../shared/world.ts'
import type { Changed } from './changes.ts'
import { type CommandLog, openInbox } from './inbox.ts'
import { openJournalFile } from './journal-file.ts'
import {
  appendThroughDoor,
  type EventLog,
  type OutboxRecord,
  openEventOutbox,
  type Unsent,
} from './outbox.ts'
import { notHeld } from './owed-records.ts'
import type { ApisOf, JournalDb, JournalParts } from './part.ts'
import { apisOf, openParts } from './parts.ts'
import type { Salvage } from './salvage/salvage.ts'
import { migrateJournal, migratePart } from './schema.ts'
import { openJournalWrites } from './writes.ts'

/** The agent's durable memory: what goes to the hub, what came from it, and the tables of its parts. */
export interface Journal<Apis = unknown> extends Disposable {
  readonly events: EventLog
  readonly commands: CommandLog
  readonly parts: Apis
  /** Journals events; resolves once they would survive a power cut, with the newest one's mark. */
  record(events: readonly AgentEvent[]): Promise<Mark | null>
  /** Journals records of a former device's journal, byte for byte; those that it has already are left out. */
  carry(records: readonly OutboxRecord[], device: string): Promise<void>
  /** Takes over, once, what a former device of the same store left unfinished in its journal at `path`. */
  inherit(device: string, path: string): Promise<void>
  /** Whether records of that former device were taken in. */
  hasCarried(device: string): boolean
  /** After a salvage: a new epoch where the chain has a hole, what was lost is read again, and the hub is told. */
  takeOver(salvage: Salvage, event: JournalSalvaged, above: number): void
  /**
   * Removes what is kept of customers, also from the file's unused pages: this till is no longer trusted with it. Events
   * that the hub does not have yet stay. False: something of it may still be read in the file; it has to be tried again.
   */
  wipe(): boolean
  unsent(): Unsent
  /** Commands that this version can't read. They are kept, and applied by one that can. */
  unreadCommands(): number
  /** The pickups that such commands are about, with the newest version that could not be read. */
  unreadPickups(): ReadonlyMap<string, number>
  diskFull(): boolean
  /** Whether nothing can be kept any more: the disk is full, and the space kept for that is used up. */
  refusesWrites(): boolean
  /** Called after every durable change, with what changed. Returns what ends that. */
  onChange(listener: (changed: Changed) => void): () => void
}

/** Acked events stay this long, so that a hub restored from a backup can have them again. */
const RETENTION_MS = 30 * 24 * 3_600_000
const PRUNE_EVERY_MS = 3_600_000
const REFILL_EVERY_MS = 5 * 60_000

/**
 * Opens the journal and its parts.
 * @param options.failed called once when the file can't be trusted any more; the agent must close it and start again
 * @throws JOURNAL_FOREIGN, SCHEMA_NEWER, and what opening a durable file throws
 */
export function openJournal<Parts extends JournalParts>(options: {
  path: string
  device: string
  world: World
  parts: Parts
  failed(error: TillbridgeError): void
}): Journal<ApisOf<Parts>> {
  const { path, device, world } = options
  const now = () => epochMs(world.clock.now())
  /** The disk may fail while the journal is still being opened: then nothing waits for it yet. */
  let abandon: (error: TillbridgeError) => void = () => undefined
  const file = openJournalFile({
    path,
    device,
    world,
    broke(error) {
      abandon(error)
      options.failed(error)
    },
  })
  const { db } = file
  try {
    const outbox = openEventOutbox(db, device, { now, changed: file.distrust })
    const writes = openJournalWrites(file, world.timers, outbox.reload)
    abandon = writes.abandon
    const append = (event: AgentEvent): Mark => {
      writes.mark('stream')
      return appendThroughDoor(outbox, event)
    }
    const core = { db, now, append, write: writes.soon }
    const parts = openParts(options.parts, path, name => ({ ...core, changed: () => writes.mark(name) }))
    const open = Object.values(parts)
    outbox.onMoved(moved => {
      for (const part of open) part.onMoved?.(moved)
    })
    const apply = (command: HubCommand, at: Position) => {
      for (const part of open) part.onCommand?.(command, at)
    }
    const inbox = writes.now(() => openInbox(db, device, { apply, unread: () => writes.mark('unread') }))
    const stopPruning = startPruning(world, () => {
      writes.now(() => outbox.prune(now() - RETENTION_MS))
      for (const part of open) writes.now(() => part.prune?.(now()))
      file.restoreBallast()
    })
    const stopRefilling = every(world.timers, REFILL_EVERY_MS, () => {
      if (file.diskFull()) file.restoreBallast()
    })
    const streamWrite = <T>(work: () => T): T =>
      writes.now(() => {
        writes.mark('stream')
        return work()
      })
    return {
      events: {
        ...outbox.log,
        acknowledge: upTo => streamWrite(() => outbox.log.acknowledge(upTo)),
        renew: (reason, above) => streamWrite(() => outbox.log.renew(reason, above)),
      },
      commands: { ...inbox.log, commit: records => streamWrite(() => inbox.log.commit(records)) },
      parts: apisOf<Parts>(parts),
      carry: (records, of) =>
        writes.soon(() => {
          db.prepare('INSERT OR IGNORE INTO carried VALUES (?)').run(of)
          writes.mark('stream')
          for (const record of notHeld(db, records)) outbox.carry(record)
        }),
      inherit: (of, from) => {
        const isDone = db.prepare('SELECT 1 FROM inherited WHERE device = ?').get(of) !== undefined
        return isDone
          ? Promise.resolve()
          : inheritFrom(world, from, options.parts, former =>
              writes.soon(() => {
                const take = db.prepare('INSERT OR IGNORE INTO inherited VALUES (?)')
                for (const device of [of, ...heirsIn(former)]) take.run(device)
                for (const [key, part] of Object.entries(parts)) {
                  writes.mark(options.parts[key]?.name ?? key)
                  part.inherit?.(former)
                }
              }),
            )
      },
      hasCarried: of => db.prepare('SELECT 1 FROM carried WHERE device = ?').get(of) !== undefined,
      takeOver: ({ events }, event, above) =>
        streamWrite(() => {
          if (events.isBroken) outbox.log.renew('journal-damaged', above)
          const { between } = events
          if (between !== null) for (const part of open) part.onLost?.(between)
          append(event)
        }),
      wipe() {
        const remove = db.transaction(() => {
          inbox.wipe()
          for (const part of open) part.wipe?.()
        })
        writes.now(remove.immediate)
        return file.scrub()
      },
      record: events => writes.soon(() => events.map(append).at(-1) ?? null),
      unsent: outbox.unsent,
      unreadCommands: inbox.unapplied,
      unreadPickups: inbox.unreadPickups,
      diskFull: file.diskFull,
      refusesWrites: file.refusesWrites,
      onChange: writes.onChange,
      [Symbol.dispose](): void {
        stopPruning()
        stopRefilling()
        if (!file.isBroken()) writes.flush()
        file.close()
      },
    }
  } catch (error) {
    file.close()
    throw error
  }
}

/** Opens a former device's journal, its tables brought up to date. @throws SCHEMA_NEWER */
async function inheritFrom(
  { files }: Pick<World, 'files'>,
  path: string,
  parts: JournalParts,
  work: (former: JournalDb) => Promise<void>,
): Promise<void> {
  const former = openDurable(files, path)
  try {
    migrateJournal(former, path)
    for (const part of Object.values(parts)) migratePart(former, path, part)
    await work(former)
  } finally {
    former.close()
  }
}

/** What that device took over itself is not taken over from an older journal again. */
function heirsIn(former: JournalDb): readonly string[] {
  return z.array(z.string()).parse(former.prepare('SELECT device FROM inherited').pluck().all())
}

function every(timers: World['timers'], ms: number, work: () => void): Cancel {
  let stop = timers.after(ms, run)
  function run(): void {
    work()
    stop = timers.after(ms, run)
  }
  return () => stop()
}

function startPruning({ timers, log }: Pick<World, 'timers' | 'log'>, pruneAll: () => void): Cancel {
  let stop = timers.after(PRUNE_EVERY_MS, prune)
  function prune(): void {
    try {
      pruneAll()
    } catch (error) {
      log.warn({ error }, 'old records could not be pruned; it is tried again in an hour')
    }
    stop = timers.after(PRUNE_EVERY_MS, prune)
  }
  return () => stop()
}
