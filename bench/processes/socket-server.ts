import { once } from 'node:events'
import { join } from 'node:path'
import { WebSocketServer } from 'ws'
import { openAppended } from '../floors/raw-fsync.ts'

/**
 * A bare WebSocket server: answers each message with a short one. With a folder as its argument it makes a page
 * durable before each answer.
 */
const folder = process.argv[2]
const file = folder === undefined ? null : openAppended(join(folder, 'received'))
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
let messages = 0
server.on('connection', socket =>
  socket.on('message', () => {
    messages += 1
    file?.write()
    socket.send(`{"t":"ack","stream":"events","epoch":1,"seq":${messages},"credit":8000}`)
  }),
)
await once(server, 'listening')
const address = server.address()
console.log(typeof address === 'object' && address !== null ? `ws://127.0.0.1:${address.port}` : '')
