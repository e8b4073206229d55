import type { AgentEvent } from '../../../shared/events.ts'
import type { Log } from '../../../shared/world.ts'
import type { KnownRow, SourceMemory } from '../source.ts'
import { clockProblem } from '../till-clock.ts'
import {
  asKeyless,
  asRepeated,
  decideFileEntry,
  type EntryCircumstances,
  entryName,
  isRestored,
  rowOf,
} from './decide.ts'
import type { Said, SalesEntry } from './file-format.ts'

export interface Examined {
  readonly events: readonly AgentEvent[]
  /** Rows with events come first, in the order of their events, so that a dry run can show them side by side. */
  readonly known: readonly KnownRow[]
  /** How many of them have events. */
  readonly telling: number
  readonly refused: number
  /** Rows that were sold in a store that is not this source's. */
  readonly elsewhere: number
  /** Refused records, and receipts that read as the hub has them though a broken record of them is refused. */
  readonly marks: readonly RefusalMark[]
}

/** A record of the file that is refused, or shows that a refusal is over: its row, and where in the file it is. */
export interface RefusalMark {
  readonly row: string
  readonly offset: number
  readonly is: 'refused' | 'restored'
}

/** The result of one step's entries, in the order of the file: a later one may edit or void an earlier one. */
export function examineEntries(
  entries: readonly SalesEntry[],
  memory: Pick<SourceMemory, 'known'>,
  at: EntryCircumstances,
  log: Log,
): Examined {
  const read = entries.map((entry): Read => {
    const said = saidBy(entry)
    return { entry, said, row: said.is === 'voids' ? entryName(said.key) : rowOf(entry) }
  })
  const before = memory.known([...new Set(read.map(({ row }) => row))])
  const after = new Map<string, KnownRow>()
  const told = new Map<string, AgentEvent[]>()
  const marks: RefusalMark[] = []
  let refused = 0
  for (const first of read) {
    const { entry, said, row } = besideFirst(first, after.get(first.row) ?? before.get(first.row), at)
    const known = after.get(row) ?? (row === first.row ? before : memory.known([row])).get(row)
    const step = decideFileEntry(entry, said, known, at)
    if (step.fault !== undefined)
      log.error({ row, error: step.fault }, 'a record was refused because of a fault in this program')
    if (said.is === 'refused') {
      refused += 1
      marks.push({ row, offset: entry.offset, is: 'refused' })
    } else if (isRestored(said, step.known ?? known))
      marks.push({ row, offset: entry.offset, is: 'restored' })
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
    elsewhere: read.filter(({ said }) => said.is === 'nothing' && said.why === 'elsewhere').length,
    marks,
  }
}

interface Read {
  readonly entry: SalesEntry
  readonly said: Said | { readonly is: 'refused'; readonly error: unknown }
  readonly row: string
}

/** A receipt that has the number of another one has a row of its own, so that it never replaces it. */
function besideFirst(read: Read, known: KnownRow | undefined, at: EntryCircumstances): Read {
  const keyless = asKeyless(read.entry, read.said, known, at)
  if (keyless !== null) return { ...keyless, row: rowOf(keyless.entry) }
  if (read.said.is === 'refused') return read
  const odd = oddTime(read.said, known, at)
  if (odd !== null) return { ...read, said: { is: 'refused', error: odd } }
  const repeated = asRepeated(read.entry, read.said, known, at)
  return repeated === null ? read : { ...repeated, row: rowOf(repeated.entry) }
}

/** Why a sale's time can't be right. What the hub was told before stays as it is. */
function oddTime(
  said: Said,
  known: KnownRow | undefined,
  { clock, startFrom }: EntryCircumstances,
): Error | null {
  if (clock === null || said.is !== 'sale' || (known !== undefined && known.state !== 'refused')) return null
  const { soldAt, till, businessDate } = said.sale
  const problem = clockProblem(soldAt.wall, clock.latest)
  if (problem !== null) return problem
  return startFrom !== null && businessDate < startFrom ? null : clock.tills.next(till, soldAt.wall)
}

/** An error in one record affects only that record: it becomes its refusal. */
function saidBy(entry: SalesEntry): Said | { readonly is: 'refused'; readonly error: unknown } {
  try {
    return entry.read()
  } catch (error) {
    return { is: 'refused', error }
  }
}
