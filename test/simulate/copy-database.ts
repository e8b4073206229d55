import { copyFileSync, existsSync, rmSync } from 'node:fs'

/** Copies a database of a machine that is off. */
export function copyDatabase(from: string, to: string): void {
  for (const end of ['', '-wal', '-shm']) {
    rmSync(to + end, { force: true })
    if (existsSync(from + end)) copyFileSync(from + end, to + end)
  }
}
