import { z } from 'zod'
import { isDue } from '../../../shared/back-off.ts'
import { randomId } from '../../../shared/world.ts'
import { type Db, type Tx, transaction } from '../../db/db.ts'
import type { SentMovement } from '../../generation/record-file.ts'
import { lostPostingsOfWrite } from '../../outbox/lost-postings.ts'
import { noteSentAt, openWrite, type Write } from '../../outbox/writes.ts'
import { withdrawHistory } from '../../stock/go-live.ts'
import { movementsOfWrite } from '../../stock/movement-names.ts'
import type { ItemLevel } from '../../stock/shop-level.ts'
import { namesOtherItem, withdrawMoved } from '../../stock/withdraw-write.ts'
import type { ShopifyClient, UserError, WriteResult } from '../api/client.ts'
import { readItemLevels } from './levels.ts'
import { MOST_OPEN, openAt } from './open-requests.ts'
import { remedyFor, remedyForStuck } from './refusal.ts'
import {
  type AdjustAnswer,
  adjustmentGroup,
  adjustQuantities,
  decideByLevel,
  type FrozenRequest,
  groupOf,
  levelsAfter,
  mayBeHidden,
  parseRequest,
  proofOf,
  type Sends,
  sendsOf,
} from './request.ts'
import {
  isKeyOld,
  type Leaving,
  letLeave,
  noteApplied,
  noteNotApplied,
  type SendWork,
  sendLater,
} from './request-life.ts'
import {
  confirm,
  dropBadChanges,
  dropStale,
  freezeAgain,
  giveUp,
  halve,
  refusePlace,
  refuseWhole,
  underNewKey,
} from './write-outcome.ts'

/** How often one call of `sendStock` may freeze a write again before it leaves it for later. */
const FREEZES_A_TURN = 10
/** After so many sends the levels of a whole request are read: Shopify may name one stale level at a time. */
const STALE_DROPS = 4
/** A write that has been sent more often does not wait for all of its items together any more. */
const STUCK_AFTER = 3 * FREEZES_A_TURN
/** Between two sends of a request that Shopify does not answer; then its levels are read first, and may tell. */
const COOLED_MS = 5 * 60_000
/** A request that has been sent so often without an answer waits for so long. */
const UNANSWERED_SENDS = 8
/** A request that is older is stuck. */
const STUCK_MS = 10 * 60_000
/** More items than these are never refused one by one for the same unnamed reason. */
const MOST_ISOLATED = 20

/**
 * Carries one planned or sent stock write as far as it goes now: to its end, or to a later `due_at`. May be killed at
 * any point. Throws as `ShopifyClient.read` does when levels cannot be read; the write then stays as it is.
 */
export async function sendStock(work: SendWork, id: number): Promise<void> {
  for (let turn = 0; turn < FREEZES_A_TURN; turn += 1) if ((await sendOnce(work, id)) === 'done') return
  const write = await openWrite(work.db, id)
  if (write !== null) await postpone(work, write, 'Shopify’s levels change faster than they can be written.')
}

type Step = 'done' | 'again'

async function sendOnce(work: SendWork, id: number): Promise<Step> {
  const { db, client, world } = work
  const before = await openWrite(db, id)
  if (before === null) return 'done'
  if (before.answer_json !== null && (await isRecorded(work, before, before.answer_json))) return 'done'
  // A send before this one whose end is unknown: what Shopify says now may be about that one.
  const resent = before.first_sent_at !== null
  if (before.first_sent_at !== null && isKeyOld(before.first_sent_at, world.clock.now()))
    return decide(work, before)
  const early = await readBeforeResend(work, before)
  if (early !== null) return early
  const write = await letLeave(work, id, leaving)
  if (write === null) return 'done'
  const request = parseRequest(write.request_json)
  let leftAt: number | null = null
  const result = await client.write(adjustQuantities, request.variables, 'stock', () => {
    leftAt = world.clock.now()
  })
  const sent = await sentWhen(work, write, leftAt, resent)
  const counted = resent && isNotCarriedOut(result) ? await withoutLastSend(work, sent, before) : sent
  return noteOutcome(work, counted, request, result, resent)
}

