import { z } from 'zod'
import type { Tx } from '../db/db.ts'
import type { SentLine } from '../generation/record-file.ts'
import { confirmWrite, insertWrite, markSent, type Write } from '../outbox/writes.ts'
import { applyMoves } from './hold-back.ts'

const Request = z.object({
  location: z.string(),
  silentSince: z.int(),
  changes: z.array(z.object({ item: z.string(), sku: z.string(), units: z.int(), safety: z.int() })),
})

/**
 * Takes in what a lost hub held back or gave back, oldest first: what Shopify answered is the hub's own, and of the others Shopify is asked
 * once the recovery has ended.
 */
export async function takeInLostHolds(tx: Tx, lines: readonly SentLine[], now: number): Promise<void> {
  for (const line of lines) {
    const known = await knownWrite(tx, line.key)
    if (known !== undefined && known.settled_at !== null) continue
    const isMade = line.end?.state === 'applied'
    if (isMade) await applyLost(tx, line, now)
    if (known === undefined) await insertWrite(tx, rowOf(line, isMade ? now : null))
    else if (isMade) await confirmWrite(tx, known.id, { proof: { by: 'record' }, now })
    else if (known.first_sent_at === null) await markSent(tx, known.id, line.at)
  }
}

function knownWrite(tx: Tx, key: string): Promise<Write | undefined> {
  return tx
    .selectFrom('shopify_write')
    .selectAll()
    .where('idempotency_key', '=', key)
    .where('state', '<>', 'refused')
    .executeTakeFirst()
}

async function applyLost(tx: Tx, { store, request }: SentLine, now: number): Promise<void> {
  const { location, silentSince, changes } = Request.parse(JSON.parse(request))
  await applyMoves(tx, { store, location }, changes, { silentSince, now })
}

function rowOf({ store, subject, key, request, at }: SentLine, endedAt: number | null): Omit<Write, 'id'> {
  return {
    kind: 'hold',
    store,
    subject,
    idempotency_key: key,
    request_json: request,
    state: endedAt === null ? 'sent' : 'confirmed',
    attempts: 1,
    planned_at: at,
    first_sent_at: at,
    last_sent_at: at,
    due_at: at,
    settled_at: endedAt,
    answer_json: endedAt === null ? null : JSON.stringify({ by: 'record' }),
    problem:
      endedAt === null ? 'A hub that was lost sent this; the database was put back to a time before.' : null,
  }
}
