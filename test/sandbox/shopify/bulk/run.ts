import { execute, type GraphQLError } from 'graphql'
import type { Chance } from '../chance.ts'
import { executionOf } from '../graphql/execute.ts'
import { log, type Shop } from '../shop.ts'
import type { BulkOperation } from '../state/entities.ts'
import { checkBulkQuery } from './check.ts'
import { endBulk, isOpen } from './operation.ts'
import { type BulkRow, bulkRows, wholeConnections } from './rows.ts'

/** Starts, ends and stops the bulk operations whose moment has come. */
export function runDueBulk(shop: Shop): void {
  for (const held of [...shop.store.all('bulk')].filter(isOpen)) {
    shop.store.transaction(() => {
      const begun = held.status === 'CREATED' ? begin(shop, held) : held
      if (!isOpen(begun) || begun.dueAt > shop.clock.now()) return
      finish(shop, begun)
    })
  }
}

/** The data is read now or at the end, by the switch; either way it is older than the file's arrival. */
function begin(shop: Shop, held: BulkOperation): BulkOperation {
  const running: BulkOperation = { ...held, status: 'RUNNING' }
  return shop.store.put('bulk', shop.settings.bulkReads === 'at-start' ? withData(shop, running) : running)
}

function finish(shop: Shop, held: BulkOperation): void {
  if (held.status === 'CANCELING') {
    endBulk(shop, { ...held, status: 'CANCELED' })
    return
  }
  const read = shop.settings.bulkReads === 'at-end' ? withData(shop, held) : held
  if (read.errorCode !== null) {
    endBulk(shop, { ...read, status: 'FAILED' })
    return
  }
  if (shop.faults.strike('bulk-failed', [held.query])) {
    const file = shop.store.get('bulkFile', held.id)
    const lines = file?.text.split('\n').filter(line => line !== '') ?? []
    const kept = lines.slice(0, Math.floor(lines.length / 2))
    shop.store.put('bulkFile', { id: held.id, text: kept.map(line => `${line}\n`).join('') })
    endBulk(shop, {
      ...read,
      status: 'FAILED',
      errorCode: 'INTERNAL_SERVER_ERROR',
      objects: kept.length,
      isPartial: kept.length > 0,
    })
    return
  }
  endBulk(shop, { ...read, status: 'COMPLETED' })
}

function withData(shop: Shop, held: BulkOperation): BulkOperation {
  const checked = checkBulkQuery(held.query)
  if (!checked.ok) return { ...held, errorCode: 'INTERNAL_SERVER_ERROR' }
  const document = wholeConnections(checked.document)
  const result = execute({ document, ...executionOf(shop) })
  if ('then' in result) throw new Error('A resolver of the sandbox was asynchronous')
  if (result.errors !== undefined || result.data == null) return withError(shop, held, result.errors ?? [])
  const roots = bulkRows(document, result.data, shop.settings.bulkParent)
  const rows = held.groupObjects ? roots.flatMap(flattened) : shuffled(roots.flatMap(flattened), shop.chance)
  shop.store.put('bulkFile', { id: held.id, text: rows.map(row => `${JSON.stringify(row)}\n`).join('') })
  return { ...held, objects: rows.length, rootObjects: roots.length }
}

function withError(shop: Shop, held: BulkOperation, errors: readonly GraphQLError[]): BulkOperation {
  const isDenied = errors.some(({ extensions }) => extensions['code'] === 'ACCESS_DENIED')
  log(shop, 'bulk query failed', { errors: errors.map(({ message }) => message) })
  return { ...held, errorCode: isDenied ? 'ACCESS_DENIED' : 'INTERNAL_SERVER_ERROR' }
}

function flattened({ own, children }: BulkRow): readonly object[] {
  return [own, ...children.flatMap(flattened)]
}

/** Ungrouped, a child may come anywhere, before its parent too. */
function shuffled<T>(rows: readonly T[], chance: Chance): readonly T[] {
  return rows
    .map(row => ({ row, at: Buffer.from(chance.bytes(4)).readUInt32BE() }))
    .sort((a, b) => a.at - b.at)
    .map(({ row }) => row)
}
