import { z } from 'zod'
import { type BackOff, doubledMs, isDue } from '../../../shared/back-off.ts'
import { itemKinds } from '../../checks/waiting-items.ts'
import { type Db, transaction } from '../../db/db.ts'
import { tillBarcodes } from '../../items/item-table.ts'
import type { Look } from '../../items/tracking.ts'
import type { ShopifyClient } from '../api/client.ts'
import { ALL_VARIANTS, FIND_VARIANTS, VARIANT_IDS, VARIANTS } from '../api/documents.ts'
import { type List, page, pagesOf } from '../api/pages.ts'
import { quotedTerm } from '../api/quoted-term.ts'
import { noteFailing } from '../note-failing.ts'
import { isAboutOneThing } from '../one-thing.ts'
import { pagesApart } from '../read-apart.ts'
import { articleKey, barcodeForms, byArticle } from './barcode-match.ts'
import { reportItems, Variant, writeItem } from './item-rows.ts'

const Answer = z.object({ productVariants: page(Variant) })
type Answer = z.infer<typeof Answer>
const points = { fixed: 2, perRow: 3 }
const pick = (answer: Answer) => answer.productVariants

const allVariants: List<Answer, Variant> = {
  operation: { name: 'AllVariants', capability: 'items', document: ALL_VARIANTS, answer: Answer, points },
  pick,
  lane: 'bulk',
  most: 250,
}
const variantsFound: List<Answer, Variant> = {
  operation: { name: 'FindVariants', capability: 'items', document: FIND_VARIANTS, answer: Answer, points },
  pick,
  lane: 'read',
  most: 250,
}

const Ids = z.object({ productVariants: page(z.object({ id: z.string() })) })
const Nodes = z.object({ nodes: z.array(Variant.nullable()) })
/** How the catalogue is read where Shopify fails on one variant of a page. */
const variantsApart = {
  ids: {
    operation: {
      name: 'VariantIds',
      capability: 'items',
      document: VARIANT_IDS,
      answer: Ids,
      points: { fixed: 2, perRow: 1 },
    },
    pick: (answer: z.infer<typeof Ids>) => answer.productVariants,
  },
  nodes: {
    name: 'Variants',
    capability: 'items',
    document: VARIANTS,
    answer: Nodes,
    points: { fixed: 0, perRow: 3 },
  },
  found: (answer: z.infer<typeof Nodes>) => answer.nodes,
} as const

const ROWS_A_TRANSACTION = 500
/** Long queries are cut by the search; SKUs are at most 255 characters. */
const QUERY_CHARACTERS = 2_000
const SKUS_A_QUERY = 50
const RECHECK: BackOff = { firstMs: 60_000, longestMs: 3_600_000 }

interface Work {
  readonly db: Db
  readonly client: ShopifyClient
  readonly now: () => number
}

/**
 * Reads the whole catalogue and brings every `item` row up to date; rows whose SKU Shopify no longer has become
 * unknown. Where Shopify fails on a variant, rows whose SKU was not found stay as they are: one may be its. Throws as
 * `ShopifyClient.read` does, with what was read so far thrown away.
 */
export async function syncCatalogue({ db, client, now }: Work): Promise<{ variants: number }> {
  const askedAt = now()
  const variants: Variant[] = []
  const failing = new Map<string, string>()
  for await (const page of pagesApart(client, allVariants, variantsApart)) {
    variants.push(...page.nodes)
    for (const [id, problem] of page.failing) failing.set(id, problem)
  }
  await noteFailing(db, 'catalogue', failing, now())
  const found = new Map<string, Variant[]>()
  for (const variant of variants)
    if (variant.sku !== null && variant.sku !== '') collect(found, variant.sku, variant)
  const articles = byArticle(variants)
  const held = await db.selectFrom('item').select(['sku', 'barcode']).execute()
  for (const { sku, barcode } of held)
    if (!found.has(sku) && barcode !== null) found.set(sku, articles.get(articleKey(barcode)) ?? [])
  const skus = new Set([...found.keys(), ...held.map(row => row.sku)])
  const isTold = (sku: string) => failing.size === 0 || (found.get(sku) ?? []).length > 0
  await writeItems(db, [...skus].filter(isTold), found, {
    askedAt,
    now: now(),
  })
  return { variants: variants.length }
}

/**
 * Looks up what the stores moved and Shopify's catalogue did not explain so far, with back-off. One search that fails stops no other.
 * @throws the first failure, when the others are done
 */
