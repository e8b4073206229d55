import { z } from 'zod'
import type { ReturnPut } from '../../shared/commands.ts'
import { ReturnMade } from '../../shared/events.ts'
import { epochMs, PickupId } from '../../shared/ids.ts'
import { MOST_RETURN_LINES, type ReturnId, ReturnMoney, returnProblems } from '../../shared/returns.ts'
import type { Reads, Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { parsePickup } from '../pickups/pickup-row.ts'
import { type CommandDraft, sendToDevice, sendToStore } from '../streams/command-log.ts'

/** How far Shopify has a return. */
const Outcome = z.object({
  /** Shopify's id of the return; null: it has none yet. */
  shopifyReturn: z.string().nullable(),
  /** What the customer is due for these goods, by Shopify's reckoning. */
  due: ReturnMoney.nullable(),
  /** Whether `due` was worked out: null is then nothing, as of an order that was not paid for. */
  isDueKnown: z.boolean().default(false),
  refunded: ReturnMoney.nullable(),
  problem: z.enum(returnProblems).nullable(),
  /** Staff took it back within seconds. */
  isUndone: z.boolean().default(false),
  /** They did, and Shopify had heard of it. */
  isUndoTooLate: z.boolean().default(false),
  /** Units by the order's line that went back into the store's stock; null: not known yet. */
  restocked: z.record(z.string(), z.int().min(0)).nullable().default(null),
})
export type ReturnOutcome = z.infer<typeof Outcome>

export const nothingYet: ReturnOutcome = {
  shopifyReturn: null,
  due: null,
  isDueKnown: false,
  refunded: null,
  problem: null,
  isUndone: false,
  isUndoTooLate: false,
  restocked: null,
}

/** Goods that a till took back, read and parsed. */
export interface StoreReturn {
  readonly row: Schema['till_return']
  /** Its lines are the order's. */
  readonly made: ReturnMade
  readonly outcome: ReturnOutcome
}

export async function readStoreReturn(db: Reads, id: string): Promise<StoreReturn | null> {
  const row = await db.selectFrom('till_return').selectAll().where('return_id', '=', id).executeTakeFirst()
  return row === undefined ? null : parseReturn(row)
}

function parseReturn(row: Schema['till_return']): StoreReturn {
  const made = ReturnMade.parse(JSON.parse(row.body_json))
  return { row, made, outcome: Outcome.parse(JSON.parse(row.outcome_json)) }
}

/** Whether a return is known, however often its event comes. */
export async function isReturnKnown(db: Reads, id: ReturnId): Promise<boolean> {
  const row = await db
    .selectFrom('till_return')
    .select('return_id')
    .where('return_id', '=', id)
    .executeTakeFirst()
  return row !== undefined
}

/** How many returns of a till are still to be carried out. Those that head office still has to pay are not among them. */
export async function waitingReturns(db: Reads, device: string): Promise<number> {
  const { count } = await db
    .selectFrom('till_return')
    .select(e => e.fn.countAll<number | string>().as('count'))
    .where('device', '=', device)
    .where('state', '=', 'waiting')
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Keeps a new return and tells the store's tills. After commit, say `commands`. */
export async function putReturn(tx: Tx, one: StoreReturn): Promise<void> {
  await tx.insertInto('till_return').values(one.row).execute()
  await tellTills(tx, one)
}

/** Staff took it back before Shopify heard of it, as far as the hub knew. */
export const isDropped = ({ outcome }: StoreReturn) => outcome.isUndone && !outcome.isUndoTooLate

/** A return as it is in this transaction: what was read before a call to Shopify may be old by now. */
export async function returnNow(tx: Tx, id: string): Promise<StoreReturn> {
  const row = tx.selectFrom('till_return').selectAll().where('return_id', '=', id)
  return parseReturn(await row.executeTakeFirstOrThrow())
}

/** Keeps what became of a return, and tells the store's tills if it is news to them. After commit, say `commands`. */
export async function changeReturn(
  tx: Tx,
  id: string,
  change: { readonly state?: Schema['till_return']['state']; readonly outcome: Partial<ReturnOutcome> },
  now: number,
): Promise<StoreReturn> {
  const before = await returnNow(tx, id)
  const outcome = { ...before.outcome, ...change.outcome }
  const changed = {
    state: change.state ?? before.row.state,
    outcome_json: JSON.stringify(outcome),
    changed_at: now,
  }
  const after = { row: { ...before.row, ...changed }, made: before.made, outcome }
  await tx.updateTable('till_return').set(changed).where('return_id', '=', id).execute()
  if (JSON.stringify(toldOf(before)) !== JSON.stringify(toldOf(after))) await tellTills(tx, after)
  return after
}

/** The order of a return that named a pickup is known now, and which of its lines came back. */
export async function nameOrder(
  tx: Tx,
  id: string,
  order: { readonly id: string; readonly lines: ReturnMade['lines'] },
  now: number,
): Promise<void> {
  const { made } = await returnNow(tx, id)
  const body_json = JSON.stringify({ ...made, lines: order.lines })
  await tx
    .updateTable('till_return')
    .set({ order_id: order.id, body_json, changed_at: now })
    .where('return_id', '=', id)
    .execute()
}

/** Returns that are booked and that head office still has to pay. */
export async function owedReturns(db: Reads): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom('till_return').select('return_id').where('state', '=', 'owed').execute()
  return new Set(rows.map(row => row.return_id))
}

const toldOf = ({ row, outcome }: StoreReturn) => [
  row.state,
  outcome.refunded,
  outcome.problem,
  outcome.isUndoTooLate,
]

async function tellTills(tx: Tx, one: StoreReturn): Promise<void> {
  await sendToStore(tx, one.row.store, await wordsOf(tx, one))
}

/** A till that is replaced may count on what its store took back as long as pickups are kept there. */
const TOLD_MS = 30 * 24 * 3_600_000
/** Of them, the newest: a snapshot has an end. */
const MOST_TOLD = 500

/** Tells a newly enrolled device what its store has taken back, oldest first. After commit, say `commands`. */
export async function sendStoreReturns(tx: Tx, device: string, now: number): Promise<void> {
  const rows = await tx
    .selectFrom('till_return as r')
    .innerJoin('device as d', 'd.store', 'r.store')
    .selectAll('r')
    .where('d.device', '=', device)
    .where('r.noted_at', '>', now - TOLD_MS)
    .orderBy('r.noted_at', 'desc')
    .orderBy('r.return_id')
    .limit(MOST_TOLD)
    .execute()
  for (const row of rows.toReversed()) await sendToDevice(tx, device, await wordsOf(tx, parseReturn(row)))
}

async function wordsOf(tx: Tx, one: StoreReturn): Promise<Extract<CommandDraft, { kind: 'return.put' }>> {
  const { row, made, outcome } = one
  return {
    kind: 'return.put',
    at: epochMs(row.changed_at),
    returnId: made.returnId,
    order: made.orderName,
    orderId: row.order_id,
    lines: made.lines,
    ofPickups: await pickupLinesOf(tx, one),
    staff: made.staff,
    till: made.till,
    madeAt: made.at,
    state: row.state,
    rule: row.rule,
    due: outcome.due,
    refunded: outcome.refunded,
    problem: outcome.problem,
    ...(outcome.isUndoTooLate ? { undoTooLate: true } : {}),
  }
}

type PickupLines = NonNullable<ReturnPut['ofPickups']>
const MOST_PICKUP_LINES = MOST_RETURN_LINES * 4

/**
 * What came back, as tills know it when they can't ask: by the lines of their pickups. An item that two pickups of one order have
 * counts for both, so that too little is taken back without a connection rather than too much.
 */
async function pickupLinesOf(tx: Tx, { row, made }: StoreReturn): Promise<PickupLines> {
  if (row.order_id === null) {
    const pickup = PickupId.safeParse(made.pickup)
    if (!pickup.success) return []
    return made.lines.map(({ orderLine: line, units }) => ({ pickup: pickup.data, line, units }))
  }
  const pickups = await tx
    .selectFrom('pickup')
    .selectAll()
    .where('order_id', '=', row.order_id)
    .where('store', '=', row.store)
    .execute()
  const found = pickups
    .map(parsePickup)
    .flatMap(({ body, lines }) =>
      lines.lines.flatMap(({ id: line, orderLine }) =>
        made.lines
          .filter(returned => returned.orderLine === orderLine)
          .map(({ units }) => ({ pickup: body.pickup, line, units })),
      ),
    )
  return found.slice(0, MOST_PICKUP_LINES)
}
