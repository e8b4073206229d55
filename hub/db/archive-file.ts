import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import { defineError } from '../../shared/errors.ts'
import type { Files } from '../../shared/world.ts'

export const archiveForeign = defineError(
  'ARCHIVE_FOREIGN',
  (f: { path: string }) => `${f.path} is not an archive of this hub. Give another file; nothing was changed.`,
)
export const archiveMissing = defineError(
  'ARCHIVE_MISSING',
  (f: { path: string }) => `There is no archive file at ${f.path}. Check the path.`,
)

export const archiveDamaged = defineError(
  'ARCHIVE_DAMAGED',
  (f: { file: string; block: string }) =>
    `The archive ${f.file} was changed on disk: its events ${f.block} are not as they were written. Use another copy of the file.`,
)

export const archiveConflict = defineError(
  'ARCHIVE_CONFLICT',
  (f: { file: string; block: string }) =>
    `The archive ${f.file} holds other events at ${f.block}: the hub was restored from a backup since. Nothing was removed from the hub or the file. Archive into a new file.`,
)

export const archiveUnopenable = defineError(
  'ARCHIVE_UNOPENABLE',
  (f: { path: string }) =>
    `${f.path} cannot be opened as a file. Check that it is a file, not a folder, and that this user may read and write it and its folder. Nothing was changed.`,
)

export const archiveDiskFull = defineError(
  'ARCHIVE_DISK_FULL',
  (f: { file: string }) =>
    `The disk of ${f.file} is full. Events that are not in it yet are still in the hub. Make room and run this command again: it goes on.`,
)

const FORMAT = '1'

/** A block in an archive file. Stores and devices by their names, because numbers are the hub's own. */
const ArchivedBlock = z.object({
  store: z.string(),
  device: z.string(),
  epoch: z.int(),
  first_seq: z.int(),
  last_seq: z.int(),
  first_turn: z.int(),
  last_turn: z.int(),
  received_from: z.int(),
  received_to: z.int(),
  previous: z.string(),
  last_hash: z.string(),
  body: z.custom<Uint8Array>(value => value instanceof Uint8Array),
})
export type ArchivedBlock = z.infer<typeof ArchivedBlock>

/** Which block, by its names. */
export type BlockKey = Pick<ArchivedBlock, 'store' | 'device' | 'epoch' | 'first_seq'>

/** An open archive file: packed events that were moved out of a hub's database. */
export interface ArchiveFile extends Disposable {
  /** Its name without its folder. */
  readonly name: string
  isEmpty(): boolean
  /** Adds blocks, durably; one that is there already must be the same. @throws ARCHIVE_CONFLICT, ARCHIVE_DISK_FULL */
  add(blocks: readonly ArchivedBlock[]): void
  /** A block whose checksum is right; null: it is not there, or not as it was written. */
  read(key: BlockKey): ArchivedBlock | null
  /** Every block in the order of its key; null: it is not as it was written. SQLite's errors are thrown as they are. */
  blocks(): Iterable<{ readonly place: string; readonly block: ArchivedBlock | null }>
  /** What SQLite finds wrong with the file's own structure; null: nothing. */
  fault(): string | null
  devices(store: string): readonly string[]
  /** @throws ARCHIVE_DAMAGED */
  next(
    store: string,
    device: string,
    after: { turn: number; epoch: number; seq: number },
  ): ArchivedBlock | null
  /** @throws ARCHIVE_DAMAGED */
  holding(store: string, place: { device: string; epoch: number; seq: number }): ArchivedBlock | null
}

const SCHEMA = `
  CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL);
  CREATE TABLE archived_block (
    store TEXT NOT NULL, device TEXT NOT NULL, epoch INTEGER NOT NULL, first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL, first_turn INTEGER NOT NULL, last_turn INTEGER NOT NULL,
    received_from INTEGER NOT NULL, received_to INTEGER NOT NULL, previous TEXT NOT NULL, last_hash TEXT NOT NULL,
    body BLOB NOT NULL, checksum TEXT NOT NULL, PRIMARY KEY (store, device, epoch, first_seq));
  CREATE INDEX archived_block_turn ON archived_block (store, device, last_turn);`

/**
 * Opens an archive file; with `create` a missing one is made.
 * @param hub the hub's own name: a file of another hub is refused
 * @throws ARCHIVE_FOREIGN, ARCHIVE_MISSING, ARCHIVE_UNOPENABLE, ARCHIVE_DISK_FULL
 */
export function openArchiveFile(
  files: Files,
  path: string,
  { hub, create }: { readonly hub: string; readonly create: boolean },
): ArchiveFile {
  const isThere = (files.sizeOf(path) ?? 0) > 0
  if (!isThere && !create) throw archiveMissing({ path })
  // a kill while it was written leaves a journal beside it, which only a writer can roll back
  const isCut = files.sizeOf(`${path}-journal`) !== null
  const db = databaseAt(files, path, !create && !isCut)
  try {
    if (create && !isTable(db, 'about')) begin(db, hub)
    const about = z.string().optional()
    const of = db.prepare('SELECT value FROM about WHERE key = ?').pluck()
    if (about.parse(of.get('hub')) !== hub || about.parse(of.get('format')) !== FORMAT)
      throw archiveForeign({ path })
    if (create) {
      db.pragma('journal_mode = DELETE') // once it is known to be ours: one file, which can be copied and put away
      db.pragma('synchronous = FULL')
    }
    return archiveFile(db, basename(path))
  } catch (error) {
    db.close()
    if (/^SQLITE_(NOTADB|ERROR|CORRUPT)/.test(sqliteCode(error))) throw archiveForeign({ path }, error)
    throw told(error, path)
  }
}

