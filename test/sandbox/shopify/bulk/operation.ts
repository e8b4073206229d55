import { gid, type IdOf, idOf } from '../graphql/gid.ts'
import { log, type Shop } from '../shop.ts'
import type { BulkOperation } from '../state/entities.ts'
import type { PlainUserError } from '../stock/activate.ts'
import { checkBulkQuery } from './check.ts'

export interface BulkPayload {
  readonly bulkOperation: IdOf<'BulkOperation'> | null
  readonly userErrors: readonly (PlainUserError & { readonly code: string | null })[]
}

/** Shopify runs five queries of an app at once. */
const mostAtOnce = 5

/** `bulkOperationRunQuery`: checked now, run by the shop's worker. */
export function startBulkQuery(
  shop: Shop,
  wish: { readonly query: string; readonly groupObjects: boolean },
): BulkPayload {
  const checked = checkBulkQuery(wish.query)
  if (!checked.ok) return refusal('INVALID', ['query'], checked.why)
  const running = [...shop.store.all('bulk')].filter(isOpen)
  if (running.length >= mostAtOnce) {
    const message = `A maximum of ${mostAtOnce} bulk query operations can run at the same time.`
    return refusal('LIMIT_REACHED', null, message)
  }
  const now = shop.clock.now()
  const late = shop.faults.strike('bulk-late', [wish.query])
  const made = shop.store.put('bulk', {
    id: shop.store.nextId(),
    query: wish.query,
    groupObjects: wish.groupObjects,
    status: 'CREATED',
    errorCode: null,
    createdAt: shop.clock.stamp(),
    completedAt: null,
    dueAt: now + shop.settings.bulkDelayMs + (late?.ms ?? (late === undefined ? 0 : defaultLateMs)),
    secret: Buffer.from(shop.chance.bytes(12)).toString('hex'),
    objects: 0,
    rootObjects: 0,
    isPartial: false,
  })
  return { bulkOperation: gid('BulkOperation', made.id), userErrors: [] }
}

const defaultLateMs = 10 * 60_000

/** `bulkOperationCancel`: it stops a moment later. */
export function cancelBulk(shop: Shop, id: string): BulkPayload {
  const held = shop.store.get('bulk', idOf(id, 'BulkOperation') ?? -1)
  if (held === undefined) return refusal(null, ['id'], 'Bulk operation does not exist')
  if (!isOpen(held)) {
    const message = `A bulk operation cannot be canceled when it is ${held.status.toLowerCase()}`
    return refusal(null, null, message)
  }
  shop.store.put('bulk', { ...held, status: 'CANCELING', dueAt: shop.clock.now() })
  return { bulkOperation: gid('BulkOperation', held.id), userErrors: [] }
}

/** Not at its end yet. */
export function isOpen({ status }: BulkOperation): boolean {
  return status === 'CREATED' || status === 'RUNNING' || status === 'CANCELING'
}

/** Puts an operation to its end and tells of it. */
export function endBulk(shop: Shop, ended: BulkOperation): void {
  shop.store.put('bulk', { ...ended, completedAt: shop.clock.stamp() })
  shop.emit('BULK_OPERATIONS_FINISH', { kind: 'bulk', id: ended.id })
  log(shop, 'bulk operation ended', { id: ended.id, status: ended.status, objects: ended.objects })
}

function refusal(code: string | null, field: readonly string[] | null, message: string): BulkPayload {
  return { bulkOperation: null, userErrors: [{ code, field, message }] }
}
