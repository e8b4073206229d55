import SQLite, { type Database, type Statement } from 'better-sqlite3'
import { z } from 'zod'
import type { Failure } from './failure.ts'
import type { SimProcess } from './process.ts'

const Ack = z.object({ t: z.literal('ack'), stream: z.literal('events'), epoch: z.int(), seq: z.int() })
const Held = z.object({ epoch: z.int(), seq: z.int() }).optional()

/** The hub as far as its acks are judged. */
interface AckingHub {
  /** Null: what is committed can't be seen within the moment of an ack, and none is judged. */
  readonly file: string | null
  process(): SimProcess | null
}

/**
 * Invariant 2, judged at each moment and not at the end: no ack leaves the hub before what it says is committed there.
 * @param devicesOf the device enrolled on a machine, and those that it was before: it sends as them as well
 */
export function watchAcks(hub: AckingHub, devicesOf: (machine: string) => readonly string[]) {
  const failures: Failure[] = []
  const look = lookInto(hub)
  return {
    failures,
    frame(to: string, text: string): void {
      if (hub.file === null || !text.startsWith('{"t":"ack"')) return
      const ack = Ack.safeParse(JSON.parse(text))
      const devices = devicesOf(to)
      if (!ack.success || devices.length === 0) return
      const { epoch, seq } = ack.data
      const held = devices.flatMap(device => look(device) ?? [])
      if (held.some(one => one.epoch > epoch || (one.epoch === epoch && one.seq >= seq))) return
      const holds = held.map(one => `${one.epoch}/${one.seq}`).join(' and ') || 'nothing'
      const detail = `The hub acked ${epoch}/${seq} and holds ${holds}.`
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
    if (hub.file === null) return undefined
    if (look?.life !== life) {
      const db = new SQLite(hub.file, { readonly: true, fileMustExist: true })
      look = { db, life, held: db.prepare('SELECT epoch, seq FROM stream_in WHERE device = ?') }
      life.onDeath(() => db.close())
    }
    return Held.parse(look.held.get(device))
  }
}
