import { closeException } from '../checks/exceptions.ts'
import { codeIn, codesFor, knownCodes, textsOf } from '../db/codes.ts'
import { insertRows, type Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import type { Origin, PlacedEvent } from '../streams/placed-event.ts'
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
  { told, subject }: { readonly told: Told; readonly subject: string },
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
        ...{ content: fingerprint, named: null },
      },
    ],
    {
      key: ['store', 'what', 'key', 'device'],
      replace: ['mark', 'subject', 'state', 'epoch', 'seq', 'at', 'content', 'named'],
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
    const told = own.map(({ event }) => toldBy(event)).filter(({ mark }) => mark !== null)
    for (const [what, some] of Map.groupBy(told, one => one.what)) {
      const names = new Map<string, Told>()
      for (const one of some) {
        for (const source of sources) names.set(keyText(receiptKey(source, one.name)), one)
        names.set(keyText(one.key), one)
      }
      const keys = [...names.keys()].map(key => Buffer.from(key, 'latin1'))
      await clear(tx, await refusedRows(tx, store, what, keys), { names, devices, now })
    }
  }
}

async function clear(
  tx: Tx,
  rows: readonly Schema['refused_receipt'][],
  { names, devices, now }: { names: ReadonlyMap<string, Told>; devices: ReadonlySet<string>; now: number },
): Promise<void> {
  const texts = await textsOf(
    tx,
    rows.map(row => row.device),
  )
  for (const row of rows) {
    const told = names.get(keyText(row.key))
    if (told === undefined || told.mark !== row.mark || row.state !== 'open') continue
    const isSameName = keyText(told.key) === keyText(row.key)
    if (!isSameName && !devices.has(texts.get(row.device) ?? '')) continue
    await tx
      .updateTable('refused_receipt')
      .set(isSameName ? { state: 'agreed' } : { state: 'renamed', named: told.key })
      .where(e => e.and({ store: row.store, what: row.what, device: row.device }))
      .where('key', '=', row.key)
      .execute()
    await closeException(tx, 'receipt-of-two-tills', row.subject, now)
  }
}
