import { closeException } from '../checks/exceptions.ts'
import { codeIn, codesFor, knownCodes, textsOf } from '../db/codes.ts'
import { insertRows, type Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import type { Origin, PlacedEvent } from '../streams/placed-event.ts'
import { gistOfDated } from './dated-content.ts'
import { tellers } from './one-teller.ts'
import { keyText, receiptKey } from './receipt-key.ts'
import { type NumberedEvent, type Told, toldBy } from './told.ts'

/** The one owner of the table `refused_receipt`: what a till told and the hub did not count. */

/**
 * Keeps what was refused: voids and later contents of it are judged by this row, and never by an open exception.
 * @returns false: it counts by now, under the name of another source
 */
export async function noteRefused(
  tx: Tx,
  store: number,
  { event, told, subject }: { readonly event: NumberedEvent; readonly told: Told; readonly subject: string },
  { device, epoch, seq, at }: Origin,
): Promise<boolean> {
  const { what, key, source, mark, fingerprint } = told
  const codes = await codesFor(tx, [device, source])
  const of = { store, what, device: codeIn(codes, device) }
  const before = await tx
    .selectFrom('refused_receipt')
    .select(['state', 'mark', 'content', 'named'])
    .where(e => e.and(of))
    .where('key', '=', key)
    .executeTakeFirst()
  if (before?.state === 'renamed' && (await countsByNow(tx, store, told, before))) return false
  if (mark === null) return true
  const state = 'open' as const
  await insertRows(
    tx,
    'refused_receipt',
    [
      {
        ...{ ...of, key, source: codeIn(codes, source), mark, subject, state, epoch, seq, at },
        ...{ content: fingerprint, named: null, gist: gistOfDated(event, mark) },
      },
    ],
    {
      key: ['store', 'what', 'key', 'device'],
      replace: ['mark', 'subject', 'state', 'epoch', 'seq', 'at', 'content', 'named', 'gist'],
    },
  )
  return true
}

/**
 * Whether what a till still tells under its source's former name is what counts under the present one: the content that
 * was refused or the one that is held, or a void of what is void. A later change of it is not, and a person must hear of it.
 */
async function countsByNow(
  tx: Tx,
  store: number,
  { what, mark, fingerprint }: Told,
  refused: Pick<Schema['refused_receipt'], 'mark' | 'content' | 'named'>,
): Promise<boolean> {
  const { named, content } = refused
  if (named === null) return false
  const held = await readContent(tx, store, what, named)
  if (fingerprint === null) return held?.isVoid ?? false
  if (mark !== refused.mark) return false
  return [content, held?.fingerprint].some(one => one && keyText(one) === keyText(fingerprint))
}

async function readContent(
  tx: Tx,
  store: number,
  what: Told['what'],
  key: Buffer,
): Promise<{ readonly fingerprint: Buffer | null; readonly isVoid: boolean } | undefined> {
  if (what === 'cash') return undefined // its mark is all of its content
  const alias = await tx
    .selectFrom('receipt_name')
    .select('held')
    .where(e => e.and({ store, what }))
    .where('key', '=', key)
    .executeTakeFirst()
  const held = alias?.held ?? key
  if (what === 'sale') {
    const sale = tx.selectFrom('sale').select(['fingerprint', 'state']).where('store', '=', store)
    const row = await sale.where('receipt', '=', held).executeTakeFirst()
    return row && { fingerprint: row.fingerprint, isVoid: row.state === 'voided' }
  }
  const entry = tx.selectFrom('stock_entry').select('fingerprint').where('store', '=', store)
  const row = await entry.where('key', '=', held).executeTakeFirst()
  return row && { fingerprint: row.fingerprint, isVoid: false }
}

/** Sources under whose name something was refused; none: no two tills of the store share numbers. */
export async function sharedSources(tx: Tx, store: number): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('refused_receipt')
    .select('source')
    .distinct()
    .where('store', '=', store)
    .execute()
  return [
    ...(
      await textsOf(
        tx,
        rows.map(row => row.source),
      )
    ).values(),
  ]
}

