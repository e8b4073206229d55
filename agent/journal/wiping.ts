import { z } from 'zod'
import { describeError } from '../../shared/errors.ts'
import type { World } from '../../shared/world.ts'

const Note = z.object({ device: z.string() })
const noteOf = (path: string) => `${path}.wipe`
/** How long until a wipe that left something is tried again; the till may record more meanwhile. */
const AGAIN_MS = 10 * 60_000

/** Removes what this till keeps of customers, until nothing of it is left, over restarts too. */
export interface Wiping extends Disposable {
  /** Head office has revoked this device. Called at every contact that says so. */
  revoked(): void
}

/**
 * @param parts.wipe removes it; false, or an error: something is left
 * @param parts.path the journal's: a note beside it says that a wipe is due
 */
export function startWiping(parts: {
  readonly world: Pick<World, 'files' | 'log' | 'timers'>
  readonly path: string
  readonly device: string
  wipe(): boolean
}): Wiping {
  const { world, path, device } = parts
  let cancel: (() => void) | null = null

  function attempt(): boolean {
    try {
      return parts.wipe()
    } catch (error) {
      world.log.error({ ...describeError(error) }, "customers' data could not be removed from this till")
      return false
    }
  }
  function run(): void {
    if (attempt()) forget()
    else
      world.log.warn({}, "customers' data is still on this till: removing it is tried again in ten minutes")
    cancel = world.timers.after(AGAIN_MS, () => {
      cancel = null
      if (isDue(world, path, device)) run()
    })
  }
  function forget(): void {
    world.files.remove(noteOf(path))
  }
  if (isDue(world, path, device)) run()
  return {
    revoked() {
      if (cancel !== null) return // it was done just now, or is tried again soon
      try {
        world.files.writePrivate(noteOf(path), JSON.stringify({ device }))
      } catch (error) {
        world.log.warn({ error }, 'it could not be noted that this till was revoked')
      }
      run()
    },
    [Symbol.dispose]: () => cancel?.(),
  }
}

/** Whether a wipe of this device is due. A new device, enrolled since, is trusted again. */
function isDue({ files, log }: Pick<World, 'files' | 'log'>, path: string, device: string): boolean {
  const text = files.readText(noteOf(path))
  if (text === null) return false
  try {
    return Note.parse(JSON.parse(text)).device === device
  } catch (error) {
    log.warn({ error }, 'the note that this till is to be wiped can’t be read: it is wiped')
    return true
  }
}
