import type { Cancel, World } from '../../shared/world.ts'

export interface DueSightingsParts {
  readonly world: Pick<World, 'timers' | 'log'>
  /** Journals what is missing by now. */
  reportMissing(): Promise<void>
}

const EVERY_MS = 30_000

/** Looks twice a minute for sightings whose time is over. A failed look is logged and tried again. */
export function startDueSightings({ world, reportMissing }: DueSightingsParts): AsyncDisposable {
  let isStopped = false
  let cancel: Cancel = () => undefined
  let turn: Promise<void> = Promise.resolve()

  const look = async (): Promise<void> => {
    try {
      await reportMissing()
    } catch (error) {
      world.log.warn({ error }, 'sales seen by a witness could not be compared; it is tried again')
    }
    again()
  }
  const again = (): void => {
    if (isStopped) return
    cancel = world.timers.after(EVERY_MS, () => {
      turn = look()
    })
  }
  again()
  return {
    async [Symbol.asyncDispose]() {
      isStopped = true
      cancel()
      await turn
    },
  }
}
