import { isDue } from '../../../shared/back-off.ts'
import type { World } from '../../../shared/world.ts'
import { type Tx, transaction } from '../../db/db.ts'
import { confirmWrite, giveUpWrite, openWrite, refuseWrite, type Write } from '../../outbox/writes.ts'
import { applyMoves, doubtMoves, followSafety, type HoldPlace } from '../../stock/hold-back.ts'
import { forgetRefusals, noteRefusals } from '../../stock/hold-refusals.ts'
import { keepKnownLevels, knownLevels } from '../../stock/known-levels.ts'
import { shiftSeenAvailable } from '../../stock/seen-levels.ts'
import type { UserError } from '../api/client.ts'
import {
  type HoldRequest,
  moveQuantities,
  parseHold,
  readSafetyLevels,
  type SafetyLevel,
} from './hold-request.ts'
import {
  isKeyOld,
  type Leaving,
  letLeave,
  noteApplied,
  noteNotApplied,
  RETRY,
  type SendWork,
  sendLater,
} from './request-life.ts'

/** What became of a request for now. */
export interface HoldEnd {
  readonly is: 'made' | 'not-made' | 'later'
  /** Items of which Shopify says that their units can't be moved; that is noted. */
  readonly bad: ReadonlySet<string>
  /** Why Shopify refuses a request of several items, where it does not say which one it refuses. */
  readonly problem: string | null
}

const ended = (is: HoldEnd['is']): HoldEnd => ({ is, bad: new Set(), problem: null })

/**
 * Carries one request to its end, or to a later `due_at`. May be killed at any point: what became of a send without an answer is told by
 * Shopify's safety stock, which only such a request changes as it says. Throws as `ShopifyClient.read` does.
 */
export async function sendHold(work: SendWork, id: number): Promise<HoldEnd> {
  const { db, client, world } = work
  const before = await openWrite(db, id)
  if (before === null) return ended('not-made')
  const resent = before.first_sent_at !== null
  if (before.first_sent_at !== null && isKeyOld(before.first_sent_at, world.clock.now()))
    return decide(work, before)
  const write = await letLeave(work, id, leaving)
  if (write === null) return ended('not-made')
  const request = parseHold(write.request_json)
  const result = await client.write(moveQuantities, request.variables, 'stock')
  switch (result.kind) {
    case 'answered': {
      const group = result.data.inventoryMoveQuantities.inventoryAdjustmentGroup
      if (group === null) return decide(work, write)
      noteApplied(work, write, group.id)
      await transaction(db, tx => made(tx, write, request, { by: 'answer', group: group.id }, world))
      return ended('made')
    }
    case 'unknown':
      return later(work, write, result.problem, false)
    case 'refused':
    case 'denied':
    case 'not-sent':
      return later(work, write, result.problem, !resent)
    case 'invalid':
      return resent
        ? decide(work, write)
        : end(work, write, { problem: result.problem, named: new Map(), passes: false })
    case 'user-errors':
      return refused(work, write, result.errors, resent)
  }
}

/** What is held back moves nothing in the ledger. */
const leaving: Leaving = { isWithdrawn: async () => false, movements: async () => [] }

/** Says nothing about the items: their levels have changed meanwhile, or the key is used up. */
const PASSING: ReadonlySet<string> = new Set([
  'CHANGE_FROM_QUANTITY_STALE',
  'IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED',
])

/** A refused request is not sent again: the next round reads the levels and plans what is right then. */
async function refused(
  work: SendWork,
  write: Write,
  errors: readonly UserError[],
  resent: boolean,
): Promise<HoldEnd> {
  const problem = errors.map(({ code, message }) => `${code ?? ''} ${message}`.trim()).join(' ')
  const codes = new Set(errors.map(({ code }) => code))
  if (codes.has('IDEMPOTENCY_CONCURRENT_REQUEST')) return later(work, write, problem, false)
  if (resent && !codes.has('IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED')) return decide(work, write)
  const request = parseHold(write.request_json)
  const passes = errors.every(({ code }) => code !== null && PASSING.has(code))
  return end(work, write, { problem, named: namedItems(errors, request), passes })
}

/** What Shopify says of single items. */
function namedItems(errors: readonly UserError[], { changes }: HoldRequest): ReadonlyMap<string, string> {
  return new Map(
    errors.flatMap(({ code, field, message }) => {
      const index = field.indexOf('changes')
      const named = index === -1 ? undefined : changes[Number(field[index + 1] ?? 'none')]
      if (named === undefined || (code !== null && PASSING.has(code))) return []
      return [[named.item, `${code ?? ''} ${message}`.trim()] as const]
    }),
  )
}

