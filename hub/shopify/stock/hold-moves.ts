import { randomId } from '../../../shared/world.ts'
import { type Reads, transaction } from '../../db/db.ts'
import { mappedSkus } from '../../items/item-table.ts'
import { completePlan, planWrite } from '../../outbox/writes.ts'
import { followSafety, type HeldBack, type HoldPlace, heldAt, holdReference } from '../../stock/hold-back.ts'
import { itemsRefusedFor, noteRefusals } from '../../stock/hold-refusals.ts'
import { freezeHold, itemsMoving, readSafetyLevels, type SafetyLevel, type UnitMove } from './hold-request.ts'
import { sendHold } from './hold-send.ts'
import { openAt } from './open-requests.ts'
import type { SendWork } from './request-life.ts'

/** Items of one request: as many as one reading has, so that little time lies between reading and moving. */
export const ITEMS_A_REQUEST = 100
/** So often the levels of a request are read again where an order came in between. */
const TURNS = 3
/** So often a round takes a request apart of which Shopify does not say what is wrong: beyond that, the fault can't be an item's. */
const MOST_APART = 20

interface Seen {
  readonly item: string
  readonly level: SafetyLevel
  readonly row: HeldBack | undefined
}

/** What is to become of an item: units to safety stock, back when negative; null: nothing. */
type Wanted = (seen: Seen) => Pick<UnitMove, 'sku' | 'units'> | null

/**
 * Reads the levels of some items, follows what a person did with them, and has Shopify move what is wanted. An item that Shopify refused is left
 * out until its time has come; where it does not say which one it refuses, halves of the request are tried.
 * @returns whether nothing is left to move that Shopify would take
 */
export async function moveSome(
  work: SendWork,
  place: HoldPlace,
  items: readonly string[],
  silentSince: number,
  wanted: Wanted,
): Promise<boolean> {
  const { db, world } = work
  const refused = await itemsRefusedFor(db, place, world.clock.now())
  const parts = [items.filter(item => !refused.has(item))]
  let isWhole = true
  let apart = 0
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const end = await moveTogether(work, place, part, silentSince, wanted)
    isWhole &&= end.isWhole
    if (end.refused === null) continue
    const { items: named, problem } = end.refused
    apart += 1
    if (apart < MOST_APART) {
      const half = Math.ceil(named.length / 2)
      parts.unshift(named.slice(0, half), named.slice(half))
      continue
    }
    const said = new Map([...named, ...parts.splice(0).flat()].map(item => [item, problem]))
    await transaction(db, tx => noteRefusals(tx, place, said, world.clock.now()))
  }
  return isWhole
}

interface MovesEnd {
  /** Nothing else of the items is left to move. */
  readonly isWhole: boolean
  /** A request that Shopify refused without naming the item. */
  readonly refused: { readonly items: readonly string[]; readonly problem: string } | null
}

async function moveTogether(
  work: SendWork,
  place: HoldPlace,
  items: readonly string[],
  silentSince: number,
  wanted: Wanted,
): Promise<MovesEnd> {
  const bad = new Set<string>()
  for (let turn = 0; turn < TURNS; turn += 1) {
    const busy = await busyItems(work.db, place)
    const some = items.filter(item => !busy.has(item) && !bad.has(item))
    const isWhole = !items.some(item => busy.has(item) && !bad.has(item))
    if (some.length === 0) return { isWhole, refused: null }
    const { levels, failing } = await readSafetyLevels(work.client, place.location, some)
    for (const item of failing.keys()) bad.add(item)
    const read = some.filter(item => !failing.has(item))
    const planned = await planMoves(work, place, { items: read, levels, silentSince, wanted })
    if (planned === null) return { isWhole, refused: null }
    const { is, bad: found, problem } = await sendHold(work, planned.write)
    if (is === 'made') return { isWhole, refused: null }
    if (is === 'later') return { isWhole: false, refused: null }
    if (problem !== null) return { isWhole, refused: { items: planned.items, problem } }
    for (const item of found) bad.add(item)
  }
  return { isWhole: false, refused: null }
}

/** Items with a request under way: what Shopify has of them is known once it has ended. */
async function busyItems(db: Reads, place: HoldPlace): Promise<ReadonlySet<string>> {
  const adjusted = (await openAt(db, place)).flatMap(({ request }) => request.changes.map(({ item }) => item))
  return new Set([...adjusted, ...(await itemsMoving(db, place))])
}

/** @returns the planned write; null: nothing has to be moved */
function planMoves(
  work: SendWork,
  place: HoldPlace,
  of: {
    readonly items: readonly string[]
    readonly levels: ReadonlyMap<string, SafetyLevel>
    readonly silentSince: number
    readonly wanted: Wanted
  },
): Promise<{ readonly write: number; readonly items: readonly string[] } | null> {
  const { db, world } = work
  return transaction(db, async tx => {
    const busy = await busyItems(tx, place)
    const seen = new Map(of.levels)
    // of an item that Shopify does not show, the hold is kept while the hub knows the item: it may only not be counted for a while
    const unseen = of.items.filter(item => !seen.has(item))
    const mapped = await mappedSkus(tx, unseen)
    for (const item of unseen) if (!mapped.has(item)) seen.set(item, { available: 0, safety: 0 })
    for (const item of busy) seen.delete(item)
    await followSafety(tx, place, seen)
    const rows = new Map((await heldAt(tx, place)).map(row => [row.item, row]))
    const moves = [...seen].flatMap(([item, level]): UnitMove[] => {
      const move = of.wanted({ item, level, row: rows.get(item) })
      return move === null || move.units === 0 ? [] : [{ item, ...move, ...level }]
    })
    if (moves.length === 0) return null
    const key = randomId(world.random, 'tb')
    const now = world.clock.now()
    const id = await planWrite(tx, { kind: 'hold', store: place.store, subject: '', key, request: {}, now })
    const reference = holdReference(id, key)
    const request = freezeHold(place, { key, reference, silentSince: of.silentSince }, moves)
    await completePlan(tx, id, { subject: reference, request })
    return { write: id, items: moves.map(({ item }) => item) }
  })
}
