import { type AgentEvent, SourceRowAccepted, SourceRowRefused } from '../../../shared/events.ts'
import { type EpochMs, epochMs } from '../../../shared/ids.ts'
import { isMaskedName } from '../kept-names.ts'
import type { KnownRow, SourceParts } from '../source.ts'
import type { AdaptiveBatch } from './adaptive-batch.ts'
import type { Examine } from './examine.ts'
import { rowsGone } from './problems.ts'
import type { RowKind } from './row-kind.ts'
import type { ScannedKind, ScanPass } from './scan-pass.ts'

/** A cashier does not delete more than this in one round. */
const MOST_GONE = 100
/** Sorts after every time that a row can have. */
const END_OF_TIME = '\uffff'

export interface DeletionsParts {
  readonly parts: Pick<SourceParts, 'source' | 'memory' | 'clock'>
  readonly kinds: readonly ScannedKind[]
  readonly examine: Examine
  readonly batching: AdaptiveBatch
  readonly startFrom: string | null
  readonly batch: number
}

/**
 * Asks for every known row whether the POS still holds it, and decides on the missing ones together, at the end of the
 * round. A few deletions are taken back. If a database was cleared, or replaced by last week's copy, IT must look at
 * it, and until then nothing is taken back: the goods did leave the shop.
 */
export function deletionsPass({
  parts,
  kinds,
  examine,
  batching,
  startFrom,
  batch,
}: DeletionsParts): ScanPass {
  const { memory, source, clock } = parts
  const missing = new Map<ScannedKind, Set<string>>(kinds.map(scanned => [scanned, new Set()]))
  let from = ''

  const judge = async ({ kind }: ScannedKind, keys: readonly string[]): Promise<void> => {
    const isTooMany = keys.length > MOST_GONE
    const isReported = memory.known([kind.name]).get(kind.name)?.state === 'refused'
    if (isTooMany !== isReported) {
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
      const limit = batching.size(batch)
      const rows = memory.knownBetween(from, END_OF_TIME, limit)
      const inScope = rows.filter(
        row => row.state !== 'gone' && !isMaskedName(row.key) && !isOutOfScope(row, startFrom),
      )
      for (const [scanned, gone] of missing) {
        const prefix = `${scanned.kind.name}/`
        const keys = inScope
          .filter(row => row.key.startsWith(prefix))
          .map(row => row.key.slice(prefix.length))
        if (keys.length === 0) continue
        const present = await scanned.pages.present(keys)
        for (const key of keys) if (!present.has(key) && gone.size <= MOST_GONE) gone.add(key)
      }
      const last = rows.at(-1)
      if (last !== undefined && rows.length === limit) {
        from = `${last.soldAt}\0`
        return 'more'
      }
      for (const [scanned, keys] of missing) await judge(scanned, [...keys])
      return 'done'
    },
  }
}

/** The whole table as one known row, so that its refusal is reported once and closed once. */
function tableRow({ name }: RowKind, isTooMany: boolean, since: number): KnownRow {
  const state = isTooMany ? 'refused' : 'gone'
  return { key: name, fingerprint: state, state, soldAt: ` ${name}`, since, told: null }
}

function isOutOfScope(row: KnownRow, startFrom: string | null): boolean {
  return startFrom !== null && !row.soldAt.startsWith(' ') && row.soldAt < startFrom
}
