import { bulkFileUrl } from '../bulk/file.ts'
import { cancelBulk, isOpen, startBulkQuery } from '../bulk/operation.ts'
import { connection, type PageArguments } from '../graphql/connection.ts'
import type { Fields } from '../graphql/fields.ts'
import { gid, idOf } from '../graphql/gid.ts'
import { invalidId } from '../graphql/global-ids.ts'
import { mutation } from '../graphql/mutation.ts'
import { dateTime } from '../state/clock.ts'
import type { BulkOperation } from '../state/entities.ts'

export const bulkOperationFields: Fields<BulkOperation> = {
  id: one => gid('BulkOperation', one.id),
  type: () => 'QUERY',
  status: one => one.status,
  query: one => one.query,
  errorCode: one => (isOpen(one) ? null : one.errorCode),
  createdAt: one => dateTime(one.createdAt),
  completedAt: one => (one.completedAt === null ? null : dateTime(one.completedAt)),
  objectCount: (one, _, { shop }) => String(counted(one, one.objects, shop.clock.now())),
  rootObjectCount: (one, _, { shop }) => String(counted(one, one.rootObjects, shop.clock.now())),
  fileSize: (one, _, { shop }) => {
    const file = shop.store.get('bulkFile', one.id)
    return isOpen(one) || file === undefined || one.objects === 0
      ? null
      : String(Buffer.byteLength(file.text))
  },
  // Without rows there is no file.
  url: (one, _, { shop }) => (one.status === 'COMPLETED' && one.objects > 0 ? bulkFileUrl(shop, one) : null),
  partialDataUrl: (one, _, { shop }) => (one.isPartial ? bulkFileUrl(shop, one) : null),
}

/** While it runs, the count grows. */
function counted(one: BulkOperation, count: number, now: number): number {
  if (!isOpen(one)) return count
  const whole = Math.max(1, one.dueAt - one.createdAt)
  return Math.floor(count * Math.min(1, Math.max(0, now - one.createdAt) / whole))
}

export const bulkQueries: Fields<unknown> = {
  bulkOperation: (_, { id }: { readonly id: string }, { shop }) => {
    const number = idOf(id, 'BulkOperation')
    if (number === undefined) throw invalidId(id)
    return shop.store.get('bulk', number) ?? null
  },
  bulkOperations: (_, args: PageArguments, { shop }) =>
    connection(shop.store.all('bulk'), args, ({ id, createdAt }) => ({ value: createdAt, id })),
  currentBulkOperation: (_, { type }: { readonly type?: string | null }, { shop }) =>
    type === 'MUTATION' ? null : ([...shop.store.all('bulk')].at(-1) ?? null),
}

export const bulkMutations: Fields<unknown> = {
  bulkOperationRunQuery: mutation<{ query: string; groupObjects: boolean }>(
    'bulkOperationRunQuery',
    { scope: null, coded: true, empty: { bulkOperation: null } },
    startBulkQuery,
  ),
  bulkOperationCancel: mutation<{ id: string }>(
    'bulkOperationCancel',
    { scope: null, coded: false, empty: { bulkOperation: null } },
    (shop, { id }) => cancelBulk(shop, id),
  ),
}
