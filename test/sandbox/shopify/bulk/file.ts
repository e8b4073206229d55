import { HttpProblem, type ShopRequest, type ShopResponse, textAnswer } from '../http/messages.ts'
import type { Shop } from '../shop.ts'
import type { BulkOperation } from '../state/entities.ts'

const keptMs = 7 * 24 * 60 * 60 * 1000

/** Where a result is fetched, without a token: the address is the secret. */
export function bulkFileUrl(shop: Shop, { id, secret }: BulkOperation): string {
  return `${shop.origin()}/bulk-files/${id}/${secret}.jsonl`
}

/** GET of a result; undefined when the address is not one of a bulk file. */
export function bulkFile(shop: Shop, { method, path }: ShopRequest): ShopResponse | undefined {
  const [, id, secret] = /^\/bulk-files\/(\d+)\/(\w+)\.jsonl$/.exec(path) ?? []
  if (id === undefined || method !== 'GET') return undefined
  const operation = shop.store.get('bulk', id)
  const file = shop.store.get('bulkFile', id)
  if (operation === undefined || file === undefined || operation.secret !== secret) {
    throw new HttpProblem(404, 'There is no such file.')
  }
  if ((operation.completedAt ?? 0) + keptMs <= shop.clock.now()) {
    throw new HttpProblem(403, 'The file has expired.')
  }
  const isCut = shop.faults.strike('bulk-cut', [operation.query]) !== undefined
  // Cut within its last line: a reader that does not count the objects believes it was all.
  const text = isCut ? file.text.slice(0, Math.floor(file.text.length * 0.6)) : file.text
  return textAnswer(200, 'application/jsonl', text)
}
