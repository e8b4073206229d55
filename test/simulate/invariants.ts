import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { listExceptions } from '../../hub/checks/exceptions.ts'
import type { Db } from '../../hub/db/db.ts'
import { receiptKey } from '../../hub/sales/receipt-key.ts'
import { audit } from '../../hub/stock/audit.ts'
import { stockStates } from '../../hub/stock/movement-kinds.ts'
import { lookForGone } from './gone.ts'
import { type Receipt, unitsPromised, unitsSold } from './truth.ts'
import type { World } from './world.ts'

/** A promise that is not kept, where, and by how much. */
export interface Failure {
  /** Stable: names the invariant, so that a run can be shrunk to the same failure. */
  readonly invariant: string
  readonly subject: string
  readonly detail: string
}

type OpenException = {
  readonly kind: string
  readonly subject: string
  readonly store: string | null
  readonly sentence: string
  readonly evidence_json: string
}

/**
 * Judges a run when its faults have ended and ten minutes have passed. One function an invariant; each gives what does not hold.
 */
export async function judge(world: World): Promise<Failure[]> {
  return world.hub.look(async db => {
    const exceptions = await listExceptions(db)
    const open = exceptions.map(({ kind, subject, store, sentence, evidence_json }) => ({
      kind,
      subject,
      store,
      sentence,
      evidence_json,
    }))
    const { failures, gone } = await receiptsAreThereOnce(db, world, open)
    return [
      ...promisesAreNamed(await ledgerAddsUp(db), world, exceptions),
      ...failures,
      ...(await shelvesAgree(db, world, { open, gone })),
      ...ordersAgree(world, await pickupsOfOrders(db), open),
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
  open: readonly { readonly kind: string; readonly subject: string; readonly evidence_json: string }[],
): Failure[] {
  return findings.filter(({ invariant, subject }) => {
    if (invariant !== 'audit/promise-within-stock') return true
    const [store = '', , sku = ''] = subject.split('/')
    const [promised, held] = [unitsPromised(truth, store, sku), truth.units(store, sku)]
    const should = { promised, held, missing: promised - Math.max(0, held) }
    return !open.some(one => {
      if (one.kind !== 'promised-beyond-stock' || one.subject !== subject) return false
      const said = Promised.safeParse(JSON.parse(one.evidence_json))
      return said.success && isDeepStrictEqual(said.data, should)
    })
  })
}
const Promised = z.object({
  promised: z.coerce.number(),
  held: z.coerce.number(),
  missing: z.coerce.number(),
})

const SaleRow = z.object({
  store: z.string(),
  receipt: z.instanceof(Uint8Array),
  state: z.string(),
  net: z.number(),
  tax: z.number(),
  tendered: z.number(),
})

/** A receipt whose newest content no computer has any more, and what the hub and Shopify can't know of it. */
interface GoneReceipt {
  readonly store: string
  /** What it sold more, by item, than the hub has of it. */
  readonly sold: ReadonlyMap<string, number>
  /** What Shopify may have as sold besides: it was taken back since, and the hub that told it is lost. */
  readonly told?: ReadonlyMap<string, number>
}
/** What a double disaster leaves behind, see `gone.ts`, and the exceptions that must name it. */
interface Left {
  readonly open: readonly OpenException[]
  readonly gone: readonly GoneReceipt[]
}

/**
 * Invariants 3, 15 and 17: each receipt of each POS is at the hub once, to the cent, and no other is. What is in no
 * database any more is named by till and time.
 */
async function receiptsAreThereOnce(
  db: Db,
  world: World,
  open: readonly OpenException[],
): Promise<{ failures: Failure[]; gone: GoneReceipt[] }> {
  const { truth } = world
  const { isGone, isLost: lost } = lookForGone(world)
  const rows = z
    .array(SaleRow)
    .parse(
      await db
        .selectFrom('sale as s')
        .innerJoin('code as c', 'c.id', 's.store')
        .select(['c.text as store', 's.receipt', 's.state', 's.net', 's.tax', 's.tendered'])
        .execute(),
    )
  const keyOf = (store: string, key: Uint8Array) => `${store}/${Buffer.from(key).toString('hex')}`
  const held = new Map(rows.map(row => [keyOf(row.store, row.receipt), row]))
  const failures: Failure[] = []
  const gone: GoneReceipt[] = []
  const fail = (subject: string, detail: string) =>
    failures.push({ invariant: 'receipt-once', subject, detail })
  const isNamedLost = ({ store }: Receipt) =>
    open.some(one => one.kind === 'records-lost' && one.store === store)
  // changed or first told after its till had moved to another store: no books are changed, and a person is asked
  const isNamedAsFormer = ({ receipt }: Receipt) =>
    open.some(one => one.subject.endsWith(`/sale/${receipt}`) && one.sentence.includes('ROW_OF_FORMER_STORE'))
  for (const receipt of truth.receipts.values()) {
    const key = keyOf(receipt.store, receiptKey(receipt.source, receipt.receipt))
    const row = held.get(key)
    held.delete(key)
    const subject = `${receipt.store}/${receipt.receipt}`
    const former = formerAtHub(receipt, row)
    const isNamed = isNamedAsFormer(receipt) || (isGone(receipt) && isNamedLost(receipt))
    if (row === undefined && receipt.state === 'voided' && lost(receipt) && isNamedLost(receipt))
      gone.push({ store: receipt.store, sold: new Map(), told: mostSold(receipt.former) })
    else if (former !== null && isNamed)
      gone.push({ store: receipt.store, sold: soldBeyond(receipt, former) })
    else if (row === undefined)
      fail(subject, `The POS has ${receipt.gross} cents; the hub has no such receipt.`)
    else if (row.state !== receipt.state)
      fail(subject, `The POS says ${receipt.state}, the hub ${row.state}.`)
    else if (
      receipt.state === 'sold' &&
      (row.net + row.tax !== receipt.gross || row.tendered !== receipt.gross)
    )
      fail(
        subject,
        `The POS has ${receipt.gross} cents, the hub ${row.net} + ${row.tax}, paid ${row.tendered}.`,
      )
  }
  for (const [key, row] of held) fail(key, `The hub has a receipt of ${row.tendered} cents that no POS has.`)
  return { failures, gone }
}

type Content = Pick<Receipt, 'state' | 'gross' | 'lines'>

/** The former content of a receipt that the hub has in place of the newest; null: it has the newest, or what never was. */
function formerAtHub(receipt: Receipt, row: z.infer<typeof SaleRow> | undefined): Content | null {
  if (row === undefined) return { state: 'voided', gross: 0, lines: [] }
  const isThere = (content: Content) =>
    content.state === row.state && (content.state === 'voided' || content.gross === row.tendered)
  return isThere(receipt) ? null : (receipt.former.findLast(isThere) ?? null)
}

/** The most that a receipt ever said it sold of each item. */
function mostSold(contents: readonly Content[]): ReadonlyMap<string, number> {
  const most = new Map<string, number>()
  for (const { lines } of contents)
    for (const [sku, units] of unitsSold(lines)) most.set(sku, Math.max(most.get(sku) ?? 0, units))
  return most
}

function soldBeyond(receipt: Content, former: Content): ReadonlyMap<string, number> {
  const of = ({ state, lines }: Content) => (state === 'voided' ? new Map() : unitsSold(lines))
  const [now, before] = [of(receipt), of(former)]
  const skus = new Set([...now.keys(), ...before.keys()])
  return new Map([...skus].map(sku => [sku, (now.get(sku) ?? 0) - (before.get(sku) ?? 0)]))
}

/** What an exception says about a difference: it names the store, and the item where it names one. */
function isNamed(open: readonly OpenException[], store: string, sku: string): boolean {
  return open.some(
    one =>
      (one.store === store || one.subject.startsWith(`${store}/`)) &&
      (one.subject.includes(sku) || one.sentence.includes(sku)) &&
      !SAYS_NOTHING_OF_STOCK.has(one.kind),
  )
}
const SAYS_NOTHING_OF_STOCK = new Set([
  'level-variance', // it gives both numbers, which must be right: see `isMeasured`
  'device-silent',
  'till-restored',
  'hub-behind',
  'hub-restored',
  'recovery-overdue',
])

/** Whether a variance of the store's levels gives both numbers of the item as they are. */
function isMeasured(
  open: readonly OpenException[],
  of: { readonly store: string; readonly sku: string; readonly held: number; readonly online: number },
): boolean {
  const variances = open.filter(one => one.kind === 'level-variance' && one.store === of.store)
  return variances.some(one =>
    Variance.parse(JSON.parse(one.evidence_json)).items.some(
      item => item.sku === of.sku && item.on_hand === of.online && item.expected === of.held * 1_000,
    ),
  )
}
const Variance = z.object({
  items: z.array(z.object({ sku: z.string(), on_hand: z.number(), expected: z.coerce.number() })),
})

/**
 * Invariant 9: shelf, ledger and Shopify agree, or an exception names the item. Of what is gone the ledger lacks just
 * that, and Shopify has all or some of it: the lost hub may have told it.
 */
async function shelvesAgree(db: Db, world: World, { open, gone }: Left): Promise<Failure[]> {
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
  const shown = Levels.parse(world.shop.shop().state().levels)
  return [...world.truth.shelves()].flatMap(([store, sku, units]) => {
    const [held, online] = [ledger.get(`${store}/${sku}`) ?? 0, shown[sku]?.[store]?.on_hand ?? 0]
    const unknown = gone.filter(one => one.store === store).map(({ sold }) => sold.get(sku) ?? 0)
    const [most, least] = [unknown.filter(sold => sold > 0), unknown.filter(sold => sold < 0)].map(sumOf)
    const told = sumOf(gone.map(one => (one.store === store ? (one.told?.get(sku) ?? 0) : 0)))
    const isBetween = online >= units + (least ?? 0) - told && online <= units + (most ?? 0)
    if (
      (held === units + sumOf(unknown) && isBetween) ||
      isNamed(open, store, sku) ||
      isMeasured(open, { store, sku, held, online })
    )
      return []
    const detail = `${units} on the shelf, ${held} in the ledger, ${online} in Shopify, and no exception names it.`
    return [{ invariant: 'shelves-agree', subject: `${store}/${sku}`, detail }]
  })
}
const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0)
const Levels = z.record(z.string(), z.record(z.string(), z.object({ on_hand: z.number() })))

interface PickupOfOrder {
  readonly state: string
  /** Units that it is about. */
  readonly units: number
}
const Lines = z.object({ lines: z.array(z.object({ units: z.number() })) })

async function pickupsOfOrders(db: Db): Promise<Map<string, PickupOfOrder[]>> {
  const rows = await db.selectFrom('pickup').select(['order_name', 'state', 'body_json']).execute()
  const pickups = new Map<string, PickupOfOrder[]>()
  for (const { order_name, state, body_json } of rows) {
    const units = sumOf(Lines.parse(JSON.parse(body_json)).lines.map(line => line.units))
    pickups.set(order_name, [...(pickups.get(order_name) ?? []), { state, units }])
  }
  return pickups
}

/** Invariants 12 and 13: each customer has what was paid for, once, and every side says so. */
function ordersAgree(
  world: World,
  hub: ReadonlyMap<string, readonly PickupOfOrder[]>,
  open: readonly OpenException[],
): Failure[] {
  const failures: Failure[] = []
  for (const order of world.truth.orders.values()) {
    const { status, delivered, isPrepared } = asShopHasIt(world, order.name)
    const pickups = hub.get(order.name) ?? []
    const states = pickups.map(({ state }) => state)
    const named = open.some(one => one.sentence.includes(order.name))
    const fail = (detail: string) => {
      if (!named) failures.push({ invariant: 'order-agrees', subject: order.name, detail })
    }
    const units = order.lines.reduce((sum, line) => sum + line.units, 0)
    if (order.state === 'collected' && !states.includes('collected'))
      fail(`It was handed over; the hub says ${states.join(', ') || 'nothing'}.`)
    if (order.state === 'collected' && delivered !== units && status !== 'cancelled')
      fail(`${units} units were handed over; Shopify says ${delivered}.`)
    if (order.state !== 'collected' && delivered > 0)
      fail(`No customer collected it; Shopify says ${delivered} units.`)
    if (states.includes('ready') && status === 'open' && !isPrepared)
      fail('The hub says ready; Shopify does not know.')
    if (order.state === 'cancelled' && states.some(state => !['cancelled', 'refused'].includes(state)))
      fail(`It is cancelled; the hub says ${states.join(', ')}.`)
    const kept = sumOf(pickups.filter(({ state }) => !ENDED.has(state)).map(pickup => pickup.units))
    const due = units - sumOf((order.paidBack ?? []).map(line => line.units))
    if (order.state === 'waiting' && kept !== due)
      fail(
        `Its customer may still come for ${due} units; the hub keeps ${kept} (${states.join(', ') || 'nothing'}).`,
      )
  }
  return failures
}
const ENDED = new Set(['collected', 'cancelled', 'expired'])

function asShopHasIt(world: World, name: string): { status: string; delivered: number; isPrepared: boolean } {
  const order = world.shop.shop().order(name)
  const delivered = order.fulfillments
    .filter(one => one.status === 'SUCCESS')
    .reduce((sum, one) => sum + one.lines.reduce((units, quantity) => units + quantity, 0), 0)
  return {
    status: order.cancelledAt === null ? 'open' : 'cancelled',
    delivered,
    isPrepared: order.fulfillmentOrders.some(one => one.prepared),
  }
}

/** Invariant 12 as staff see it: each till shows each open pickup of its store as the hub has it, and no other. */
async function tillsAgree(db: Db, world: World): Promise<Failure[]> {
  const rows = await db.selectFrom('pickup').select(['pickup', 'store', 'order_name', 'state']).execute()
  const failures: Failure[] = []
  for (const { till, staff } of world.counters) {
    const shown = new Map<string, string>((await staff.list())?.map(({ pickup, state }) => [pickup, state]))
    for (const { pickup, store, order_name, state } of rows) {
      const here = store === till.store ? shown.get(pickup) : undefined
      shown.delete(pickup)
      const should = store === till.store ? state : 'nothing'
      if (here === state || (here === undefined && (should === 'nothing' || NOT_SHOWN.has(state)))) continue
      const detail = `${order_name}: the till shows ${here ?? 'nothing'}, the hub says ${should}.`
      failures.push({ invariant: 'tills-agree', subject: till.machine.name, detail })
    }
    for (const [pickup, state] of shown)
      failures.push({
        invariant: 'tills-agree',
        subject: till.machine.name,
        detail: `The till shows ${pickup} as ${state}; the hub has no such pickup.`,
      })
  }
  return failures
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
  none('lost_posting', postings.filter(row => !waitsForPerson(row)).length)
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
