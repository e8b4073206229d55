import Database from 'better-sqlite3'
import type { Entities, Kind } from './entities.ts'

/**
 * The shop's state: one SQLite table of JSON entities, read through a cache. SQLite is what survives a
 * kill; the cache makes a list of ten thousand orders a loop instead of ten thousand parses.
 */
export interface Store {
  get<K extends Kind>(kind: K, id: string | number): Entities[K] | undefined
  /** For a reference that state itself holds: its absence is a bug of the sandbox. */
  need<K extends Kind>(kind: K, id: string | number): Entities[K]
  all<K extends Kind>(kind: K): Iterable<Entities[K]>
  count(kind: Kind): number
  put<K extends Kind>(kind: K, entity: Entities[K]): Entities[K]
  remove(kind: Kind, id: string | number): void
  /** The next number of the shop's one id sequence. */
  nextId(): number
  /** All or nothing. Nested calls join the outer transaction. */
  transaction<T>(work: () => T): T
  close(): void
}

const DDL = /* sql */ `
  CREATE TABLE IF NOT EXISTS entity (
    kind TEXT NOT NULL,
    id   TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, id)
  ) WITHOUT ROWID`

/** Levels are asked for by what they are the level of. */
export function levelKey(itemId: number, locationId: number): string {
  return `${itemId}:${locationId}`
}

function keyOf(kind: Kind, entity: Entities[Kind]): string {
  if (kind === 'level' && 'itemId' in entity && 'locationId' in entity) {
    return levelKey(entity.itemId, entity.locationId)
  }
  return String(entity.id)
}

/** Opens the state file, or a shop that forgets when no file is named. */
export function openStore(file: string | undefined): Store {
  const db = new Database(file ?? ':memory:')
  // WAL with synchronous=NORMAL: a killed process loses nothing that was committed.
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = NORMAL')
  db.exec(DDL)
  const upsert = db.prepare('INSERT OR REPLACE INTO entity (kind, id, body) VALUES (?, ?, ?)')
  const erase = db.prepare('DELETE FROM entity WHERE kind = ? AND id = ?')
  const everything = db.prepare('SELECT kind, id, body FROM entity')

  let written = false
  let cache = new Map<Kind, Map<string, Entities[Kind]>>()
  load()

  function load(): void {
    cache = new Map()
    for (const row of everything.iterate() as Iterable<{ kind: Kind; id: string; body: string }>) {
      ofKind(row.kind).set(row.id, JSON.parse(row.body) as Entities[Kind])
    }
  }

  function ofKind(kind: Kind): Map<string, Entities[Kind]> {
    let held = cache.get(kind)
    if (held === undefined) {
      held = new Map()
      cache.set(kind, held)
    }
    return held
  }

  const store: Store = {
    get: <K extends Kind>(kind: K, id: string | number) =>
      ofKind(kind).get(String(id)) as Entities[K] | undefined,
    need<K extends Kind>(kind: K, id: string | number) {
      const found = store.get(kind, id)
      if (found === undefined)
        throw new Error(`The sandbox holds no ${kind} ${id}, though something refers to it`)
      return found
    },
    all: <K extends Kind>(kind: K) => ofKind(kind).values() as Iterable<Entities[K]>,
    count: kind => ofKind(kind).size,
    put(kind, entity) {
      const id = keyOf(kind, entity)
      written = true
      upsert.run(kind, id, JSON.stringify(entity))
      ofKind(kind).set(id, entity)
      return entity
    },
    remove(kind, id) {
      written = true
      erase.run(kind, String(id))
      ofKind(kind).delete(String(id))
    },
    nextId() {
      const meta = store.need('meta', 'meta')
      store.put('meta', { ...meta, nextId: meta.nextId + 1 })
      return meta.nextId
    },
    transaction(work) {
      if (db.inTransaction) return work()
      written = false
      try {
        return db.transaction(work).immediate()
      } catch (error) {
        if (written) load() // else the cache would keep what was rolled back
        throw error
      }
    },
    close: () => void db.close(),
  }
  return store
}
