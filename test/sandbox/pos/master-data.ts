import type { Database } from 'better-sqlite3'
import { type CatalogueItem, type CatalogueStore, items, openingStock } from '../catalogue.ts'

/** Who sells in every sandbox store. */
export const staff: readonly string[] = ['Anke', 'Bilal', 'Chiara', 'Dmitri']

/** uniCenta holds prices without tax, as doubles. */
export function netPrice(grossMinor: number, taxRate: number): number {
  return grossMinor / 100 / (1 + taxRate / 100)
}

export const productId = (sku: string): string => `product-${sku.toLowerCase()}`
export const taxId = (rate: number): string => `tax-${rate}`

/** What a shop enters before its first sale: taxes, staff, items, a place, opening stock. */
export function fillMasterData(db: Database, store: CatalogueStore): void {
  const put = (table: string, row: Readonly<Record<string, string | number | null>>): void => {
    const columns = Object.keys(row)
    const places = columns.map(column => `@${column}`).join(', ')
    db.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`).run(row)
  }
  put('roles', { id: '2', name: 'Employee role' })
  for (const name of staff) put('people', { id: `person-${name.toLowerCase()}`, name, role: '2', visible: 1 })
  for (const rate of [19, 7]) {
    put('taxcategories', { id: `taxcat-${rate}`, name: `Tax ${rate} %` })
    put('taxes', { id: taxId(rate), name: `VAT ${rate} %`, category: `taxcat-${rate}`, rate: rate / 100 })
  }
  put('locations', { id: store.posWarehouse, name: store.name, address: store.address.street })
  put('categories', { id: '000', name: 'Shop' })
  for (const item of items) put('products', productRow(item))
  for (const item of items.filter(each => each.tracked))
    put('stockcurrent', {
      location: store.posWarehouse,
      product: productId(item.sku),
      attributesetinstance_id: null,
      units: openingStock(item, store.code),
    })
  for (const table of ['ticketsnum', 'ticketsnum_refund', 'ticketsnum_payment']) put(table, { id: 0 })
}

export function productName({ title, variantTitle }: CatalogueItem): string {
  return variantTitle === 'One size' ? title : `${title} ${variantTitle}`
}

function productRow(item: CatalogueItem) {
  return {
    id: productId(item.sku),
    reference: item.sku,
    code: item.barcode,
    codetype: 'EAN-13',
    name: productName(item),
    pricesell: netPrice(item.priceMinor, item.taxRate),
    pricebuy: netPrice(item.priceMinor, item.taxRate) / 2,
    category: '000',
    taxcat: `taxcat-${item.taxRate}`,
    isservice: item.tracked ? 0 : 1,
  }
}
