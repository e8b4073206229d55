import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { z } from 'zod'
import { defineError } from '../../shared/errors.ts'
import { type Db, insertRows, type Reads, type Tx, transaction } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import type { Write } from './writes.ts'

/** Confirmed writes a block. */
const BLOCK_WRITES = 256
const LEVEL = 3
const MOST_BYTES = 256 * 1024 * 1024

export const writeBlockDamaged = defineError(
  'WRITE_BLOCK_DAMAGED',
  (f: { first: number; last: number }) =>
    `The packed requests to Shopify ${f.first} to ${f.last} cannot be read: their bytes were changed on disk. Restore them from a backup. Sales, stock and what Shopify has are not affected.`,
)

const Packed = z.array(
  z.object({
    id: z.int(),
    kind: z.enum(['adjust', 'hold', 'ready', 'collected', 'short', 'refund', 'choice', 'return']),
    store: z.string(),
    subject: z.string(),
    idempotency_key: z.string(),
    request_json: z.string(),
    state: z.enum(['planned', 'sent', 'confirmed', 'refused', 'unknown']),
    attempts: z.int(),
    planned_at: z.int(),
    first_sent_at: z.int().nullable(),
    last_sent_at: z.int().nullable().default(null), // blocks of older versions have none
    due_at: z.int(),
    settled_at: z.int().nullable(),
    answer_json: z.string().nullable(),
    problem: z.string().nullable(),
  }),
)

/**
 * Packs the confirmed writes that ended before a moment: full blocks, in the order of their ids. Refused and unclear
 * writes stay rows. A kill at any point leaves each write either as a row or in a block.
 * @param wanted.blockSize writes a block
 * @param pause waited for after each block; false ends the packing
 * @returns how many writes were packed
 */
export async function packWrites(
  db: Db,
  wanted: { readonly before: number; readonly blockSize?: number },
  pause: () => Promise<boolean>,
): Promise<number> {
  const { before, blockSize = BLOCK_WRITES } = wanted
  let packed = 0
  for (;;) {
    const writes = await nextRun(db, before, blockSize)
    if (writes.length < blockSize || !(await packRun(db, writes))) return packed
    packed += writes.length
    if (!(await pause())) return packed
  }
}

/** The confirmed writes behind the last block, up to the first that is open or too young: blocks never overlap. */
async function nextRun(db: Reads, before: number, blockSize: number): Promise<readonly Write[]> {
  const { packed } = await db
    .selectFrom('write_block')
    .select(e => e.fn.max('last_id').as('packed'))
    .executeTakeFirstOrThrow()
  const { young } = await db
    .selectFrom('shopify_write')
    .select(e => e.fn.min('id').as('young'))
    .where('id', '>', packed ?? 0)
    .where(e => e.or([e('settled_at', 'is', null), e('settled_at', '>=', before)]))
    .executeTakeFirstOrThrow()
  return db
    .selectFrom('shopify_write')
    .selectAll()
    .where('id', '>', packed ?? 0)
    .where('id', '<', young ?? Number.MAX_SAFE_INTEGER)
    .where('state', '=', 'confirmed')
    .orderBy('id')
    .limit(blockSize)
    .execute()
}

async function packRun(db: Db, writes: readonly Write[]): Promise<boolean> {
  const first = writes[0]?.id
  const last = writes.at(-1)?.id
  if (first === undefined || last === undefined) return false
  const body = zstdCompressSync(JSON.stringify(writes), {
    params: { [constants.ZSTD_c_compressionLevel]: LEVEL, [constants.ZSTD_c_checksumFlag]: 1 },
  })
  const block = { first_id: first, last_id: last, body }
  if (JSON.stringify(unpack(block)) !== JSON.stringify(Packed.parse(writes))) return false
  return transaction(db, tx => exchange(tx, block, writes.length))
}

/** The block takes the place of its rows; false when another hub has packed some of them meanwhile. */
async function exchange(
  tx: Tx,
  block: { readonly first_id: number; readonly last_id: number; readonly body: Buffer },
  writes: number,
): Promise<boolean> {
  const { count } = await tx
    .selectFrom('shopify_write')
    .select(e => e.fn.countAll<number | string>().as('count'))
    .where('id', '>=', block.first_id)
    .where('id', '<=', block.last_id)
    .where('state', '=', 'confirmed')
    .executeTakeFirstOrThrow()
  if (Number(count) !== writes) return false
  await insertRows(tx, 'write_block', [block])
  await tx
    .deleteFrom('shopify_write')
    .where('id', '>=', block.first_id)
    .where('id', '<=', block.last_id)
    .where('state', '=', 'confirmed')
    .execute()
  return true
}

type Block = Schema['write_block']

/** @throws WRITE_BLOCK_DAMAGED */
function unpack({ first_id: first, last_id: last, body }: Block): Write[] {
  try {
    const text = zstdDecompressSync(body, { maxOutputLength: MOST_BYTES }).toString('utf8')
    const writes = Packed.parse(JSON.parse(text))
    if (writes[0]?.id === first && writes.at(-1)?.id === last) return writes
  } catch (cause) {
    throw writeBlockDamaged({ first, last }, cause)
  }
  throw writeBlockDamaged({ first, last })
}

/** The writes of a block, or why it can't be read. */
function unpackOrProblem(block: Block): readonly Write[] | Error {
  try {
    return unpack(block)
  } catch (error) {
    if (writeBlockDamaged.is(error)) return error
    throw error
  }
}

/** A packed write whose block is damaged. */
export interface UnreadableWrite {
  readonly id: number
  readonly unreadable: string
}

/** Writes by their ids, packed ones included. */
export async function readWrites(
  db: Reads,
  ids: Iterable<number>,
): Promise<ReadonlyMap<number, Write | UnreadableWrite>> {
  const wanted = new Set(ids)
  if (wanted.size === 0) return new Map()
  const rows = await db
    .selectFrom('shopify_write')
    .selectAll()
    .where('id', 'in', [...wanted])
    .execute()
  const found = new Map<number, Write | UnreadableWrite>(rows.map(row => [row.id, row]))
  for (const id of wanted) {
    if (found.has(id)) continue
    const block = await db
      .selectFrom('write_block')
      .selectAll()
      .where('first_id', '<=', id)
      .orderBy('first_id', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (block === undefined || block.last_id < id) continue
    const writes = unpackOrProblem(block)
    if (writes instanceof Error) found.set(id, { id, unreadable: writes.message })
    else for (const write of writes) if (wanted.has(write.id)) found.set(write.id, write)
  }
  return found
}

/** The blocks of writes that can't be read, each opened on its own. */
export async function damagedWriteBlocks(
  db: Reads,
): Promise<readonly { readonly first: number; readonly last: number; readonly problem: string }[]> {
  const damaged = []
  let after = 0
  for (;;) {
    const block = await db
      .selectFrom('write_block')
      .selectAll()
      .where('first_id', '>', after)
      .orderBy('first_id')
      .limit(1)
      .executeTakeFirst()
    if (block === undefined) return damaged
    const writes = unpackOrProblem(block)
    const { first_id: first, last_id: last } = block
    if (writes instanceof Error) damaged.push({ first, last, problem: writes.message })
    after = first
  }
}
