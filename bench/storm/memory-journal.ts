import type { UplinkJournal } from '../../agent/uplink/uplink.ts'
import { limits } from '../../shared/protocol.ts'
import { genesis, link } from '../../shared/stream/chain.ts'
import type { Mark, Position, ReceivedRecord } from '../../shared/stream/log.ts'

interface Kept {
  readonly body: string
  readonly hash: string
}

export interface MemoryJournal extends UplinkJournal {
  /** Adds records without telling the uplink: it finds them when it connects. */
  add(bodies: readonly string[]): void
  /** Tells the uplink that there is something to send. */
  tell(): void
}

/**
 * What an uplink needs of a till's journal, in memory and in one epoch: thousands of tills fit into one process. It keeps
 * the chain and the positions as the journal on disk does, so the hub sees no difference.
 */
export function memoryJournal(device: string, acked: (upTo: number) => void): MemoryJournal {
  const epoch = 1
  const start: Mark = { epoch, seq: 0, hash: genesis('events', device, epoch) }
  const kept: Kept[] = []
  let ackedSeq = 0
  let commands: Mark = { epoch: 0, seq: 0, hash: genesis('commands', device, 0) }
  const listeners = new Set<(changed: ReadonlySet<string>) => void>()

  const markAt = (seq: number): Mark | null => {
    if (seq === 0) return start
    const record = kept[seq - 1]
    return record === undefined ? null : { epoch, seq, hash: record.hash }
  }

  return {
    add(bodies) {
      let { hash } = markAt(kept.length) ?? start
      for (const body of bodies) {
        hash = link(hash, body)
        kept.push({ body, hash })
      }
    },
    tell() {
      for (const listener of listeners) listener(new Set(['stream']))
    },
    events: {
      last: () => markAt(kept.length) ?? start,
      acked: () => markAt(ackedSeq) ?? start,
      hashAt: position => (position.epoch === epoch ? (markAt(position.seq)?.hash ?? null) : null),
      endOf: asked => (asked === epoch ? kept.length : 0),
      oldest: () => (kept.length === 0 ? null : { epoch, seq: 1 }),
      read(after: Position, most) {
        const from = after.epoch === epoch ? after.seq : 0
        const records = kept.slice(from, from + Math.min(most.records, limits.batchRecords))
        const head = records.at(-1)?.hash
        const prev = markAt(from)?.hash
        if (head === undefined || prev === undefined) return null
        return { epoch, first: from + 1, prev, head, bodies: records.map(({ body }) => body) }
      },
      acknowledge(upTo) {
        if (upTo.epoch !== epoch || upTo.seq <= ackedSeq) return
        ackedSeq = upTo.seq
        acked(ackedSeq)
      },
      renew(reason) {
        throw new Error(`${device} was asked for a new epoch: ${reason}`)
      },
    },
    commands: {
      held: () => commands,
      hashAt: position => (position.seq === commands.seq ? commands.hash : null),
      commit(records: readonly ReceivedRecord[]) {
        commands = records.at(-1) ?? commands
        return commands
      },
    },
    unsent: () => ({ events: kept.length - ackedSeq, sales: 0, oldestAt: null }),
    diskFull: () => false,
    unreadCommands: () => 0,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
