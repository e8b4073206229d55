import type { AgentEvent } from '../../../shared/events.ts'
import type { Log } from '../../../shared/world.ts'
import type { KnownRow, SourceMemory } from '../source.ts'
import { type Circumstances, decide, entryName, rowOf } from './decide.ts'
import type { Said, SalesEntry } from './file-format.ts'

export interface Examined {
  readonly events: readonly AgentEvent[]
  /** Rows that tell something come first, in the order of their events: so a dry run can show them side by side. */
  readonly known: readonly KnownRow[]
  /** How many of them tell something. */
  readonly telling: number
  readonly refused: number
  /** Refused ones that have no key. */
  readonly unread: readonly { readonly row: string; readonly offset: number }[]
}

/** What follows from one step's entries, in the order of the file: a later one may edit or void an earlier one. */
export function examineEntries(
  entries: readonly SalesEntry[],
  memory: Pick<SourceMemory, 'known'>,
  at: Circumstances,
  log: Log,
): Examined {
  const read = entries.map(entry => {
    const said = saidBy(entry)
    return { entry, said, row: said.is === 'voids' ? entryName(said.key) : rowOf(entry) }
  })
  const before = memory.known([...new Set(read.map(({ row }) => row))])
  const after = new Map<string, KnownRow>()
  const told = new Map<string, AgentEvent[]>()
  const unread: { row: string; offset: number }[] = []
  let refused = 0
  for (const { entry, said, row } of read) {
    const step = decide(entry, said, after.get(row) ?? before.get(row), at)
    if (step.fault !== undefined)
      log.error({ row, error: step.fault }, 'a record was refused by a fault of ours')
    if (said.is === 'refused') {
      refused += 1
      if (entry.key === null) unread.push({ row, offset: entry.offset })
    }
    if (step.known === null) continue
    after.set(row, step.known)
    told.set(row, [...(told.get(row) ?? []), ...step.events])
  }
  const rows = [...after.values()]
  const isTelling = (row: KnownRow) => (told.get(row.key)?.length ?? 0) > 0
  const telling = rows.filter(isTelling)
  return {
    events: telling.flatMap(row => told.get(row.key) ?? []),
    known: [...telling, ...rows.filter(row => !isTelling(row))],
    telling: telling.length,
    refused,
    unread,
  }
}

/** Whatever goes wrong in one record is that record's: the error becomes its refusal. */
function saidBy(entry: SalesEntry): Said | { readonly is: 'refused'; readonly error: unknown } {
  try {
    return entry.read()
  } catch (error) {
    return { is: 'refused', error }
  }
}
