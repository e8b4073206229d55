import { sum } from '../../../shared/money.ts'
import type { Log } from '../../../shared/world.ts'
import type { KnownRow, SourceMemory } from '../source.ts'
import type { EntryCircumstances } from './decide.ts'
import { type Examined, examineEntries } from './examine-entries.ts'
import type { FileReading, Step } from './file-reading.ts'

/** What one step of the source read, to be committed at once. */
export interface EntryGroup {
  readonly is: Step['is']
  readonly found: Examined
  /** Records, whatever came of them. */
  readonly read: number
}

const MOST_PIECES = 4
/** With so many records no further piece is read. */
const ENOUGH = 125

/** Reads a few pieces of a file for one commit: the disk takes its time for each, whatever is in it. */
export async function groupEntries(
  reading: FileReading,
  memory: Pick<SourceMemory, 'known'>,
  at: EntryCircumstances,
  log: Log,
): Promise<EntryGroup> {
  const pending = new Map<string, KnownRow>()
  const beside: Pick<SourceMemory, 'known'> = {
    known: keys => new Map([...memory.known(keys), ...keys.flatMap(key => pairOf(key, pending.get(key)))]),
  }
  const all: Examined[] = []
  let read = 0
  for (let piece = 1; ; piece += 1) {
    const { entries, is } = await reading.step()
    const found = examineEntries(entries, beside, at, log)
    for (const row of found.known) pending.set(row.key, row)
    all.push(found)
    read += entries.length
    if (is !== 'more' || piece >= MOST_PIECES || read >= ENOUGH)
      return { is, read, found: joined(all, pending) }
  }
}

function pairOf(key: string, row: KnownRow | undefined): [string, KnownRow][] {
  return row === undefined ? [] : [[key, row]]
}

function joined(all: readonly Examined[], pending: ReadonlyMap<string, KnownRow>): Examined {
  const [first] = all
  if (first !== undefined && all.length === 1) return first
  const telling = new Set(all.flatMap(found => found.known.slice(0, found.telling).map(row => row.key)))
  const rest = [...pending.keys()].filter(key => !telling.has(key))
  return {
    events: all.flatMap(found => found.events),
    known: [...telling, ...rest].flatMap(key => pending.get(key) ?? []),
    telling: telling.size,
    refused: sum(all.map(found => found.refused)),
    elsewhere: sum(all.map(found => found.elsewhere)),
    marks: all.flatMap(found => found.marks),
  }
}
