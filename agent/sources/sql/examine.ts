import type { AgentEvent } from '../../../shared/events.ts'
import { epochMs } from '../../../shared/ids.ts'
import type { RowStep } from '../known-rows.ts'
import type { KnownRow, SourceParts } from '../source.ts'
import { decideRow, rowName } from './decide.ts'
import type { RecheckList } from './recheck-list.ts'
import type { Reader, RowKind } from './row-kind.ts'

/** Reads these rows again, decides on each, and commits the outcome. Every event of an SQL source is reported through this. */
export type Examine = (kind: RowKind, keys: readonly string[], mark?: unknown) => Promise<void>

export interface ExamineParts {
  readonly parts: Pick<SourceParts, 'source' | 'memory' | 'clock' | 'log'>
  readonly reader: Reader
  readonly graceMs: number
  readonly rechecks: RecheckList
}

export function examiner({ parts, reader, graceMs, rechecks }: ExamineParts): Examine {
  const { source, memory, clock, log } = parts
  return async (kind, keys, mark = null) => {
    const contents = await kind.contents(keys)
    const known = memory.known(keys.map(key => rowName(kind, key)))
    const now = epochMs(clock.now())
    const { formerStoreAt } = memory
    const at = { source, kind, now, graceMs, startFrom: reader.startFrom, formerStoreAt }
    const decisions = keys.map(key => {
      const name = rowName(kind, key)
      const decision = decideRow({ key, content: contents.get(key), known: known.get(name) }, at)
      rechecks.note(kind, key, decision.state, (decision.known ?? known.get(name))?.since ?? now, now)
      return { name, decision }
    })
    for (const { name, decision } of decisions)
      if (decision.fault !== undefined)
        log.error(
          { row: name, error: decision.fault },
          'a row was refused because of a fault in this program',
        )
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
