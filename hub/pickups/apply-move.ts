import type { PickupMoved } from '../../shared/events.ts'
import { isEnded, type PickupMove, type PickupState, stateAfter } from '../../shared/pickup-moves.ts'
import { closeException, openException } from '../checks/exceptions.ts'
import type { Tx } from '../db/db.ts'
import { handOverUnits } from './allocation.ts'
import { knewOfCancel } from './cancel-known.ts'
import { changePickup, type Pickup, readPickup } from './pickup-row.ts'
import { planPickupWrite } from './write-plan.ts'

/** Where a move was made: the device is bound to its store, whatever the event says. `now`: hub clock, ms. */
export interface MoveOrigin {
  readonly store: string
  readonly device: string
  readonly epoch: number
  readonly seq: number
  readonly now: number
}

/** What a move leads to: the hints to send for its store after the commit. */
type Follows = readonly ('commands' | 'pickup-writes' | 'stock')[]

/**
 * Applies one staff move in the ingest's transaction. The table in shared/pickup-moves.ts decides, in hub order: a legal
 * move changes the pickup, plans what Shopify must hear, and goes to every device of the store; an illegal one changes
 * nothing but the notice that says why in plain words. Never throws for what a till sent.
 */
export async function applyPickupMoved(tx: Tx, at: MoveOrigin, event: PickupMoved): Promise<Follows> {
  const pickup = await readPickup(tx, event.pickup)
  if (pickup === null) {
    await nameUnknown(tx, at, event)
    return []
  }
  if (pickup.row.store !== at.store) {
    await nameForeign(tx, at, event, pickup)
    return []
  }
  const next = stateAfter(pickup.body.state, event.move)
  if (next !== null) return makeMove(tx, at, event, pickup, next)
  if (pickup.body.state === 'cancelled' && event.move === 'collect') {
    if (!(await knewOfCancel(tx, at.device, pickup.row.pickup)))
      return standAsCollected(tx, at, event, pickup)
  }
  await refuseMove(tx, at, event, pickup)
  return ['commands']
}

async function makeMove(
  tx: Tx,
  at: MoveOrigin,
  event: PickupMoved,
  pickup: Pickup,
  state: PickupState,
): Promise<Follows> {
  const tells = event.move === 'finish' ? 'ready' : event.move === 'collect' ? 'collected' : null
  const reason = event.reason === null || event.reason.trim() === '' ? 'no reason given' : event.reason.trim()
  const notice =
    event.move === 'refuse' || event.move === 'miss'
      ? `${event.move === 'refuse' ? 'Refused' : 'Not all there'}, says ${event.staff}: ${reason}.`
      : null
  const body = { state, movedBy: event.staff, movedAt: event.at, notice }
  const shopify = tells === null ? pickup.body.shopify : 'sending'
  const moved = await changePickup(tx, pickup, { body: { ...body, shopify } }, at.now)
  if (tells !== null) await planPickupWrite(tx, tells, moved, at.now)
  await nameForOffice(tx, at, event, pickup, reason)
  return tells === null ? ['commands'] : ['commands', 'pickup-writes']
}

/** What the people online must act on: the customer has paid and will not get all of it here. */
async function nameForOffice(
  tx: Tx,
  at: MoveOrigin,
  event: PickupMoved,
  { row }: Pickup,
  reason: string,
): Promise<void> {
  if (event.move === 'finish' || event.move === 'refuse')
    await closeException(tx, 'pickup-short', row.pickup, at.now)
  if (event.move !== 'refuse' && event.move !== 'miss') return
  const refused = event.move === 'refuse'
  const sentence = refused
    ? `${at.store} refused pickup ${row.order_name} (${event.staff}: ${reason}). Move the order to another location in Shopify, or cancel and refund it; the customer has not been told.`
    : `${at.store} does not have everything for pickup ${row.order_name} (${event.staff}: ${reason}). Agree with the store whether it goes out in part, or move or cancel it in Shopify.`
  await openException(
    tx,
    {
      kind: refused ? 'pickup-refused' : 'pickup-short',
      subject: row.pickup,
      store: at.store,
      sentence,
      evidence: evidenceOf(at, event),
    },
    at.now,
  )
}