interface Refusal {
  readonly problem: string
  readonly named: ReadonlyMap<string, string>
  /** The levels or the key were old: nothing is wrong with the items. */
  readonly passes: boolean
}

async function end(work: SendWork, write: Write, { problem, named, passes }: Refusal): Promise<HoldEnd> {
  const { db, world } = work
  noteNotApplied(work, write)
  const request = parseHold(write.request_json)
  const [first, ...others] = request.changes
  const isAlone = first !== undefined && others.length === 0 && !passes
  const bad = isAlone && named.size === 0 ? new Map([[first.item, problem]]) : named
  const now = world.clock.now()
  await transaction(db, async tx => {
    if ((await refuseWrite(tx, write.id, { problem, now })) === null) return
    await noteRefusals(tx, placeOf(write, request), bad, now)
  })
  return {
    is: 'not-made',
    bad: new Set(bad.keys()),
    problem: passes || bad.size > 0 ? null : problem,
  }
}

async function later(
  work: SendWork,
  write: Write,
  problem: string,
  firstSendFailed: boolean,
): Promise<HoldEnd> {
  await sendLater(work, write, { problem, firstSendFailed })
  return ended('later')
}

const placeOf = ({ store }: Pick<Write, 'store'>, { location }: HoldRequest): HoldPlace => ({
  store,
  location,
})

async function made(
  tx: Tx,
  write: Write,
  request: HoldRequest,
  proof: object,
  { clock }: Pick<World, 'clock'>,
): Promise<void> {
  const now = clock.now()
  const { location, changes, silentSince } = request
  const place = placeOf(write, request)
  if ((await confirmWrite(tx, write.id, { proof, trace: { location, changes }, now })) === null) return
  await applyMoves(tx, place, changes, { silentSince, now })
  await forgetRefusals(
    tx,
    place,
    changes.map(({ item }) => item),
  )
  await shiftKnown(tx, place, request)
}

/** What the next change of stock is compared with, and what a webhook will say. */
async function shiftKnown(tx: Tx, place: HoldPlace, { changes }: HoldRequest): Promise<void> {
  const deltas = changes.map(({ item, units }) => ({ item, delta: -units }))
  const known = await knownLevels(
    tx,
    place.location,
    deltas.map(({ item }) => item),
  )
  const shifted = deltas.flatMap(({ item, delta }) => {
    const level = known.get(item)
    return level === undefined ? [] : [[item, { ...level, available: level.available + delta }] as const]
  })
  await keepKnownLevels(tx, place.location, new Map(shifted))
  await shiftSeenAvailable(tx, place, deltas)
}

/** Told by one item alone: a request is made whole or not at all. */
function verdictOf(
  { changes }: HoldRequest,
  levels: ReadonlyMap<string, SafetyLevel>,
): 'made' | 'not-made' | 'unclear' {
  const told = new Set<'made' | 'not-made'>()
  for (const { item, units, safety } of changes) {
    const now = levels.get(item)?.safety
    if (now === safety + units) told.add('made')
    if (now === safety) told.add('not-made')
  }
  const [only] = told
  return told.size === 1 && only !== undefined ? only : 'unclear'
}

/** Reads back what became of a request whose answer was lost. What the levels do not tell is counted as little as it can be, and named. */
async function decide(work: SendWork, write: Write): Promise<HoldEnd> {
  const { db, client, world } = work
  const request = parseHold(write.request_json)
  const { changes, location, silentSince } = request
  const { levels, failing } = await readSafetyLevels(
    client,
    location,
    changes.map(({ item }) => item),
  )
  const now = world.clock.now()
  const place = placeOf(write, request)
  const verdict = verdictOf(request, levels)
  if (verdict === 'unclear' && failing.size > 0)
    return later(work, write, 'Shopify fails on the items whose safety stock tells what became of it.', false)
  if (verdict === 'made') noteApplied(work, write, null)
  if (verdict === 'not-made') noteNotApplied(work, write)
  await transaction(db, async tx => {
    if (verdict === 'made') {
      await made(tx, write, request, { by: 'read-back' }, world)
      return followSafety(tx, place, levels)
    }
    if (verdict === 'not-made') {
      await refuseWrite(tx, write.id, { problem: 'Shopify’s safety stock is as it was.', now })
      return followSafety(tx, place, levels)
    }
    const problem =
      'The answer was lost, and Shopify’s safety stock does not tell whether the units were moved.'
    if ((await giveUpWrite(tx, write.id, { problem, now })) === null) return
    await doubtMoves(tx, place, changes, levels, { silentSince, now })
  })
  return ended(verdict === 'made' ? 'made' : 'not-made')
}

/** Requests that were left from before and may go now, oldest first. */
export function isHoldDue({ due_at }: Write, now: number): boolean {
  return isDue(due_at, now, RETRY.longestMs)
}
