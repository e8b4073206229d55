import { once } from 'node:events'
import { WebSocket } from 'ws'
import { limits } from '../../shared/protocol.ts'
import { type Child, startChild } from '../measure/child.ts'
import { timed } from '../measure/stopwatch.ts'

/** A bare WebSocket server in a process of its own; its first line is its address. */
export function startSocketServer(args: readonly string[] = []): Child {
  return startChild(new URL('../processes/socket-server.ts', import.meta.url), {
    args,
    execArgv: ['--expose-gc', '--import', new URL('../processes/memory.ts', import.meta.url).href],
  })
}

export async function connectSocket(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  await once(socket, 'open')
  return socket
}

/**
 * Sends batches over loopback to a process that acks each, as far ahead of the acks as the product goes.
 * @returns milliseconds until the last ack
 */
export async function sendRaw(batches: readonly (readonly { body: string }[])[]): Promise<number> {
  const messages = batches.map(batch => ({
    text: batch.map(({ body }) => body).join('\n'),
    records: batch.length,
  }))
  await using server = startSocketServer()
  const socket = await connectSocket(await server.firstLine())
  const ms = await timed(() => sendAll(socket, messages))
  socket.close()
  return ms
}

function sendAll(socket: WebSocket, messages: readonly { text: string; records: number }[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let sent = 0
    let acked = 0
    let inFlight = 0
    const pump = () => {
      for (let next = messages[sent]; next !== undefined; next = messages[sent]) {
        if (inFlight + next.records > limits.credit) return
        socket.send(next.text)
        inFlight += next.records
        sent += 1
      }
    }
    socket.on('error', reject)
    socket.on('message', () => {
      inFlight -= messages[acked]?.records ?? 0
      acked += 1
      if (acked === messages.length) resolve()
      else pump()
    })
    pump()
  })
}