/** Whether an answer says that its own send changed nothing; one before it may still be at work. */
function isNotCarriedOut(result: WriteResult<AdjustAnswer>): boolean {
  if (result.kind === 'user-errors')
    return !result.errors.some(({ code }) => code === 'IDEMPOTENCY_CONCURRENT_REQUEST')
  return result.kind !== 'answered' && result.kind !== 'unknown'
}

/** A change that Shopify made when this send left was not this send's: only those before it are measured with. */
async function withoutLastSend({ db }: SendWork, write: Write, { last_sent_at: at }: Write): Promise<Write> {
  if (at === null) return write
  return (await transaction(db, tx => noteSentAt(tx, write.id, { at, isFirst: false }))) ?? write
}

/**
 * Looks at the levels before a request whose former send has no answer goes once more. Where they are as if nothing had
 * happened, but have changed since, another app may have undone ours: sent again it would count twice if Shopify has
 * forgotten its key, so a person is asked.
 * @returns null: the same request goes once more
 */
async function readBeforeResend(work: SendWork, write: Write): Promise<Step | null> {
  if (write.first_sent_at === null || write.answer_json !== null) return null
  const request = parseRequest(write.request_json)
  if (await namesOtherItem(work.db, write)) return endedAsMoved(work, write)
  const levels = await levelsOf(work.client, request)
  if (mayBeHidden(request.changes, levels, sendsBy(work, write, request)))
    return askPerson(work, write, request, levels)
  return withoutAnswer(work, write, { request, levels })
}

/** It is never sent to an item that its SKU no longer names. What became of the send before is told once that one has ended. */
async function endedAsMoved(work: SendWork, write: Write): Promise<Step> {
  const now = work.world.clock.now()
  if (write.last_sent_at === null || isDue(write.last_sent_at + COOLED_MS, now, COOLED_MS))
    return decide(work, write)
  await postpone(work, write, 'Its SKU came to name another item; what became of it is looked at first.')
  return 'done'
}

/**
 * Shopify gives no answer, and has had the time to carry the last send out if it ever does. Its levels may say that it
 * did; or that it did not, and then one item may be the reason, which must not hold the others: half of the request goes
 * on, and the other half with the next.
 */
async function withoutAnswer(
  work: SendWork,
  write: Write,
  { request, levels }: { readonly request: FrozenRequest; readonly levels: ReadonlyMap<string, ItemLevel> },
): Promise<Step | null> {
  const { db, world } = work
  const now = world.clock.now()
  if (write.last_sent_at === null || !isStuck(write, now)) return null
  if (!isDue(write.last_sent_at + COOLED_MS, now, COOLED_MS)) return null
  if (write.problem?.includes('IDEMPOTENCY_CONCURRENT_REQUEST') === true) return null // it may still be carried out
  const verdict = decideByLevel(request.changes, levels, sendsBy(work, write, request))
  if (verdict === 'applied') {
    noteApplied(work, write, null)
    await transaction(db, tx =>
      confirm(tx, write, request, { proof: { by: 'read-back', levels: [...levels] }, levels }, now),
    )
    return 'done'
  }
  if (verdict === 'unclear' || !(await maySplit(db, write, request))) return null
  noteNotApplied(work, write)
  await transaction(db, tx => halve(tx, write, request, randomId(world.random, 'tb'), now))
  return 'again'
}

function sendsBy({ client }: SendWork, write: Write, request: FrozenRequest): Sends {
  return sendsOf(write, request, client.clockAheadMs())
}

function isStuck({ planned_at }: Write, now: number): boolean {
  return isDue(planned_at + STUCK_MS, now, STUCK_MS)
}

/** When very many parts of a place's requests are stuck, the fault is not an item's. */
async function maySplit(db: Db, { store }: Write, { location, changes }: FrozenRequest): Promise<boolean> {
  return changes.length > 1 && (await openAt(db, { store, location })).length < MOST_OPEN
}

/** The proof of a change is its moment, so the moment of its request is kept as it was. */
async function sentWhen(
  { db }: SendWork,
  write: Write,
  leftAt: number | null,
  resent: boolean,
): Promise<Write> {
  if (leftAt === null || leftAt === write.last_sent_at) return write
  const sent = { at: leftAt, isFirst: !resent }
  return (await transaction(db, tx => noteSentAt(tx, write.id, sent))) ?? write
}

const leaving: Leaving = {
  isWithdrawn: async (tx, write, now) =>
    (await withdrawHistory(tx, write, now)) || (await withdrawMoved(tx, write, now)),
  movements: carriedBy,
}