/** Whether something that one of these devices told under a source's name was refused, and has not been agreed on. */
export async function isContested(
  tx: Tx,
  store: number,
  { what, source }: Pick<Told, 'what' | 'source'>,
  devices: ReadonlySet<string>,
): Promise<boolean> {
  const codes = await knownCodes(tx, [source, ...devices])
  const told = codes.get(source)
  const tellers = [...devices].flatMap(device => codes.get(device) ?? [])
  if (told === undefined || tellers.length === 0) return false
  const row = await tx
    .selectFrom('refused_receipt')
    .select('seq')
    .where(e => e.and({ store, what, source: told }))
    .where('device', 'in', tellers)
    .where('state', '!=', 'agreed')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Of these keys, those of which a till's own content was refused and has not been agreed on, by `keyText`. */
export async function refusedKeys(
  tx: Tx,
  store: number,
  keys: readonly Buffer[],
  devices: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const codes = await knownCodes(tx, devices)
  const rows = await refusedRows(tx, store, 'sale', keys)
  const own = new Set(codes.values())
  return new Set(
    rows.filter(row => row.state !== 'agreed' && own.has(row.device)).map(row => keyText(row.key)),
  )
}

async function refusedRows(
  tx: Tx,
  store: number,
  what: Told['what'],
  keys: readonly Buffer[],
): Promise<Schema['refused_receipt'][]> {
  const found: Schema['refused_receipt'][] = []
  for (let from = 0; from < keys.length; from += KEYS_A_QUERY)
    found.push(
      ...(await tx
        .selectFrom('refused_receipt')
        .selectAll()
        .where('store', '=', store)
        .where('what', '=', what)
        .where('key', 'in', keys.slice(from, from + KEYS_A_QUERY))
        .execute()),
    )
  return found
}

const KEYS_A_QUERY = 250

/**
 * Closes the exceptions of what was refused and now counts: the till that holds the number has told the same, or the
 * refused till has told it under another source's name. Call it with what took effect.
 */
export async function clearRefused(
  tx: Tx,
  store: number,
  placed: readonly PlacedEvent<NumberedEvent>[],
  now: number,
): Promise<void> {
  const sources = await sharedSources(tx, store)
  if (sources.length === 0) return
  const teller = tellers(tx)
  for (const [device, own] of Map.groupBy(placed, one => one.origin.device)) {
    const { devices } = await teller(device)
    const told = own.map(({ event }) => ({ ...toldBy(event), event })).filter(({ mark }) => mark !== null)
    for (const [what, some] of Map.groupBy(told, one => one.what)) {
      const names = some.flatMap(one => {
        const others = sources.filter(source => source !== one.source)
        const keys = [one.key, ...others.map(source => receiptKey(source, one.name))]
        return keys.map(key => ({ name: keyText(key), one }))
      })
      const byName = Map.groupBy(names, ({ name }) => name)
      const keys = [...byName.keys()].map(key => Buffer.from(key, 'latin1'))
      const toldUnder = (key: Buffer) => (byName.get(keyText(key)) ?? []).map(({ one }) => one)
      await clear(tx, await refusedRows(tx, store, what, keys), { toldUnder, devices, now })
    }
  }
}

type ToldNow = Told & { readonly event: NumberedEvent }

/** What took effect of one till. */
interface TookEffect {
  /** What was told by this key's name, also under another source's. */
  readonly toldUnder: (key: Buffer) => readonly ToldNow[]
  /** The till's. */
  readonly devices: ReadonlySet<string>
  readonly now: number
}

async function clear(
  tx: Tx,
  rows: readonly Schema['refused_receipt'][],
  { toldUnder, devices, now }: TookEffect,
): Promise<void> {
  const texts = await textsOf(
    tx,
    rows.map(row => row.device),
  )
  for (const row of rows) {
    if (row.state !== 'open') continue
    const isOwn = devices.has(texts.get(row.device) ?? '')
    const told = toldUnder(row.key).find(one => countsBy(one, row, isOwn))
    if (told === undefined) continue
    const isSameName = keyText(told.key) === keyText(row.key)
    await tx
      .updateTable('refused_receipt')
      .set(isSameName ? { state: 'agreed' } : { state: 'renamed', named: told.key })
      .where(e => e.and({ store: row.store, what: row.what, device: row.device }))
      .where('key', '=', row.key)
      .execute()
    await closeException(tx, 'receipt-of-two-tills', row.subject, now)
  }
}

/**
 * Whether what was refused counts by what is told now. A date alone says little: under the same name, the till's own
 * newest content is held, or the other till has told just the same; under another name it is about the same.
 */
function countsBy(told: ToldNow, row: Schema['refused_receipt'], isOwn: boolean): boolean {
  const isSameName = keyText(told.key) === keyText(row.key)
  if (told.mark !== row.mark || !(isSameName || isOwn)) return false
  if (row.gist === null || (isSameName && isOwn)) return true
  const gist = gistOfDated(told.event, told.mark)
  return gist !== null && keyText(gist) === keyText(row.gist)
}
