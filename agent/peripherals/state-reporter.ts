import type { PeripheralChanged } from '../../shared/events.ts'
import type { EpochMs } from '../../shared/ids.ts'
import type { Cancel, World } from '../../shared/world.ts'
import type { PeripheralState } from './peripheral-state.ts'

/** A loose plug makes at most one event in this time. The state that it ends up in is always reported. */
const APART_MS = 2_000

export interface StateTeller {
  changed(state: PeripheralState): void
  close(): void
}

/** Tells one peripheral's states as `peripheral.changed`, when they differ from the one told before. */
export function tellStates(
  world: Pick<World, 'clock' | 'timers' | 'log'>,
  record: (events: readonly PeripheralChanged[]) => unknown,
): StateTeller {
  const { clock, timers, log } = world
  let latest: PeripheralState | null = null
  let told: string | null = null
  let nextAtMs = Number.NEGATIVE_INFINITY
  let cancel: Cancel | null = null

  const schedule = (): void => {
    if (cancel !== null) return
    const waitMs = nextAtMs - clock.monotonicMs()
    if (waitMs <= 0) tell()
    else
      cancel = timers.after(waitMs, () => {
        cancel = null
        tell()
      })
  }

  const tell = (): void => {
    if (latest === null) return
    const { peripheral, what, connected, conditions, sentence } = latest
    const content = JSON.stringify([connected, conditions, sentence])
    if (content === told) return
    told = content
    nextAtMs = clock.monotonicMs() + APART_MS
    const event = {
      kind: 'peripheral.changed',
      at: clock.now() as EpochMs,
      peripheral,
      what,
      connected,
      sentence,
    } as const
    void recorded({ ...event, conditions: [...conditions] })
  }

  const recorded = async (event: PeripheralChanged): Promise<void> => {
    try {
      await record([event])
    } catch (error) {
      log.error({ error, peripheral: event.peripheral }, 'a change of a peripheral could not be recorded')
      told = null // it is tried again with the next, at the latest in two seconds
      schedule()
    }
  }

  return {
    changed(state) {
      latest = state
      schedule()
    },
    close() {
      cancel?.()
      cancel = null
      latest = null
    },
  }
}
