import { unitsForPeople } from '../../shared/quantity.ts'
import { defineCheck } from './check.ts'
import { promisedAndHeld } from './promised-units.ts'
import { ordersWaitingFor } from './waiting-orders.ts'

/** Items of which more is promised to customers than the store holds, each with exactly what is missing and the orders that wait. */
export const promisedBeyondStock = defineCheck({
  kind: 'promised-beyond-stock',
  owner: 'store',
  severity: 'urgent',
  everyMinutes: 5,
  async find(db) {
    const short = (await promisedAndHeld(db)).filter(({ promised, held }) => promised > held)
    const waiting = await ordersWaitingFor(db, short)
    return short.map(({ store, warehouse, sku, promised, held }) => {
      const missing = unitsForPeople(promised - Math.max(0, held))
      const counts = { promised: unitsForPeople(promised), held: unitsForPeople(held), missing }
      const orders = waiting.get(`${store}/${sku}`) ?? []
      return {
        code: 'promised-beyond-stock' as const,
        subject: `${store}/${warehouse}/${sku}`,
        store,
        fields: { store, warehouse, sku, ...counts, orders: orders.join(', ') || '–' },
        evidence: { ...counts, orders },
      }
    })
  },
})
