import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Timers } from '../../../shared/world.ts'
import type { Line, LineHandlers, OpenLines } from '../channel.ts'
import { lineLost, lineStalled, lineUnreachable, listenRefused, whyOf } from './channel-errors.ts'

const CONNECT_MS = 3_000
const CLOSE_MS = 900
const STALL_MS = 30_000
/** A peer that vanished without a word is found out after this and the system's own retries. */
const KEEP_ALIVE_MS = 10_000

type Lines = Pick<OpenLines, 'tcp' | 'tcpServer'>

/**
 * Lines over TCP. Small writes leave at once (no Nagle), so that a status answer never waits for the next one.
 * Every line is a whole one: `pause`, `finish` and `reset` are there.
 */
export function tcpLines(timers: Timers): Lines {
  return {
    /** @throws LINE_UNREACHABLE after at most three seconds, or `connectMs` */
    tcp: ({ host, port, stallMs = STALL_MS, connectMs = CONNECT_MS }) =>
      new Promise<Line>((resolve, reject) => {
        const line = `${host}:${port}`
        const socket = connect({ host, port, allowHalfOpen: true, noDelay: true })
        const stop = timers.after(connectMs, () =>
          refuse(new Error(`no answer within ${connectMs / 1_000} seconds`)),
        )
        const refuse = (error: Error) => {
          stop()
          socket.destroy()
          reject(lineUnreachable({ line, why: whyOf(error) }, error))
        }
        socket.once('error', refuse)
        socket.once('connect', () => {
          stop()
          socket.off('error', refuse)
          resolve(lineOf(socket, line, stallMs, timers))
        })
      }),
    /** @throws LISTEN_REFUSED */
    tcpServer: ({ host, port, connected }) =>
      new Promise((resolve, reject) => {
        const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true })
        server.on('connection', socket => {
          connected(lineOf(socket, `${socket.remoteAddress}:${socket.remotePort}`, null, timers))
        })
        const refuse = (error: Error) =>
          reject(listenRefused({ line: `${host}:${port}`, why: whyOf(error) }, error))
        server.once('error', refuse)
        server.listen(port, host, () => {
          server.off('error', refuse)
          server.on('error', () => {}) // one connection could not be taken (no handles left): its own side sees it closed
          resolve({ port: portOf(server), close: async () => void server.close() })
        })
      }),
  }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function lineOf(socket: Socket, name: string, stallMs: number | null, timers: Timers): Line {
  let handlers: LineHandlers | null = null
  let problem: Error | null = null
  let isOurWish = false
  let isPaused = false
  const gone = Promise.withResolvers<void>()
  socket.setKeepAlive(true, KEEP_ALIVE_MS)
  socket.on('error', error => {
    problem ??= lineLost({ line: name, why: whyOf(error) }, error)
  })
  socket.on('end', () => {
    if (handlers?.ended === undefined || isOurWish) socket.end()
    else handlers.ended()
  })
  socket.on('close', () => {
    gone.resolve()
    handlers?.closed(
      isOurWish ? null : (problem ?? lineLost({ line: name, why: 'the other side closed it' })),
    )
  })

  return {
    listen(given) {
      handlers = given
      socket.on('data', bytes => given.data(typeof bytes === 'string' ? Buffer.from(bytes) : bytes))
      if (!isPaused) socket.resume()
    },
    write: bytes =>
      new Promise((resolve, reject) => {
        const stop =
          stallMs === null
            ? () => {}
            : timers.after(stallMs, () => {
                problem ??= lineStalled({ line: name, seconds: Math.round(stallMs / 1_000) })
                reject(problem)
                socket.destroy()
              })
        socket.write(bytes, error => {
          stop()
          if (error === undefined || error === null) resolve()
          else reject(problem ?? lineLost({ line: name, why: whyOf(error) }, error))
        })
      }),
    pause() {
      isPaused = true
      socket.pause()
    },
    resume() {
      isPaused = false
      socket.resume()
    },
    finish: () => void socket.end(),
    reset() {
      isOurWish = true
      socket.resetAndDestroy()
    },
    async close() {
      isOurWish = true
      if (socket.destroyed) return
      const stop = timers.after(CLOSE_MS, () => socket.destroy())
      socket.end()
      socket.resume() // what still comes is read away: unread bytes would turn the goodbye into a reset
      await gone.promise
      stop()
    },
  }
}
