import { z } from 'zod'
import type { PickupMoved } from '../../shared/events.ts'
import { epochMs } from '../../shared/ids.ts'
import { MissingUnits } from '../../shared/pickup-lines.ts'
import { knownNotice } from '../../shared/pickup-notices.ts'
import { closeException } from '../checks/exceptions.ts'
import type { Tx } from '../db/db.ts'
import { sendToDevice } from '../streams/command-log.ts'
import { takeBackTold } from './allocation.ts'
import { askExpired } from './ask-expired.ts'
import { decideNotCollected } from './expire.ts'
import { handOverOf } from './hand-over.ts'
import { someMissing, withCounts } from './line-counts.ts'
import type { MoveOrigin } from './move-log.ts'
import { nameMissing } from './name-missing.ts'
import { Asked, askedAbout, askNotCollected } from './not-collected-question.ts'
import { changePickup, type LedgerLines, type Pickup, PickupBody, readPickup } from './pickup-row.ts'
import { remindersSince } from './reminders.ts'
import { unitsRungUp } from './rung-up.ts'
import { closeShortWhenFound } from './short.ts'
import { shownLines, shownTexts } from './shown-lines.ts'
import { isStillOpen, takeBackAfterMove } from './undo-after-move.ts'
import { hasOpenWrite, isVersionHeard, planPickupWrite, unplanPickupWrites } from './write-plan.ts'

/** What a step changes of a pickup. */
const Before = z.object({
  body: PickupBody.pick({
    state: true,
    movedBy: true,
    movedAt: true,
    notice: true,
    shopify: true,
    keptAt: true,
    handedTo: true,
  }),
  /** What head office was asked about it; left out: nothing, or an older version did not note it. */
  asked: Asked.optional(),
  /** What the step took off stock at once, as it is not in the order; and whether head office had been asked about such goods before. */
  told: z
    .object({ units: z.array(z.object({ line: z.string(), quantity: z.int() })), wasAsked: z.boolean() })
    .optional(),
  lines: z.array(
    z.object({
      id: z.string(),
      /** Where the step changed it. */
      quantity: z.int().optional(),
      packed: z.int().optional(),
      missing: MissingUnits.optional(),
      handed: z.int().optional(),
      /** What the step added to what has left beyond the order; older versions did not note it. */
      wentBeyond: z.int().optional(),
    }),
  ),
})
type Before = z.infer<typeof Before>

/** Keeps what a step changed, so that staff can take it back. */
export async function keepBefore(
  tx: Tx,
  event: PickupMoved,
  before: Pickup,
  after: Pickup,
  told?: Before['told'],
): Promise<void> {
  const { state, movedBy, movedAt, notice, shopify, keptAt = null, handedTo = null } = before.body
  const now = new Map(after.lines.lines.map(line => [line.id, line]))
  const lines = before.lines.lines.map(({ id, quantity, packed, missing, handed, beyond = 0 }) => {
    const wentBeyond = (now.get(id)?.beyond ?? 0) - beyond
    const changed = now.get(id)?.quantity === quantity ? {} : { quantity }
    return { id, packed, missing, handed, ...changed, ...(wentBeyond > 0 ? { wentBeyond } : {}) }
  })
  const asked = await askedAbout(tx, before)
  const kept: Before = {
    body: { state, movedBy, movedAt, notice, shopify, keptAt, handedTo },
    ...(asked === null || asked === 'asked' ? {} : { asked }),
    ...(told === undefined ? {} : { told }),
    lines,
  }
  await tx
    .updateTable('pickup_move')
    .set({ before_json: JSON.stringify(kept), after_version: after.row.version })
    .where('pickup', '=', event.pickup)
    .where('move', '=', event.move)
    .where('made_at', '=', event.at)
    .where('till', '=', event.till)
    .where('staff', '=', event.staff)
    .execute()
}

type Undoes = NonNullable<PickupMoved['undoes']>

/**
 * Takes a step back exactly, as long as Shopify has not heard of it and nothing has happened since. Else the pickup stays as it is, and
 * the till learns why. @returns whether something was taken back
 */
export async function undoMove(
  tx: Tx,
  at: MoveOrigin,
  event: PickupMoved & { readonly undoes: Undoes },
  pickup: Pickup,
): Promise<boolean> {
  const { undoes } = event
  const kept = await readBefore(tx, event.pickup, undoes)
  const isLast = pickup.body.movedBy === undoes.staff && pickup.body.movedAt === undoes.at
  if (kept === null || !isLast) {
    // it had no effect, or something else has happened since: the till is told how it is
    await sendToDevice(tx, at.device, pickup.body)
    return false
  }
  const others = await othersOfStep(tx, at, undoes, pickup)
  if (others === null || !(await mayUndo(tx, undoes, { ...kept, pickup }))) {
    const notice = { code: 'undo-too-late', move: undoes.move, staff: event.staff } as const
    await changePickup(tx, pickup, { body: { notice } }, at.now)
    return false
  }
  await undoParts(tx, at, event, [{ ...kept, pickup }, ...others])
  return true
}

