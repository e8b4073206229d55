/**
 * The catalogue every sandbox is seeded with: the sandbox Shopify and the sandbox POSs start from the same
 * stores, products and opening stock, so that a difference between them is something that happened.
 * Plain values: nothing here knows how a sandbox works.
 */

type StoreCode = 'HAR' | 'MKT'

export interface CatalogueStore {
  readonly code: string
  readonly name: string
  /** Number within `gid://shopify/Location/…`. */
  readonly shopifyLocationId: number
  /** How the store's own POS calls its stock room. */
  readonly posWarehouse: string
  readonly zone: 'Europe/Berlin'
  readonly address: {
    readonly street: string
    readonly postcode: string
    readonly city: string
    readonly country: 'DE'
  }
}

export interface CatalogueItem {
  readonly sku: string
  /** EAN-13 under prefix 952, which GS1 keeps for examples: it is on no real product. */
  readonly barcode: string
  /** Variants of one product share it. */
  readonly product: string
  readonly title: string
  readonly variantTitle: string
  /** Minor units of `currency`, tax included. */
  readonly priceMinor: number
  /** Per cent, contained in the price. */
  readonly taxRate: 19 | 7
  /** false: it is not tracked, so its stock means nothing. */
  readonly tracked: boolean
  /** 'pos': Shopify does not know this SKU. */
  readonly onlyIn: 'pos' | null
  /** Opening stock, the same in the POS and in Shopify. */
  readonly stock: Readonly<Record<StoreCode, number>>
}

export const currency = 'EUR'

export const stores: readonly (CatalogueStore & { readonly code: StoreCode })[] = [
  {
    code: 'HAR',
    name: 'Harbour Street',
    shopifyLocationId: 70100000001,
    posWarehouse: 'WH-HARBOUR',
    zone: 'Europe/Berlin',
    address: { street: 'Hafenstrasse 12', postcode: '20359', city: 'Hamburg', country: 'DE' },
  },
  {
    code: 'MKT',
    name: 'Market Square',
    shopifyLocationId: 70100000002,
    posWarehouse: 'WH-MARKET',
    zone: 'Europe/Berlin',
    address: { street: 'Marktplatz 3', postcode: '23552', city: 'Lübeck', country: 'DE' },
  },
]

