import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Timers } from '../../../shared/world.ts'
import type { Channel, ChannelHandlers, OpenChannels } from '../channel.ts'
import { channelLost, channelStalled, channelUnreachable, listenRefused, whyOf } from './channel-errors.ts'

const CONNECT_MS = 3_000
const CLOSE_MS = 900
const STALL_MS = 30_000
/** A peer that vanished without a word is found out after this and the system's own retries. */
const KEEP_ALIVE_MS = 10_000

type Channels = Pick<OpenChannels, 'tcp' | 'tcpServer'>

/**
 * Channels over TCP. Small writes leave at once (no Nagle), so that a status answer never waits for the next one.
 * Every channel is a whole one: `pause`, `finish` and `reset` are there.
 */
export function tcpChannels(timers: Timers): Channels {
  return {
    /** @throws CHANNEL_UNREACHABLE after at most three seconds, or `connectMs` */
    tcp: ({ host, port, stallMs = STALL_MS, connectMs = CONNECT_MS }) =>
      new Promise<Channel>((resolve, reject) => {
        const channel = `${host}:${port}`
        const socket = connect({ host, port, allowHalfOpen: true, noDelay: true })
        const stop = timers.after(connectMs, () =>
          refuse(new Error(`no answer within ${connectMs / 1_000} seconds`)),
        )
        const refuse = (error: Error) => {
          stop()
          socket.destroy()
          reject(channelUnreachable({ channel, why: whyOf(error) }, error))
        }
        socket.once('error', refuse)
        socket.once('connect', () => {
          stop()
          socket.off('error', refuse)
          resolve(channelOf(socket, channel, stallMs, timers))
        })
      }),
    /** @throws LISTEN_REFUSED */
    tcpServer: ({ host, port, connected }) =>
      new Promise((resolve, reject) => {
        const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true })
        server.on('connection', socket => {
          connected(channelOf(socket, `${socket.remoteAddress}:${socket.remotePort}`, null, timers))
        })
        const refuse = (error: Error) =>
          reject(listenRefused({ channel: `${host}:${port}`, why: whyOf(error) }, error))
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

function channelOf(socket: Socket, name: string, stallMs: number | null, timers: Timers): Channel {
  let handlers: ChannelHandlers | null = null
  let problem: Error | null = null
  let isOurWish = false
  let isPaused = false
  const gone = Promise.withResolvers<void>()
  socket.setKeepAlive(true, KEEP_ALIVE_MS)
  socket.on('error', error => {
    problem ??= channelLost({ channel: name, why: whyOf(error) }, error)
  })
  socket.on('end', () => {
    if (handlers?.ended === undefined || isOurWish) socket.end()
    else handlers.ended()
  })
  socket.on('close', () => {
    gone.resolve()
    handlers?.closed(
      isOurWish ? null : (problem ?? channelLost({ channel: name, why: 'the other side closed it' })),
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
                problem ??= channelStalled({ channel: name, seconds: Math.round(stallMs / 1_000) })
                reject(problem)
                socket.destroy()
              })
        socket.write(bytes, error => {
          stop()
          if (error === undefined || error === null) resolve()
          else reject(problem ?? channelLost({ channel: name, why: whyOf(error) }, error))
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
