import { z } from 'zod'
import { doubledMs } from '../../../shared/back-off.ts'
import { describeError } from '../../../shared/errors.ts'
import { FILE_LINES, type ShopifyClient, shopifyAnswerUnreadable, shopifyUnreachable } from '../api/client.ts'
import { type BulkFile, type BulkQuery, bulkFailed, bulkFile, startBulk } from './bulk-operation.ts'
import { seenKeys } from './seen-keys.ts'

/** How far a reading has come. Kept, it goes on from there after a restart: the file stays for a week. */
export const BulkProgress = z.object({
  id: z.string(),
  /** When it was asked for, hub clock in ms: what its file says was so then, or later. */
  startedAt: z.int(),
  /** Lines that were taken. */
  taken: z.int().min(0),
})
export type BulkProgress = z.infer<typeof BulkProgress>

interface BulkReading<Row> extends BulkQuery {
  /** One line of the file. */
  readonly row: z.ZodType<Row>
  /** What a row is of: a file that has it twice lacks another one, as the count is right. */
  readonly keyOf: (row: Row) => string
  /** It is given up when it has no file by then. */
  readonly longestMs: number
}

interface BulkWork {
  readonly client: ShopifyClient
  readonly now: () => number
}

/** Takes some rows and keeps the progress with what it makes of them, so that none is taken twice. */
type Take<Row> = (rows: readonly Row[], progress: BulkProgress) => Promise<void>

/** Taken in one transaction: sales wait for no longer. */
const ROWS_AT_ONCE = 2_000
const FETCHES = 3
const LOOK = { firstMs: 250, longestMs: 15_000 }

/** Asks for a file of everything; see `takeBulk`. */
export async function beginBulk({ client, now }: BulkWork, query: BulkQuery): Promise<BulkProgress> {
  const startedAt = now()
  return { id: await startBulk(client, query), startedAt, taken: 0 }
}

/**
 * Waits for the file and takes its rows in turn, from where the progress is. A file that arrives cut or not at all is fetched again, and
 * goes on behind what was taken; the count that Shopify gives must be reached, and no row may come twice. Throws as `ShopifyClient.read` does, and
 * SHOPIFY_BULK_FAILED; SHOPIFY_ANSWER_UNREADABLE when some lines were not understood and all others were taken.
 */
export async function takeBulk<Row>(
  work: BulkWork,
  reading: BulkReading<Row>,
  from: BulkProgress,
  take: Take<Row>,
): Promise<void> {
  const file = await awaitFile(work, reading, from)
  const keys = seenKeys(file.lines)
  let read = 0
  /** Also of rows that were taken before a restart; of a file that is fetched again, each line once. */
  const isOnce = (row: Row, line: number): boolean => {
    if (line < read) return true
    read = line + 1
    return keys.add(reading.keyOf(row))
  }
  const parts = { file, row: reading.row, what: reading.what, isOnce, take, strange: [] as string[] }
  let progress = from
  for (let fetches = 1; progress.taken < file.lines; fetches += 1) {
    const outcome = await takeFile(work.client, progress, parts)
    progress = outcome.progress
    if (progress.taken >= file.lines) break
    if (work.client.isClosed()) throw stopping()
    if (fetches >= FETCHES) throw bulkFailed({ what: reading.what, problem: missingLines(outcome, file) })
    await work.client.pause(doubledMs(fetches, LOOK))
  }
  const [first] = parts.strange
  if (first !== undefined)
    throw shopifyAnswerUnreadable({ operation: 'BulkFile', problem: `Not understood: ${first}` })
}

const stopping = () => shopifyUnreachable({ operation: 'BulkOperation', problem: 'The hub is stopping.' })

function missingLines({ progress, problem }: Fetched, { lines, url }: BulkFile): string {
  const arrived = `Only ${progress.taken} of its ${lines} lines arrived from ${url === null ? 'it' : new URL(url).host}`
  return `${arrived}${problem === null ? '.' : `: ${problem} The hub must be able to reach that host.`}`
}

async function awaitFile(
  { client }: Pick<BulkWork, 'client'>,
  reading: BulkQuery & { readonly longestMs: number },
  { id }: BulkProgress,
): Promise<BulkFile> {
  let waited = 0
  for (let looks = 0; ; looks += 1) {
    const file = await bulkFile(client, reading, id)
    if (file !== null) return file
    if (waited > reading.longestMs) throw bulkFailed({ what: reading.what, problem: 'It takes too long.' })
    const wait = doubledMs(looks, LOOK)
    await client.pause(wait)
    if (client.isClosed()) throw stopping()
    waited += wait
  }
}

/** How far one fetch of the file came: less than its lines where it was cut or failed. */
interface Fetched {
  readonly progress: BulkProgress
  /** Null: nothing failed. */
  readonly problem: string | null
}

async function takeFile<Row>(
  client: ShopifyClient,
  from: BulkProgress,
  parts: {
    readonly file: BulkFile
    readonly row: z.ZodType<Row>
    readonly what: string
    /** @param line its number in the file, from 0 */
    readonly isOnce: (row: Row, line: number) => boolean
    readonly take: Take<Row>
    /** Gets the beginning of the first line that is not understood. */
    readonly strange: string[]
  },
): Promise<Fetched> {
  const { file, row, what, isOnce, take, strange } = parts
  let progress = from
  let seen = 0
  let rows: Row[] = []
  const takeRows = async () => {
    if (seen <= progress.taken) return
    progress = { ...progress, taken: seen }
    await take(rows, progress)
    rows = []
  }
  /** @returns whether the line is whole */
  const read = (line: string): boolean => {
    const value = jsonOf(line)
    if (value === undefined) return false
    const found = row.safeParse(value)
    if (found.success && !isOnce(found.data, seen))
      throw bulkFailed({ what, problem: `Its line ${seen + 1} repeats one before it.` })
    if (seen >= from.taken) {
      if (found.success) rows.push(found.data)
      else if (strange.length === 0) strange.push(line.slice(0, 200))
    }
    seen += 1
    return true
  }
  if (file.url === null) return { progress, problem: null }
  let isWhole = true
  try {
    for await (const lines of client.fileLines(file.url)) {
      for (const line of lines) if (isWhole) isWhole = read(line)
      if (rows.length >= ROWS_AT_ONCE) await takeRows()
      if (!isWhole) break
    }
  } catch (failure) {
    if (!isOfFile(failure)) throw failure
    await takeRows()
    return { progress, problem: describeError(failure).sentence }
  }
  await takeRows()
  return { progress, problem: null }
}

/** Whether the file could not be fetched; what fails in taking its rows is another thing. */
function isOfFile(failure: unknown): boolean {
  return shopifyUnreachable.is(failure) && failure.facts['operation'] === FILE_LINES
}

/** Undefined: the line was cut. */
function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
