import { type RawRow, readTreePage, type TreePage, type Value } from './cells.ts'
import { numberAt, type Pages } from './pages.ts'

/** A table as this program makes it. */
export interface KnownTable {
  readonly name: string
  readonly root: number
  readonly hasRowid: boolean
  readonly columns: readonly KnownColumn[]
}
export interface KnownColumn {
  readonly name: string
  readonly type: string
  readonly isNullable: boolean
  /** The column that is the row id: its value is not in the record. */
  readonly isRowid: boolean
}

/** A row by the names of its columns. */
export type NamedRow = Readonly<Record<string, Value>>

/** What a damaged file still holds of one table. */
export interface FoundTable {
  readonly name: string
  rows(): Iterable<NamedRow>
  /** After `rows` has ended: what of it can't be read. */
  lost(): LostRows
}

/** `end`: rows can't be read, and the last ones may be among them. */
export type LostRows = 'none' | 'some' | 'end'

export interface FoundTables {
  /** In the order asked for. Their rows are read in that order too, each to its end, before what was lost is known. */
  readonly tables: readonly FoundTable[]
}

/**
 * Finds tables in a damaged file, also behind pages that can't be read. Pages that no tree leads to any more are told
 * by the shape of their rows.
 * @param shapeOf the columns of a table as the file itself declares it
 */
export function findTables(
  pages: Pages,
  known: readonly KnownTable[],
  shapeOf: (sql: string) => KnownTable | null,
): FoundTables {
  const schema = readSchema(pages, known, shapeOf)
  const visited = new Set<number>([...schema.pages, ...freePages(pages)])
  const scans = schema.tables.map(table => scanTree(pages, table, visited))
  for (const root of schema.indexes) visitTree(pages, root, visited)
  const isTorn = !schema.isWhole || scans.some(scan => scan.isTorn)
  const orphans = isTorn ? strayPages(pages, schema.tables, visited) : nothingStray
  return {
    tables: scans.map(({ table, leaves, ...scan }) => {
      const stray: readonly number[] = orphans.byTable.get(table) ?? []
      let lost = scan.lostLeaves
      let isEndLost = scan.isLastGone
      if ((scan.isRootGone && stray.length === 0) || (scan.isTorn && orphans.unknown > 0)) {
        lost += 1
        isEndLost = true
      }
      return {
        name: table.name,
        *rows() {
          for (const number of [...leaves, ...stray]) {
            const page = readTreePage(pages, number)
            const fitting = page?.rows.filter(row => fits(row, table)) ?? []
            for (const row of fitting) yield named(row, table)
            if (page !== null && page.lost === 0 && fitting.length === page.rows.length) continue
            lost += 1
            isEndLost ||= number === leaves.at(-1)
          }
        },
        lost: () => (lost === 0 ? 'none' : isEndLost ? 'end' : 'some'),
      }
    }),
  }
}

const nothingStray: ReturnType<typeof strayPages> = { byTable: new Map(), unknown: 0 }

interface Schema {
  readonly tables: readonly KnownTable[]
  readonly indexes: readonly number[]
  readonly pages: readonly number[]
  /** False: the list of tables can't be read; the roots are then those of a new file, when that is possible. */
  readonly isWhole: boolean
}

function readSchema(
  pages: Pages,
  known: readonly KnownTable[],
  shapeOf: (sql: string) => KnownTable | null,
): Schema {
  const seen = new Set<number>()
  const tree = scanTree(pages, { name: 'sqlite_schema', root: 1, hasRowid: true, columns: [] }, seen)
  const rows = tree.leaves.flatMap(leaf => {
    const page = readTreePage(pages, leaf)
    return page === null || page.lost > 0 ? [null] : page.rows.map(row => row.values)
  })
  const isWhole =
    !tree.isTorn && !tree.isRootGone && tree.lostLeaves === 0 && !rows.includes(null) && rows.length > 0
  if (!isWhole) return { tables: guessed(pages, known), indexes: [], pages: [1], isWhole }
  const entries = rows.flatMap(values =>
    values === null ? [] : [{ type: values[0], name: values[1], root: Number(values[3]), sql: values[4] }],
  )
  const tables = known.flatMap(table => {
    const entry = entries.find(({ type, name }) => type === 'table' && name === table.name)
    if (entry === undefined) return []
    const own = typeof entry.sql === 'string' ? shapeOf(entry.sql) : null
    return [{ ...(own ?? table), name: table.name, root: entry.root }]
  })
  const others = entries.filter(({ type, name }) => type === 'index' || !tables.some(t => t.name === name))
  return { tables, indexes: others.map(({ root }) => root), pages: [...seen], isWhole }
}

/** The tables where a new file of this version has them; without roots (0) when some other page is there. */
function guessed(pages: Pages, known: readonly KnownTable[]): readonly KnownTable[] {
  const isThere = known.every(table => {
    const page = readTreePage(pages, table.root)
    if (page === null) return true // perhaps damaged as well
    return page.isTable === table.hasRowid && page.rows.every(row => !page.isLeaf || fits(row, table))
  })
  return isThere ? known : known.map(table => ({ ...table, root: 0 }))
}

