import type { Statement } from 'better-sqlite3'
import { z } from 'zod'
import { openDurable } from '../../../shared/durable-sqlite.ts'
import type { JournalSalvaged } from '../../../shared/events.ts'
import { epochMs } from '../../../shared/ids.ts'
import { genesis } from '../../../shared/stream/chain.ts'
import type { World } from '../../../shared/world.ts'
import type { JournalDb, JournalParts } from '../part.ts'
import { packPosition, unpackPosition } from '../position.ts'
import { migrateJournal, migratePart } from '../schema.ts'
import { knownTables, tableMadeBy } from './known-tables.ts'
import { type LostEvents, lostEvents } from './lost-events.ts'
import { openPages } from './pages.ts'
import { type FoundTable, findTables, type NamedRow } from './tables.ts'

/** What a salvage brought. */
export interface Salvage {
  /** The device whose journal it was; null: that can't be read any more. */
  readonly device: string | null
  readonly events: LostEvents
  /** The parts of the journal, other than the events, of which rows can't be read. */
  readonly parts: JournalSalvaged['parts']
}

const Device = z.string().optional()
const Place = z.int().nullable()
/** Told apart from the names of parts. */
const OWN_TABLES: Readonly<Record<string, JournalSalvaged['parts'][number]>> = {
  inbox: 'commands',
  stream_state: 'position',
}
/** Written by the new file itself. */
const NOT_COPIED = new Set(['journal_part', 'durable_check'])
/** What is made of the hub's commands. */
const FROM_COMMANDS = new Set(['commands', 'pickups', 'reminders', 'staff', 'store', 'write-backs'])
const ROWS_AT_ONCE = 2_000

/**
 * Copies everything that can still be read of a damaged journal into a new file, table by table and row by row. The
 * damaged file is only read. May be killed at any point: the next call begins again.
 * @param options.device whose journal the new one is, when the damaged one does not say
 */
export function salvageInto(
  world: Pick<World, 'files' | 'clock'>,
  options: { from: string; to: string; device: string; parts: JournalParts },
): Salvage {
  const { files } = world
  files.removeDatabase(options.to)
  const db = openDurable(files, options.to)
  const scratch = files.database(':memory:', { readOnly: false })
  const pages = openPages(files, options.from)
  try {
    const partOf = makeTables(db, options)
    const known = knownTables(db).filter(({ name }) => !NOT_COPIED.has(name))
    const tables = pages === null ? [] : findTables(pages, known, sql => tableMadeBy(scratch, sql)).tables
    for (const table of tables) copyTable(db, table)
    const lost = tables.filter(table => table.lost() !== 'none').map(({ name }) => name)
    const device = Device.parse(db.prepare('SELECT device FROM stream_state').pluck().get()) ?? null
    if (device === null) guessState(db, options.device)
    const outbox = tables.find(({ name }) => name === 'outbox')?.lost() ?? 'end'
    const events = lostEvents(db, {
      isDamaged: outbox !== 'none' || device === null,
      isEndLost: outbox === 'end',
    })
    const parts = lost.flatMap(name => OWN_TABLES[name] ?? partOf.get(name) ?? [])
    // the hub sends all commands again to a journal that has none
    if (parts.some(part => FROM_COMMANDS.has(part))) db.exec('DELETE FROM inbox')
    return { device, events, parts: [...new Set(parts)] }
  } finally {
    pages?.[Symbol.dispose]()
    scratch.close()
    db.close()
  }
}

/** Makes all tables. Gives the part of each that is a part's. */
function makeTables(db: JournalDb, { to, parts }: { to: string; parts: JournalParts }): Map<string, string> {
  migrateJournal(db, to)
  const partOf = new Map<string, string>()
  const own = new Set(knownTables(db).map(({ name }) => name))
  for (const part of Object.values(parts)) {
    migratePart(db, to, part)
    for (const { name } of knownTables(db))
      if (!own.has(name) && !partOf.has(name)) partOf.set(name, part.name)
  }
  return partOf
}

const Names = z.array(z.object({ name: z.string() }))

function copyTable(db: JournalDb, table: FoundTable): void {
  const info = Names.parse(db.pragma(`table_info(${JSON.stringify(table.name)})`))
  const columns = new Set(info.map(({ name }) => name))
  const inserts = new Map<string, Statement>()
  /** A row of an older schema lacks columns. One whose key is taken, or that the schema refuses, stays behind. */
  const insertOf = (names: readonly string[]): Statement => {
    const list = names.join(', ')
    const insert =
      inserts.get(list) ??
      db.prepare(`INSERT OR IGNORE INTO ${table.name} (${list}) VALUES (${names.map(() => '?').join(', ')})`)
    inserts.set(list, insert)
    return insert
  }
  const copy = db.transaction((rows: readonly NamedRow[]) => {
    for (const row of rows) {
      const names = Object.keys(row).filter(name => columns.has(name))
      insertOf(names).run(names.map(name => row[name] ?? null))
    }
  })
  let rows: NamedRow[] = []
  for (const row of table.rows()) {
    rows.push(row)
    if (rows.length < ROWS_AT_ONCE) continue
    copy.immediate(rows)
    rows = []
  }
  if (rows.length > 0) copy.immediate(rows)
}

/** The place in the stream, when the file does not say: all that the newest epoch still has counts as unsent. */
function guessState(db: JournalDb, device: string): void {
  const last = Place.parse(db.prepare('SELECT MAX(position) FROM outbox').pluck().get())
  const { epoch } = unpackPosition(last ?? packPosition({ epoch: 1, seq: 0 }))
  const start = packPosition({ epoch, seq: 0 })
  const first = Place.parse(
    db.prepare('SELECT MIN(position) FROM outbox WHERE position > ?').pluck().get(start),
  )
  db.prepare("INSERT INTO stream_state VALUES ('events', ?, ?, ?, ?)").run(
    device,
    epoch,
    first === null ? start : first - 1,
    genesis('events', device, epoch),
  )
}

/** The event that tells the hub. */
export function salvagedEvent(
  salvage: Salvage,
  facts: { at: number; cause: string; file: string },
): JournalSalvaged {
  const { events, parts } = salvage
  return {
    kind: 'journal.salvaged',
    at: epochMs(facts.at),
    cause: facts.cause.slice(0, 64),
    file: facts.file.slice(0, 255),
    events: events.count,
    sales: events.sales,
    isEndLost: events.isEndLost,
    parts,
  }
}
