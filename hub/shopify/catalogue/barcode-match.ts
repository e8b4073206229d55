import { gtinOrNull, printedGtin } from '../../../shared/gtin.ts'
import type { Variant } from './item-rows.ts'

/**
 * One key for all ways to write one trade item's number: a UPC of 12 digits and the same EAN with a leading zero meet.
 * Any other code is a shop's own and is compared as text.
 */
export function articleKey(barcode: string): string {
  return gtinOrNull(barcode) ?? `own:${barcode.trim()}`
}

/** How a barcode may stand in Shopify: as the till has it, and in each length that a GTIN is written in. */
export function barcodeForms(barcode: string): readonly string[] {
  const gtin = gtinOrNull(barcode)
  if (gtin === null) return [barcode.trim()]
  const shortest = printedGtin(gtin).length
  const lengths = [8, 12, 13, 14].filter(length => length >= shortest)
  return [...new Set([barcode.trim(), ...lengths.map(length => gtin.slice(14 - length))])]
}

/** Variants by the key of their barcode. */
export function byArticle(variants: Iterable<Variant>): Map<string, Variant[]> {
  const found = new Map<string, Variant[]>()
  for (const variant of variants) {
    if (variant.barcode === null || variant.barcode.trim() === '') continue
    const key = articleKey(variant.barcode)
    found.set(key, [...(found.get(key) ?? []), variant])
  }
  return found
}
