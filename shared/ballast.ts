import { openDurable, sqliteCodeOf } from './durable-sqlite.ts'
import { describeError } from './errors.ts'
import type { Files, World } from './world.ts'

const BALLAST_BYTES = 16 * 1024 * 1024
/** Beside the ballast so much must be free, or what was just given back would be taken again at once. */
const ROOM_BYTES = 4 * 1024 * 1024

const ballastOf = (path: string) => `${path}.ballast`

/**
 * Space set aside beside the database at `path`. On a full disk even a DELETE fails in SQLite; giving the ballast back lets
 * the program say so and go on for a while. It never throws: on a disk that fails there is no ballast, and the database
 * itself says what is wrong.
 */
export function openBallast({ files, log }: Pick<World, 'files' | 'log'>, path: string) {
  const file = ballastOf(path)
  let released = false
  function tried<T>(work: () => T, otherwise: T): T {
    try {
      return work()
    } catch (error) {
      log.warn({ file, ...describeError(error) }, 'the space kept for a full disk can’t be used')
      return otherwise
    }
  }
  function restore(): void {
    released = tried(() => files.sizeOf(file) !== BALLAST_BYTES && !takeWithRoom(files, file), true)
  }
  restore()
  return {
    release(): void {
      released = true
      tried(() => files.remove(file), undefined)
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
export function openWithBallast(
  world: Pick<World, 'files' | 'log'>,
  path: string,
): ReturnType<typeof openDurable> {
  try {
    return openDurable(world.files, path)
  } catch (error) {
    if (!giveBallast(world, path, error)) throw error
    return openDurable(world.files, path)
  }
}

/**
 * Gives back the ballast of the database at `path` when an error says that the disk is full, whichever file of the program
 * met it. False: the disk is not full, or there is no ballast; trying once more is of no use.
 */
export function giveBallast(
  { files, log }: Pick<World, 'files' | 'log'>,
  path: string,
  error: unknown,
): boolean {
  if (!saysFull(error) || files.sizeOf(ballastOf(path)) === null) return false
  files.remove(ballastOf(path))
  log.error({ path, error }, 'the disk is full: the space kept for that is used, and will not last long')
  return true
}

function saysFull(error: unknown): boolean {
  if (/^(SQLITE_FULL|ENOSPC)$/.test(sqliteCodeOf(error))) return true
  return error instanceof Error && error.cause !== undefined && saysFull(error.cause)
}
