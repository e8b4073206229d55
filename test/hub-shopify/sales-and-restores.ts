import { expect } from 'vitest'
import { codeFor } from '../../hub/db/codes.ts'
import { transaction } from '../../hub/db/db.ts'
import { itemNumbers, numberIn } from '../../hub/items/item-table.ts'
import { audit } from '../../hub/stock/audit.ts'
import { writeMovements } from '../../hub/stock/movements.ts'
import { noteHello } from '../../hub/stock/recovery.ts'
import { zoneClock } from '../../shared/wall-clock.ts'
import { stores } from '../sandbox/catalogue.ts'
import {
  ledgerLevel,
  openExceptions,
  type ShopAndHub,
  type StoreOfTest,
  shopAndHub,
  shopLevel,
  tills,
  warehouses,
} from './shop-and-hub.ts'

const ZONE = stores[0]?.zone ?? 'UTC'
export const MUG = 'MUG-BLU'
export const TOTE = 'TOTE-NAT'

export interface Sold {
  readonly receipt: string
  readonly sku?: string
  readonly count?: number
  /** All its lines; one of `sku` and `count` when left out. */
  readonly lines?: readonly { readonly sku: string; readonly count: number }[]
  readonly device?: string
  readonly store?: StoreOfTest
  /** Another number than the lost hub gave this sale. */
  readonly sale?: number
  /** When the goods left, by the hub’s clock; not said when left out. */
  readonly movedAt?: number
  /** By the till's wall clock; now when left out. */
  readonly soldAt?: number
}

/** What the gateway leaves behind for a sale. */
export async function sold(
  hub: ShopAndHub,
  { receipt, sku = MUG, count = 1, store = 'HAR', ...sale }: Sold,
): Promise<void> {
  const device = sale.device ?? tills[0].device
  const number = sale.sale ?? Number(receipt.replaceAll(/\D/g, ''))
  const lines = sale.lines ?? [{ sku, count }]
  await transaction(hub.db, async tx => {
    const at = hub.world.clock.now()
    const numbers = await itemNumbers(tx, new Set(lines.map(one => one.sku)))
    const code = (text: string) => codeFor(tx, text)
    await tx
      .insertInto('sale')
      .values({
        store: await code(store),
        sale: number,
        source: await code('pos'),
        receipt: Buffer.from(receipt.padEnd(16, '.')),
        revision: 0,
        state: 'sold',
        fingerprint: Buffer.from('f'),
        receipt_number: receipt,
        till: await code('Till 1'),
        staff: null,
        business_date: 20260718,
        sold_at: sale.soldAt ?? Date.parse(`${zoneClock(ZONE)(at)}Z`),
        currency: 'EUR',
        net: 0,
        tax: 0,
        tendered: 0,
        rounding: 0,
        unexplained: 0,
        device: await code(device),
        epoch: 1,
        seq: number,
        received_at: at,
      })
      .execute()
    const own = { store: await code(store), warehouse: await code(warehouses[store]) }
    await tx
      .insertInto('sale_line')
      .values(
        lines.map((one, line) => ({
          ...own,
          sale: number,
          revision: 0,
          line,
          item: numberIn(numbers, one.sku),
          quantity: Math.round(one.count * 1000),
          net: 0,
          discount: null,
        })),
      )
      .execute()
    await writeMovements(
      tx,
      lines.map((one, line) => ({
        store,
        warehouse: warehouses[store],
        sku: one.sku,
        kind: 'sale',
        cause: number,
        line,
        revision: 0,
        quantity: -Math.round(one.count * 1000),
        origin: { device, epoch: 1, seq: number },
        at,
        movedAt: sale.movedAt ?? null,
        posts: true,
      })),
    )
  })
}

/** A till connects with so many records, all of which the hub holds, unless `held` says fewer. */
export async function connects(
  hub: ShopAndHub,
  which: (typeof tills)[number],
  seq = 0,
  held = seq,
): Promise<void> {
  const { device, store } = which
  await transaction(hub.db, async tx => {
    await noteHello(tx, { device, store, last: { epoch: 1, seq }, at: hub.world.clock.now() })
    await tx
      .insertInto('stream_in')
      .values({ device, epoch: 1, seq: held, hash: 'h' })
      .onConflict(c => c.column('device').doUpdateSet({ epoch: 1, seq: held }))
      .execute()
  })
}
export async function allConnect(hub: ShopAndHub): Promise<void> {
  for (const one of tills) await connects(hub, one)
}

export const shown = (hub: ShopAndHub, sku = MUG) => shopLevel(hub, sku, 'HAR').on_hand
export const kinds = async (hub: ShopAndHub) => (await openExceptions(hub)).map(({ kind }) => kind)
export async function agree(hub: ShopAndHub, expected: number, sku = MUG): Promise<void> {
  expect({ shop: shown(hub, sku), ledger: (await ledgerLevel(hub, sku, 'HAR')).onHand }).toEqual({
    shop: expected,
    ledger: expected,
  })
  expect((await audit(hub.db)).findings.filter(({ invariant }) => invariant !== 'chain')).toEqual([])
}

/** A hub whose shop is read, and what was sold there. @returns `before`: what Shopify showed then */
export async function hubWithSales(...sales: readonly Sold[]) {
  const hub = await shopAndHub()
  await hub.sync()
  const before = shown(hub)
  for (const sale of sales) await sold(hub, sale)
  return { hub, before }
}
