import { z } from 'zod'
import { HubCommand } from '../../shared/commands.ts'
import { firstIssue } from '../../shared/protocol.ts'
import { genesis } from '../../shared/stream/chain.ts'
import type { InLog, Mark, Position, ReceivedRecord } from '../../shared/stream/log.ts'
import type { JournalDb } from './part.ts'
import { packPosition, unpackPosition } from './position.ts'

const Row = z.object({ position: z.int(), hash: z.string() })
const Unapplied = z.array(z.object({ position: z.int(), body: z.string() }))
const Kind = z.object({ kind: z.string() })
const knownKinds = new Set<string>(HubCommand.options.map(option => option.shape.kind.value))

/** How many applied commands stay, so that a resend can be compared. */
const KEEP = 5_000

type Outcome =
  | { state: 'applied'; command: HubCommand }
  | { state: 'deferred' | 'quarantined'; problem: string }

/** Reads one command's body. Unknown kinds wait for a newer version; unreadable ones are kept apart, never thrown. */
function readCommand(body: string): Outcome {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    return { state: 'quarantined', problem: 'not JSON' }
  }
  const parsed = HubCommand.safeParse(json)
  if (parsed.success) return { state: 'applied', command: parsed.data }
  const kind = Kind.safeParse(json)
  if (kind.success && !knownKinds.has(kind.data.kind))
    return { state: 'deferred', problem: `unknown kind ${kind.data.kind}` }
  return { state: 'quarantined', problem: firstIssue(parsed.error) }
}

/** The commands' durable log, read and written at once. */
export interface CommandLog extends InLog {
  held(): Mark
  hashAt(position: Position): string | null
  commit(records: readonly ReceivedRecord[]): Mark
}

export interface Inbox {
  readonly log: CommandLog
  /** How many commands this version can't read. */
  unapplied(): number
}

/** Opens the commands' log. Effects run in the transaction that stores their command. */
export function openInbox(db: JournalDb, device: string, apply: (command: HubCommand) => void): Inbox {
  const insert = db.prepare('INSERT INTO inbox (position, hash, state, problem, body) VALUES (?, ?, ?, ?, ?)')
  const newest = db.prepare('SELECT position, hash FROM inbox ORDER BY position DESC LIMIT 1')
  const hashOf = db.prepare('SELECT hash FROM inbox WHERE position = ?').pluck()
  const prune = db.prepare("DELETE FROM inbox WHERE position < ? AND state = 'applied'")
  const deferred = db.prepare("SELECT position, body FROM inbox WHERE state = 'deferred' ORDER BY position")
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
    if (applied) apply(outcome.command)
  }

  const commit = db.transaction((records: readonly ReceivedRecord[]) => {
    for (const record of records) store(record)
    const last = records.at(-1)
    if (last !== undefined) prune.run(packPosition(last) - KEEP)
  })

  /** After an upgrade: commands whose kind is known by now take effect. */
  const applyDeferred = db.transaction(() => {
    for (const { position, body } of Unapplied.parse(deferred.all())) {
      const outcome = readCommand(body)
      if (outcome.state === 'deferred') continue
      const applied = outcome.state === 'applied'
      setState.run(outcome.state, applied ? null : outcome.problem, applied ? null : body, position)
      if (applied) apply(outcome.command)
    }
  })
  applyDeferred.immediate()

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
  return { log, unapplied: (): number => z.int().parse(countUnapplied.get()) }
}