/**
 * Takes a hand-over back that was told after its order had been moved to another store, with what other pickups of the order had of it.
 * @returns null when that hand-over had no effect; else whether it was taken back: if not, the till learns that it is too late
 */
export async function undoAfterMove(
  tx: Tx,
  at: MoveOrigin,
  event: PickupMoved & { readonly undoes: Undoes },
  pickup: Pickup,
): Promise<boolean | null> {
  const { undoes } = event
  const kept = await readBefore(tx, event.pickup, undoes)
  if (kept === null) return null
  const others = await othersOfStep(tx, at, undoes, pickup)
  if (others === null || !(await isStillOpen(tx, at, undoes, pickup))) {
    const notice = { code: 'undo-too-late', move: undoes.move, staff: event.staff } as const
    const signed = { state: 'collected' as const, movedBy: undoes.staff, movedAt: undoes.at }
    const version = pickup.row.version + 1
    await sendToDevice(tx, at.device, { ...pickup.body, ...signed, version, notice, at: epochMs(at.now) })
    return false
  }
  await undoParts(tx, at, event, [{ ...kept, pickup }, ...others])
  return true
}

type Kept = NonNullable<Awaited<ReturnType<typeof readBefore>>>
type UndonePart = Kept & { readonly pickup: Pickup }

/** Whether Shopify has not heard of a step of a pickup of the store, and no receipt has its goods. */
async function mayUndo(tx: Tx, undoes: Undoes, { before, version, pickup }: UndonePart): Promise<boolean> {
  if (undoes.move === 'collect' && (await isRungUpSince(tx, before, pickup))) return false
  return !(await isVersionHeard(tx, pickup.row.pickup, version))
}

/** The other pickups of the order of which the same step handed goods over. Null: what became of one can't be taken back any more. */
async function othersOfStep(
  tx: Tx,
  at: MoveOrigin,
  undoes: Undoes,
  { row }: Pickup,
): Promise<readonly UndonePart[] | null> {
  const parts: UndonePart[] = []
  const rows = await tx
    .selectFrom('pickup_move as m')
    .innerJoin('pickup as p', 'p.pickup', 'm.pickup')
    .select('p.pickup')
    .where('p.order_id', '=', row.order_id)
    .where('p.pickup', '<>', row.pickup)
    .where('m.move', '=', undoes.move)
    .where('m.made_at', '=', undoes.at)
    .where('m.till', '=', undoes.till)
    .where('m.staff', '=', undoes.staff)
    .where('m.store', '=', at.store)
    .where('m.before_json', 'is not', null)
    .orderBy('p.pickup')
    .execute()
  for (const { pickup: id } of rows) {
    const [pickup, kept] = [await readPickup(tx, id), await readBefore(tx, id, undoes)]
    if (pickup === null || kept === null) continue
    const part = { ...kept, pickup }
    const isLast = pickup.body.movedBy === undoes.staff && pickup.body.movedAt === undoes.at
    const isOpen =
      pickup.row.store === at.store
        ? isLast && (await mayUndo(tx, undoes, part))
        : await isStillOpen(tx, at, undoes, pickup)
    if (!isOpen) return null
    parts.push(part)
  }
  return parts
}

async function undoParts(
  tx: Tx,
  at: MoveOrigin,
  event: PickupMoved & { readonly undoes: Undoes },
  parts: readonly UndonePart[],
): Promise<void> {
  for (const { pickup, before, version } of parts) {
    const id = pickup.row.pickup
    await forgetBefore(tx, id, event.undoes)
    if (pickup.row.store !== at.store) {
      await takeBackAfterMove(tx, at, event, { pickup, notice: before.body.notice })
      continue
    }
    await unplanPickupWrites(tx, id, version, at.now)
    await restore(tx, at, { event, before, pickup })
  }
}

/** A POS has rung up goods that a hand-over gave out: they have left. */
async function isRungUpSince(tx: Tx, before: Before, { row, lines }: Pickup): Promise<boolean> {
  const rungUp = await unitsRungUp(tx, row)
  const was = new Map(before.lines.map(({ id, handed = 0 }) => [id, handed]))
  return lines.lines.some(({ id, fulfilled }) => (rungUp.get(id) ?? 0) > fulfilled + (was.get(id) ?? 0))
}

