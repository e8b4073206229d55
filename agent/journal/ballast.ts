import type { Files } from '../../shared/world.ts'

const BALLAST_BYTES = 16 * 1024 * 1024

/**
 * Space set aside beside the journal. On a full disk even a DELETE fails in SQLite; giving the ballast back lets the
 * agent say so, drain to the hub and go on for a while.
 */
export function openBallast(files: Files, path: string) {
  let released = false
  function restore(): void {
    released = files.sizeOf(path) !== BALLAST_BYTES && !files.reserve(path, BALLAST_BYTES)
  }
  restore()
  return {
    release(): void {
      released = true
      files.remove(path)
    },
    /** Takes the space again once there is room. */
    restore,
    released: (): boolean => released,
  }
}
