import { z } from 'zod'
import { openDurable } from '../../shared/durable-sqlite.ts'
import type { World } from '../../shared/world.ts'
import type { DeviceFile } from '../enrolment/device-file.ts'
import { formerPath, keptAsidePath } from '../journal/other-store.ts'
import { InheritedRows, type SourceMemories } from '../sources/source-memory.ts'

/**
 * Takes over what this PC's former devices had read. At the same store only from sources that can't be read again: a
 * POS that posted a sale may still take it back. After a move to another store from every source, so that the POS's
 * history is not read as the new store's. At another hub nothing is known, so everything is read again.
 */
export async function inheritMemory(
  world: Pick<World, 'files' | 'log'>,
  memories: SourceMemories,
  {
    device,
    path,
    sources,
  }: {
    readonly device: DeviceFile
    readonly path: string
    readonly sources: readonly { readonly source: string; readonly kind: string }[]
  },
): Promise<void> {
  for (const former of device.former ?? []) {
    if (former.hub.id !== device.hub.id || memories.hasInherited(former.device)) continue
    const isHere = former.store === device.store
    const file = [keptAsidePath(path, former.device), formerPath(path, former.device)].find(
      each => world.files.sizeOf(each) !== null,
    )
    if (file === undefined) continue
    const names = sources.filter(({ kind }) => !isHere || kind === 'http').map(({ source }) => source)
    await memories.inherit(former.device, readMemory(world, file, names))
    world.log.info({ former: former.device, sources: names }, 'what the former device had read is known')
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
