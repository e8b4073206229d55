import { hash } from 'node:crypto'
import { z } from 'zod'
import { describeError } from '../shared/errors.ts'
import type { MachineReport } from '../shared/protocol.ts'
import type { Cancel, World } from '../shared/world.ts'
import { type AgentConfig, agentPaths } from './config.ts'
import { sqliteSignature } from './sources/sql/sqlite-engine.ts'

/** Whether the tables of a POS's database have become others, though its source can still read them: a hint of an update of the POS. */
export interface PosTables extends Disposable {
  /** Each source whose tables have changed since they were first seen, and when that was last noticed. */
  changes(): NonNullable<MachineReport['posTables']>
}

const LOOK_EVERY_MS = 3_600_000
/** A POS that is writing is not waited for; the next look finds it. */
const BUSY_MS = 20

/** What was seen of each source, by its name. */
const Seen = z.record(
  z.string(),
  z.object({
    file: z.string(),
    /** A hash of the tables as the database defines them. */
    tables: z.string(),
    /** Agent clock, ms; null: they are as they were first seen. */
    changedAt: z.int().min(0).nullable(),
  }),
)
type Seen = z.infer<typeof Seen>

const WithFile = z.looseObject({ file: z.string().min(1) })
/** As kinds of sources name a database that is a file. */
const Settings = z.union([
  WithFile,
  z.looseObject({ database: WithFile }).transform(({ database }) => database),
])

/**
 * Looks at the tables of each source that reads an SQLite database, at the start and every hour, through a connection of
 * its own that only reads. What was seen outlasts a restart: a POS is often updated with its PC.
 */
export function followPosTables(parts: {
  readonly world: Pick<World, 'clock' | 'timers' | 'files' | 'log'>
  readonly folder: string
  readonly config: Pick<AgentConfig, 'sources'>
  /** The changes are others. */
  changed(): void
}): PosTables {
  const { world, config } = parts
  const path = agentPaths(parts.folder).posTables
  let seen = readSeen(world, path)
  let cancel: Cancel = world.timers.soon(look)

  function look(): void {
    cancel = world.timers.after(LOOK_EVERY_MS, look)
    const next = { ...seen }
    for (const { source, settings } of config.sources) {
      const file = Settings.safeParse(settings).data?.file
      const tables = file === undefined ? null : tablesOf(world, file)
      if (file === undefined || tables === null) continue
      const before = seen[source]
      if (before === undefined || before.file !== file) next[source] = { file, tables, changedAt: null }
      else if (before.tables !== tables) next[source] = { file, tables, changedAt: world.clock.now() }
    }
    if (JSON.stringify(next) === JSON.stringify(seen)) return
    seen = next
    keepSeen(world, path, seen)
    parts.changed()
  }

  return {
    changes: () =>
      config.sources.flatMap(({ source }) => {
        const changedAt = seen[source]?.changedAt ?? null
        return changedAt === null ? [] : [{ source, changedAt }]
      }),
    [Symbol.dispose]: () => cancel(),
  }
}

/** Null: it is not an SQLite database, or can't be read now; the source says so itself. */
function tablesOf({ files, log }: Pick<World, 'files' | 'log'>, file: string): string | null {
  try {
    using bytes = files.openBytes(file)
    const start = bytes?.read(0, sqliteSignature.length) ?? null
    if (start === null || !sqliteSignature.equals(start)) return null
    const db = files.database(file, { readOnly: true })
    try {
      db.pragma(`busy_timeout = ${BUSY_MS}`)
      return hash('sha256', JSON.stringify(db.prepare(TABLES).all())).slice(0, 16)
    } finally {
      db.close()
    }
  } catch (error) {
    log.debug({ file, ...describeError(error) }, 'the tables of a POS could not be looked at')
    return null
  }
}

const TABLES = /* sql */ `
  SELECT type, name, sql FROM sqlite_schema
   WHERE type IN ('table', 'view') ORDER BY type, name`

function readSeen({ files, log }: Pick<World, 'files' | 'log'>, path: string): Seen {
  try {
    const text = files.readText(path)
    return text === null ? {} : Seen.parse(JSON.parse(text))
  } catch (error) {
    log.warn({ ...describeError(error) }, 'which tables the POS had is not known any more')
    return {}
  }
}

function keepSeen({ files, log }: Pick<World, 'files' | 'log'>, path: string, seen: Seen): void {
  try {
    files.writePrivate(path, JSON.stringify(seen))
  } catch (error) {
    log.warn({ ...describeError(error) }, 'which tables the POS has could not be kept')
  }
}
