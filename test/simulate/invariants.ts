import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { Db } from '../../hub/db/db.ts'
import { audit } from '../../hub/stock/audit.ts'
import type { Failure } from './failure.ts'
import { moneyAgrees } from './money-agrees.ts'
import { ordersAgree, pickupsOfOrders } from './orders-agree.ts'
import { type Left, receiptsAreThereOnce } from './receipts-are-there.ts'
import { type OpenException, openExceptions, saidPromises } from './said.ts'
import { shelvesAgree } from './shelves-agree.ts'
import { unitsPromised } from './truth.ts'
import type { World } from './world.ts'

/**
 * Judges a run when its faults have ended and ten minutes have passed. One function an invariant; each gives what does not hold.
 */
export async function judge(world: World): Promise<Failure[]> {
  return world.hub.look(async db => {
    const open = await openExceptions(db)
    const pickups = await pickupsOfOrders(db)
    const { failures, gone } = await receiptsAreThereOnce(db, world, open)
    return [
      ...promisesAreNamed(await ledgerAddsUp(db), world, open),
      ...failures,
      ...(await shelvesAgree(db, world, { open, gone })),
      ...ordersAgree(world, pickups, open),
      ...(await moneyAgrees(db, world, { open, gone, pickups })),
      ...(await tillsAgree(db, world)),
      ...(await remindersAgree(db, world)),
      ...(await queuesAreEmpty(db, world, { open, gone })),
      ...nothingIsSilent(world),
      ...world.failuresOnTheWay,
    ]
  })
}

/** Invariants 1, 7 and 8: chains, movements and levels, as `hub audit` recounts them. */
async function ledgerAddsUp(db: Db): Promise<Failure[]> {
  const { findings } = await audit(db)
  return findings.map(({ invariant, subject, sentence }) => ({
    invariant: `audit/${invariant}`,
    subject,
    detail: sentence,
  }))
}

/**
 * Invariant 11: more is promised than a store holds only where units were sold that customers wait for, and an exception
 * names just what is physically so. Gives the findings that none names.
 */
function promisesAreNamed(
  findings: readonly Failure[],
  { truth }: World,
  open: readonly OpenException[],
): Failure[] {
  return findings.filter(({ invariant, subject }) => {
    if (invariant !== 'audit/promise-within-stock') return true
    const [store = '', , sku = ''] = subject.split('/')
    const [promised, held] = [unitsPromised(truth, store, sku), truth.units(store, sku)]
    const should = { promised, held, missing: promised - Math.max(0, held) }
    return !saidPromises(open, subject).some(said => isDeepStrictEqual(said, should))
  })
}

/** Invariant 12 as staff see it: each till shows each open pickup of its store as the hub has it, and no other. */
async function tillsAgree(db: Db, world: World): Promise<Failure[]> {
  const rows = await db.selectFrom('pickup').select(['pickup', 'store', 'order_name', 'state']).execute()
  const failures: Failure[] = []
  for (const { till, staff } of world.counters) {
    const list = (await staff.list()) ?? []
    const shown = new Map<string, string>(list.map(({ pickup, state }) => [pickup, state]))
    for (const { pickup, store, order_name, state } of rows) {
      const here = store === till.store ? shown.get(pickup) : undefined
      shown.delete(pickup)
      const should = store === till.store ? state : 'nothing'
      if (here === state || (here === undefined && (should === 'nothing' || NOT_SHOWN.has(state)))) continue
      const detail = `${order_name}: the till shows ${here ?? 'nothing'}, the hub says ${should}.`
      failures.push({ invariant: 'tills-agree', subject: till.machine.name, detail })
    }
    for (const { pickup, state, order } of list)
      if (shown.has(pickup) && !isCancelledInShopify(world, { pickup, state, order: order.name }))
        failures.push({
          invariant: 'tills-agree',
          subject: till.machine.name,
          detail: `The till shows ${pickup} as ${state}; the hub has no such pickup.`,
        })
  }
  return failures
}
/** A hub that was put back has not heard of what was cancelled before it looked: the till is right, and shows it for a while. */
function isCancelledInShopify(
  world: World,
  { pickup, state, order }: { readonly pickup: string; readonly state: string; readonly order: string },
): boolean {
  const own = world.shop.shop().order(order).fulfillmentOrders
  return state === 'cancelled' && own.some(({ id, status }) => id === pickup && status === 'CANCELLED')
}

