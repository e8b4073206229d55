import { accessSync, constants, readFileSync, statfsSync } from 'node:fs'
import { freemem, tmpdir } from 'node:os'

const MEMORY = '/dev/shm'
/** More than all tests and simulators of a run keep at once, with their PostgreSQL databases. */
const ROOM = 4 * 1024 ** 3

/**
 * Where tests keep their files: in memory where the system has a folder for that with enough room. A test's databases
 * sync each commit; on a disk the tests wait for that longer than for all else that SQLite does.
 */
export function scratchFolder(): string {
  return hasRoom() && runsPrograms() ? MEMORY : tmpdir()
}

function hasRoom(): boolean {
  try {
    accessSync(MEMORY, constants.W_OK)
    const { bavail, bsize } = statfsSync(MEMORY)
    return Math.min(bavail * bsize, freemem()) >= ROOM
  } catch {
    return false // another system, or a container without it
  }
}

/** Containers often forbid to start programs there, which tests of updates and packages do. */
function runsPrograms(): boolean {
  const mount = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map(line => line.split(' '))
    .find(([, folder]) => folder === MEMORY)
  return mount !== undefined && mount[3]?.split(',').includes('noexec') !== true
}
