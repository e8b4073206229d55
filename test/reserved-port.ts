import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below the ports that Linux (32768 and up), Windows and macOS (49152 and up) give to programs that ask for any port. */
const LOWEST = 20_000
const COUNT = 12_000

/**
 * A TCP port of this machine for a program that can't bind port 0 and report what it got, such as a database server. It
 * stays reserved until this process ends: the UDP port of the same number is the lock between test workers, and no
 * system hands out a port of this range unasked.
 */
export async function reservePort(): Promise<number> {
  const start = Math.floor(Math.random() * COUNT)
  for (let i = 0; i < COUNT; i += 1) {
    const port = LOWEST + ((start + i) % COUNT)
    if ((await lock(port)) && (await isFree(port))) return port
  }
  throw new Error(`every port from ${LOWEST} to ${LOWEST + COUNT - 1} is in use`)
}

async function lock(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  socket.bind({ port, address: '127.0.0.1', exclusive: true })
  const isBound = await bound(socket)
  if (isBound) socket.unref()
  return isBound
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port) // on all addresses: a server elsewhere on this machine counts
  if (!(await bound(server))) return false
  server.close()
  await once(server, 'close')
  return true
}

/** @returns false when another process has the port */
async function bound(opening: NodeJS.EventEmitter): Promise<boolean> {
  try {
    await once(opening, 'listening')
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES'))
      return false // Windows refuses ports that a service has reserved with EACCES
    throw error
  }
}