/** Invariant 12 of reminders: each till of the store shows those that the hub has noted since an order is ready, and no other. */
async function remindersAgree(db: Db, world: World): Promise<Failure[]> {
  const pickups = await db
    .selectFrom('pickup')
    .select(['pickup', 'store', 'body_json'])
    .where('state', '=', 'ready')
    .execute()
  const rows = await db.selectFrom('pickup_reminder').selectAll().execute()
  const failures: Failure[] = []
  for (const { pickup, store, body_json } of pickups) {
    const { movedAt, reminders } = Reminded.parse(JSON.parse(body_json))
    const own = rows.filter(row => row.pickup === pickup && row.store === store && row.ready_at === movedAt)
    // its own are in the body as well, where one that was undone may wrongly have stayed
    const numbers = new Set(own.map(({ number }) => number))
    // a part of an order that was split has those of the order as well
    const inherited = reminders.filter(({ readyAt, number }) => readyAt === movedAt && !numbers.has(number))
    const noted = own.filter(row => row.undone_at === null)
    const should = new Set([
      ...inherited.map(({ number, at }) => `${number} ${at}`),
      ...noted.map(row => `${row.number} ${row.made_at}`),
    ])
    for (const { till, staff } of world.counters) {
      if (till.store !== store) continue
      const shown = (await staff.list())?.find(one => one.pickup === pickup)
      const shows = shown?.reminders.map(({ number, at }) => `${number} ${at}`) ?? []
      if (isDeepStrictEqual(shows.toSorted(), [...should].toSorted())) continue
      const detail = `${pickup}: the till shows ${shows.join(', ')}, the hub says ${[...should].join(', ')}.`
      failures.push({ invariant: 'reminders-agree', subject: till.machine.name, detail })
    }
  }
  return failures
}
const Reminded = z.object({
  movedAt: z.number().nullable(),
  reminders: z.array(z.object({ readyAt: z.number(), number: z.number(), at: z.number() })).default([]),
})

/** What has ended leaves a till's list after a while. */
const NOT_SHOWN = new Set(['collected', 'cancelled', 'refused', 'expired'])

/** Invariant 22: with the faults off, nothing waits anywhere. */
async function queuesAreEmpty(db: Db, world: World, { open, gone }: Left): Promise<Failure[]> {
  const failures: Failure[] = []
  const none = (subject: string, count: number) => {
    if (count > 0) failures.push({ invariant: 'queues-empty', subject, detail: `${count} wait.` })
  }
  const count = async (table: 'due' | 'due_movement') =>
    (await db.selectFrom(table).selectAll().execute()).length
  none('due', await count('due'))
  none('due_movement', await count('due_movement'))
  // what the lost hub told Shopify of receipts that are gone waits for a person, who is told
  const waitsForPerson = ({ store }: { store: string }) =>
    gone.some(one => one.store === store) &&
    open.some(one => one.kind === 'hub-restored' && one.store === store)
  const postings = await db.selectFrom('lost_posting').select('store').execute()
  const isDropped = ({ store }: { store: string }) => world.waitsDropped.has(store)
  none('lost_posting', postings.filter(row => !waitsForPerson(row) && !isDropped(row)).length)
  const recovering = await db.selectFrom('recovery').select('store').where('ended_at', 'is', null).execute()
  none('recovery', recovering.filter(row => !waitsForPerson(row)).length)
  const writes = await db.selectFrom('shopify_write').select('id').where('settled_at', 'is', null).execute()
  none('shopify_write', writes.length)
  const webhooks = await db.selectFrom('webhook').select('event_id').where('state', '=', 'stored').execute()
  none('webhook', webhooks.length)
  const events = await db
    .selectFrom('event')
    .select('seq')
    .where('state', 'not in', ['applied', 'repeated'])
    .execute()
  none('events set aside', events.length)
  none('webhooks at Shopify', world.shop.shop().webhooks.pending().length)
  for (const counter of world.counters) {
    none(`POS of ${counter.till.machine.name}`, counter.pos.waiting())
    none(`journal of ${counter.till.machine.name}`, await counter.unsent())
  }
  return failures
}

/** What went wrong unexpectedly is in a log; nothing may be. */
function nothingIsSilent(world: World): Failure[] {
  const said = [
    ...world.hub.errors().map(error => ['hub', error] as const),
    ...world.counters.flatMap(({ till }) => till.errors().map(error => [till.machine.name, error] as const)),
    ...world.counters.flatMap(({ till, pos }) =>
      pos.refusals.map(error => [till.machine.name, error] as const),
    ),
  ]
  return said
    .filter(([, error]) => !world.expectedErrors.some(pattern => pattern.test(error)))
    .map(([subject, detail]) => ({ invariant: 'no-unexpected-error', subject, detail }))
}
