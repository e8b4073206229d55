import type { ReadDb } from '../db/db.ts'
import type { HistoryGap } from './history-gap.ts'

/** The newest record of one epoch of a device. */
export interface StreamEnd {
  readonly device: string
  readonly epoch: number
  readonly seq: number
  readonly hash: string
}

interface NotedEnd extends StreamEnd {
  /** Whether the device writes to this epoch still: more may have come since. */
  readonly isOpen: boolean
}

/** Where each epoch must end: the stream's position, and what the hub held when the next epoch was opened. */
export async function notedEnds(db: ReadDb): Promise<readonly NotedEnd[]> {
  const open = await db.selectFrom('stream_in').selectAll().orderBy('device').execute()
  const former = await db.selectFrom('stream_epoch').selectAll().orderBy('device').orderBy('epoch').execute()
  const ends = [
    ...former.map(row => ({
      device: row.device,
      epoch: row.tip_epoch,
      seq: row.tip_seq,
      hash: row.tip_hash,
      isOpen: false,
    })),
    ...open.map(row => ({ ...row, isOpen: true })),
  ]
  return ends.filter(({ seq }) => seq > 0)
}

/** Compares where the stored records of each epoch end with where they must. `noted`: read before `held`. */
export function missingEnds(noted: readonly NotedEnd[], held: readonly StreamEnd[]): readonly HistoryGap[] {
  const streams = Map.groupBy(held, streamOf)
  return noted.flatMap((end): HistoryGap[] => {
    const of = streams.get(streamOf(end)) ?? []
    if (of.some(({ seq, hash }) => (seq === end.seq ? hash === end.hash : end.isOpen && seq > end.seq)))
      return []
    const last = Math.max(0, ...of.map(({ seq }) => seq))
    if (last < end.seq)
      return [
        { events: `${streamOf(end)}/${last + 1}-${end.seq}`, why: 'are missing at the end of the stream' },
      ]
    return [
      { events: `${streamOf(end)}/${end.seq}`, why: 'is not the last record that the hub received there' },
    ]
  })
}

const streamOf = ({ device, epoch }: Pick<StreamEnd, 'device' | 'epoch'>) => `${device}/${epoch}`
