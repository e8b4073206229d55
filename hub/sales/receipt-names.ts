import { codeIn, codesFor, textsOf } from '../db/codes.ts'
import { insertRows, type Tx } from '../db/db.ts'
import type { PlacedEvent } from '../streams/placed-event.ts'
import { gistOf, gistOfDated, isDateAlone, readContents } from './dated-content.ts'
import type { HeldName } from './decide.ts'
import { tellers } from './one-teller.ts'
import { keyText, receiptKey } from './receipt-key.ts'
import { sharedSources } from './refused-receipts.ts'
import { type HeldBy, type Numbered, type NumberedEvent, readHeldBy, type Told, toldBy } from './told.ts'
import { noteSources } from './told-sources.ts'

/**
 * The names under which the hub holds what these events are about, one for each. It is the event's own, unless its till
 * has told the same receipt before under another source's name. A source that is given another name is read again: what
 * was counted under the former name must not count twice.
 * @param store below 0 while a rebuild replays: what was found when the events first took effect
 */
export async function heldNames(
  tx: Tx,
  store: number,
  placed: readonly PlacedEvent<NumberedEvent>[],
): Promise<readonly HeldName[]> {
  const told = placed.map(({ event, origin }) => ({ ...toldBy(event), event, device: origin.device }))
  const otherSources = store < 0 ? null : await otherSourcesOf(tx, store, told)
  if (otherSources === null && !(store < 0 && (await hasNames(tx, -store)))) return told
  const names = new Map<string, HeldName>()
  const idOf = ({ what, key }: Pick<Told, 'what' | 'key'>) => `${what}/${keyText(key)}`
  for (const [what, some] of Map.groupBy(told, one => one.what)) {
    const known = await readNames(tx, Math.abs(store), what, some)
    for (const [key, held] of known) names.set(`${what}/${key}`, held)
    if (otherSources === null) continue
    const unnamed = some.filter(one => !names.has(idOf(one)))
    const found = await findFormer(tx, store, what, unnamed, otherSources)
    for (const [key, held] of found) names.set(`${what}/${key}`, held)
    await keepNames(tx, store, what, found)
  }
  return told.map(one => names.get(idOf(one)) ?? one)
}

/** Under which other names a till may have told before what it tells now. */
interface OtherSources {
  /** Names under which something of it or of another till was refused. */
  readonly shared: readonly string[]
  /** Names under which it had told something before this batch. */
  readonly own: readonly string[]
}

/** By device. Null: none of them has told under another name. */
async function otherSourcesOf(
  tx: Tx,
  store: number,
  told: readonly ToldByDevice[],
): Promise<ReadonlyMap<string, OtherSources> | null> {
  const shared = await sharedSources(tx, store)
  const ownSources = await noteSources(tx, store, told)
  const found = new Map<string, OtherSources>()
  for (const device of new Set(told.map(one => one.device)))
    found.set(device, { shared, own: await ownSources(device) })
  const hasOthers = told.some(({ device, source }) =>
    Object.values(found.get(device) ?? {})
      .flat()
      .some(other => other !== source),
  )
  return shared.length > 0 || hasOthers ? found : null
}

async function hasNames(tx: Tx, store: number): Promise<boolean> {
  const row = tx.selectFrom('receipt_name').select('source').where('store', '=', store).limit(1)
  return (await row.executeTakeFirst()) !== undefined
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

type ToldByDevice = Told & { readonly device: string; readonly event: NumberedEvent }

/**
 * What the same till told under another name of its source: the same number and the same mark. Under a name that was
 * refused it may be held or come earlier in this batch. Where only the date is known its content has to be the same as
 * well, because two sources of one till may number alike: under a name that was refused the goods and the amount, and
 * under any other all of it.
 */
async function findFormer(
  tx: Tx,
  store: number,
  what: Numbered,
  told: readonly ToldByDevice[],
  sources: ReadonlyMap<string, OtherSources>,
): Promise<ReadonlyMap<string, HeldName>> {
  const formers = new Map(told.map(one => [one, formerNames(one, sources.get(one.device))]))
  const formerOf = (one: ToldByDevice) => formers.get(one) ?? []
  const keys = told.flatMap(one => [one.key, ...formerOf(one).map(({ key }) => key)])
  const before = await readHeldBy(tx, what, store, keys)
  const held = new Map<string, Candidate>([
    ...before,
    ...(await readGists(tx, store, what, told, formerOf, before)),
  ])
  const teller = tellers(tx)
  const found = new Map<string, HeldName>()
  for (const one of told) {
    const name = keyText(one.key)
    if (held.has(name) || found.has(name)) continue
    const { devices } = await teller(one.device)
    const former = formerOf(one).find(({ key, isShared }) => {
      const by = held.get(keyText(key))
      if (by === undefined || !devices.has(by.device)) return false
      if (isShared) return isSameMark(one, by) && isSameGist(one, by)
      const former = before.get(keyText(key))
      return isSameContent(one, former) || isOfSameTime(one, former)
    })
    if (former !== undefined) found.set(name, { key: former.key, source: former.source })
    else if (one.mark !== null)
      held.set(name, { device: one.device, mark: one.mark, gist: gistOfDated(one.event, one.mark) })
  }
  return found
}

type FormerName = HeldName & { readonly isShared: boolean }

function formerNames({ source: own, name }: Told, other: OtherSources | undefined): readonly FormerName[] {
  if (other === undefined) return []
  return [...new Set([...other.shared, ...other.own])]
    .filter(source => source !== own)
    .map(source => ({ source, key: receiptKey(source, name), isShared: other.shared.includes(source) }))
}

/** What is held under names that were refused, where it and what is told now have a date alone. */
async function readGists(
  tx: Tx,
  store: number,
  what: Numbered,
  told: readonly ToldByDevice[],
  formerOf: (one: ToldByDevice) => readonly FormerName[],
  before: ReadonlyMap<string, HeldBy>,
): Promise<ReadonlyMap<string, Candidate>> {
  const keys = told
    .filter(one => isDateAlone(one.mark))
    .flatMap(one => formerOf(one).flatMap(({ key, isShared }) => (isShared ? key : [])))
    .filter(key => isDateAlone(before.get(keyText(key))?.mark ?? null))
  const found = new Map<string, Candidate>()
  for (const [key, content] of await readContents(tx, what, store, keys)) {
    const by = before.get(key)
    if (by !== undefined) found.set(key, { ...by, gist: gistOf(content) })
  }
  return found
}

/** Held, or told earlier in the batch. */
type Candidate = Pick<HeldBy, 'device' | 'mark'> & { readonly gist?: Buffer | null }

/** True as well where there is a time of day, and for a void. */
function isSameGist({ event, mark }: ToldByDevice, { gist }: Candidate): boolean {
  const own = gistOfDated(event, mark)
  return own === null || (!!gist && keyText(gist) === keyText(own))
}

/** A void may not say of which sale it is. */
function isSameMark({ mark, moment }: Told, by: Pick<HeldBy, 'mark'>): boolean {
  const own = mark ?? moment
  return own === null || own === by.mark
}

function isSameContent({ mark, moment, fingerprint }: Told, by: HeldBy | undefined): boolean {
  if (by === undefined || by.mark === null || (mark ?? moment) !== by.mark) return false
  if (fingerprint === null) return true
  return by.fingerprint !== null && keyText(by.fingerprint) === keyText(fingerprint)
}

/** A till sells once at a time: its receipt of that number and time of day, corrected since or read in another way. */
function isOfSameTime({ moment }: Told, by: HeldBy | undefined): boolean {
  return moment !== null && moment === by?.mark && !isDateAlone(moment)
}
