import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { z } from 'zod'
import { defineError } from '../../shared/errors.ts'
import { link } from '../../shared/stream/chain.ts'

/** One applied record in the order of its stream, as the hub keeps it. `at`: when the hub received it. */
export interface PackedRecord {
  readonly seq: number
  readonly kind: string
  readonly hash: string
  readonly turn: number
  readonly at: number
  readonly body: string
}

/** What says which block it is and what it must contain. */
export interface BlockHead {
  readonly first_seq: number
  readonly last_seq: number
  readonly previous: string
  readonly last_hash: string
  /** The turn of its last record, by which blocks are found in order. */
  readonly last_turn?: number
}

export const blockDamaged = defineError(
  'BLOCK_DAMAGED',
  (f: { block: string; why: string }) =>
    `The packed events ${f.block} cannot be read: ${f.why}. Restore them from a backup; the hub changed nothing.`,
)

/** Measured on receipts of 800 bytes: more records or a higher level make little smaller and take longer at a time. */
export const BLOCK_RECORDS = 256
/** A longer body has a block to itself. */
export const BLOCK_BYTES = 256 * 1024
const LEVEL = 3
const MOST_BYTES = 256 * 1024 * 1024

/**
 * What a block holds beside its bodies, one number for each record. Turns and moments are differences to the record
 * before, lengths are UTF-16 units. Hashes follow from the bodies and the hash before the first.
 */
const Columns = z.object({
  kinds: z.array(z.string()),
  kind: z.array(z.int().min(0)),
  turn: z.array(z.int().min(0)),
  at: z.array(z.int()),
  length: z.array(z.int().min(0)),
})

/** Compresses consecutive records. */
export function encodeBlock(records: readonly PackedRecord[]): Buffer {
  const kinds = [...new Set(records.map(record => record.kind))]
  const columns: z.infer<typeof Columns> = {
    kinds,
    kind: records.map(record => kinds.indexOf(record.kind)),
    turn: differences(records.map(record => record.turn)),
    at: differences(records.map(record => record.at)),
    length: records.map(record => record.body.length),
  }
  const text = `${JSON.stringify(columns)}\n${records.map(record => record.body).join('')}`
  return zstdCompressSync(text, {
    // the chain's hashes cover the bodies, the checksum all the rest
    params: { [constants.ZSTD_c_compressionLevel]: LEVEL, [constants.ZSTD_c_checksumFlag]: 1 },
  })
}

/**
 * The records of a block, each checked against the chain.
 * @throws BLOCK_DAMAGED
 */
export function decodeBlock(name: string, head: BlockHead, body: Uint8Array): PackedRecord[] {
  const damaged = (why: string, cause?: unknown) => blockDamaged({ block: name, why }, cause)
  const { columns, bodies } = textOf(body, damaged)
  const count = head.last_seq - head.first_seq + 1
  const { kinds, kind, length } = columns
  const turns = sums(columns.turn)
  const moments = sums(columns.at)
  if ([kind, turns, moments, length].some(column => column.length !== count))
    throw damaged('it does not have as many records as it should')
  const records: PackedRecord[] = []
  let hash = head.previous
  let from = 0
  for (let index = 0; index < count; index += 1) {
    const to = from + (length[index] ?? 0)
    const text = bodies.slice(from, to)
    from = to
    hash = link(hash, text)
    const [turn, at, named] = [turns[index], moments[index], kinds[kind[index] ?? -1]]
    if (turn === undefined || at === undefined || named === undefined) throw damaged('a record lacks a field')
    if (kindIn(text) !== named) throw damaged('a record is not of the kind that its body names')
    records.push({ seq: head.first_seq + index, kind: named, hash, turn, at, body: text })
  }
  if (from !== bodies.length || hash !== head.last_hash)
    throw damaged('a record was changed or is missing: the hashes do not match')
  if (head.last_turn !== undefined && records.at(-1)?.turn !== head.last_turn)
    throw damaged('it is noted under another turn than that of its last record')
  return records
}

/** The kind that a body names, however it is spelled; null: it names none. */
function kindIn(body: string): unknown {
  try {
    const json: unknown = JSON.parse(body)
    return typeof json === 'object' && json !== null && 'kind' in json ? json.kind : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function textOf(
  body: Uint8Array,
  damaged: (why: string, cause?: unknown) => Error,
): { columns: z.infer<typeof Columns>; bodies: string } {
  try {
    const text = zstdDecompressSync(body, { maxOutputLength: MOST_BYTES }).toString('utf8')
    const end = text.indexOf('\n')
    return { columns: Columns.parse(JSON.parse(text.slice(0, end))), bodies: text.slice(end + 1) }
  } catch (cause) {
    throw damaged('its bytes were changed', cause)
  }
}

function differences(values: readonly number[]): number[] {
  return values.map((value, index) => value - (values[index - 1] ?? 0))
}

function sums(values: readonly number[]): number[] {
  let sum = 0
  return values.map(value => {
    sum += value
    return sum
  })
}
