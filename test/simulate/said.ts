import { z } from 'zod'
import { listExceptions } from '../../hub/checks/exceptions.ts'
import { storableSubject } from '../../hub/checks/storable-subject.ts'
import type { Db } from '../../hub/db/db.ts'

/** An open exception as a person finds it, with what it says in numbers. */
export interface OpenException {
  readonly kind: string
  readonly code: string
  readonly subject: string
  readonly store: string | null
  readonly sentence: string
  readonly fields_json: string
  readonly evidence_json: string
}

export async function openExceptions(db: Db): Promise<readonly OpenException[]> {
  const open = await listExceptions(db)
  return open.map(({ kind, code, subject, store, sentence, fields_json, evidence_json }) => ({
    kind,
    code,
    subject,
    store,
    sentence,
    fields_json,
    evidence_json,
  }))
}

/** An item in a store. */
export interface Place {
  readonly store: string
  readonly sku: string
}

/** Both numbers of an item in Shopify and in the ledger, as a variance has them; units. */
export interface SaidLevels {
  readonly online: number
  readonly held: number
  /** Its sentence tells only how they differ. */
  readonly isOld: boolean
}

const Variance = z.object({
  items: z.array(
    z.object({ sku: z.string(), on_hand: z.number(), expected: z.coerce.number(), isOld: z.boolean() }),
  ),
})

/** What the variances of a store say about an item. */
export function saidLevels(open: readonly OpenException[], { store, sku }: Place): readonly SaidLevels[] {
  return open
    .filter(one => one.kind === 'level-variance' && one.store === store)
    .flatMap(one => Variance.parse(JSON.parse(one.evidence_json)).items)
    .filter(item => item.sku === sku)
    .map(({ on_hand, expected, isOld }) => ({ online: on_hand, held: expected / 1_000, isOld }))
}

const Unanswered = z.object({ changes: z.array(z.object({ sku: z.string(), delta: z.number() })) })
const Doubted = z.object({ moved: z.number() })

/** A change of stock of which a person must find out whether Shopify has it. */
export interface DoubtedChange {
  readonly units: number
  /** Of several movements: Shopify may have some of them. */
  readonly maybePart: boolean
}

/** The changes of an item of which the exceptions say that Shopify may lack them. */
export function doubtedChanges(
  open: readonly OpenException[],
  { store, sku }: Place,
): readonly DoubtedChange[] {
  return open.flatMap((one): readonly DoubtedChange[] => {
    if (one.store !== store || one.kind !== 'stock-write-unknown') return []
    const evidence: unknown = JSON.parse(one.evidence_json)
    if (one.code === 'stock-write-unknown.answer-lost')
      return Unanswered.parse(evidence)
        .changes.filter(change => change.sku === sku)
        .map(({ delta }) => ({ units: delta, maybePart: false }))
    if (!one.subject.startsWith(`${store}/`) || !one.subject.endsWith(`/${sku}`)) return []
    return [{ units: Doubted.parse(evidence).moved / 1_000, maybePart: true }]
  })
}

/** Whether Shopify may lack just so many units of what is doubted: each change is there, or it is not. */
export function mayLack(doubted: readonly DoubtedChange[], units: number): boolean {
  const [first, ...others] = doubted
  if (first === undefined) return units === 0
  if (!first.maybePart) return mayLack(others, units) || mayLack(others, units - first.units)
  const sign = Math.sign(first.units)
  for (let part = 0; part <= Math.abs(first.units); part += 1)
    if (mayLack(others, units - sign * part)) return true
  return false
}

const GoodsBack = z.object({ items: z.string() })

/** Units of an item that the books count as back in a store, where an exception asks whether the customer brought them. */
export function askedBack(open: readonly OpenException[], { store, sku }: Place): number {
  const asked = open.filter(one => one.kind === 'hand-over-cancelled' && one.store === store)
  const texts = asked.flatMap(one => GoodsBack.parse(JSON.parse(one.fields_json)).items.split(', '))
  const own = texts.filter(text => text.endsWith(`(${sku})`))
  return own.reduce((sum, text) => sum + Number(/^(\d+) ×/.exec(text)?.[1] ?? Number.NaN), 0)
}

const Lost = z.object({ records: z.number() })

/** How many records of a store the exceptions give up for lost. */
export function lostRecords(open: readonly OpenException[], store: string): number {
  const lost = open.filter(one => one.kind === 'records-lost' && one.store === store)
  return lost.reduce((sum, one) => sum + Lost.parse(JSON.parse(one.fields_json)).records, 0)
}

const Awaited = z.object({ skus: z.array(z.string()).default([]) })

/** Items with movements of which a recovering store waits to know what Shopify has. */
export function itemsAwaited(open: readonly OpenException[], store: string): ReadonlySet<string> {
  const recovering = open.filter(one => one.kind === 'hub-restored' && one.store === store)
  return new Set(recovering.flatMap(one => Awaited.parse(JSON.parse(one.evidence_json)).skus))
}

const Promised = z.object({
  promised: z.coerce.number(),
  held: z.coerce.number(),
  missing: z.coerce.number(),
})

/** What an exception says is promised of an item beyond what a place holds. */
export function saidPromises(
  open: readonly OpenException[],
  subject: string,
): readonly z.infer<typeof Promised>[] {
  return open
    .filter(one => one.kind === 'promised-beyond-stock' && one.subject === subject)
    .map(one => Promised.parse(JSON.parse(one.evidence_json)))
}

const Goods = z.object({ items: z.string() })

/** How many units of a pickup an exception of one of these kinds lists, as its reader counts them; null: none is open. */
export function unitsListed(
  open: readonly OpenException[],
  pickups: readonly string[],
  kinds: readonly string[],
): number | null {
  const listed = open.filter(one => kinds.includes(one.kind) && isAbout(one, pickups))
  if (listed.length === 0) return null
  const texts = listed.map(one => Goods.parse(JSON.parse(one.fields_json)).items)
  const counts = texts.flatMap(text => [...text.matchAll(/(\d+) ×/g)].map(([, units]) => Number(units)))
  return counts.reduce((sum, units) => sum + units, 0)
}

/** Whether an exception of one of these codes is open about one of these pickups. */
export function isSaid(
  open: readonly OpenException[],
  pickups: readonly string[],
  codes: readonly string[],
): boolean {
  return open.some(one => codes.includes(one.code) && isAbout(one, pickups))
}

/** A subject is kept with what may be a card number masked, and some ids of Shopify may be one. */
const isAbout = ({ subject }: OpenException, pickups: readonly string[]) =>
  pickups.map(storableSubject).some(pickup => subject === pickup || subject.startsWith(`${pickup}/`))
