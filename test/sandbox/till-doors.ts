import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface TillDoors extends AsyncDisposable {
  /** The address that opens a store's till page, however often it is opened. */
  of(store: string): string
}

/**
 * The link of a till page works once. In the sandbox a page is opened again and again, so each store has an
 * address here that leads to its newest link. Nothing of this is part of the product.
 * @param linkOf the newest link of a store's till; null: its agent is not running
 */
export async function openTillDoors(linkOf: (store: string) => string | null): Promise<TillDoors> {
  const server = createServer((request, response) => {
    const store = /^\/till\/(\w{1,20})$/.exec(request.url ?? '')?.[1]
    const isOurs = request.method === 'GET' && request.headers.host === host
    const link = store !== undefined && isOurs ? linkOf(store) : null
    if (link === null) response.writeHead(404).end('There is no running till here.\n')
    else response.writeHead(302, { location: link, 'cache-control': 'no-store' }).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    of: store => `http://${host}/till/${store}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise(resolve => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
