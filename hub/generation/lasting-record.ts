import type { Files } from '../../shared/world.ts'
import type { Fleet } from './fleet-record.ts'
import {
  isRecordDamage,
  type Life,
  openRecordFile,
  type RecordedGeneration,
  type RecordFile,
} from './record-file.ts'

/**
 * A record that outlives damage to its file, at its opening and at any call: the file is set aside under another name, a
 * new one begins with how far the database has come and with its devices, and the call is made again there. What was sent
 * before is lost with the old file; a restored hub sees that sends are missing, and asks Shopify instead.
 * @param onDamage told each time, with the name of the file set aside
 */
export function openLastingRecord(
  files: Files,
  path: string,
  onDamage: (aside: string, why: unknown) => void,
): RecordFile {
  let generation: RecordedGeneration | null = null
  let fleet: Fleet | null = null
  let lives: readonly Life[] = []

  function replace(why: unknown): RecordFile {
    const aside = `${path}.damaged`
    files.removeDatabase(aside)
    files.move(path, aside)
    onDamage(aside, why)
    const next = openRecordFile(files, path)
    if (fleet !== null) next.keepFleet(fleet)
    if (generation !== null) next.keepGeneration(generation)
    next.keepLives(lives)
    return next
  }

  function open(): RecordFile {
    try {
      return openRecordFile(files, path)
    } catch (error) {
      if (!isRecordDamage(error)) throw error
      return replace(error)
    }
  }

  let file = open()
  function lasting<T>(call: (on: RecordFile) => T): T {
    try {
      return call(file)
    } catch (error) {
      if (!isRecordDamage(error)) throw error
      file[Symbol.dispose]()
      file = replace(error)
      return call(file)
    }
  }

  return {
    generation: () => lasting(on => on.generation()),
    keepGeneration(next) {
      lasting(on => on.keepGeneration(next))
      generation = next
    },
    lives: () => lasting(on => on.lives()),
    keepLives(next) {
      lasting(on => on.keepLives(next))
      lives = next
    },
    keepSend: request => lasting(on => on.keepSend(request)),
    hasSend: key => lasting(on => on.hasSend(key)),
    keepEnd: (key, end) => lasting(on => on.keepEnd(key, end)),
    sendsAfter: (send, keys) => lasting(on => on.sendsAfter(send, keys)),
    gaps: (first, last) => lasting(on => on.gaps(first, last)),
    keepNeverSent: (numbers, at) => lasting(on => on.keepNeverSent(numbers, at)),
    fleet: () => lasting(on => on.fleet()),
    keepFleet(next) {
      lasting(on => on.keepFleet(next))
      fleet = next
    },
    keepUnknown: unknown => lasting(on => on.keepUnknown(unknown)),
    forgetAll: () => lasting(on => on.forgetAll()),
    forgetBefore: at => lasting(on => on.forgetBefore(at)),
    [Symbol.dispose]: () => file[Symbol.dispose](),
  }
}
