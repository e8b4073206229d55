import { z } from 'zod'
import type { Db } from '../../hub/db/db.ts'
import { stockStates } from '../../hub/stock/movement-kinds.ts'
import type { Failure } from './failure.ts'
import type { Left } from './receipts-are-there.ts'
import { askedBack, doubtedChanges, mayLack, type OpenException, saidLevels } from './said.ts'
import type { World } from './world.ts'

/** One item in one store, on each side. */
interface Shelf {
  readonly store: string
  readonly sku: string
  /** In the store. */
  readonly units: number
  /** In the ledger. */
  readonly held: number
  /** In Shopify. */
  readonly online: number
}

/**
 * Invariant 9: shelf, ledger and Shopify agree, or exceptions say by how much they differ. Of what is gone the ledger lacks
 * just that, and Shopify has all or some of it: the lost hub may have told it.
 */
export async function shelvesAgree(db: Db, world: World, left: Left): Promise<Failure[]> {
  const ledger = await ledgerLevels(db)
  const shown = Levels.parse(world.shop.shop().state().levels)
  return [...world.truth.shelves()].flatMap(([store, sku, units]) => {
    const held = ledger.get(`${store}/${sku}`) ?? 0
    const online = shown[sku]?.[store]?.on_hand ?? 0
    const shelf = { store, sku, units, held, online }
    const detail = falseVariance(shelf, left.open) ?? unexplained(shelf, left)
    return detail === null ? [] : [{ invariant: 'shelves-agree', subject: `${store}/${sku}`, detail }]
  })
}

/**
 * A variance that names the item gives both numbers as they are and different, or only how they differ, less what Shopify may
 * lack of changes that are doubted.
 */
function falseVariance(shelf: Shelf, open: readonly OpenException[]): string | null {
  const { held, online } = shelf
  const doubted = doubtedChanges(open, shelf)
  const wrong = saidLevels(open, shelf).find(said => {
    const apart = said.online - said.held - (online - held)
    if (said.isOld) return !mayLack(doubted, apart) || (held === online && doubted.length === 0)
    return apart !== 0 || held === online || said.online !== online
  })
  if (wrong === undefined) return null
  return `${held} in the ledger, ${online} in Shopify; an exception says ${wrong.held} and ${wrong.online}.`
}

function unexplained(shelf: Shelf, left: Left): string | null {
  const { units, held, online } = shelf
  if (isExplained(shelf, left)) return null
  return `${units} on the shelf, ${held} in the ledger, ${online} in Shopify, and no exception says so.`
}

async function ledgerLevels(db: Db): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('level as l')
    .innerJoin('code as c', 'c.id', 'l.store')
    .innerJoin('item as i', 'i.id', 'l.item')
    .select(['c.text as store', 'i.sku', 'l.quantity'])
    .where('l.state', '=', stockStates.on_hand)
    .execute()
  const ledger = new Map<string, number>()
  for (const { store, sku, quantity } of rows)
    ledger.set(`${store}/${sku}`, (ledger.get(`${store}/${sku}`) ?? 0) + Number(quantity) / 1000)
  return ledger
}
const Levels = z.record(z.string(), z.record(z.string(), z.object({ on_hand: z.number() })))

function isExplained(shelf: Shelf, { open, gone }: Left): boolean {
  const { units, held, online } = shelf
  const own = gone.filter(one => one.store === shelf.store)
  const unknown = own.map(({ sold }) => sold.get(shelf.sku) ?? 0)
  const told = sumOf(own.map(one => one.told?.get(shelf.sku) ?? 0))
  const [most, least] = [unknown.filter(sold => sold > 0), unknown.filter(sold => sold < 0)].map(sumOf)
  // what the customer may still have is in all books
  const back = askedBack(open, shelf)
  const isRight = [0, back].some(more => held === units + more + sumOf(unknown))
  const doubted = doubtedChanges(open, shelf)
  if (saidLevels(open, shelf).length > 0) return isRight || mayLack(doubted, units - online)
  if (!isRight) return false
  const books = held - sumOf(unknown)
  for (let shows = books + (least ?? 0) - told; shows <= books + (most ?? 0); shows += 1)
    if (mayLack(doubted, shows - online)) return true
  return false
}
const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0)
