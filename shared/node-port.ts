import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { wireOf } from './node-wire.ts'
import type { HttpPort, PortHandlers, Sockets, WebSocketLimits } from './world.ts'

/** Longest time for one request to arrive, and for a connection without traffic to be kept. */
const REQUEST_MS = 30_000
const SILENT_CONNECTION_MS = 60_000
/** How often connections are looked at for requests that take too long. */
const CHECK_MS = 5_000
/** Connections that may wait to be accepted: after an outage all tills call at once, and Node's 511 turns some away. */
const WAITING_CONNECTIONS = 4_096

/** A port of this machine. Requests that arrive before `serve` wait for it. */
export const listenOnPort: Sockets['listen'] = async ({ host, port, webSockets }) => {
  const server = createServer({
    connectionsCheckingInterval: CHECK_MS,
    requestTimeout: REQUEST_MS,
    headersTimeout: REQUEST_MS,
    keepAliveTimeout: SILENT_CONNECTION_MS, // a POS that keeps a connection must not find it closed after Node's 5 s
  })
  server.setTimeout(SILENT_CONNECTION_MS)
  let early: { readonly socket: Duplex; answer(by: PortHandlers): void }[] = []
  let behind: PortHandlers | null = null
  function pass(socket: Duplex, answer: (by: PortHandlers) => void): void {
    if (behind === null) early.push({ socket, answer })
    else answer(behind)
  }
  server.on('request', (request, response) => pass(request.socket, by => by.request(request, response)))
  const devices = webSockets === null ? null : webSocketServer(webSockets)
  // without a listener Node takes a request that offers HTTP/2 or a WebSocket as a plain one, as a POS expects
  if (devices !== null)
    server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => socket.destroy())
      pass(socket, by => upgradeSocket(devices, by, { request, socket, head }))
    })
  await listening(server, host, port)
  const address = server.address()
  const taken = typeof address === 'object' && address !== null ? address.port : port
  return {
    host,
    port: taken,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    server,
    serve(handlers) {
      behind = handlers
      const waiting = early
      early = []
      for (const { answer } of waiting) answer(handlers)
    },
    /** Resolves once every connection has ended. The code that accepted a WebSocket has to close it first. */
    [Symbol.asyncDispose]() {
      devices?.close()
      return new Promise((resolve, reject) => {
        server.close(error => (error === undefined ? resolve() : reject(error)))
        server.closeAllConnections()
        for (const { socket } of early) socket.destroy() // a start that failed served none of them
      })
    },
  } satisfies HttpPort
}

function webSocketServer(limits: WebSocketLimits): WebSocketServer {
  return new WebSocketServer({ noServer: true, perMessageDeflate: false, ...limits })
}

function upgradeSocket(
  devices: WebSocketServer,
  by: PortHandlers,
  { request, socket, head }: { request: IncomingMessage; socket: Duplex; head: Buffer },
): void {
  const [path = ''] = (request.url ?? '').split('?', 1) // never parsed: an exception here would end the hub
  const origin = request.headers.origin ?? null
  const { headers } = request
  const taker = by.upgrade({ path, origin, address: request.socket.remoteAddress ?? '', headers })
  if (taker === null) return void socket.destroy()
  devices.handleUpgrade(request, socket, head, ws => taker(wireOf(ws)))
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, backlog: WAITING_CONNECTIONS }, resolve)
  })
}
