import { genesis, link } from '../../shared/stream/chain.ts'
import type {
  Batch,
  InLog,
  Mark,
  OutLog,
  Position,
  ReceivedRecord,
  RenewReason,
  StreamName,
} from '../../shared/stream/log.ts'

/** Logs in memory that behave as durable ones: what a call returned is kept; `kill` drops nothing that was acked. */
const same = (a: Position, b: Position) => a.epoch === b.epoch && a.seq === b.seq
const after = (a: Position, b: Position) => a.epoch > b.epoch || (a.epoch === b.epoch && a.seq > b.seq)

export interface MemoryOutLog extends OutLog {
  append(body: string): void
  prune(): void
  /** A copy as a backup would hold it. */
  snapshot(): MemoryOutLog
  bodies(): string[]
}

interface OutState {
  records: ReceivedRecord[]
  epoch: number
  acked: Mark
}

export function memoryOutLog(stream: StreamName, device: string, from?: OutState): MemoryOutLog {
  const begin = (epoch: number) => genesis(stream, device, epoch)
  const state: OutState = from ?? { records: [], epoch: 1, acked: { epoch: 1, seq: 0, hash: begin(1) } }
  const last = (): Mark => {
    const newest = state.records.at(-1)
    return newest?.epoch === state.epoch ? newest : { epoch: state.epoch, seq: 0, hash: begin(state.epoch) }
  }
  const push = (body: string) => {
    const head = last()
    state.records.push({ epoch: state.epoch, seq: head.seq + 1, hash: link(head.hash, body), body })
  }
  const hashAt = (at: Position): string | null => {
    if (at.seq === 0) return begin(at.epoch)
    if (same(at, state.acked)) return state.acked.hash
    return state.records.find(record => same(record, at))?.hash ?? null
  }
  const log: MemoryOutLog = {
    append: push,
    last,
    acked: () => state.acked,
    hashAt,
    endOf: epoch => state.records.filter(record => record.epoch === epoch).at(-1)?.seq ?? 0,
    oldest: () => state.records[0] ?? null,
    read(from, { records }): Batch | null {
      for (let at = from; at.epoch <= state.epoch; at = { epoch: at.epoch + 1, seq: 0 }) {
        const some = state.records
          .filter(record => record.epoch === at.epoch && record.seq > at.seq)
          .slice(0, records)
        const [first] = some
        const prev = hashAt(at)
        if (first === undefined) continue
        if (prev === null || first.seq !== at.seq + 1) throw new Error('asked for what is gone')
        return {
          epoch: at.epoch,
          first: first.seq,
          prev,
          head: some.at(-1)?.hash ?? '',
          bodies: some.map(r => r.body),
        }
      }
      return null
    },
    acknowledge(upTo) {
      const hash = hashAt(upTo)
      if (hash !== null && after(upTo, state.acked)) state.acked = { ...upTo, hash }
    },
    renew(reason: RenewReason, above = 0) {
      const before = last()
      const moving = state.records.filter(
        record => reason === 'records-gone' || (after(record, state.acked) && record.epoch === before.epoch),
      )
      state.records = state.records.filter(record => !moving.includes(record))
      state.epoch = Math.max(before.epoch, above) + 1
      push(JSON.stringify({ kind: 'epoch.opened', reason, previous: before }))
      for (const { body } of moving) if (!body.includes('epoch.opened')) push(body)
    },
    prune() {
      state.records = state.records.filter(record => !after(state.acked, record))
    },
    snapshot: () => memoryOutLog(stream, device, { ...state, records: [...state.records] }),
    bodies: () => state.records.map(record => record.body),
  }
  return log
}

export interface MemoryInLog extends InLog {
  /** Bodies in the order in which they took effect. */
  applied(): string[]
  snapshot(): MemoryInLog
}

export function memoryInLog(stream: StreamName, device: string, from: ReceivedRecord[] = []): MemoryInLog {
  const records = [...from]
  const held = (): Mark => records.at(-1) ?? { epoch: 0, seq: 0, hash: genesis(stream, device, 0) }
  return {
    held,
    hashAt: at => records.find(record => same(record, at))?.hash ?? null,
    commit(fresh) {
      records.push(...fresh)
      return held()
    },
    applied: () => records.map(record => record.body),
    snapshot: () => memoryInLog(stream, device, records),
  }
}
