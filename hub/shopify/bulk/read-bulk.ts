import { z } from 'zod'
import { doubledMs } from '../../../shared/back-off.ts'
import { type ShopifyClient, shopifyAnswerUnreadable, shopifyUnreachable } from '../api/client.ts'
import { type BulkFile, type BulkQuery, bulkFailed, bulkFile, startBulk } from './bulk-operation.ts'

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
 * Waits for the file and takes its rows in turn, from where the progress is. A file that arrives cut is fetched again, and
 * goes on behind what was taken; the count that Shopify gives must be reached. Throws as `ShopifyClient.read` does, and
 * SHOPIFY_BULK_FAILED; SHOPIFY_ANSWER_UNREADABLE when some lines were not understood and all others were taken.
 */
export async function takeBulk<Row>(
  work: BulkWork,
  reading: BulkReading<Row>,
  from: BulkProgress,
  take: Take<Row>,
): Promise<void> {
  const file = await awaitFile(work, reading, from)
  const strange: string[] = []
  let progress = from
  for (let fetches = 1; progress.taken < file.lines; fetches += 1) {
    if (fetches > FETCHES) throw bulkFailed({ what: reading.what, problem: missingLines(progress, file) })
    progress = await takeFile(work.client, { file, row: reading.row, from: progress, take, strange })
  }
  const [first] = strange
  if (first !== undefined)
    throw shopifyAnswerUnreadable({ operation: 'BulkFile', problem: `Not understood: ${first}` })
}

function missingLines({ taken }: BulkProgress, { lines }: BulkFile): string {
  return `Only ${taken} of its ${lines} lines arrived.`
}

async function awaitFile(
  { client, now }: BulkWork,
  reading: BulkReading<unknown>,
  { id, startedAt }: BulkProgress,
): Promise<BulkFile> {
  for (let looks = 0; ; looks += 1) {
    const file = await bulkFile(client, reading, id)
    if (file !== null) return file
    if (now() - startedAt > reading.longestMs)
      throw bulkFailed({ what: reading.what, problem: 'It takes too long.' })
    await client.pause(doubledMs(looks, LOOK))
    if (client.isClosed())
      throw shopifyUnreachable({ operation: 'BulkOperation', problem: 'The hub is stopping.' })
  }
}

/** @returns how far it came: less than the file's lines where it was cut */
async function takeFile<Row>(
  client: ShopifyClient,
  parts: {
    readonly file: BulkFile
    readonly row: z.ZodType<Row>
    readonly from: BulkProgress
    readonly take: Take<Row>
    /** Gets the beginnings of lines that are not understood. */
    readonly strange: string[]
  },
): Promise<BulkProgress> {
  const { file, row, from, take, strange } = parts
  let progress = from
  let seen = 0
  let rows: Row[] = []
  const takeRows = async () => {
    if (seen <= progress.taken) return
    progress = { ...progress, taken: seen }
    await take(rows, progress)
    rows = []
  }
  if (file.url === null) return progress
  for await (const lines of client.fileLines(file.url)) {
    for (const line of lines) {
      if (seen >= from.taken) {
        const value = jsonOf(line)
        if (value === undefined) {
          await takeRows()
          return progress // cut within this line
        }
        const read = row.safeParse(value)
        if (read.success) rows.push(read.data)
        else if (strange.length === 0) strange.push(line.slice(0, 200))
      }
      seen += 1
    }
    if (rows.length >= ROWS_AT_ONCE) await takeRows()
  }
  await takeRows()
  return progress
}

/** Undefined: the line was cut. */
function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
