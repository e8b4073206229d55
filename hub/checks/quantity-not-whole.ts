import { unitsForPeople } from '../../shared/quantity.ts'
import { allRemainders } from '../outbox/remainders.ts'
import { defineCheck } from './check.ts'
import { listed } from './words/listed.ts'

/** A till may sell fractions of everything. */
const MOST_SHOWN = 100

/** Fractions of units that are held back from Shopify, which counts whole ones: one exception a place, whatever its items. */
export const quantityNotWhole = defineCheck({
  kind: 'quantity-not-whole',
  owner: 'ops',
  severity: 'notice',
  everyMinutes: 5,
  async find(db) {
    const places = Map.groupBy(await allRemainders(db), ({ store, warehouse }) => `${store}/${warehouse}`)
    return [...places].map(([subject, [first, ...others]]) => {
      const held = first === undefined ? [] : [first, ...others]
      const items = held.map(({ sku, quantity }) => `${sku} (${signed(unitsForPeople(quantity))})`)
      const { store, warehouse } = first ?? { store: '', warehouse: '' }
      const fields = { warehouse, store, items: listed(items) }
      const evidence = { held: held.slice(0, MOST_SHOWN), items: held.length }
      return { code: 'quantity-not-whole' as const, subject, store, fields, evidence }
    })
  },
})

const signed = (units: number) => (units > 0 ? `+${units}` : String(units))
