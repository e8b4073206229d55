import { codeIn, codesFor, textsOf } from '../db/codes.ts'
import { insertRows, type Tx } from '../db/db.ts'
import type { PlacedEvent } from '../streams/placed-event.ts'
import type { HeldName } from './decide.ts'
import { tellers } from './one-teller.ts'
import { keyText, receiptKey } from './receipt-key.ts'
import { sharedSources } from './refused-receipts.ts'
import { type Numbered, type NumberedEvent, readHeldBy, type Told, toldBy } from './told.ts'

/**
 * The names under which the hub holds what these events are about, one for each. It is the event's own, unless its till
 * has told the same receipt before under another source's name. When two tills number their own receipts, a source of one
 * is given another name and read again: what was counted under the former name must not count twice.
 * @param store below 0 while a rebuild replays: what was found when the events first took effect
 */
export async function heldNames(
  tx: Tx,
  store: number,
  placed: readonly PlacedEvent<NumberedEvent>[],
): Promise<readonly HeldName[]> {
  const told = placed.map(({ event, origin }) => ({ ...toldBy(event), device: origin.device }))
  const sources = await sharedSources(tx, Math.abs(store))
  if (sources.length === 0) return told
  const names = new Map<string, HeldName>()
  const idOf = ({ what, key }: Pick<Told, 'what' | 'key'>) => `${what}/${keyText(key)}`
  for (const [what, some] of Map.groupBy(told, one => one.what)) {
    const known = await readNames(tx, Math.abs(store), what, some)
    for (const [key, held] of known) names.set(`${what}/${key}`, held)
    if (store < 0) continue
    const unnamed = some.filter(one => !names.has(idOf(one)))
    const found = await findFormer(tx, store, what, unnamed, sources)
    for (const [key, held] of found) names.set(`${what}/${key}`, held)
    await keepNames(tx, store, what, found)
  }
  return told.map(one => names.get(idOf(one)) ?? one)
}

async function keepNames(
  tx: Tx,
  store: number,
  what: Numbered,
  found: ReadonlyMap<string, HeldName>,
): Promise<void> {
  const codes = await codesFor(
    tx,
    [...found.values()].map(({ source }) => source),
  )
  await insertRows(
    tx,
    'receipt_name',
    [...found].map(([key, held]) => ({
      store,
      what,
      key: Buffer.from(key, 'latin1'),
      held: held.key,
      source: codeIn(codes, held.source),
    })),
  )
}

async function readNames(
  tx: Tx,
  store: number,
  what: Numbered,
  told: readonly Told[],
): Promise<ReadonlyMap<string, HeldName>> {
  const found = new Map<string, HeldName>()
  for (let from = 0; from < told.length; from += KEYS_A_QUERY) {
    const keys = told.slice(from, from + KEYS_A_QUERY).map(({ key }) => key)
    const rows = await tx
      .selectFrom('receipt_name')
      .select(['key', 'held', 'source'])
      .where('store', '=', store)
      .where('what', '=', what)
      .where('key', 'in', keys)
      .execute()
    const sources = await textsOf(
      tx,
      rows.map(row => row.source),
    )
    for (const { key, held, source } of rows)
      found.set(keyText(key), { key: held, source: sources.get(source) ?? '' })
  }
  return found
}

const KEYS_A_QUERY = 250

type ToldByDevice = Told & { readonly device: string }

/**
 * What the same till told under a source's name that it had to give up: the same number and the same mark. It may be
 * held, or come earlier in this batch.
 */
async function findFormer(
  tx: Tx,
  store: number,
  what: Numbered,
  told: readonly ToldByDevice[],
  sources: readonly string[],
): Promise<ReadonlyMap<string, HeldName>> {
  const formerOf = ({ source: own, name }: Told): HeldName[] =>
    sources.filter(one => one !== own).map(source => ({ source, key: receiptKey(source, name) }))
  const keys = told.flatMap(one => [one.key, ...formerOf(one).map(({ key }) => key)])
  const held = new Map(await readHeldBy(tx, what, store, keys))
  const teller = tellers(tx)
  const found = new Map<string, HeldName>()
  for (const one of told) {
    const name = keyText(one.key)
    if (held.has(name) || found.has(name)) continue
    const { devices } = await teller(one.device)
    const former = formerOf(one).find(({ key }) => {
      const by = held.get(keyText(key))
      return by !== undefined && devices.has(by.device) && (one.mark === null || one.mark === by.mark)
    })
    if (former !== undefined) found.set(name, former)
    else if (one.mark !== null) held.set(name, { device: one.device, mark: one.mark })
  }
  return found
}
