import type { Assembly, CutRecord, SalesEntry } from '../file-format.ts'

/** One row: its receipt's key, and the entry that the rows of this key form together. */
export interface GroupedRow {
  readonly key: string
  readonly record: CutRecord
}

export interface Grouping {
  /** How far apart the rows of one receipt may lie; 0: they follow each other. */
  readonly window: number
  /** A row whose key can't be read is an entry of its own. */
  rowOf(record: CutRecord): GroupedRow | SalesEntry
  /** One, or several where a number was used again: a refund that names its sale. */
  entriesOf(key: string, rows: readonly CutRecord[]): readonly SalesEntry[]
}

interface Group {
  readonly rows: CutRecord[]
  /** Place of its last row among all rows. */
  last: number
  bytes: number
  isTold: boolean
}

/** Rows and bytes of them that are held while a receipt may still grow. */
const MOST_ROWS = 2_500
const MOST_HELD_BYTES = 2 * 1024 * 1024

/**
 * Gathers the rows of each receipt. A receipt is complete when no further row can follow: another receipt
 * began (window 0), as many rows of others followed as the window allows, or the file rests. Its rows are held as long
 * as more may follow, so that a row that is appended later is read together with them.
 */
export function receiptGroups({ window, rowOf, entriesOf }: Grouping): Assembly {
  const groups = new Map<string, Group>()
  let count = 0
  let bytes = 0

  const tell = (key: string, group: Group): readonly SalesEntry[] => {
    group.isTold = true
    return entriesOf(key, group.rows)
  }

  /** Closes what can't grow any more. The map is in the order of the groups' last rows. */
  const closed = (): SalesEntry[] => {
    const told: SalesEntry[] = []
    for (const [key, group] of groups) {
      const isOut = count - group.last > window || bytes > MOST_HELD_BYTES || group.rows.length > MOST_ROWS
      if (!isOut) break
      groups.delete(key)
      bytes -= group.bytes
      if (!group.isTold) told.push(...tell(key, group))
    }
    return told
  }

  return {
    add(records) {
      const told: SalesEntry[] = []
      for (const record of records) {
        const row = rowOf(record)
        if ('read' in row) {
          told.push(row)
          continue
        }
        count += 1
        const group = groups.get(row.key) ?? { rows: [], last: 0, bytes: 0, isTold: false }
        groups.delete(row.key)
        groups.set(row.key, group)
        // kept longer than the reader keeps its buffer as it is
        group.rows.push({ ...record, bytes: Buffer.from(record.bytes) })
        group.last = count
        group.bytes += record.bytes.length
        group.isTold = false
        bytes += record.bytes.length
        told.push(...closed())
      }
      return told
    },
    flush: () => [...groups].filter(([, group]) => !group.isTold).flatMap(([key, group]) => tell(key, group)),
    held() {
      let oldest: CutRecord | undefined
      for (const { rows } of groups.values())
        if (rows[0] !== undefined && (oldest === undefined || rows[0].start < oldest.start)) oldest = rows[0]
      return oldest === undefined ? null : { offset: oldest.start, line: oldest.line }
    },
  }
}
