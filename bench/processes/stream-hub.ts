import { once } from 'node:events'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { WebSocketServer } from 'ws'
import { EpochMs } from '../../shared/ids.ts'
import { wireOf } from '../../shared/node-wire.ts'
import { decodeFrame, encodeFrame, limits, protocolRange } from '../../shared/protocol.ts'
import { genesis } from '../../shared/stream/chain.ts'
import type { InLog, Mark } from '../../shared/stream/log.ts'
import { type Receiver, startReceiver } from '../../shared/stream/receiver.ts'
import type { Wire } from '../../shared/world.ts'
import { RECORDS } from '../floors/raw-sqlite.ts'

/**
 * The receiving half of the stream and nothing else: frames are decoded, the chain is checked, records are durable
 * before they are acked. No authentication, no reading of events.
 */
const [folder = '', device = '', hub = ''] = process.argv.slice(2)

function openRecords(file: string): InLog & { close(): void } {
  const db = new SQLite(file)
  db.pragma('journal_mode = WAL')
  db.pragma('wal_autocheckpoint = 2000')
  db.exec(RECORDS)
  db.pragma('synchronous = FULL')
  const insert = db.prepare('INSERT INTO record (seq, hash, body) VALUES (?, ?, ?)')
  let held: Mark = { epoch: 0, seq: 0, hash: genesis('events', device, 0) }
  const commit = db.transaction((records: Parameters<InLog['commit']>[0]) => {
    for (const { seq, hash, body } of records) insert.run(seq, hash, body)
  })
  return {
    held: () => held,
    hashAt: () => null, // asked only about records that were sent before
    commit(records) {
      commit.immediate(records)
      held = records.at(-1) ?? held
      return held
    },
    close: () => void db.close(),
  }
}

function serve(wire: Wire, log: InLog): void {
  const clock = () => EpochMs.parse(Date.now())
  let receiver: Receiver | null = null
  wire.listen({
    open() {},
    message(text) {
      const frame = decodeFrame(text)
      if (frame.t === 'batch') return receiver?.batch(frame)
      if (frame.t !== 'hello') return
      const none = { epoch: 0, seq: 0, hash: '' }
      const at = { epoch: 0, seq: 0, hash: genesis('events', device, 0) }
      receiver = startReceiver({
        id: { stream: 'events', device },
        log,
        credit: limits.credit,
        ack: ({ epoch, seq }, credit) =>
          wire.send(encodeFrame({ t: 'ack', stream: 'events', epoch, seq, credit })),
        failed(error) {
          throw error
        },
      })
      const commands = { last: none, acked: none }
      wire.send(encodeFrame({ t: 'welcome', events: at, credit: limits.credit, commands, clock: clock() }))
    },
    closed: () => receiver?.stop(),
  })
  wire.send(encodeFrame({ t: 'challenge', protocol: protocolRange, hub, nonce: 'bench', clock: clock() }))
}

const log = openRecords(join(folder, 'records.db'))
const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  maxPayload: limits.frameBytes,
  perMessageDeflate: false,
})
server.on('connection', socket => serve(wireOf(socket), log))
await once(server, 'listening')
const address = server.address()
console.log(typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '')
process.once('SIGTERM', () => {
  log.close()
  process.exit()
})
