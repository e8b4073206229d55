import type { Position } from '../../shared/stream/log.ts'

const PER_EPOCH = 2 ** 32

/** A stream position as one integer key that sorts the same. Epochs up to 2^20 stay exact in a double. */
export function packPosition({ epoch, seq }: Position): number {
  return epoch * PER_EPOCH + seq
}

export function unpackPosition(position: number): Position {
  return { epoch: Math.floor(position / PER_EPOCH), seq: position % PER_EPOCH }
}
