import { parse } from 'csv-parse/sync'
import { defineError, TillbridgeError } from '../../shared/errors.ts'
import type { World } from '../../shared/world.ts'
import type { Tx } from '../db/db.ts'
import {
  createEnrolCode,
  demandNoOpenCode,
  demandNoUnnamedCode,
  demandTillName,
  endOpenCodes,
  freeTillName,
} from './enrolment.ts'
import { tillNameKey } from './till-named.ts'

export const tillListInvalid = defineError(
  'TILL_LIST_INVALID',
  (f: { mistakes: readonly string[] }) =>
    `The list of tills can't be used, and no code was made:\n${f.mistakes.map(each => `- ${each}`).join('\n')}`,
)

/** A till that is to be enrolled. `till` null: the next free "Till N" of its store. */
export interface ListedTill {
  readonly line: number
  readonly store: string
  readonly till: string | null
}

const MOST_TILLS = 10_000
const MOST_MISTAKES = 20

/**
 * Reads a list of tills: CSV with the columns `store` and, where tills are to be named, `till`.
 * @throws TILL_LIST_INVALID naming lines
 */
export function readTillList(text: string): readonly ListedTill[] {
  const rows = rowsOf(text)
  const mistakes = rows.flatMap(({ line, store, till }) => [
    ...(store === '' ? [`line ${line}: the store is missing`] : []),
    ...(till !== null && till.length > 100 ? [`line ${line}: the name is longer than 100 characters`] : []),
  ])
  mistakes.push(...listedTwice(rows))
  if (rows.length === 0) mistakes.push('it lists no till')
  if (rows.length > MOST_TILLS) mistakes.push(`it lists more than ${MOST_TILLS} tills`)
  if (mistakes.length > 0) throw tillListInvalid({ mistakes: mistakes.slice(0, MOST_MISTAKES) })
  return rows
}

/** The same till, whatever capitals and blanks are written. */
function listedTwice(rows: readonly ListedTill[]): readonly string[] {
  const named = rows.filter(({ till }) => till !== null)
  const same = Map.groupBy(named, ({ store, till }) => `${store}\n${tillNameKey(till ?? '')}`)
  return [...same.values()]
    .filter(some => some.length > 1)
    .map(
      some =>
        `lines ${some.map(({ line }) => line).join(', ')}: ${some[0]?.store} ${some[0]?.till} is listed twice`,
    )
}

function rowsOf(text: string): readonly ListedTill[] {
  let lines: string[][]
  try {
    const options = { bom: true, trim: true, skip_empty_lines: true, relax_column_count: true }
    lines = parse(text, { ...options, delimiter: [',', ';', '\t'] })
  } catch (cause) {
    throw tillListInvalid({ mistakes: [cause instanceof Error ? cause.message : 'it is not CSV'] }, cause)
  }
  const [head = [], ...rows] = lines
  const at = (name: string) => head.findIndex(cell => cell.toLowerCase() === name)
  const [storeAt, tillAt] = [at('store'), at('till')]
  if (storeAt === -1) throw tillListInvalid({ mistakes: ['its first line names no column "store"'] })
  return rows.map((cells, index) => {
    const till = (cells[tillAt] ?? '') === '' ? null : (cells[tillAt] ?? '')
    return { line: index + 2, store: cells[storeAt] ?? '', till }
  })
}

/** A code that was made, with the till that it is for. */
export interface MadeCode {
  readonly store: string
  readonly till: string
  readonly code: string
}

/** Rows without a name whose store has a code that was made for one before. */
async function unnamedMistakes(
  tx: Tx,
  tills: readonly ListedTill[],
  now: number,
): Promise<readonly string[]> {
  const mistakes: string[] = []
  for (const { line, store } of tills.filter(({ till }) => till === null)) {
    const listed = tills.flatMap(one => (one.store === store && one.till !== null ? [one.till] : []))
    try {
      await demandNoUnnamedCode(tx, { store, listed }, now)
    } catch (error) {
      if (!(error instanceof TillbridgeError)) throw error
      mistakes.push(`line ${line}: ${error.message}`)
    }
  }
  return mistakes
}

/**
 * Makes a code for each listed till, in the order of the list, or none at all. A till that has a code which still works is refused, unless
 * `endsOpen`: that one is ended. A row without a name is refused while a code that was made for such a row works.
 * @throws TILL_LIST_INVALID naming each line that can't have one
 */
export async function createCodes(
  tx: Tx,
  world: Pick<World, 'random' | 'clock'>,
  tills: readonly ListedTill[],
  { validMs, endsOpen }: { readonly validMs: number; readonly endsOpen: boolean },
): Promise<readonly MadeCode[]> {
  const made = new Map<number, MadeCode>()
  const mistakes: string[] = []
  const now = world.clock.now()
  mistakes.push(...(await unnamedMistakes(tx, tills, now)))
  for (const { line, store, till } of tills.toSorted(
    (one, other) => Number(one.till === null) - Number(other.till === null),
  ))
    try {
      const name = till ?? (await freeTillName(tx, store, now))
      await demandTillName(tx, { store, till: name, replaces: null }, now)
      if (endsOpen) await endOpenCodes(tx, { store, till: name }, now)
      else await demandNoOpenCode(tx, { store, till: name }, now)
      const code = await createEnrolCode(tx, world, store, name, null, validMs)
      made.set(line, { store, till: name, code })
    } catch (error) {
      if (!(error instanceof TillbridgeError)) throw error
      mistakes.push(`line ${line}: ${error.message}`)
    }
  if (mistakes.length > 0) throw tillListInvalid({ mistakes: mistakes.slice(0, MOST_MISTAKES) })
  return tills.flatMap(({ line }) => made.get(line) ?? [])
}
