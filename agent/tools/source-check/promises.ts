import type { AgentEvent } from '../../../shared/events.ts'
import type { KeptMapping, MappingFile } from '../../sources/mapped/mapping-file.ts'
import { databaseOf, withoutRows } from '../../sources/sql/example-database.ts'
import type { CheckedPromise } from './checked-promise.ts'
import { booksOf, differences } from './compare-sales.ts'
import { type PosState, readAll } from './example-pos.ts'
import { keptMemory } from './kept-memory.ts'
import { checkPrints } from './print-promises.ts'

type Example = KeptMapping['examples'][number]

/** The contract suite of sources: what each must hold, over the examples that a mapping brings. */
export async function checkPromises(mapping: MappingFile): Promise<readonly CheckedPromise[]> {
  if (mapping.reads === 'template') return checkPrints(mapping)
  const checked: CheckedPromise[] = []
  for (const example of mapping.examples) checked.push(...(await checkExample(mapping, example)))
  return checked
}

async function checkExample(mapping: KeptMapping, example: Example): Promise<CheckedPromise[]> {
  const { settings, name } = example
  const of = (promise: string, problems: readonly string[]) => ({ example: name, promise, problems })
  const memory = keptMemory()
  const state = stateOf(example)
  const read = async (now: PosState) => {
    await readAll(mapping, settings, now, memory)
    return memory.news()
  }
  const first = await read(state)
  const own = of('what was sold is read as it was', differences(first, example))
  const again = of('a restart tells nothing again', (await read(state)).map(told))
  const others =
    'database' in state
      ? await checkDatabase(mapping, state.database, read, first)
      : await checkFiles(state, read, first)
  const grown = 'database' in state ? [] : [await checkGrowth(mapping, example, state)]
  return [own, again, ...others.map(([promise, problems]) => of(promise, problems)), ...grown]
}

type Read = (state: PosState) => Promise<readonly AgentEvent[]>
type Outcome = readonly [promise: string, problems: readonly string[]]

function stateOf(example: Example): PosState {
  return 'sql' in example
    ? { database: databaseOf(example.name, example.sql) }
    : { files: new Map([['example.txt', Buffer.from(example.file)]]), isAtRest: true }
}

async function checkDatabase(
  mapping: KeptMapping,
  database: Buffer,
  read: Read,
  first: readonly AgentEvent[],
): Promise<Outcome[]> {
  if (mapping.reads !== 'sql') return []
  const gone = await read({ database: withoutRows(database, mapping.mapping.receipts.table) })
  const left = booksOf([...first, ...gone])
  const back = booksOf([...first, ...gone, ...(await read({ database }))])
  return [
    ['a receipt that is deleted is taken back', [...left.keys()].map(receipt => `receipt ${receipt} stays`)],
    ['a receipt that is restored counts again', missing(first, back)],
  ]
}

async function checkFiles(
  state: Extract<PosState, { readonly files: unknown }>,
  read: Read,
  first: readonly AgentEvent[],
): Promise<Outcome[]> {
  const [bytes = Buffer.alloc(0)] = state.files.values()
  const copied = await read({ files: new Map([...state.files, ['copy.txt', bytes]]), isAtRest: true })
  const gone = await read({ files: new Map(), isAtRest: true })
  const refusals = (events: readonly AgentEvent[]) => events.filter(({ kind }) => kind.startsWith('sale.'))
  return [
    ['a file that is copied tells nothing again', refusals(copied).map(told)],
    ['a file that is deleted takes nothing back', missing(first, booksOf([...first, ...gone]))],
  ]
}

/** A file that a POS is still writing grows in pieces of any length. */
const PIECES = 12

async function checkGrowth(
  mapping: KeptMapping,
  example: Example,
  state: Extract<PosState, { readonly files: unknown }>,
): Promise<CheckedPromise> {
  const memory = keptMemory()
  const [bytes = Buffer.alloc(0)] = state.files.values()
  const events: AgentEvent[] = []
  for (let piece = 1; piece <= PIECES; piece += 1) {
    const part = bytes.subarray(0, Math.floor((bytes.length * piece) / PIECES))
    await readAll(
      mapping,
      example.settings,
      { files: new Map([['example.txt', part]]), isAtRest: piece === PIECES },
      memory,
    )
    events.push(...memory.news())
  }
  const problems = differences(events, example)
  return { example: example.name, promise: 'a file that is written in pieces is read as it is', problems }
}

function missing(first: readonly AgentEvent[], books: ReadonlyMap<string, unknown>): string[] {
  return [...booksOf(first).keys()]
    .filter(receipt => !books.has(receipt))
    .map(receipt => `receipt ${receipt} is missing`)
}

function told(event: AgentEvent): string {
  return 'receipt' in event ? `${event.kind} of receipt ${event.receipt}` : event.kind
}
