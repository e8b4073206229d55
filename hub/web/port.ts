import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { defineError } from '../../shared/errors.ts'

export const portTaken = defineError(
  'PORT_TAKEN',
  (f: { host: string; port: number }) =>
    `Port ${f.port} on ${f.host} is in use. Stop the program that uses it, or choose another port with --port.`,
)

/** Longest time for one request to arrive, and for a connection without traffic to be kept. */
const REQUEST_MS = 30_000
const SILENT_CONNECTION_MS = 60_000

interface Listeners {
  readonly request: RequestListener
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

/** The hub's port. It listens before the parts behind it are built, so all of them can be told its address. */
export interface HubPort extends AsyncDisposable {
  readonly host: string
  readonly url: string
  readonly server: Server
  /** Hands over the requests that arrived so far, and every later one. */
  serve(listeners: Listeners): void
}

/**
 * Listens on a port. Requests that arrive before `serve` wait for it.
 * @param port 0: any free port
 * @throws PORT_TAKEN
 */
export async function openPort(host: string, port: number): Promise<HubPort> {
  const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS })
  server.setTimeout(SILENT_CONNECTION_MS)
  let early: { readonly socket: Duplex; answer(by: Listeners): void }[] = []
  let behind: Listeners | null = null
  function pass(socket: Duplex, answer: (by: Listeners) => void): void {
    if (behind === null) early.push({ socket, answer })
    else answer(behind)
  }
  server.on('request', (request, response) => pass(request.socket, by => by.request(request, response)))
  server.on('upgrade', (request, socket, head) => pass(socket, by => by.upgrade(request, socket, head)))
  await listen(server, host, port)
  const address = server.address()
  const taken = typeof address === 'object' && address !== null ? address.port : port
  return {
    host,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    server,
    serve(listeners) {
      behind = listeners
      const waiting = early
      early = []
      for (const { answer } of waiting) answer(listeners)
    },
    /** Resolves once every connection has ended. The code that accepted a WebSocket has to close it first. */
    [Symbol.asyncDispose]() {
      return new Promise((resolve, reject) => {
        server.close(error => (error === undefined ? resolve() : reject(error)))
        server.closeAllConnections()
        for (const { socket } of early) socket.destroy() // a start that failed served none of them
      })
    },
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', cause =>
      reject('code' in cause && cause.code === 'EADDRINUSE' ? portTaken({ host, port }, cause) : cause),
    )
    server.listen({ host, port }, resolve)
  })
}
