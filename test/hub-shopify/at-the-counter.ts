import { transaction } from '../../hub/db/db.ts'
import { applyReturnMade } from '../../hub/returns/return-made.ts'
import { applyReturnUndone } from '../../hub/returns/return-undone.ts'
import { readStoreReturn } from '../../hub/returns/store-return.ts'
import { runReturnWrites } from '../../hub/shopify/returns/return-worker.ts'
import { ReturnMade, ReturnUndone } from '../../shared/events.ts'
import { TOLD_AFTER_MS } from '../../shared/pickup-moves.ts'
import { type ShopAndHub, tills } from './shop-and-hub.ts'

const MINUTE = 60_000
let drawn = 0

/** A key that no other return of a test has. */
export function newReturnId(): string {
  drawn += 1
  return `ret_${String(drawn).padStart(16, '0')}`
}

interface TakenBack {
  readonly orderId: string | null
  readonly orderName?: string
  readonly pickup?: string
  readonly lines: readonly {
    readonly line: string
    readonly units: number
    readonly condition?: 'sellable' | 'damaged'
  }[]
  readonly returnId?: string
  /** When it was recorded; left out: so long ago that it can't be undone any more. */
  readonly agoMs?: number
}

/** What staff recorded, as the till's event. */
export function returnEvent(hub: ShopAndHub, taken: TakenBack): ReturnMade {
  return ReturnMade.parse({
    kind: 'return.made',
    at: hub.world.clock.now() - (taken.agoMs ?? TOLD_AFTER_MS),
    returnId: taken.returnId ?? newReturnId(),
    orderId: taken.orderId,
    orderName: taken.orderName ?? '#1',
    pickup: taken.pickup ?? null,
    lines: taken.lines.map(({ line: orderLine, units, condition = 'sellable' }) => ({
      orderLine,
      title: 'Mug',
      variantTitle: null,
      sku: 'MUG-BLU',
      barcode: null,
      units,
      condition,
      reason: 'unwanted',
    })),
    staff: 'Maya',
    till: 'Till 1',
  })
}

/** Staff of a till take something back; the hub hears of it at once. @returns the return's key */
export async function takeBack(
  hub: ShopAndHub,
  taken: TakenBack,
  by: { readonly device: string; readonly store: string } = tills[0],
): Promise<string> {
  const event = returnEvent(hub, taken)
  const at = { store: by.store, device: by.device, now: hub.world.clock.now() }
  await transaction(hub.db, tx => applyReturnMade(tx, at, event))
  return event.returnId
}

/** Staff undo it; the hub hears of it at once. */
export async function undoReturn(
  hub: ShopAndHub,
  returnId: string,
  by: { readonly device: string; readonly store: string } = tills[0],
): Promise<void> {
  const { device, store } = by
  const now = hub.world.clock.now()
  const event = ReturnUndone.parse({
    ...{ kind: 'return.undone', at: now, returnId, staff: 'Maya', till: 'Till 1' },
  })
  await transaction(hub.db, tx => applyReturnUndone(tx, { device, store, now }, event))
}

/** One run of the worker that carries returns out. */
export async function sendReturns(hub: ShopAndHub): Promise<void> {
  const { db, client, world, signals } = hub
  await runReturnWrites({ db, client, world, signals })
}

/** Runs it until every return is carried out or refused, moving time over back-offs. */
export async function sendAllReturns(hub: ShopAndHub): Promise<void> {
  for (let run = 0; run < 40; run += 1) {
    await sendReturns(hub)
    const open = await hub.db
      .selectFrom('shopify_write')
      .select('due_at')
      .where('settled_at', 'is', null)
      .where('kind', '=', 'return')
      .orderBy('due_at')
      .executeTakeFirst()
    if (open === undefined) return
    hub.advance(Math.max(MINUTE, open.due_at - hub.world.clock.now()))
  }
  throw new Error('the returns never settle')
}

/** How far a return is, in short. */
export async function standingOf(hub: ShopAndHub, id: string) {
  const one = await readStoreReturn(hub.db, id)
  return one === null
    ? null
    : { state: one.row.state, refunded: one.outcome.refunded?.minor ?? null, problem: one.outcome.problem }
}
