import { closeSync, fsyncSync, openSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Waits until what set-up wrote is on the disk, so that the first commits measured do not carry it as well. */
export function flushFiles(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = openSync(join(folder, entry.name), 'r+')
    fsyncSync(file)
    closeSync(file)
  }
}
