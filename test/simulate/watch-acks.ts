import SQLite from 'better-sqlite3'
import { z } from 'zod'
import { agentPaths } from '../../agent/config.ts'
import { readDeviceFile } from '../../agent/enrolment/device-file.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { quietLog } from '../manual-world.ts'
import type { Failure } from './invariants.ts'

const Ack = z.object({ t: z.literal('ack'), stream: z.literal('events'), epoch: z.int(), seq: z.int() })
const Held = z.object({ epoch: z.int(), seq: z.int() }).optional()
const { files } = nodeWorld({ log: quietLog })

/**
 * Invariant 2, judged at each moment and not at the end: no ack leaves the hub before what it says is committed there.
 * @param file the hub's database
 */
export function watchAcks(file: string, folderOf: (machine: string) => string | null) {
  const failures: Failure[] = []
  return {
    failures,
    frame(to: string, text: string): void {
      if (!text.startsWith('{"t":"ack"')) return
      const ack = Ack.safeParse(JSON.parse(text))
      const folder = folderOf(to)
      if (!ack.success || folder === null) return
      const device = readDeviceFile(files, agentPaths(folder).device)?.device ?? ''
      const { epoch, seq } = ack.data
      const held = heldBy(file, device)
      if (held !== undefined && (held.epoch > epoch || (held.epoch === epoch && held.seq >= seq))) return
      const detail = `The hub acked ${epoch}/${seq} and holds ${held === undefined ? 'nothing' : `${held.epoch}/${held.seq}`}.`
      failures.push({ invariant: 'ack-after-commit', subject: to, detail })
    },
  }
}

function heldBy(file: string, device: string): z.infer<typeof Held> {
  const db = new SQLite(file, { readonly: true, fileMustExist: true })
  try {
    return Held.parse(db.prepare('SELECT epoch, seq FROM stream_in WHERE device = ?').get(device))
  } finally {
    db.close()
  }
}
