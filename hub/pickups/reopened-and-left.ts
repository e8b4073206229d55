import { isOnHold } from '../../shared/pickup-notices.ts'
import { type Db, type Tx, transaction } from '../db/db.ts'
import { goodsOf } from './goods-text.ts'
import { askNotCollected } from './not-collected-question.ts'
import { noteLines, type Pickup, parsePickup, readPickup } from './pickup-row.ts'

const DAY_MS = 86_400_000

/** So long after it was reopened, or for as long as orders wait for their customers if that is less, it should be ready. */
const REOPENED_DAYS = 2

/** Asks about orders that had expired, that staff reopened, and that are not ready since: nothing else says that they wait. */
export async function askReopened(
  db: Db,
  { afterDays, now }: { readonly afterDays: number; readonly now: number },
): Promise<void> {
  const days = Math.min(REOPENED_DAYS, afterDays)
  const rows = await db.selectFrom('pickup').selectAll().where('state', '=', 'picking').execute()
  const left = rows.filter(row => isLeft(parsePickup(row), now - days * DAY_MS))
  for (const { pickup: id } of left)
    await transaction(db, async tx => {
      const pickup = await readPickup(tx, id)
      if (pickup !== null && isLeft(pickup, now - days * DAY_MS)) await nameReopened(tx, pickup, now)
    })
}

function isLeft({ body, lines: { reopenedAt, ready } }: Pickup, before: number): boolean {
  if (body.state !== 'picking' || isOnHold(body.notice) || reopenedAt === undefined) return false
  return reopenedAt <= before && (ready?.heardAt ?? 0) < reopenedAt
}

/** It is asked once: the next time is after it has expired and was reopened again. */
async function nameReopened(tx: Tx, pickup: Pickup, now: number): Promise<void> {
  const { lines } = pickup
  const { reopenedAt, ...rest } = lines
  await noteLines(tx, pickup, rest)
  const days = Math.floor((now - (reopenedAt ?? now)) / DAY_MS)
  const due = lines.lines.map(({ id, quantity }) => ({ line: id, quantity }))
  const items = goodsOf(
    pickup,
    due.filter(({ quantity }) => quantity > 0),
  )
  await askNotCollected(tx, pickup, { code: 'pickup-not-collected.reopened', days, items }, now)
}
