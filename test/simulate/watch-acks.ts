import SQLite, { type Database, type Statement } from 'better-sqlite3'
import { z } from 'zod'
import type { Failure } from './invariants.ts'
import type { SimProcess } from './process.ts'

const Ack = z.object({ t: z.literal('ack'), stream: z.literal('events'), epoch: z.int(), seq: z.int() })
const Held = z.object({ epoch: z.int(), seq: z.int() }).optional()

/** The hub as far as its acks are judged. */
interface AckingHub {
  readonly file: string
  process(): SimProcess | null
}

/**
 * Invariant 2, judged at each moment and not at the end: no ack leaves the hub before what it says is committed there.
 * @param deviceOf the device enrolled on a machine; null when that machine runs no agent
 */
export function watchAcks(hub: AckingHub, deviceOf: (machine: string) => string | null) {
  const failures: Failure[] = []
  const look = lookInto(hub)
  return {
    failures,
    frame(to: string, text: string): void {
      if (!text.startsWith('{"t":"ack"')) return
      const ack = Ack.safeParse(JSON.parse(text))
      const device = deviceOf(to)
      if (!ack.success || device === null) return
      const { epoch, seq } = ack.data
      const held = look(device)
      if (held !== undefined && (held.epoch > epoch || (held.epoch === epoch && held.seq >= seq))) return
      const detail = `The hub acked ${epoch}/${seq} and holds ${held === undefined ? 'nothing' : `${held.epoch}/${held.seq}`}.`
      failures.push({ invariant: 'ack-after-commit', subject: to, detail })
    },
  }
}

/** What the hub has committed of a device's stream. One connection for each life of the hub: between two lives its file may be replaced. */
function lookInto(hub: AckingHub): (device: string) => z.infer<typeof Held> {
  let look: { db: Database; held: Statement; life: SimProcess } | null = null
  return device => {
    const life = hub.process()
    if (life === null) return undefined
    if (look?.life !== life) {
      const db = new SQLite(hub.file, { readonly: true, fileMustExist: true })
      look = { db, life, held: db.prepare('SELECT epoch, seq FROM stream_in WHERE device = ?') }
      life.onDeath(() => db.close())
    }
    return Held.parse(look.held.get(device))
  }
}
