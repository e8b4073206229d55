import { EpochMs, type SourceId } from '../../shared/ids.ts'
import type { Status } from '../../shared/protocol.ts'
import type { WriteBackState } from './write-back.ts'
import type { WaitingWriteBacks } from './write-backs.ts'

/** One target as staff and head office see it. */
export type ShownWriteBack = Status['writeBacks'][number]

/** Whether each POS can be written to just now, with what waits for it. */
export function writeBackStates(
  states: readonly WriteBackState[],
  waiting: readonly WaitingWriteBacks[],
): ShownWriteBack[] {
  const of = (target: SourceId) => waiting.find(each => each.target === target)
  return states.map(({ target, state, problem }) => {
    const { planned = 0, refused = 0, givenUp = 0, oldestAt = null } = of(target) ?? {}
    return {
      target,
      state,
      problem,
      waiting: planned,
      refused,
      givenUp,
      oldestAt: oldestAt === null ? null : EpochMs.parse(oldestAt),
    }
  })
}