async function carriedBy(tx: Tx, write: number): Promise<SentMovement[]> {
  const lost = await lostPostingsOfWrite(tx, write)
  return [
    ...(await movementsOfWrite(tx, write)),
    ...lost.map(({ name, sku, warehouse, quantity }) => ({ name, sku, warehouse, quantity })),
  ]
}

const RecordedEnd = z.object({ by: z.literal('record'), group: z.string() })

/**
 * A write of a lost hub whose answer was noted: Shopify's own record of the change must say the same.
 * @returns whether that ends it
 */
async function isRecorded(work: SendWork, write: Write, answer: string): Promise<boolean> {
  const { db, client, world } = work
  const end = RecordedEnd.safeParse(JSON.parse(answer))
  if (!end.success) return false
  const { node } = await client.read(adjustmentGroup, { id: end.data.group }, 'stock')
  if (node?.referenceDocumentUri !== write.subject) {
    await decide(work, write)
    return true
  }
  noteApplied(work, write, end.data.group)
  const request = parseRequest(write.request_json)
  await transaction(db, tx =>
    confirm(tx, write, request, { proof: end.data, levels: null }, world.clock.now()),
  )
  return true
}

async function noteOutcome(
  work: SendWork,
  write: Write,
  request: FrozenRequest,
  result: WriteResult<AdjustAnswer>,
  resent: boolean,
): Promise<Step> {
  const { db, world } = work
  const now = world.clock.now()
  switch (result.kind) {
    case 'answered': {
      const group = groupOf(result.data)
      if (group === null) return decide(work, write)
      noteApplied(work, write, group.id)
      const proof = proofOf(group.id, request.changes)
      const levels = levelsAfter(request.changes, group.createdAt)
      await transaction(db, tx => confirm(tx, write, request, { proof, levels }, now))
      return 'done'
    }
    case 'unknown':
      await postpone(work, write, result.problem, 'unanswered')
      return 'done'
    case 'refused':
    case 'denied':
    case 'not-sent':
      // This send was not carried out. If it was the first, the request has never been.
      if (!resent) noteNotApplied(work, write)
      await postpone(work, write, result.problem, resent ? 'refused' : 'first-send-failed')
      return 'done'
    case 'invalid':
      if (resent) return decide(work, write, 'refused')
      noteNotApplied(work, write)
      return isolate(work, write, request, { code: null, field: [], message: result.problem })
    case 'user-errors':
      return remedy(work, write, request, result.errors, resent)
  }
}

async function remedy(
  work: SendWork,
  write: Write,
  request: FrozenRequest,
  errors: Parameters<typeof remedyFor>[0],
  resent: boolean,
): Promise<Step> {
  const { db, world } = work
  const now = world.clock.now()
  const first = remedyFor(errors, request.changes)
  const found = write.attempts > STUCK_AFTER ? remedyForStuck(first, errors, request.changes) : first
  const problem = errors.map(error => `${error.code ?? ''} ${error.message}`.trim()).join(' ')
  const previousFailed = errors.some(error => error.code === 'IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED')
  if (found.kind === 'wait') {
    await postpone(work, write, problem, 'unanswered')
    return 'done'
  }
  if (found.kind === 'stop') {
    world.log.error({ write: write.id, problem }, 'one idempotency key was used for two requests')
    await transaction(db, tx => giveUp(tx, write, request, { problem, levels: new Map() }, now))
    return 'done'
  }
  // Only Shopify's own word that the former attempt failed says so; else the levels must tell.
  if (resent && !previousFailed) return decide(work, write, 'refused')
  noteNotApplied(work, write)
  switch (found.kind) {
    case 'stale': {
      if (write.attempts > STALE_DROPS) return readAndFreeze(work, write, request)
      const drop = { skus: found.skus, key: randomId(world.random, 'tb') }
      await transaction(db, tx => dropStale(tx, write, request, drop, now))
      return 'again'
    }
    case 'read-again':
      return readAndFreeze(work, write, request)
    case 'later':
      if (isStuck(write, now) && (await maySplit(db, write, request)))
        await transaction(db, tx => halve(tx, write, request, randomId(world.random, 'tb'), now))
      else await transaction(db, tx => underNewKey(tx, write, request, randomId(world.random, 'tb'), now))
      await postpone(work, write, problem)
      return 'done'
    case 'split': {
      const key = randomId(world.random, 'tb')
      const left = await transaction(db, tx =>
        dropBadChanges(tx, write, request, { bad: found.bad, key }, now),
      )
      return left === 0 ? 'done' : 'again'
    }
    case 'place':
      await transaction(db, tx => refusePlace(tx, write, request, problem, now))
      return 'done'
    case 'refused':
      return isolate(work, write, request, { code: null, field: [], message: problem })
  }
}

