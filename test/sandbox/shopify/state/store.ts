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

/** Where a change goes besides the cache. */
interface Backing {
  load(): Iterable<{ readonly kind: Kind; readonly id: string; readonly entity: Entities[Kind] }>
  put(kind: Kind, id: string, entity: Entities[Kind]): void
  remove(kind: Kind, id: string): void
  transaction<T>(work: () => T): T
  close(): void
}

function fileBacking(file: string): Backing {
  const db = new Database(file)
  // WAL with synchronous=NORMAL: a killed process loses nothing that was committed.
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = NORMAL')
  db.exec(DDL)
  const upsert = db.prepare('INSERT OR REPLACE INTO entity (kind, id, body) VALUES (?, ?, ?)')
  const erase = db.prepare('DELETE FROM entity WHERE kind = ? AND id = ?')
  const everything = db.prepare('SELECT kind, id, body FROM entity')
  return {
    *load() {
      for (const row of everything.iterate() as Iterable<{ kind: Kind; id: string; body: string }>) {
        yield { kind: row.kind, id: row.id, entity: JSON.parse(row.body) as Entities[Kind] }
      }
    },
    put: (kind, id, entity) => void upsert.run(kind, id, JSON.stringify(entity)),
    remove: (kind, id) => void erase.run(kind, id),
    transaction: work => db.transaction(work).immediate(),
    close: () => void db.close(),
  }
}

/** A shop without a file: a simulator opens hundreds of them and kills none. */
const noBacking: Backing = {
  load: () => [],
  put() {},
  remove() {},
  transaction: work => work(),
  close() {},
}

/** Opens the state file, or a shop that forgets when no file is named. */
export function openStore(file: string | undefined): Store {
  const backing = file === undefined ? noBacking : fileBacking(file)
  const cache = new Map<Kind, Map<string, Entities[Kind]>>()
  for (const { kind, id, entity } of backing.load()) ofKind(kind).set(id, entity)
  /** How to take back what the open transaction did to the cache, oldest first; undefined outside of one. */
  let undo: (() => void)[] | undefined

  function ofKind(kind: Kind): Map<string, Entities[Kind]> {
    let held = cache.get(kind)
    if (held === undefined) {
      held = new Map()
      cache.set(kind, held)
    }
    return held
  }

  function rememberOld(kind: Kind, id: string): void {
    if (undo === undefined) return
    const held = ofKind(kind)
    const old = held.get(id)
    undo.push(() => void (old === undefined ? held.delete(id) : held.set(id, old)))
  }

  function begin<T>(work: () => T): T {
    const steps: (() => void)[] = []
    undo = steps
    try {
      return backing.transaction(work)
    } catch (error) {
      for (const step of steps.reverse()) step()
      throw error
    } finally {
      undo = undefined
    }
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
      rememberOld(kind, id)
      backing.put(kind, id, entity)
      ofKind(kind).set(id, entity)
      return entity
    },
    remove(kind, id) {
      rememberOld(kind, String(id))
      backing.remove(kind, String(id))
      ofKind(kind).delete(String(id))
    },
    nextId() {
      const meta = store.need('meta', 'meta')
      store.put('meta', { ...meta, nextId: meta.nextId + 1 })
      return meta.nextId
    },
    transaction: work => (undo === undefined ? begin(work) : work()),
    close: () => backing.close(),
  }
  return store
}
