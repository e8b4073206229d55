import type { Database } from 'better-sqlite3'
import { openDurable, sqliteCodeOf } from '../../shared/durable-sqlite.ts'
import type { Files, World } from '../../shared/world.ts'

const BALLAST_BYTES = 16 * 1024 * 1024
/** Beside the ballast so much must be free, or what was just given back would be taken again at once. */
const ROOM_BYTES = 4 * 1024 * 1024

const ballastOf = (path: string) => `${path}.ballast`

/**
 * Space set aside beside the journal at `path`. On a full disk even a DELETE fails in SQLite; giving the ballast back lets the
 * agent say so, drain to the hub and go on for a while.
 */
export function openBallast(files: Files, path: string) {
  const file = ballastOf(path)
  let released = false
  function restore(): void {
    released = files.sizeOf(file) !== BALLAST_BYTES && !takeWithRoom(files, file)
  }
  restore()
  return {
    release(): void {
      released = true
      files.remove(file)
    },
    /** Takes the space again once there is room. */
    restore,
    released: (): boolean => released,
  }
}

function takeWithRoom(files: Files, file: string): boolean {
  const room = `${file}.room`
  if (!files.reserve(room, ROOM_BYTES)) return false
  try {
    return files.reserve(file, BALLAST_BYTES)
  } finally {
    files.remove(room)
  }
}

/** Opens a durable file. On a full disk the ballast is given back, and it is tried once more. @throws as `openDurable` */
export function openWithBallast({ files, log }: Pick<World, 'files' | 'log'>, path: string): Database {
  try {
    return openDurable(files, path)
  } catch (error) {
    const isFull = sqliteCodeOf(error) === 'SQLITE_FULL'
    if (!isFull || files.sizeOf(ballastOf(path)) === null) throw error
    files.remove(ballastOf(path))
    log.error({ path, error }, 'the disk is full: the space kept for that is used, and will not last long')
    return openDurable(files, path)
  }
}