export async function lookUpItems(work: Work): Promise<void> {
  const skus = await skusToLookUp(work.db, work.now())
  const failures: unknown[] = []
  for (const batch of queryBatches(skus))
    try {
      await lookUpBatch(work, batch)
    } catch (failure) {
      // where Shopify answers nothing, the other batches would only wait as long
      if (failures.length > 0 || !(await isAboutOneThing(work.client, failure))) throw failure
      failures.push(failure)
    }
  if (failures.length > 0) throw failures[0]
}

async function lookUpBatch({ db, client, now }: Work, batch: readonly string[]): Promise<void> {
  const askedAt = now()
  const found = await findBySku(client, batch)
  const barcodes = await tillBarcodes(
    db,
    batch.filter(sku => !found.has(sku)),
  )
  for (const [sku, variants] of await findByBarcode(client, barcodes)) found.set(sku, variants)
  await writeItems(db, batch, found, { askedAt, now: now() })
}

/** @returns every variant whose SKU is exactly one of these, by SKU */
async function findBySku(client: ShopifyClient, skus: readonly string[]): Promise<Map<string, Variant[]>> {
  const wanted = new Set(skus)
  const found = new Map<string, Variant[]>()
  const query = skus.map(sku => `sku:${quotedTerm(sku)}`).join(' OR ')
  for await (const nodes of pagesOf(client, variantsFound, { query }))
    for (const variant of nodes)
      if (variant.sku !== null && wanted.has(variant.sku)) collect(found, variant.sku, variant)
  return found
}

/** @returns every variant whose barcode names the same item as the till's, by the till's SKU */
async function findByBarcode(
  client: ShopifyClient,
  barcodes: ReadonlyMap<string, string>,
): Promise<Map<string, Variant[]>> {
  const found = new Map<string, Variant[]>()
  for (const [sku, barcode] of barcodes)
    for (const variant of await variantsOfBarcode(client, barcode)) collect(found, sku, variant)
  return found
}

async function variantsOfBarcode(client: ShopifyClient, barcode: string): Promise<Variant[]> {
  const query = barcodeForms(barcode)
    .map(form => `barcode:${quotedTerm(form)}`)
    .join(' OR ')
  const found: Variant[] = []
  for await (const nodes of pagesOf(client, variantsFound, { query }))
    found.push(...(byArticle(nodes).get(articleKey(barcode)) ?? []))
  return found
}

/** The SKUs of the items that carry a barcode in Shopify. Throws as `ShopifyClient.read` does. */
export async function skusOfBarcode(client: ShopifyClient, barcode: string): Promise<readonly string[]> {
  const skus = (await variantsOfBarcode(client, barcode)).flatMap(({ sku }) => (sku === null ? [] : [sku]))
  return [...new Set(skus)].slice(0, 20)
}

async function writeItems(
  db: Db,
  skus: readonly string[],
  found: ReadonlyMap<string, readonly Variant[]>,
  look: Look,
): Promise<void> {
  for (let start = 0; start < skus.length; start += ROWS_A_TRANSACTION)
    await transaction(db, async tx => {
      const some = skus.slice(start, start + ROWS_A_TRANSACTION)
      for (const sku of some) await writeItem(tx, sku, found.get(sku) ?? [], look)
      await reportItems(tx, some, look.now)
    })
}

/** SKUs with waiting movements that are not mapped, whose next look is due: the more often in vain, the later. */
async function skusToLookUp(db: Db, now: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('due as d')
    .innerJoin('item as i', 'i.id', 'd.item')
    .leftJoin('exception as x', join =>
      join.onRef('x.subject', '=', 'i.sku').on('x.closed_at', 'is', null).on('x.kind', 'in', itemKinds),
    )
    .select(['i.sku', 'i.state', 'i.checked_at', 'x.count'])
    .distinct()
    .where('i.state', '<>', 'mapped')
    .execute()
  return rows
    .filter(({ state, checked_at, count }) => {
      if (state === 'unchecked' || checked_at === null || count === null) return true
      return isDue(checked_at + doubledMs(count - 1, RECHECK), now, RECHECK.longestMs)
    })
    .map(row => row.sku)
}

function queryBatches(skus: readonly string[]): readonly (readonly string[])[] {
  const batches: string[][] = []
  let characters = 0
  for (const sku of skus) {
    const last = batches.at(-1)
    characters += sku.length + 12
    if (last === undefined || last.length >= SKUS_A_QUERY || characters > QUERY_CHARACTERS) {
      batches.push([sku])
      characters = sku.length + 12
    } else last.push(sku)
  }
  return batches
}

function collect(into: Map<string, Variant[]>, sku: string, variant: Variant): void {
  const held = into.get(sku)
  if (held === undefined) into.set(sku, [variant])
  else held.push(variant)
}
