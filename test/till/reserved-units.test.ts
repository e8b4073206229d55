import { expect, test } from 'vitest'
import { z } from 'zod'
import { PickupView } from '../../agent/till/api-schema.ts'
import { StockReserved } from '../../shared/commands.ts'
import { Sku } from '../../shared/ids.ts'
import { ask, openTill, POS_TOKEN, pageBy } from './open-till.ts'

type Till = Awaited<ReturnType<typeof openTill>>

const line = { barcode: '4006381333931', title: 'Shirt', variantTitle: null, imageUrl: null }
let requests = 0

/** A receipt that the POS posts; the same number again is a correction of it. */
async function ringUp(till: Till, receipt: string, quantity: number, item: object = { sku: 'SHIRT-M' }) {
  requests += 1
  const amount = quantity < 0 ? '-10.00' : '10.00'
  const sold = {
    receipt,
    receiptNumber: receipt,
    till: '1',
    staff: null,
    soldAt: '2026-11-25T14:03:00',
    lines: [{ ...item, title: 'Shirt', quantity: String(quantity), net: amount }],
    taxes: [],
    tenders: [{ kind: 'cash', name: 'Cash', amount }],
  }
  const headers = {
    authorization: `Bearer ${POS_TOKEN}`,
    'idempotency-key': `reserved-${requests}`,
    'content-type': 'application/json',
  }
  const url = `${till.url}/pos/register/sales`
  const { status } = await ask(url, { method: 'POST', headers, body: JSON.stringify(sold) })
  expect(status).toBe(200)
}

async function voidReceipt(till: Till, receipt: string) {
  requests += 1
  const headers = { authorization: `Bearer ${POS_TOKEN}`, 'idempotency-key': `reserved-${requests}` }
  await ask(`${till.url}/pos/register/sales/${receipt}`, { method: 'DELETE', headers })
}

/** The hub's word. `seen`: how many of the till's records it has counted. */
const told = (till: Till, items: readonly { sku: string; free: number }[], seen = 0) =>
  till.tell(StockReserved.parse({ kind: 'stock.reserved', at: 1, items, seen: { epoch: 1, seq: seen } }))

async function free(till: Till): Promise<(number | null)[]> {
  const page = await pageBy(till.link)
  const { body } = await page.get('/api/pickups')
  const views = z.array(PickupView).parse(JSON.parse(body))
  return views.flatMap(view => view.lines.map(one => one.free))
}

const shirt = { ...line, id: 'l1', units: 1, sku: Sku.parse('SHIRT-M') }

async function withShirt(): Promise<Till> {
  const till = await openTill()
  till.put({ lines: [shirt] })
  return till
}

test('sales made here count at once, also while the hub is away; its next word has them', async () => {
  await using till = await withShirt()
  expect(await free(till)).toEqual([null]) // not known, or enough of it
  told(till, [{ sku: 'SHIRT-M', free: 1 }])
  expect(await free(till)).toEqual([1])
  await ringUp(till, 'R-1', 1)
  expect(await free(till)).toEqual([0])
  await ringUp(till, 'R-2', 1, { sku: 'POS-77', barcode: line.barcode }) // the POS's own code
  expect(await free(till)).toEqual([-1])
  await ringUp(till, 'R-3', 5, { sku: 'OTHER' })
  expect(await free(till)).toEqual([-1])

  told(till, [{ sku: 'SHIRT-M', free: 0 }], 1) // it has counted the first receipt
  expect(await free(till)).toEqual([-1])
  told(till, [{ sku: 'SHIRT-M', free: -1 }], 3)
  expect(await free(till)).toEqual([-1])
  told(till, [], 3)
  expect(await free(till)).toEqual([null])
})

test('a corrected or voided receipt counts as its newest content, also when the hub had counted the first', async () => {
  await using till = await withShirt()
  told(till, [{ sku: 'SHIRT-M', free: 5 }])
  await ringUp(till, 'R-1', 3)
  await ringUp(till, 'R-1', 2)
  expect(await free(till)).toEqual([3])
  told(till, [{ sku: 'SHIRT-M', free: 3 }], 2)
  expect(await free(till)).toEqual([3])
  await ringUp(till, 'R-1', 1)
  expect(await free(till)).toEqual([4])
  await voidReceipt(till, 'R-1')
  expect(await free(till)).toEqual([5])
})

test('a returned unit is free again, and a wiped till keeps nothing', async () => {
  await using till = await withShirt()
  told(till, [{ sku: 'SHIRT-M', free: 0 }])
  await ringUp(till, 'R-9', -1)
  expect(await free(till)).toEqual([1])
  till.journal.wipe()
  till.put({ lines: [shirt] })
  expect(till.journal.parts.pickups.free().size).toBe(0)
})
