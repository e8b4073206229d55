import { expect, test } from 'vitest'
import { at, handClock, openReceiver, openShop, subscribe, type TestShop } from './harness.ts'

const RUN = `mutation($query: String!, $group: Boolean!) { bulkOperationRunQuery(query: $query, groupObjects: $group) {
  bulkOperation { id status } userErrors { code message } } }`
const LOOK = `query($id: ID!) { bulkOperation(id: $id) {
  status errorCode objectCount rootObjectCount fileSize url partialDataUrl completedAt } }`
const LEVELS = `{ inventoryItems { edges { node { id sku inventoryLevels { edges { node { id
  quantities(names: ["available"]) { quantity } location { code: name } } } } } } } }`

interface Bulk {
  readonly status: string
  readonly errorCode: string | null
  readonly objectCount: string
  readonly rootObjectCount: string
  readonly url: string | null
  readonly partialDataUrl: string | null
}

async function start(shop: TestShop, query: string, group = false) {
  const data = await shop.data(RUN, { query, group })
  return at(data, 'bulkOperationRunQuery') as {
    bulkOperation: { id: string; status: string } | null
    userErrors: readonly { code: string; message: string }[]
  }
}

async function look(shop: TestShop, id: string | undefined): Promise<Bulk> {
  return at(await shop.data(LOOK, { id }), 'bulkOperation') as Bulk
}

async function finished(shop: TestShop, query: string, group = false): Promise<Bulk> {
  const { bulkOperation } = await start(shop, query, group)
  await shop.sandbox.webhooks.settled()
  return look(shop, bulkOperation?.id)
}

type Row = Readonly<Record<string, unknown>>

async function rowsAt(url: string | null): Promise<readonly Row[]> {
  const response = await fetch(url ?? '')
  const lines = (await response.text()).split('\n').filter(line => line !== '')
  return lines.map(line => JSON.parse(line) as Row)
}

test('a bulk query writes every row; children name their parent and may come before it', async () => {
  await using shop = await openShop()
  const { bulkOperation } = await start(shop, LEVELS)
  expect(bulkOperation?.status).toBe('CREATED')
  await shop.sandbox.webhooks.settled()
  const done = await look(shop, bulkOperation?.id)
  expect(done).toMatchObject({
    status: 'COMPLETED',
    errorCode: null,
    objectCount: '13',
    rootObjectCount: '5',
    partialDataUrl: null,
  })
  const rows = await rowsAt(done.url)
  const parents = rows.filter(row => row['__parentId'] === undefined)
  expect(parents.map(row => row['sku']).toSorted()).toEqual(['MUG-BLU', 'MUG-OAT', 'PLATE', 'SET', 'WRAP'])
  expect(parents.every(row => Object.keys(row).join() === 'id,sku')).toBe(true)
  const children = rows.filter(row => row['__parentId'] !== undefined)
  expect(children).toHaveLength(8)
  expect(children[0]).toMatchObject({ quantities: [{}], location: {} })
  const known = new Set(parents.map(row => row['id']))
  expect(children.every(row => known.has(row['__parentId']))).toBe(true)
})

test('grouped, children follow their parent', async () => {
  await using shop = await openShop()
  const { url } = await finished(shop, LEVELS, true)
  let parent: unknown
  for (const row of await rowsAt(url)) {
    if (row['__parentId'] === undefined) parent = row['id']
    else expect(row['__parentId']).toBe(parent)
  }
})

test('a connection within an object: its rows name the row above, or the object by the switch', async () => {
  await using shop = await openShop()
  const query = '{ productVariants { nodes { id inventoryItem { id inventoryLevels { nodes { id } } } } } }'
  const parents = async (): Promise<unknown> => {
    const rows = await rowsAt((await finished(shop, query)).url)
    const ids = rows.flatMap(row => row['__parentId'] ?? [])
    return [...new Set(ids.map(id => String(id).split('/')[3]))]
  }
  expect(await parents()).toEqual(['ProductVariant'])
  shop.sandbox.switches.turn({ bulkParent: 'nearest-object' })
  expect(await parents()).toEqual(['InventoryItem'])
})

test('a query without rows has no file', async () => {
  await using shop = await openShop()
  expect(await finished(shop, '{ orders { edges { node { id } } } }')).toMatchObject({
    status: 'COMPLETED',
    objectCount: '0',
    url: null,
  })
})

test.each([
  ['{ shop { name } }', 'Bulk queries must contain at least one connection.'],
  ['{ node(id: "gid://shopify/Order/1") { id } }', 'Bulk queries cannot contain a top level'],
  ['{ products { edges { node { colour } } } }', 'Invalid bulk query: Cannot query field "colour"'],
  ['{ products {', 'Invalid bulk query: Syntax Error'],
  [
    'mutation { productDelete(input: { id: "gid://shopify/Product/1" }) { deletedProductId } }',
    'Bulk queries must be',
  ],
  [
    '{ orders { nodes { id fulfillmentOrders { nodes { id fulfillments { nodes { id fulfillmentLineItems { nodes { id } } } } } } } } }',
    'Bulk queries cannot contain connections with a nesting depth greater than 2.',
  ],
  [
    '{ a: orders { nodes { id } } b: orders { nodes { id } } c: orders { nodes { id } } d: orders { nodes { id } } e: orders { nodes { id } } f: orders { nodes { id } } }',
    'Bulk queries cannot contain more than 5 connections.',
  ],
])('the bulk query %s is refused', async (query, message) => {
  await using shop = await openShop()
  const { bulkOperation, userErrors } = await start(shop, query)
  expect(bulkOperation).toBeNull()
  expect(userErrors).toMatchObject([{ code: 'INVALID', message: expect.stringContaining(message) }])
})

