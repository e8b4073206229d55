import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { ConnectionBroken, HttpProblem, jsonAnswer, type ShopRequest, type ShopResponse } from './messages.ts'

const maxBodyBytes = 4 * 1024 * 1024

/** The shop behind a real socket: reads a request, hands it on, writes the answer. */
export function nodeServer(handle: (request: ShopRequest) => Promise<ShopResponse>): Server {
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requireLoopbackHost(request)
    const body = await readBody(request)
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : value,
      ]),
    )
    const path = request.url ?? '/'
    write(response, await handle({ method: request.method ?? 'GET', path, headers, body }))
  }
  return createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (error instanceof HttpProblem && !response.headersSent) {
        write(response, jsonAnswer(error.status, { error: error.message }))
        return
      }
      if (!(error instanceof ConnectionBroken)) console.error(error)
      request.socket.destroy()
    })
  })
}

function write(response: ServerResponse, { status, headers, body }: ShopResponse): void {
  response.writeHead(status, { 'Content-Length': Buffer.byteLength(body), ...headers })
  response.end(body)
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBodyBytes) throw new HttpProblem(413, 'The body is larger than the sandbox reads.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** A web page that resolves its own name to 127.0.0.1 must not reach the sandbox. */
function requireLoopbackHost(request: IncomingMessage): void {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '')
  if (host !== '127.0.0.1' && host !== 'localhost' && host !== '[::1]') {
    throw new HttpProblem(403, 'The sandbox answers on the loopback only.')
  }
}