async function readBefore(tx: Tx, pickup: string, { move, at, till, staff }: Undoes) {
  const row = await tx
    .selectFrom('pickup_move')
    .select(['before_json', 'after_version'])
    .where('pickup', '=', pickup)
    .where('move', '=', move)
    .where('made_at', '=', at)
    .where('till', '=', till)
    .where('staff', '=', staff)
    .executeTakeFirst()
  if (row === undefined || row.before_json === null || row.after_version === null) return null
  return { before: Before.parse(JSON.parse(row.before_json)), version: row.after_version }
}

async function forgetBefore(tx: Tx, pickup: string, { move, at, till, staff }: Undoes): Promise<void> {
  await tx
    .updateTable('pickup_move')
    .set({ before_json: null })
    .where('pickup', '=', pickup)
    .where('move', '=', move)
    .where('made_at', '=', at)
    .where('till', '=', till)
    .where('staff', '=', staff)
    .execute()
}

interface Restoring {
  readonly event: PickupMoved & { readonly undoes: Undoes }
  readonly before: Before
  readonly pickup: Pickup
}

async function restore(tx: Tx, at: MoveOrigin, { event, before, pickup }: Restoring): Promise<void> {
  const { row } = pickup
  const lines = restoredLines(pickup.lines.lines, before)
  const { state, shopify, movedAt } = before.body
  const lists = shownLines(shownTexts(pickup.body), lines, state)
  const reopened = { code: 'reopened', staff: event.staff, reason: event.reason } as const
  const notice = event.move === 'reopen' ? { notice: reopened } : {}
  const isReady = state === 'ready' && movedAt !== null
  const reminders = isReady ? { reminders: await remindersSince(tx, pickup, movedAt) } : {}
  const body = { ...before.body, ...reminders, ...lists, ...notice }
  const { ready, ...rest } = pickup.lines
  // what was not ready, is not ready since it was reopened
  const ledger = event.undoes.move === 'finish' || ready === undefined ? rest : { ...rest, ready }
  const restored = await changePickup(tx, pickup, { body, lines: { ...ledger, lines } }, at.now)
  if (before.told !== undefined) {
    await takeBackTold(tx, pickup, before.told.units, await handOverOf(tx, at, event), at.now)
    if (!before.told.wasAsked) await closeException(tx, 'cancelled-but-collected', row.pickup, at.now)
  }
  await closeException(tx, 'pickup-refused', row.pickup, at.now)
  if (event.undoes.move === 'collect') await closeException(tx, 'handed-over-unpaid', row.order_id, at.now)
  await closeShortWhenFound(tx, row.order_id, at.now)
  if (state === 'short' && before.body.movedBy !== null)
    await nameMissing(tx, at, restored, {
      staff: before.body.movedBy,
      reason: reasonIn(before),
      evidence: {},
    })
  const isAskedStill = (await askedAbout(tx, restored)) !== null
  // the step has ended a question that head office may be dealing with
  if (before.asked !== undefined && !isAskedStill) await askAgain(tx, restored, before.asked, at.now)
  else if (state === 'expired') await decideNotCollected(tx, restored, at.now)
  // its "ready" may have been left out while it counted as handed over
  const isUntold = state === 'ready' && shopify === 'sending'
  if (isUntold && !(await hasOpenWrite(tx, row.pickup, ['ready', 'collected'])))
    await planPickupWrite(tx, 'ready', restored, { now: at.now, dueAt: at.now })
}

/** In the same words, of the goods that are due now. */
async function askAgain(tx: Tx, pickup: Pickup, asked: Asked, now: number): Promise<void> {
  const isOfExpired = asked.code !== 'pickup-not-collected.nothing-left' && pickup.body.state === 'expired'
  if (isOfExpired) await askExpired(tx, pickup, asked.problem ?? null, now)
  else await askNotCollected(tx, pickup, asked, now)
}

function reasonIn({ body: { notice } }: Before): string | null {
  const known = notice === null ? null : knownNotice(notice)
  return known?.code === 'items-missing' ? known.reason : null
}

/** The counts as they were, as far as the lines have units for them now. */
function restoredLines(lines: LedgerLines['lines'], before: Before): LedgerLines['lines'] {
  const of = new Map(before.lines.map(line => [line.id, line]))
  return lines.map(now => {
    const was = of.get(now.id)
    const line = { ...now, quantity: was?.quantity ?? now.quantity }
    const handed = Math.min(line.quantity, was?.handed ?? 0)
    const packed = Math.min(line.quantity - handed, was?.packed ?? 0)
    const missing = someMissing(was?.missing, line.quantity - handed - packed)
    const counted = withCounts(withoutBeyond(line, was?.wentBeyond ?? 0), { packed, missing, handed })
    // of a line that came since, nothing lies packed
    return was === undefined ? { ...counted, packed: 0 } : counted
  })
}

function withoutBeyond(
  { beyond = 0, ...line }: LedgerLines['lines'][number],
  units: number,
): LedgerLines['lines'][number] {
  return beyond > units ? { ...line, beyond: beyond - units } : line
}