export const items: readonly CatalogueItem[] = [
  {
    sku: 'LIN-SHIRT-S',
    barcode: '9520110000017',
    product: 'linen-shirt',
    title: 'Linen shirt',
    variantTitle: 'Sand / S',
    priceMinor: 4990,
    taxRate: 19,
    tracked: true,
    onlyIn: null,
    stock: { HAR: 62, MKT: 48 },
  },
  {
    sku: 'LIN-SHIRT-M',
    barcode: '9520110000024',
    product: 'linen-shirt',
    title: 'Linen shirt',
    variantTitle: 'Sand / M',
    priceMinor: 4990,
    taxRate: 19,
    tracked: true,
    onlyIn: null,
    stock: { HAR: 118, MKT: 96 },
  },
  {
    sku: 'LIN-SHIRT-L',
    barcode: '9520110000031',
    product: 'linen-shirt',
    title: 'Linen shirt',
    variantTitle: 'Sand / L',
    priceMinor: 4990,
    taxRate: 19,
    tracked: true,
    onlyIn: null,
    stock: { HAR: 84, MKT: 71 },
  },
  {
    sku: 'TEE-WHT-S',
    barcode: '9520110000048',
    product: 'organic-cotton-tee',
    title: 'Organic cotton tee',
    variantTitle: 'White / S',
    priceMinor: 2490,
    taxRate: 19,
    tracked: true,
    onlyIn: null,
    stock: { HAR: 160, MKT: 142 },
  },
  {
    sku: 'TEE-WHT-M',
    barcode: '9520110000055',
    product: 'organic-cotton-tee',
    title: 'Organic cotton tee',
    variantTitle: 'White / M',
    priceMinor: 2490,
    taxRate: 19,
    tracked: true,
    onlyIn: null,
    stock: { HAR: 240, MKT: 228 },
  },
  {
    sku: 'TEE-WHT-L',
    barcode: '9520110000062',
    product: 'organic-cotton-tee',
    title: 'Organic cotton tee',
    variantTitle: 'White / L',
    priceMinor: 2490,
    taxRate: 19,
    tracked: true,
    onlyIn: null,
    stock: { HAR: 190, MKT: 175 },
  },
  {
    sku: 'TEE-NVY-M',
    barcode: '9520110000079',
    product: 'organic-cotton-tee',
    title: 'Organic cotton tee',
    variantTitle: 'Navy / M',
    priceMinor: 2490,
    taxRate: 19,
    tracked: true,
    onlyIn: null,
    stock: { HAR: 205, MKT: 180 },
  },
  {
    sku: 'BEANIE-GRY',
    barcode: '9520110000086',
    product: 'merino-beanie',
    title: 'Merino beanie',
    variantTitle: 'Grey',
    priceMinor: 2990,
    taxRate: 19,
    tracked: true,
    onlyIn: null,
    stock: { HAR: 74, MKT: 66 },
  },
  {
    sku: 'BEANIE-RED',
    barcode: '9520110000093',
    product: 'merino-beanie',
    title: 'Merino beanie',
    variantTitle: 'Brick red',
    priceMinor: 2990,
    taxRate: 19,
    tracked: true,
    onlyIn: null,
    stock: { HAR: 58, MKT: 40 },
  },
  {
    sku: 'SOCK-3840',
    barcode: '9520110000109',
    product: 'wool-socks',
    title: 'Wool socks',
    variantTitle: '38-40',
    priceMinor: 1490,
    taxRate: 19,
    tracked: true,
    onlyIn: null,
    stock: { HAR: 130, MKT: 120 },
  },
  {
    sku: 'SOCK-4143',
    barcode: '9520110000116',
    product: 'wool-socks',
    title: 'Wool socks',
    variantTitle: '41-43',
    priceMinor: 1490,
    taxRate: 19,
    tracked: true,
    onlyIn: null,
    stock: { HAR: 150, MKT: 134 },
  },
  {
    sku: 'TOTE-NAT',
    barcode: '9520110000123',
    product: 'canvas-tote',
    title: 'Canvas tote',
    variantTitle: 'Natural',
    priceMinor: 1990,
    taxRate: 19,
    tracked: true,
    onlyIn: null,
    stock: { HAR: 220, MKT: 310 },
  },
  {
    sku: 'RAIN-JKT-M',
    barcode: '9520110000130',
    product: 'rain-jacket',
    title: 'Rain jacket',
    variantTitle: 'Moss / M',
    priceMinor: 12900,
    taxRate: 19,
    tracked: true,
    onlyIn: null,
    stock: { HAR: 28, MKT: 22 },
  },
  {
    sku: 'RAIN-JKT-L',
    barcode: '9520110000147',
    product: 'rain-jacket',
    title: 'Rain jacket',
    variantTitle: 'Moss / L',
    priceMinor: 12900,
    taxRate: 19,
    tracked: true,
    onlyIn: null,
    stock: { HAR: 24, MKT: 20 },
  },
  {
    sku: 'MUG-BLU',
    barcode: '9520110000154',
    product: 'stoneware-mug',
    title: 'Stoneware mug',
    variantTitle: 'Blue',
    priceMinor: 1690,
    taxRate: 19,
    tracked: true,
    onlyIn: null,
    stock: { HAR: 180, MKT: 160 },
  },
  {
    sku: 'MUG-OAT',
    barcode: '9520110000161',
    product: 'stoneware-mug',
    title: 'Stoneware mug',
    variantTitle: 'Oat',
    priceMinor: 1690,
    taxRate: 19,
    tracked: true,
    onlyIn: null,
    stock: { HAR: 210, MKT: 195 },
  },
  {
    sku: 'PLATE-OAT',
    barcode: '9520110000178',
    product: 'dinner-plate',
    title: 'Dinner plate',
    variantTitle: 'Oat',
    priceMinor: 2190,
    taxRate: 19,
    tracked: true,
    onlyIn: null,
    stock: { HAR: 140, MKT: 125 },
  },
  {
    sku: 'CANDLE-SM',
    barcode: '9520110000185',
    product: 'beeswax-candle',
    title: 'Beeswax candle',
    variantTitle: 'Small',
    priceMinor: 1890,
    taxRate: 19,
    tracked: true,
    onlyIn: null,
    stock: { HAR: 260, MKT: 240 },
  },
  {
    sku: 'CANDLE-LG',
    barcode: '9520110000192',
    product: 'beeswax-candle',
    title: 'Beeswax candle',
    variantTitle: 'Large',
    priceMinor: 1890,
    taxRate: 19,
    tracked: true,
    onlyIn: null,
    stock: { HAR: 120, MKT: 110 },
  },
  {
    sku: 'TOWEL-STR',
    barcode: '9520110000208',
    product: 'linen-tea-towel',
    title: 'Linen tea towel',
    variantTitle: 'Striped',
    priceMinor: 1290,
    taxRate: 19,
    tracked: true,
    onlyIn: null,
    stock: { HAR: 300, MKT: 280 },
  },
  {
    sku: 'THROW-GRN',
    barcode: '9520110000215',
    product: 'wool-throw',
    title: 'Wool throw',
    variantTitle: 'Forest green',
    priceMinor: 8900,
    taxRate: 19,
    tracked: true,
    onlyIn: null,
    stock: { HAR: 36, MKT: 30 },
  },
  {
    sku: 'BOARD-WAL',
    barcode: '9520110000222',
    product: 'walnut-cutting-board',
    title: 'Walnut cutting board',
    variantTitle: 'One size',
    priceMinor: 5490,
    taxRate: 19,
    tracked: true,
    onlyIn: null,
    stock: { HAR: 44, MKT: 38 },
  },
  {
    sku: 'TEA-ASSAM',
    barcode: '9520110000239',
    product: 'assam-tea-100-g',
    title: 'Assam tea 100 g',
    variantTitle: 'Loose leaf',
    priceMinor: 790,
    taxRate: 7,
    tracked: true,
    onlyIn: null,
    stock: { HAR: 320, MKT: 290 },
  },
  {
    sku: 'HONEY-250',
    barcode: '9520110000246',
    product: 'wildflower-honey-250-g',
    title: 'Wildflower honey 250 g',
    variantTitle: 'Jar',
    priceMinor: 890,
    taxRate: 7,
    tracked: true,
    onlyIn: null,
    stock: { HAR: 400, MKT: 360 },
  },
  {
    sku: 'BOOK-COOK',
    barcode: '9520110000253',
    product: 'harbour-cookbook',
    title: 'Harbour cookbook',
    variantTitle: 'Hardcover',
    priceMinor: 2800,
    taxRate: 7,
    tracked: true,
    onlyIn: null,
    stock: { HAR: 90, MKT: 85 },
  },
  {
    sku: 'GIFT-WRAP',
    barcode: '9520110000260',
    product: 'gift-wrap',
    title: 'Gift wrap',
    variantTitle: 'One size',
    priceMinor: 350,
    taxRate: 19,
    tracked: false,
    onlyIn: null,
    stock: { HAR: 0, MKT: 0 },
  },
  {
    sku: 'PATCH-POS',
    barcode: '9520110000277',
    product: 'repair-patch',
    title: 'Repair patch',
    variantTitle: 'One size',
    priceMinor: 600,
    taxRate: 19,
    tracked: true,
    onlyIn: 'pos',
    stock: { HAR: 40, MKT: 25 },
  },
]

/** Opening stock of an item at a store; the light stores open with as much as the first one. */
export function openingStock(item: CatalogueItem, store: string): number {
  return store === 'MKT' ? item.stock.MKT : item.stock.HAR
}
