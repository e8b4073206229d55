import { defineError } from '../errors.ts'
import { genesis, link } from './chain.ts'
import {
  type Batch,
  heldWithoutHash,
  type InLog,
  type Mark,
  type Position,
  type ReceivedRecord,
  type StreamName,
} from './log.ts'

export const streamForked = defineError(
  'STREAM_FORKED',
  (f: { device: string; stream: string; epoch: number; seq: number; why: string }) =>
    `Two different histories exist for device ${f.device} (${f.stream}, epoch ${f.epoch}, record ${f.seq}): ${f.why}. Its disk was probably copied. Re-enrol the till; nothing already received is lost.`,
)
export const streamGap = defineError(
  'STREAM_GAP',
  (f: { stream: string; epoch: number; expected: number; got: number }) =>
    `The ${f.stream} stream jumped from record ${f.expected} to ${f.got} in epoch ${f.epoch}. The connection starts again and sends what is missing.`,
)
export const batchCorrupt = defineError(
  'BATCH_CORRUPT',
  (f: { stream: string; epoch: number; first: number }) =>
    `A batch of the ${f.stream} stream (epoch ${f.epoch}, from record ${f.first}) does not add up to its own hash. The connection starts again and sends it once more.`,
)

/**
 * Decides which records of a batch are new, checking the whole chain. Pure but for `hashAt`.
 * @throws BATCH_CORRUPT, STREAM_GAP (both: reconnect) or STREAM_FORKED (quarantine the device)
 */
export async function newRecords(
  id: { stream: StreamName; device: string },
  log: Pick<InLog, 'hashAt'>,
  held: Mark,
  batch: Batch,
): Promise<ReceivedRecord[]> {
  const records = chainOf(batch)
  const last = records.at(-1)
  if (last === undefined || last.hash !== batch.head)
    throw batchCorrupt({ stream: id.stream, epoch: batch.epoch, first: batch.first })
  const forked = (at: Position, why: string) => streamForked({ ...id, epoch: at.epoch, seq: at.seq, why })

  if (batch.epoch < held.epoch) {
    const known = await log.hashAt(last)
    if (known !== heldWithoutHash && known !== last.hash)
      throw forked(last, 'an epoch that was closed has gone on')
    return []
  }
  if (batch.epoch > held.epoch) {
    if (batch.first !== 1)
      throw streamGap({ stream: id.stream, epoch: batch.epoch, expected: 1, got: batch.first })
    if (batch.prev !== genesis(id.stream, id.device, batch.epoch))
      throw forked({ epoch: batch.epoch, seq: 1 }, 'the epoch begins with a foreign hash')
    return records
  }
  if (batch.first > held.seq + 1)
    throw streamGap({ stream: id.stream, epoch: batch.epoch, expected: held.seq + 1, got: batch.first })
  if (batch.first === held.seq + 1) {
    if (batch.prev !== held.hash) throw forked(held, 'the next record follows another one')
    return records
  }
  const overlap = last.seq <= held.seq ? last : records[held.seq - batch.first]
  const known = overlap === undefined ? null : await log.hashAt(overlap)
  if (overlap === undefined || (typeof known === 'string' && known !== overlap.hash))
    throw forked(overlap ?? held, 'a record sent again has another content')
  return records.filter(record => record.seq > held.seq)
}

function chainOf(batch: Batch): ReceivedRecord[] {
  let previous = batch.prev
  return batch.bodies.map((body, index) => {
    previous = link(previous, body)
    return { epoch: batch.epoch, seq: batch.first + index, hash: previous, body }
  })
}
