import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { watch } from 'chokidar'
import type { SalesFile, SalesFiles } from './sales-files.ts'

/** Files looked at side by side: a share answers slowly, and each look holds a thread of Node's pool. */
const LOOKS = 4

/** The file system as it is. Each piece is read through a handle of its own, so that the POS may rename or delete. */
export const nodeSalesFiles: SalesFiles = {
  async list(folder) {
    const names = await readdir(folder, { withFileTypes: true }).catch(ifGone)
    if (names === null) return null
    const files: SalesFile[] = []
    const left = names.filter(entry => entry.isFile() || entry.isSymbolicLink()).values()
    const look = async () => {
      for (const { name } of left) {
        const found = await stat(join(folder, name), { bigint: true }).catch(ifGone)
        if (found?.isFile() !== true) continue
        const writtenMs = Number(found.mtimeNs / 1_000n) / 1_000
        files.push({ name, bytes: Number(found.size), writtenMs, identity: `${found.dev}:${found.ino}` })
      }
    }
    await Promise.all(Array.from({ length: LOOKS }, look))
    return files
  },
  async read(file, offset, into) {
    const handle = await open(file, 'r').catch(ifGone)
    if (handle === null) return null
    try {
      const { dev, ino } = await handle.stat({ bigint: true })
      let filled = 0
      while (filled < into.length) {
        const { bytesRead } = await handle.read(into, filled, into.length - filled, offset + filled)
        if (bytesRead === 0) break
        filled += bytesRead
      }
      return { filled, identity: `${dev}:${ino}` }
    } finally {
      await handle.close()
    }
  },
  watch(folder, changed) {
    const watcher = watch(folder, { depth: 0, ignoreInitial: true })
    watcher.on('all', changed)
    watcher.on('error', changed) // the folder is looked at anyway, and what is wrong shows there
    return () => void watcher.close()
  },
}

function ifGone(error: unknown): null {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
    return null
  throw error
}
