import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'

/** A shop that answers nothing but a file of all its levels. */
export interface LevelsShop extends AsyncDisposable {
  readonly url: string
  readonly file: string
}

export interface LevelsScale {
  readonly locations: number
  readonly items: number
}

/** Every so many levels one is not what the hub has seen. */
export const DIFFERS_EVERY = 10_000

export const locationAt = (index: number) => `gid://shopify/Location/${70_000_000_000 + index}`
export const itemAt = (index: number) => `gid://shopify/InventoryItem/${40_000_000_000 + index}`
export const seenAt = (location: number, item: number) => (location * 7 + item * 3) % 50

/** Serves a file with a line for each location and each of its levels, written as it is sent. */
export async function levelsShop(scale: LevelsScale): Promise<LevelsShop> {
  const lines = scale.locations * (1 + scale.items)
  const server = createServer((request, response) => {
    if (request.method === 'GET') return void Readable.from(chunks(scale)).pipe(response)
    let body = ''
    request.on('data', chunk => {
      body += String(chunk)
    })
    request.on('end', () => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ data: answerTo(body) }))
    })
  })
  function answerTo(body: string) {
    const id = 'gid://shopify/BulkOperation/1'
    return body.includes('bulkOperationRunQuery')
      ? { bulkOperationRunQuery: { bulkOperation: { id }, userErrors: [] } }
      : { bulkOperation: { status: 'COMPLETED', errorCode: null, objectCount: String(lines), url: file } }
  }
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const file = `${url}/levels.jsonl`
  return {
    url,
    file,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

function* chunks({ locations, items }: LevelsScale): Generator<string> {
  for (let location = 0; location < locations; location += 1) {
    const id = locationAt(location)
    let text = `${JSON.stringify({ id })}\n`
    for (let item = 0; item < items; item += 1) {
      text += levelLine(location, item, id)
      if (text.length < 65_536) continue
      yield text
      text = ''
    }
    yield text
  }
}

function levelLine(location: number, item: number, id: string): string {
  const isOther = (location + item) % DIFFERS_EVERY === 0
  const onHand = seenAt(location, item) + (isOther ? 1 : 0)
  const of = (name: string, quantity: number) => ({ name, quantity, updatedAt: '2026-11-01T08:00:00Z' })
  const level = {
    isActive: true,
    item: { id: itemAt(item), tracked: true },
    location: { id },
    quantities: [of('available', onHand), of('on_hand', onHand), of('committed', 0)],
    __parentId: id,
  }
  return `${JSON.stringify(level)}\n`
}
