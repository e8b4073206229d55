import { mkdir, open, readdir, readFile, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { SpoolFiles } from '../spool/spool-files.ts'

/** The print spool's disk, on Node's own. */
export function nodeSpoolFiles(folder: string): SpoolFiles {
  return {
    async list() {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const names = await readdir(folder)
      const sizes = await Promise.all(names.map(async name => (await stat(join(folder, name))).size))
      return names.map((name, at) => ({ name, size: sizes[at] ?? 0 }))
    },
    read: name => readFile(join(folder, name)),
    async create(name) {
      const file = await open(join(folder, name), 'wx', 0o600)
      return {
        async append(bytes) {
          for (let at = 0; at < bytes.length; )
            at += (await file.write(bytes, at, bytes.length - at, null)).bytesWritten
        },
        sync: () => file.datasync(),
        close: () => file.close(),
      }
    },
    remove: name => rm(join(folder, name), { force: true }),
    empty: name => truncate(join(folder, name), 1),
  }
}