/**
 * A refusal that names no change: halves until one is left, and that one waits. When so many have been found that the
 * fault can't be theirs, the place waits as a whole.
 */
async function isolate(
  { db, world }: SendWork,
  write: Write,
  request: FrozenRequest,
  error: UserError,
): Promise<Step> {
  const now = world.clock.now()
  const key = randomId(world.random, 'tb')
  const [first, ...others] = request.changes
  if (first === undefined || (await refusedItems(db, write.store)) >= MOST_ISOLATED) {
    await transaction(db, tx => refuseWhole(tx, write, request, error.message, now))
    return 'done'
  }
  const bad = new Map([[first.sku, [error]]])
  await transaction(db, async tx => {
    if (others.length > 0) await halve(tx, write, request, key, now)
    else await dropBadChanges(tx, write, request, { bad, key }, now)
  })
  return others.length > 0 ? 'again' : 'done'
}

/** How many items of a store wait because Shopify refused them. */
async function refusedItems(db: Db, store: string): Promise<number> {
  const rows = await db
    .selectFrom('exception')
    .select('id')
    .where('kind', '=', 'stock-write-refused')
    .where('code', '=', 'stock-write-refused.item')
    .where('store', '=', store)
    .where('closed_at', 'is', null)
    .limit(MOST_ISOLATED)
    .execute()
  return rows.length
}

/**
 * Reads back what became of a request whose answer was lost, and goes on from there.
 * @param said `refused`: Shopify has refused the same request meanwhile, so levels that look as if it had been carried out may be
 *   what another app made of them
 */
async function decide(work: SendWork, write: Write, said: 'nothing' | 'refused' = 'nothing'): Promise<Step> {
  const { db, client, world } = work
  const request = parseRequest(write.request_json)
  const levels = await levelsOf(client, request)
  const now = world.clock.now()
  switch (decideByLevel(request.changes, levels, sendsBy(work, write, request))) {
    case 'applied':
      if (said === 'refused') return askPerson(work, write, request, levels)
      noteApplied(work, write, null)
      await transaction(db, tx =>
        confirm(tx, write, request, { proof: { by: 'read-back', levels: [...levels] }, levels }, now),
      )
      return 'done'
    case 'not-applied': {
      noteNotApplied(work, write)
      const key = randomId(world.random, 'tb')
      await transaction(db, tx => freezeAgain(tx, write, request, { levels, key }, now))
      return 'again'
    }
    case 'unclear':
      return askPerson(work, write, request, levels)
  }
}

async function askPerson(
  { db, world }: SendWork,
  write: Write,
  request: FrozenRequest,
  levels: ReadonlyMap<string, ItemLevel>,
): Promise<Step> {
  const problem = 'The answer was lost, and the levels do not tell whether the change was made.'
  await transaction(db, tx => giveUp(tx, write, request, { problem, levels }, world.clock.now()))
  return 'done'
}

async function readAndFreeze(
  { db, client, world }: SendWork,
  write: Write,
  request: FrozenRequest,
): Promise<Step> {
  const levels = await levelsOf(client, request)
  const key = randomId(world.random, 'tb')
  await transaction(db, tx => freezeAgain(tx, write, request, { levels, key }, world.clock.now()))
  return 'again'
}

function levelsOf(client: ShopifyClient, request: FrozenRequest) {
  const items = request.changes.map(change => change.item)
  return readItemLevels(client, request.location, items, 'stock')
}

async function postpone(
  work: SendWork,
  write: Write,
  problem: string,
  end: 'unanswered' | 'first-send-failed' | 'refused' = 'refused',
): Promise<void> {
  const coolMs = end === 'unanswered' && write.attempts >= UNANSWERED_SENDS ? COOLED_MS : 0
  await sendLater(work, write, { problem, firstSendFailed: end === 'first-send-failed', coolMs })
}
