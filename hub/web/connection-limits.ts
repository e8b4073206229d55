import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Callers } from './callers.ts'

/** How long a request's headers, and all of it, may take to arrive. */
const HEADERS_MS = 10_000
const REQUEST_MS = 20_000
/** Connections of one address that are not those of tills. */
const PER_ADDRESS = 200

/**
 * Bounds what strangers may hold open: a ceiling over all connections, one for each address (a proxy's stands for many
 * and has none), and deadlines for requests that never end. A connection that became a till's counts in the first only.
 */
export function limitConnections(
  server: Server,
  { most, callers }: { most: number; callers: Callers },
): void {
  server.headersTimeout = HEADERS_MS
  server.requestTimeout = REQUEST_MS
  server.maxConnections = most
  const counts = new Map<string, number>()
  const counted = new WeakMap<object, string>()
  const leave = (socket: object) => {
    const caller = counted.get(socket)
    if (caller === undefined) return
    counted.delete(socket)
    const left = (counts.get(caller) ?? 1) - 1
    if (left === 0) counts.delete(caller)
    else counts.set(caller, left)
  }
  server.on('connection', (socket: Socket) => {
    const peer = socket.remoteAddress ?? ''
    if (callers.isShared(peer)) return
    const caller = callers.of({ peer, headers: {} })
    const count = counts.get(caller) ?? 0
    if (count >= PER_ADDRESS) return void socket.destroy()
    counts.set(caller, count + 1)
    counted.set(socket, caller)
    socket.once('close', () => leave(socket))
  })
  server.on('upgrade', (_request, socket) => leave(socket))
}