const sqliteCode = (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : '')

/** What SQLite says of a file that can't be opened or written, in a sentence. */
function told(error: unknown, path: string): unknown {
  const code = sqliteCode(error)
  if (code === 'SQLITE_FULL') return archiveDiskFull({ file: basename(path) }, error)
  if (/^SQLITE_(CANTOPEN|READONLY|PERM)/.test(code)) return archiveUnopenable({ path }, error)
  return error
}

function databaseAt(files: Files, path: string, readOnly: boolean): Database {
  try {
    return files.database(path, { readOnly })
  } catch (error) {
    throw told(error, path)
  }
}

const isTable = (db: Database, name: string) =>
  db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(name) !== undefined

function begin(db: Database, hub: string): void {
  db.transaction(() => {
    if (db.prepare('SELECT 1 FROM sqlite_schema').get() !== undefined) return // another program's file
    db.exec(SCHEMA)
    db.prepare('INSERT INTO about VALUES (?, ?), (?, ?)').run('format', FORMAT, 'hub', hub)
  }).immediate()
}

function archiveFile(db: Database, name: string): ArchiveFile {
  const columns = Object.keys(ArchivedBlock.shape)
  const values = columns.map(column => `@${column}`).join(', ')
  const insert = `INSERT INTO archived_block (${columns.join(', ')}, checksum) VALUES (${values}, @checksum)
    ON CONFLICT DO UPDATE SET body = excluded.body WHERE checksum = excluded.checksum`
  const select = `SELECT ${columns.join(', ')}, checksum FROM archived_block`
  const byKey = db.prepare(
    `${select} WHERE store = @store AND device = @device AND epoch = @epoch AND first_seq = @first_seq`,
  )
  const nextByTurn = db.prepare(
    `${select} WHERE store = @store AND device = @device AND last_turn >= @turn AND (epoch, last_seq) > (@epoch, @seq)
     ORDER BY last_turn, epoch, last_seq LIMIT 1`,
  )
  const byPlace = db.prepare(
    `${select} WHERE store = @store AND device = @device AND epoch = @epoch AND first_seq <= @seq
     ORDER BY first_seq DESC LIMIT 1`,
  )
  return {
    name,
    add(blocks) {
      const put = db.prepare(insert)
      const putAll = db.transaction(() => {
        for (const block of blocks) {
          const { changes } = put.run({ ...block, checksum: checksumOf(block) })
          const { device, epoch, first_seq, last_seq } = block
          if (changes === 0)
            throw archiveConflict({ file: name, block: `${device}/${epoch}/${first_seq}-${last_seq}` })
        }
      })
      try {
        putAll.immediate()
      } catch (error) {
        throw told(error, name)
      }
    },
    isEmpty: () => db.prepare('SELECT 1 FROM archived_block').get() === undefined,
    read: key => checked(byKey.get(key)),
    *blocks() {
      for (const row of db.prepare(`${select} ORDER BY store, device, epoch, first_seq`).iterate())
        yield { place: placeOf(row), block: wholeBlock(row) }
    },
    fault() {
      try {
        const found = z.string().parse(db.prepare('PRAGMA integrity_check(1)').pluck().get())
        return found === 'ok' ? null : found
      } catch (error) {
        if (error instanceof Error && /^SQLITE_(CORRUPT|IOERR)/.test(sqliteCode(error))) return error.message
        throw error
      }
    },
    devices: store =>
      z
        .array(z.string())
        .parse(db.prepare('SELECT DISTINCT device FROM archived_block WHERE store = ?').pluck().all(store)),
    next: (store, device, after) => undamaged(name, () => nextByTurn.get({ store, device, ...after })),
    holding(store, place) {
      const block = undamaged(name, () => byPlace.get({ store, ...place }))
      return block !== null && block.last_seq >= place.seq ? block : null
    },
    [Symbol.dispose]: () => void db.close(),
  }
}

const Row = ArchivedBlock.extend({ checksum: z.string() })

function checked(row: unknown): ArchivedBlock | null {
  if (row === undefined) return null
  const { checksum, ...block } = Row.parse(row)
  return checksumOf(block) === checksum ? block : null
}

/** A block of any row; null: the row is not one, or not as it was written. */
function wholeBlock(row: unknown): ArchivedBlock | null {
  return Row.safeParse(row).success ? checked(row) : null
}

/** @throws ARCHIVE_DAMAGED rather than to say that the file has no such events */
function undamaged(file: string, read: () => unknown): ArchivedBlock | null {
  let row: unknown
  try {
    row = read()
    const block = checked(row)
    if (block !== null || row === undefined) return block
  } catch (cause) {
    throw archiveDamaged({ file, block: placeOf(row) }, cause)
  }
  throw archiveDamaged({ file, block: placeOf(row) })
}

function placeOf(row: unknown): string {
  const known = Row.pick({ device: true, epoch: true, first_seq: true, last_seq: true }).safeParse(row)
  if (!known.success) return 'that were asked for'
  const { device, epoch, first_seq, last_seq } = known.data
  return `${device}/${epoch}/${first_seq}-${last_seq}`
}

function checksumOf({ body, ...facts }: ArchivedBlock): string {
  const named = Object.keys(ArchivedBlock.shape).flatMap(key =>
    key === 'body' ? [] : [facts[key as keyof typeof facts]],
  )
  return createHash('sha256')
    .update(`${JSON.stringify(named)}\n`)
    .update(body)
    .digest('hex')
}
