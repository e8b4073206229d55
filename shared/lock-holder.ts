import type { Files } from './world.ts'

/** Where a database in WAL mode has the lock for writing, in its -shm file (SQLite's wal.c). */
const WRITE_LOCK = 120
const LOCK = /^\d+: POSIX +ADVISORY +WRITE +(\d+) [0-9a-f]+:[0-9a-f]+:(\d+) (\d+) (\d+|EOF)$/

/**
 * Which program holds the write lock of the SQLite file at `path`, in words: "sqlite3 (pid 812)". Linux says; elsewhere,
 * and when the lock is free by now, it is "another program".
 */
export function lockHolder(files: Pick<Files, 'readText' | 'identity'>, path: string): string {
  const inode = files.identity(`${path}-shm`)?.split(':')[1]
  const locks = inode === undefined ? null : readOrNull(files, '/proc/locks')
  for (const line of locks?.split('\n') ?? []) {
    const [, pid, found, from, to] = LOCK.exec(line) ?? []
    const isWriteLock = Number(from) <= WRITE_LOCK && (to === 'EOF' || Number(to) >= WRITE_LOCK)
    if (pid === undefined || found !== inode || !isWriteLock) continue
    const name = readOrNull(files, `/proc/${pid}/comm`)?.trim()
    return name === undefined ? `pid ${pid}` : `${name} (pid ${pid})`
  }
  return 'another program'
}

function readOrNull(files: Pick<Files, 'readText'>, path: string): string | null {
  try {
    return files.readText(path)
  } catch {
    return null // not on this system, or not for this user: who it is stays unsaid
  }
}
