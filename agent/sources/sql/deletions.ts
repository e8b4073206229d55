import { type AgentEvent, SourceRowAccepted, SourceRowRefused } from '../../../shared/events.ts'
import { type EpochMs, epochMs } from '../../../shared/ids.ts'
import type { KnownRow, SourceParts } from '../source.ts'
import type { Pace } from './adaptive-batch.ts'
import type { Examine } from './examine.ts'
import type { Lane, Swept } from './full-scan.ts'
import { rowsGone } from './problems.ts'
import type { RowKind } from './row-kind.ts'

/** More deletions than this in one round are no cashier's work. */
const MOST_GONE = 100
/** Sorts after every time that a row can bear. */
const END_OF_TIME = '\uffff'

export interface GoneParts {
  readonly parts: Pick<SourceParts, 'source' | 'memory' | 'clock'>
  readonly kinds: readonly Swept[]
  readonly examine: Examine
  readonly pace: Pace
  readonly startFrom: string | null
  readonly batch: number
}

/**
 * Every row that is known: does the POS still hold it? What is missing is judged at the round's end, as a whole. A few
 * deletions are taken back; a database that was cleared, or went back to last week's copy, is a person's to explain,
 * and until then nothing of it is taken back: the goods did leave the shop.
 */
export function goneLane({ parts, kinds, examine, pace, startFrom, batch }: GoneParts): Lane {
  const { memory, source, clock } = parts
  const missing = new Map<Swept, Set<string>>(kinds.map(swept => [swept, new Set()]))
  let from = ''

  const judge = async ({ kind }: Swept, keys: readonly string[]): Promise<void> => {
    const isTooMany = keys.length > MOST_GONE
    const isSaid = memory.known([kind.name]).get(kind.name)?.state === 'refused'
    if (isTooMany !== isSaid) {
      const at = epochMs(clock.now())
      const event = isTooMany ? tooManyGone(kind, keys, at) : accepted(kind, at)
      await memory.commit({ events: [event], known: [tableRow(kind, isTooMany, at)], mark: null })
    }
    if (!isTooMany) await examine(kind, keys)
  }

  const tooManyGone = (kind: RowKind, keys: readonly string[], at: EpochMs): AgentEvent => {
    const { code, message } = rowsGone({ count: keys.length, table: kind.name })
    const payload = JSON.stringify({ table: kind.name, examples: keys.slice(0, 5) })
    const facts = { at, source, row: kind.name, code, sentence: message, payload }
    return SourceRowRefused.parse({ kind: 'source.row-refused', ...facts })
  }

  const accepted = (kind: RowKind, at: EpochMs): AgentEvent =>
    SourceRowAccepted.parse({ kind: 'source.row-accepted', at, source, row: kind.name })

  return {
    async advance() {
      const limit = pace.size(batch)
      const rows = memory.knownBetween(from, END_OF_TIME, limit)
      const looked = rows.filter(row => row.state !== 'gone' && !isOutOfScope(row, startFrom))
      for (const [swept, gone] of missing) {
        const prefix = `${swept.kind.name}/`
        const keys = looked.filter(row => row.key.startsWith(prefix)).map(row => row.key.slice(prefix.length))
        if (keys.length === 0) continue
        const present = await swept.walk.present(keys)
        for (const key of keys) if (!present.has(key) && gone.size <= MOST_GONE) gone.add(key)
      }
      const last = rows.at(-1)
      if (last !== undefined && rows.length === limit) {
        from = `${last.soldAt}\0`
        return 'more'
      }
      for (const [swept, keys] of missing) await judge(swept, [...keys])
      return 'done'
    },
  }
}

/** The whole table as a row of its own, so that the refusal is told once and closed once. */
function tableRow({ name }: RowKind, isTooMany: boolean, since: number): KnownRow {
  const state = isTooMany ? 'refused' : 'gone'
  return { key: name, fingerprint: state, state, soldAt: ` ${name}`, since, told: null }
}

function isOutOfScope(row: KnownRow, startFrom: string | null): boolean {
  return startFrom !== null && !row.soldAt.startsWith(' ') && row.soldAt < startFrom
}