async function refuseMove(tx: Tx, at: MoveOrigin, event: PickupMoved, pickup: Pickup): Promise<void> {
  const zone = await zoneOf(tx, at.store)
  const notice = whyRefused(pickup, event.move, zone)
  await changePickup(tx, pickup, { body: { notice } }, at.now)
  // Work done twice needs nobody; goods handed over against the hub's word do.
  if (event.move !== 'collect' && !(isEnded(pickup.body.state) && event.move === 'finish')) return
  const sentence =
    event.move === 'collect'
      ? `${event.staff} handed over pickup ${pickup.row.order_name} at ${event.till}, but: ${notice} If goods left the store twice or without being due, count them and tell head office.`
      : `${event.staff} finished pickup ${pickup.row.order_name} at ${event.till}, but: ${notice} Put the goods back.`
  const subject = `${pickup.row.pickup}/${event.move}`
  const evidence = evidenceOf(at, event)
  await openException(
    tx,
    { kind: 'pickup-move-refused', subject, store: at.store, sentence, evidence },
    at.now,
  )
}

/** The till could not know of the cancellation: the goods are gone, and that is what counts. */
async function standAsCollected(
  tx: Tx,
  at: MoveOrigin,
  event: PickupMoved,
  pickup: Pickup,
): Promise<Follows> {
  // Shopify has put the units back on its shelf; our ledger, and by it Shopify, must take them off.
  const lines = await handOverUnits(tx, pickup, 'us', at.now)
  const body = {
    state: 'collected' as const,
    movedBy: event.staff,
    movedAt: event.at,
    shopify: 'nothing-due' as const,
    notice:
      'The order had been cancelled before this hand-over reached the hub. It is recorded; head office decides about the money.',
  }
  await changePickup(tx, pickup, { body, lines }, at.now)
  await nameCancelledButCollected(tx, pickup, { ...evidenceOf(at, event) }, at.now)
  return ['commands', 'stock']
}

/** Opens `cancelled-but-collected`: paid back, and the goods are with the customer. */
export async function nameCancelledButCollected(
  tx: Tx,
  { row, body }: Pickup,
  evidence: Readonly<Record<string, unknown>>,
  now: number,
): Promise<void> {
  const items = body.lines.map(line => `${line.units} × ${line.title}`).join(', ')
  const sentence = `Order ${row.order_name} was cancelled, but ${row.store} has handed it over (${items}). Ask the customer to pay or to bring it back; the stock is corrected by itself.`
  const subject = row.pickup
  await openException(
    tx,
    { kind: 'cancelled-but-collected', subject, store: row.store, sentence, evidence },
    now,
  )
}

async function nameUnknown(tx: Tx, at: MoveOrigin, event: PickupMoved): Promise<void> {
  const sentence = `A till of ${at.store} moved a pickup that the hub does not have (${event.move} by ${event.staff}, ${event.pickup}). Look for the order in Shopify; if goods were handed over, fulfil it there.`
  const subject = `${event.pickup}/${event.move}`
  const evidence = evidenceOf(at, event)
  await openException(
    tx,
    { kind: 'pickup-move-refused', subject, store: at.store, sentence, evidence },
    at.now,
  )
}

/** Moved to another store, or forged: a device moves its own store's pickups only. */
async function nameForeign(tx: Tx, at: MoveOrigin, event: PickupMoved, { row }: Pickup): Promise<void> {
  const sentence = `${event.staff} at ${at.store} made "${event.move}" on pickup ${row.order_name}, which is at ${row.store} now. It was not applied; if ${at.store} handed goods over, tell ${row.store} and head office.`
  const subject = `${row.pickup}/${event.move}/${at.store}`
  const evidence = evidenceOf(at, event)
  await openException(
    tx,
    { kind: 'pickup-move-refused', subject, store: at.store, sentence, evidence },
    at.now,
  )
}

function evidenceOf({ device, epoch, seq }: MoveOrigin, event: PickupMoved) {
  return { device, epoch, seq, event }
}

const alreadyWords: Readonly<Record<PickupState, string>> = {
  received: 'Not started yet',
  accepted: 'Already accepted',
  picking: 'Already being picked',
  short: 'Already marked as not all there',
  ready: 'Already ready',
  collected: 'Already handed over',
  refused: 'Already refused',
  expired: 'Not collected in time and closed',
  cancelled: 'Cancelled',
}

/** "Already handed over by Maya at 14:02." The time is the store's, from the till that made that move. */
function whyRefused({ body }: Pickup, move: PickupMove, zone: string): string {
  const { state, movedBy, movedAt } = body
  const by = movedBy === null ? '' : ` by ${movedBy}`
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: zone })
  const when = movedAt === null ? '' : ` at ${time.format(movedAt)}`
  const instead =
    !isEnded(state) && move === 'collect' && state !== 'ready' ? ' It is not marked ready yet.' : ''
  return `${alreadyWords[state]}${by}${when}.${instead}`.slice(0, 1_000)
}

async function zoneOf(tx: Tx, store: string): Promise<string> {
  const row = await tx.selectFrom('store').select('zone').where('code', '=', store).executeTakeFirst()
  return row?.zone ?? 'UTC'
}
