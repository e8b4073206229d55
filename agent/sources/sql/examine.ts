import type { AgentEvent } from '../../../shared/events.ts'
import { epochMs } from '../../../shared/ids.ts'
import type { RowStep } from '../known-rows.ts'
import type { KnownRow, SourceParts } from '../source.ts'
import { decide, rowName } from './decide.ts'
import type { Watch } from './recheck-list.ts'
import type { Reader, RowKind } from './row-kind.ts'

/** Reads these rows anew, decides on each, and commits what follows: the one way in which anything is told. */
export type Examine = (kind: RowKind, keys: readonly string[], mark?: unknown) => Promise<void>

export interface ExamineParts {
  readonly parts: Pick<SourceParts, 'source' | 'memory' | 'clock' | 'log'>
  readonly reader: Reader
  readonly settleMs: number
  readonly watch: Watch
}

export function examiner({ parts, reader, settleMs, watch }: ExamineParts): Examine {
  const { source, memory, clock, log } = parts
  return async (kind, keys, mark = null) => {
    const contents = await kind.contents(keys)
    const known = memory.known(keys.map(key => rowName(kind, key)))
    const now = epochMs(clock.now())
    const at = { source, kind, now, settleMs, startFrom: reader.startFrom }
    const decisions = keys.map(key => {
      const name = rowName(kind, key)
      const decision = decide({ key, content: contents.get(key), known: known.get(name) }, at)
      watch.note(kind, key, decision.state, (decision.known ?? known.get(name))?.since ?? now, now)
      return { name, decision }
    })
    for (const { name, decision } of decisions)
      if (decision.fault !== undefined)
        log.error({ row: name, error: decision.fault }, 'a row was refused by a fault of ours')
    const changed = decisions.map(d => d.decision).filter(decision => decision.known !== null)
    if (changed.length === 0 && mark === null) return
    await memory.commit({ ...inTimeOrder(changed), mark })
  }
}

/** Events in the order in which the POS's clock says they happened, as far as one step sees. */
function inTimeOrder(decisions: readonly RowStep[]): { events: AgentEvent[]; known: KnownRow[] } {
  const told = decisions.flatMap(({ known, events }) => (known === null ? [] : [{ known, events }]))
  told.sort((a, b) => (a.known.soldAt < b.known.soldAt ? -1 : 1))
  return { events: told.flatMap(t => t.events), known: told.map(t => t.known) }
}
