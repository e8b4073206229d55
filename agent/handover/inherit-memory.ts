import { z } from 'zod'
import { openDurable } from '../../shared/durable-sqlite.ts'
import { describeError } from '../../shared/errors.ts'
import type { World } from '../../shared/world.ts'
import { formerPath, keptAsidePath } from '../journal/other-store.ts'
import { formerIn, formerText, InheritedRows, type SourceMemories } from '../sources/source-memory.ts'
import type { FormerDevice } from './former-stores.ts'

/**
 * Takes over what this PC's former devices had read. At the same store only from sources that can't be read again: a
 * POS that posted a sale may still take it back. After a move to another store from every source, so that the POS's
 * history is not read as the new store's; its receipts stay the former store's. At another hub nothing is known, so
 * everything is read again. The newest device first: what it knows of a sale counts more than what an older one knew.
 */
export async function inheritMemory(
  world: Pick<World, 'files' | 'log'>,
  memories: SourceMemories,
  {
    former,
    store,
    path,
    sources,
  }: {
    readonly former: readonly FormerDevice[]
    /** The present one. */
    readonly store: string
    readonly path: string
    readonly sources: readonly { readonly source: string; readonly kind: string }[]
  },
): Promise<void> {
  for (const one of former.toReversed()) {
    if (one.store === null || memories.hasInherited(one.device)) continue
    const isHere = one.store === store
    const file = [keptAsidePath(path, one.device), formerPath(path, one.device)].find(
      each => world.files.sizeOf(each) !== null,
    )
    if (file === undefined) continue
    const names = sources.filter(({ kind }) => !isHere || ONCE_ONLY.has(kind)).map(({ source }) => source)
    const rows = readWhole(world, file, names)
    if (rows === null) continue
    const { known, marks } = rows
    const owned = known.map(row => ({ ...row, former: formerOf(row, one.store, store) }))
    await memories.inherit(one.device, { known: owned, marks })
    world.log.info({ former: one.device, sources: names }, 'what the former device had read is known')
  }
}

/** Kinds of sources whose past can't be read again. */
const ONCE_ONLY = new Set(['http', 'receipts'])

type Row = InheritedRows['known'][number]

/** Whose a former device's row is. What has no time, such as an item's price, belongs to no store. */
function formerOf(row: Row, store: string | null, present: string): string | null {
  if (row.former !== null) return formerIn(row.former).store === present ? null : row.former
  if (store === null || store === present || row.sold_at.startsWith(' ')) return null
  return formerText({ store, fingerprint: row.state === 'sold' ? row.fingerprint : null })
}

/** Null: its file is damaged. This till goes on without; what it reads again has the same keys. */
function readWhole(
  world: Pick<World, 'files' | 'log'>,
  file: string,
  sources: readonly string[],
): InheritedRows | null {
  try {
    return readMemory(world, file, sources)
  } catch (error) {
    const { code, sentence } = describeError(error)
    world.log.error({ file, code }, `what a former device had read is not known: ${sentence}`)
    return null
  }
}

function readMemory(world: Pick<World, 'files'>, file: string, sources: readonly string[]): InheritedRows {
  const db = openDurable(world.files, file)
  try {
    const table = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'source_known'").get()
    if (table === undefined) return { known: [], marks: [] }
    const named = z.string().parse(JSON.stringify(sources))
    return InheritedRows.parse({
      known: db
        .prepare('SELECT * FROM source_known WHERE source IN (SELECT value FROM json_each(?))')
        .all(named),
      marks: db
        .prepare('SELECT * FROM source_mark WHERE source IN (SELECT value FROM json_each(?))')
        .all(named),
    })
  } finally {
    db.close()
  }
}
