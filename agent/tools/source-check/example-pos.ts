import { SourceId } from '../../../shared/ids.ts'
import type { Log } from '../../../shared/world.ts'
import { openMapped } from '../../sources/mapped/mapped-source.ts'
import type { KeptMapping } from '../../sources/mapped/mapping-file.ts'
import type { SalesFiles } from '../../sources/sales-files/sales-files.ts'
import type { SourceParts } from '../../sources/source.ts'
import { openExample } from '../../sources/sql/example-database.ts'
import type { KeptMemory } from './kept-memory.ts'

/** What the POS holds at a moment: a database, or files by their name. */
export type PosState =
  | { readonly database: Buffer }
  | { readonly files: ReadonlyMap<string, Buffer>; readonly isAtRest: boolean }

/** Less than a source takes to look again, so that a read finds nothing due; some reads further on, what waits for a moment does not wait. */
const STEP_MS = 500
/** So many reads in a row without another due at once: all has been read. A database is gone through in small steps. */
const AT_REST = { database: 40, files: 4 }
const MOST_READS = 5_000
const START = Date.parse('2036-01-01T12:00:00Z')
const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent }

/** Opens the source over what the POS holds, reads until nothing is due, and closes it: a start of the agent. */
export async function readAll(
  mapping: KeptMapping,
  settings: Readonly<Record<string, unknown>>,
  state: PosState,
  memory: KeptMemory,
): Promise<void> {
  let ms = START
  const parts: SourceParts = {
    source: SourceId.parse('example'),
    memory,
    clock: { now: () => ms, monotonicMs: () => ms - START },
    log: silent,
    openReadOnly: () => openExample('database' in state ? state.database : Buffer.alloc(0)),
    identity: () => 'example',
    readText: () => null,
  }
  const place =
    'database' in state
      ? { database: { product: 'sqlite', file: 'example' } }
      : { folder: '/example', files: ['*'], watch: 'poll', oddTimes: 'accept' }
  const source = await openMapped(
    mapping,
    { ...STORE, ...settings, ...place },
    parts,
    folderOf(state, () => ms),
  )
  try {
    const atRest = 'database' in state ? AT_REST.database : AT_REST.files
    let resting = 0
    for (let reads = 0; resting < atRest && reads < MOST_READS; reads += 1) {
      resting = (await source.read()) === 'more' ? 0 : resting + 1
      ms += STEP_MS
    }
  } finally {
    source.close()
  }
}

const STORE = { currency: 'EUR', zone: 'Europe/Berlin', warehouse: 'SHOP' }

function folderOf(state: PosState, now: () => number): SalesFiles {
  const files = 'files' in state ? state.files : new Map<string, Buffer>()
  const writtenMs = () => ('files' in state && !state.isAtRest ? now() : 0)
  return {
    list: async () =>
      [...files].map(([name, { length }]) => ({
        name,
        bytes: length,
        writtenMs: writtenMs(),
        identity: name,
      })),
    async read(path, offset, into) {
      const name = path.split(/[\\/]/).at(-1) ?? ''
      const bytes = files.get(name)
      return bytes === undefined ? null : { filled: bytes.copy(into, 0, offset), identity: name }
    },
    watch: () => () => undefined,
  }
}