test('it takes its time, shows the shop of its start or of its end, and counts as it goes', async () => {
  const clock = handClock()
  await using receiver = await openReceiver()
  await using shop = await openShop({ now: clock.now, bulkDelayMs: 60_000 })
  await subscribe(shop, receiver, 'BULK_OPERATIONS_FINISH')
  const sets = async (bulkReads: 'at-start' | 'at-end'): Promise<unknown> => {
    shop.sandbox.switches.turn({ bulkReads })
    const { bulkOperation } = await start(shop, LEVELS)
    await shop.sandbox.webhooks.settled()
    expect(await look(shop, bulkOperation?.id)).toMatchObject({ status: 'RUNNING', url: null })
    await shop.control('POST', '/sandbox/stock/adjust', { sku: 'PLATE', location: 'HAR', delta: -1 })
    clock.advance(30_000)
    await shop.sandbox.webhooks.settled()
    expect(await look(shop, bulkOperation?.id)).toMatchObject({
      status: 'RUNNING',
      objectCount: bulkReads === 'at-start' ? '6' : '0',
    })
    clock.advance(30_000)
    await shop.sandbox.webhooks.settled()
    const { url } = await look(shop, bulkOperation?.id)
    const rows = await rowsAt(url)
    const plate = rows.find(row => row['sku'] === 'PLATE')
    return at(
      rows.find(row => row['__parentId'] === plate?.['id']),
      'quantities',
      0,
      'quantity',
    )
  }
  expect(await sets('at-start')).toBe(8)
  expect(await sets('at-end')).toBe(6)
  expect(receiver.hooks).toMatchObject([
    { topic: 'bulk_operations/finish', body: { status: 'completed', type: 'query', error_code: null } },
    {},
  ])
})

test('it can be late, fail with half its rows, be cut, and be cancelled', async () => {
  const clock = handClock()
  await using shop = await openShop({ now: clock.now })
  shop.sandbox.faults.set({ kind: 'bulk-late', ms: 3_600_000, operation: 'inventoryItems' })
  expect(await finished(shop, LEVELS)).toMatchObject({ status: 'RUNNING' })
  clock.advance(3_600_000)

  shop.sandbox.faults.set({ kind: 'bulk-failed', operation: 'inventoryItems' })
  await shop.sandbox.webhooks.settled()
  const data = await shop.data(
    '{ bulkOperations(first: 5) { nodes { status errorCode objectCount partialDataUrl } } }',
  )
  const failed = at(data, 'bulkOperations', 'nodes', 0) as Bulk
  expect(failed).toMatchObject({ status: 'FAILED', errorCode: 'INTERNAL_SERVER_ERROR', objectCount: '6' })
  expect(await rowsAt(failed.partialDataUrl)).toHaveLength(6)

  const whole = await finished(shop, LEVELS)
  shop.sandbox.faults.set({ kind: 'bulk-cut' })
  await expect(rowsAt(whole.url)).rejects.toThrow(SyntaxError)
  expect(await rowsAt(whole.url)).toHaveLength(13)

  shop.sandbox.switches.turn({ bulkDelayMs: 60_000 })
  const { bulkOperation } = await start(shop, LEVELS)
  const cancel =
    'mutation($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { status } userErrors { message } } }'
  expect(await shop.data(cancel, { id: bulkOperation?.id })).toEqual({
    bulkOperationCancel: { bulkOperation: { status: 'CANCELING' }, userErrors: [] },
  })
  await shop.sandbox.webhooks.settled()
  expect(await look(shop, bulkOperation?.id)).toMatchObject({ status: 'CANCELED', url: null })
  expect(await shop.data(cancel, { id: bulkOperation?.id })).toMatchObject({
    bulkOperationCancel: { bulkOperation: null, userErrors: [{}] },
  })
})

test('five run at once; a denied field ends it; a file is kept for seven days', async () => {
  const clock = handClock()
  await using shop = await openShop({ now: clock.now, bulkDelayMs: 1000 })
  for (let run = 0; run < 5; run += 1) expect((await start(shop, LEVELS)).userErrors).toEqual([])
  expect((await start(shop, LEVELS)).userErrors).toMatchObject([{ code: 'LIMIT_REACHED' }])
  clock.advance(1000)
  await shop.sandbox.webhooks.settled()
  shop.sandbox.app.changeScopes(['read_products'])
  shop.sandbox.switches.turn({ bulkDelayMs: 0 })
  expect(await finished(shop, LEVELS)).toMatchObject({
    status: 'FAILED',
    errorCode: 'ACCESS_DENIED',
    url: null,
  })
  const { url } = await finished(shop, '{ products { nodes { id } } }')
  expect((await fetch(url ?? '')).status).toBe(200)
  expect((await fetch((url ?? '').replace(/\w\.jsonl$/, 'x.jsonl'))).status).toBe(404)
  clock.advance(7 * 24 * 3_600_000)
  expect((await fetch(url ?? '')).status).toBe(403)
})
