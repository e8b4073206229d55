import { z } from 'zod'
import { defineError } from '../../../shared/errors.ts'
import type { Capability } from '../api/capabilities.ts'
import {
  type Mutation,
  type Operation,
  type ShopifyClient,
  shopifyDenies,
  shopifyRefuses,
  shopifyUnreachable,
  UserErrors,
} from '../api/client.ts'
import { BULK_OPERATION, RUN_BULK_QUERY } from '../api/documents.ts'

/** Shopify's bulk operations: it runs one query over everything and writes what it finds into a file. They cost no points. */

export const bulkFailed = defineError(
  'SHOPIFY_BULK_FAILED',
  (f: { what: string; problem: string }) =>
    `Shopify did not finish a file of ${f.what}: ${f.problem} Nothing is lost; it is asked for again.`,
)

/** What is read, in words, and what the app needs for it. */
export interface BulkQuery {
  readonly what: string
  readonly document: string
  readonly capability: Capability
}

const Run = z.object({
  bulkOperationRunQuery: z.object({
    bulkOperation: z.object({ id: z.string() }).nullable(),
    userErrors: UserErrors,
  }),
})

/** Starts it. Throws as `ShopifyClient.read` does, and SHOPIFY_BULK_FAILED, as when too many run. @returns its id */
export async function startBulk(client: ShopifyClient, query: BulkQuery): Promise<string> {
  const { what, document, capability } = query
  const runBulkQuery: Mutation<z.infer<typeof Run>> = {
    name: 'RunBulkQuery',
    capability,
    document: RUN_BULK_QUERY,
    answer: Run,
    points: { fixed: 10, perRow: 0 },
    userErrors: data => data.bulkOperationRunQuery.userErrors,
  }
  const result = await client.write(runBulkQuery, { query: document }, 'bulk')
  const operation = runBulkQuery.name
  switch (result.kind) {
    case 'answered': {
      const id = result.data.bulkOperationRunQuery.bulkOperation?.id
      if (id === undefined) throw bulkFailed({ what, problem: 'It was not begun.' })
      return id
    }
    case 'user-errors':
      throw bulkFailed({ what, problem: result.errors.map(({ message }) => message).join(' ') })
    case 'denied':
      throw shopifyDenies({ operation, problem: result.problem, capability })
    case 'refused':
      throw shopifyRefuses({ operation, problem: result.problem })
    case 'invalid':
      throw bulkFailed({ what, problem: result.problem })
    case 'unknown': // one that runs unknown to us ends alone
    case 'not-sent':
      throw result.because ?? shopifyUnreachable({ operation, problem: result.problem })
  }
}

const Looked = z.object({
  bulkOperation: z
    .object({
      status: z.string(),
      errorCode: z.string().nullable(),
      objectCount: z.string().regex(/^\d{1,15}$/),
      url: z.string().nullable(),
    })
    .nullable(),
})
const bulkOperation: Operation<z.infer<typeof Looked>> = {
  name: 'BulkOperation',
  document: BULK_OPERATION,
  answer: Looked,
  points: { fixed: 2, perRow: 0 },
}

/** A file that is whole. `url` null: nothing was found. */
export interface BulkFile {
  readonly url: string | null
  /** Its lines. */
  readonly lines: number
}

/**
 * The file of an operation; null while it runs.
 * Throws as `ShopifyClient.read` does, and SHOPIFY_BULK_FAILED when there will be none.
 */
export async function bulkFile(
  client: ShopifyClient,
  { what, capability }: BulkQuery,
  id: string,
): Promise<BulkFile | null> {
  const { bulkOperation: found } = await client.read(bulkOperation, { id }, 'bulk')
  if (found === null) throw bulkFailed({ what, problem: 'Shopify does not know it any more.' })
  const { status, errorCode, objectCount, url } = found
  switch (status) {
    case 'CREATED':
    case 'RUNNING':
      return null
    case 'COMPLETED': {
      const lines = Number(objectCount)
      if (url === null && lines > 0) throw bulkFailed({ what, problem: 'It has no address.' })
      return { url, lines }
    }
    default:
      if (errorCode === 'ACCESS_DENIED')
        throw shopifyDenies({ operation: 'BulkOperation', problem: `It was denied (${what}).`, capability })
      throw bulkFailed({
        what,
        problem: `It ended as ${status}${errorCode === null ? '' : ` (${errorCode})`}.`,
      })
  }
}
