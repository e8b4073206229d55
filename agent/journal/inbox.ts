import { z } from 'zod'
import { withoutHidden } from '../../shared/command-door.ts'
import { HubCommand } from '../../shared/commands.ts'
import { firstIssue } from '../../shared/protocol.ts'
import { genesis } from '../../shared/stream/chain.ts'
import type { InLog, Mark, Position, ReceivedRecord } from '../../shared/stream/log.ts'
import type { JournalDb } from './part.ts'
import { packPosition, unpackPosition } from './position.ts'

const Row = z.object({ position: z.int(), hash: z.string() })
const Unapplied = z.array(z.object({ position: z.int(), body: z.string() }))
const Kind = z.object({ kind: z.string() })
/** As much of a command about a pickup as every version can be expected to read. */
const AboutPickup = z.object({
  kind: z.literal('pickup.put'),
  pickup: z.string(),
  version: z.int().catch(Number.POSITIVE_INFINITY),
})

/** How many applied commands stay, so that a resend can be compared. */
const KEEP = 5_000

type Outcome =
  | { state: 'applied'; command: HubCommand }
  | { state: 'deferred' | 'quarantined'; problem: string }

/**
 * Reads one command's body. What names a kind waits for a newer version, be it that the kind is unknown or that its
 * shape has changed; anything else is kept apart, never thrown.
 */
function readCommand(body: string): Outcome {
  const json = jsonOrNull(body)
  if (json === null) return { state: 'quarantined', problem: 'not JSON' }
  const parsed = HubCommand.safeParse(json)
  if (parsed.success) return { state: 'applied', command: withoutHidden(parsed.data) }
  const { success: hasKind } = Kind.safeParse(json)
  return { state: hasKind ? 'deferred' : 'quarantined', problem: firstIssue(parsed.error) }
}

function jsonOrNull(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null // what isn't JSON can't be read by any version
  }
}

/** The commands' durable log, read and written at once. */
export interface CommandLog extends InLog {
  held(): Mark
  hashAt(position: Position): string | null
  commit(records: readonly ReceivedRecord[]): Mark
}

export interface Inbox {
  readonly log: CommandLog
  /** Forgets what commands said that this version can't read; they keep their places. */
  wipe(): void
  /** How many commands this version can't read. */
  unapplied(): number
  /** The pickups that such commands are about, with the newest version that could not be read. */
  unreadPickups(): ReadonlyMap<string, number>
}

/** Opens the commands' log. Effects run in the transaction that stores their command. */
export function openInbox(
  db: JournalDb,
  device: string,
  {
    apply,
    unread,
  }: {
    apply(command: HubCommand, at: Position): void
    /** A command that this version can't read has been stored, or one of them was read after all. */
    unread(): void
  },
): Inbox {
  const insert = db.prepare('INSERT INTO inbox (position, hash, state, problem, body) VALUES (?, ?, ?, ?, ?)')
  const newest = db.prepare('SELECT position, hash FROM inbox ORDER BY position DESC LIMIT 1')
  const hashOf = db.prepare('SELECT hash FROM inbox WHERE position = ?').pluck()
  const prune = db.prepare("DELETE FROM inbox WHERE position < ? AND state = 'applied'")
  const unapplied = db.prepare("SELECT position, body FROM inbox WHERE state <> 'applied' ORDER BY position")
  const setState = db.prepare('UPDATE inbox SET state = ?, problem = ?, body = ? WHERE position = ?')
  const countUnapplied = db.prepare("SELECT COUNT(*) FROM inbox WHERE state <> 'applied'").pluck()

  function store(record: ReceivedRecord): void {
    const outcome = readCommand(record.body)
    const applied = outcome.state === 'applied'
    insert.run(
      packPosition(record),
      record.hash,
      outcome.state,
      applied ? null : outcome.problem,
      applied ? null : record.body,
    )
    if (applied) apply(outcome.command, record)
    else unread()
  }

  const commit = db.transaction((records: readonly ReceivedRecord[]) => {
    for (const record of records) store(record)
    const last = records.at(-1)
    if (last !== undefined) prune.run(packPosition(last) - KEEP)
  })

  /** After an upgrade: commands that can be read by now take effect, also those that an older version set apart. */
  const applyKept = db.transaction(() => {
    for (const { position, body } of Unapplied.parse(unapplied.all())) {
      const outcome = readCommand(body)
      if (outcome.state === 'quarantined') continue
      const applied = outcome.state === 'applied'
      setState.run(outcome.state, applied ? null : outcome.problem, applied ? null : body, position)
      if (applied) apply(outcome.command, unpackPosition(position))
    }
    unread()
  })
  applyKept.immediate()

  function unreadPickups(): ReadonlyMap<string, number> {
    const newest = new Map<string, number>()
    const { epoch } = held()
    for (const { position, body } of Unapplied.parse(unapplied.all())) {
      if (unpackPosition(position).epoch < epoch) continue // versions begin again with each epoch
      const about = AboutPickup.safeParse(jsonOrNull(body))
      if (!about.success) continue
      const { pickup, version } = about.data
      newest.set(pickup, Math.max(version, newest.get(pickup) ?? 0))
    }
    return newest
  }

  function held(): Mark {
    const row = newest.get()
    if (row === undefined) return { epoch: 0, seq: 0, hash: genesis('commands', device, 0) }
    const { position, hash } = Row.parse(row)
    return { ...unpackPosition(position), hash }
  }

  const log = {
    held,
    hashAt: (position: Position): string | null =>
      z.string().parse(hashOf.get(packPosition(position)) ?? '') || null,
    commit(records: readonly ReceivedRecord[]): Mark {
      commit.immediate(records)
      return held()
    },
  } satisfies InLog
  const wipe = () =>
    void db.prepare("UPDATE inbox SET state = 'applied', body = NULL WHERE state <> 'applied'").run()
  return { log, wipe, unapplied: (): number => z.int().parse(countUnapplied.get()), unreadPickups }
}
