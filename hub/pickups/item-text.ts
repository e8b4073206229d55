import { Sku } from '../../shared/ids.ts'
import { cleanText } from './order-text.ts'

/** What an order's line says of its item, as Shopify has it. */
interface ItemWords {
  readonly sku: string | null
  readonly barcode: string | null
  readonly title: string
  readonly variantTitle: string | null
  readonly imageUrl: string | null
}

/** The same for tills: cleaned and capped. */
export function itemText({ sku, barcode, title, variantTitle, imageUrl }: ItemWords) {
  return {
    sku: skuOf(sku),
    barcode: barcode === null ? null : cleanText(barcode, 64) || null,
    title: cleanText(title, 500),
    variantTitle: variantOf(variantTitle),
    imageUrl: secureUrl(imageUrl),
  }
}

/** A SKU is a key: it is taken exactly as it is or not at all, never corrected. */
export function skuOf(text: string | null): Sku | null {
  const sku = Sku.safeParse(text)
  return sku.success ? sku.data : null
}

function variantOf(variantTitle: string | null): string | null {
  const title = variantTitle === null ? '' : cleanText(variantTitle, 500)
  return title === '' || title === 'Default Title' ? null : title
}

function secureUrl(imageUrl: string | null): string | null {
  if (imageUrl === null || imageUrl.length > 2_000 || !URL.canParse(imageUrl)) return null
  return new URL(imageUrl).protocol === 'https:' ? imageUrl : null
}
