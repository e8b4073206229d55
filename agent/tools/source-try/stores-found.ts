import type { ColumnsFound } from './columns-found.ts'
import type { OpenQuestions } from './open-questions.ts'
import type { FileColumn } from './table.ts'

/** What each value of a column of stores is to this source. */
export interface StoresFound {
  readonly column: FileColumn
  readonly means: Readonly<Record<string, 'here' | 'elsewhere'>>
}

const ALL = 'all'
/** A file of more has something else in that column, or is one of a whole chain: its settings are written by hand. */
export const MOST_STORES = 50

/** Asks whose sales a file of several stores has. Null: no column says it, or all count, each with its own stock. @throws SOURCE_ANSWER_UNKNOWN */
export function storesFound({ single }: ColumnsFound, asking: OpenQuestions): StoresFound | null {
  const column = single.get('warehouse')
  const names = [...new Set(column?.values)]
  const [only, ...more] = names
  if (column === undefined || only === undefined || names.length > MOST_STORES) return null
  if (more.length === 0)
    return column.values.length === column.cells.length ? { column, means: { [only]: 'here' } } : null
  const means = storesAsked(column.heading, names, asking)
  return means === null ? null : { column, means }
}

/** Asks which of several stores a file is read for. Null: all of them count, or it is not answered yet. @throws SOURCE_ANSWER_UNKNOWN */
export function storesAsked(
  field: string,
  names: readonly string[],
  asking: OpenQuestions,
): StoresFound['means'] | null {
  const here = asking.ask({
    id: 'store',
    asks: `"${field}" names several stores. Which of them is this one?`,
    options: [
      ...names.map(name => ({ value: name, means: 'sales of the others are left out' })),
      { value: ALL, means: 'all of them count, and each reduces the stock of its own location' },
    ],
  })
  if (here === null || here === ALL) return null
  return Object.fromEntries(names.map(name => [name, name === here ? 'here' : 'elsewhere']))
}