interface TreeScan {
  readonly table: KnownTable
  /** Pages with rows, in order. */
  readonly leaves: readonly number[]
  readonly lostLeaves: number
  /** The last page with rows is among them. */
  readonly isLastGone: boolean
  /** A page that leads to others can't be read: these others are to be looked for. */
  readonly isTorn: boolean
  readonly isRootGone: boolean
}

function scanTree(pages: Pages, table: KnownTable, visited: Set<number>): TreeScan {
  const leaves: number[] = []
  const gone: number[] = []
  let leafDepth = Number.POSITIVE_INFINITY
  let isLastGone = false
  const lose = (depth: number): void => {
    gone.push(depth)
    isLastGone = true
  }
  const visit = (number: number, depth: number): void => {
    const page = visited.has(number) ? null : readTreePage(pages, number)
    if (page === null || page.isTable !== table.hasRowid) {
      lose(depth)
      return
    }
    visited.add(number)
    for (const other of page.overflow) visited.add(other)
    isLastGone = false
    if (page.isLeaf) leafDepth = depth
    if (page.isLeaf || !page.isTable) leaves.push(number) // other trees hold rows on all their pages
    for (const child of page.children) visit(child, depth + 1)
  }
  visit(table.root, 0)
  // all pages with rows lie equally deep: what is gone above them led to others
  const above = gone.filter(depth => depth < leafDepth).length
  return {
    table,
    leaves,
    lostLeaves: table.hasRowid ? gone.length - above : gone.filter(depth => depth > 0).length,
    isLastGone: isLastGone && above < gone.length,
    isTorn: above > 0,
    isRootGone: gone.includes(0),
  }
}

/** Notes which pages an index has. */
function visitTree(pages: Pages, root: number, visited: Set<number>): void {
  const waiting = [root]
  for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
    if (number < 1 || number > pages.count || visited.has(number)) continue
    visited.add(number)
    const page: TreePage | null = readTreePage(pages, number)
    for (const other of page?.overflow ?? []) visited.add(other)
    waiting.push(...(page?.children ?? []))
  }
}

/** Pages without content, by the file's own list. */
function freePages(pages: Pages): ReadonlySet<number> {
  const free = new Set<number>()
  const header = pages.page(1)
  let trunk = header === null || header[15] !== 0 ? 0 : numberAt(header, 32, 4)
  while (trunk > 0 && trunk <= pages.count && !free.has(trunk)) {
    free.add(trunk)
    const page = pages.page(trunk)
    if (page === null) break
    const count = Math.min(numberAt(page, 4, 4), pages.size / 4 - 2)
    for (let index = 0; index < count; index += 1) free.add(numberAt(page, 8 + index * 4, 4))
    trunk = numberAt(page, 0, 4)
  }
  return free
}

/** Pages with rows that no tree leads to, by the table whose rows they can be. `unknown`: pages of no kind at all. */
function strayPages(
  pages: Pages,
  tables: readonly KnownTable[],
  visited: ReadonlySet<number>,
): { byTable: ReadonlyMap<KnownTable, readonly number[]>; unknown: number } {
  const byTable = new Map<KnownTable, number[]>()
  const overflow = new Set<number>()
  const unknown: number[] = []
  for (let number = 2; number <= pages.count; number += 1) {
    if (visited.has(number)) continue
    const page = readTreePage(pages, number)
    if (page === null) unknown.push(number)
    const first = page?.rows[0]
    if (page === null || first === undefined) continue
    const table = tables.find(
      each => page.isTable === each.hasRowid && page.rows.every(row => fits(row, each)),
    )
    if (table === undefined) continue
    for (const other of page.overflow) overflow.add(other)
    byTable.set(table, [...(byTable.get(table) ?? []), number])
  }
  return { byTable, unknown: unknown.filter(number => !overflow.has(number)).length }
}

function fits(row: RawRow, { columns, hasRowid }: KnownTable): boolean {
  if (columns.length === 0) return true
  if (
    row.values.length > columns.length ||
    row.values.length < columns.length / 2 ||
    hasRowid !== (row.rowid !== null)
  )
    return false
  return row.values.every((value, index) => {
    const column = columns[index]
    if (column === undefined) return false
    if (value === null) return column.isNullable || column.isRowid
    if (column.isRowid) return false
    if (typeof value === 'string') return column.type === 'TEXT'
    if (value instanceof Uint8Array) return column.type === 'BLOB'
    return column.type === 'INTEGER' || column.type === 'REAL'
  })
}

function named({ rowid, values }: RawRow, { columns }: KnownTable): NamedRow {
  return Object.fromEntries(
    values.flatMap((value, index) => {
      const column = columns[index]
      return column === undefined ? [] : [[column.name, column.isRowid ? rowid : value]]
    }),
  )
}
