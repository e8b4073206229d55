import { expect, test } from 'vitest'
import { followStock } from '../../agent/free-stock/follow-stock.ts'
import { StockFound } from '../../agent/till/api-schema.ts'
import { StockChanges } from '../../shared/free-stock.ts'
import { turns, until } from '../manual-world.ts'
import { openTill, pageBy } from './open-till.ts'

type Till = Awaited<ReturnType<typeof openTill>>
const MINUTE = 60_000
const HUB_CLOCK = 5_000_000

function changes(over: object = {}): StockChanges {
  return StockChanges.parse({
    at: HUB_CLOCK,
    cursor: 'c1',
    isWhole: true,
    isMore: false,
    stores: [
      { store: 'HAR', name: 'Harbour', asOf: HUB_CLOCK },
      { store: 'MKT', name: 'Market', asOf: HUB_CLOCK - 70 * MINUTE },
      { store: 'STA', name: 'Station', asOf: HUB_CLOCK },
    ],
    items: [
      {
        ...{
          item: 'i1',
          sku: 'MUG-BLU',
          barcode: '5000000000017',
          title: 'Enamel mug',
          variantTitle: 'Blue',
        },
        free: [
          [0, 2],
          [1, 5],
          [2, -1],
        ],
      },
      {
        ...{ item: 'i2', sku: 'MUG-WHT', barcode: null, title: 'Enamel mug', variantTitle: 'White' },
        free: [[1, 1]],
      },
    ],
    ...over,
  })
}

async function search(till: Till, text: string): Promise<StockFound> {
  const { body } = await (await pageBy(till.link)).post('/api/stock/questions', { text })
  return StockFound.parse(JSON.parse(body))
}
const numbers = ({ items }: StockFound) =>
  items.map(({ sku, stores }) => [sku, ...stores.map(({ store, free }) => `${store} ${free}`)])

test('staff find an item by its code or by words, with what each store has, this one first', async () => {
  await using till = await openTill()
  expect(await search(till, 'mug')).toEqual({ heardAt: null, isComplete: false, items: [], isMore: false })
  await till.journal.parts.freeStock.take(changes())
  const blue = ['MUG-BLU', 'HAR 2', 'MKT 5', 'STA 0']
  const white = ['MUG-WHT', 'HAR null', 'MKT 1', 'STA null']
  for (const text of ['mug-blu', '5000000000017', 'BLUE mug', 'enamel blu'])
    expect(numbers(await search(till, text)), text).toEqual([blue])
  expect(numbers(await search(till, 'mug'))).toEqual([blue, white])
  for (const text of ['', 'sofa', '%', '"', "'", 'mug sofa'])
    expect(numbers(await search(till, text)), text).toEqual([])
  const now = till.world.clock.now()
  const { heardAt, isComplete, items } = await search(till, 'mug-blu')
  expect({ heardAt, isComplete }).toEqual({ heardAt: now, isComplete: true })
  expect(items[0]?.stores.map(({ asOf }) => now - asOf)).toEqual([0, 70 * MINUTE, 0])
})

test('a change takes the place of what was known of that store alone; a new beginning of everything', async () => {
  await using till = await openTill()
  const { take } = till.journal.parts.freeStock
  await take(changes())
  const [item] = changes().items
  const one = { ...item, free: [[1, 4]] }
  await take(changes({ isWhole: false, cursor: 'c2', items: [one] }))
  expect(numbers(await search(till, 'mug-blu'))).toEqual([['MUG-BLU', 'HAR 2', 'MKT 4', 'STA 0']])
  await take(changes({ isWhole: false, cursor: 'c3', items: [{ ...one, free: [[1, null]] }] }))
  expect(numbers(await search(till, 'mug-blu'))).toEqual([['MUG-BLU', 'HAR 2', 'STA 0', 'MKT null']])
  await take(changes({ items: [one], cursor: 'c4' }))
  expect(numbers(await search(till, 'mug'))).toEqual([['MUG-BLU', 'HAR null', 'MKT 4', 'STA null']])
  await take(null)
  expect((await search(till, 'mug')).heardAt).toBeNull()
})

test('a till follows the stock while its store sees it, asks for more at once, and forgets it when it does not', async () => {
  await using till = await openTill()
  const { world } = till
  const store = till.journal.parts.freeStock
  const asked: (string | null)[] = []
  let answers: (StockChanges | null | undefined)[] = []
  let isShown = true
  using _following = followStock({
    world,
    store,
    isShown: () => isShown,
    async ask(since) {
      asked.push(since)
      return answers.shift()
    },
  })
  answers = [changes({ isMore: true }), changes({ isWhole: false, items: [], cursor: 'c2' })]
  await world.advance(1_000)
  await until('both pages are asked', () => asked.length === 2)
  await until('the second is kept', () => store.heard()?.cursor === 'c2')
  expect(asked).toEqual([null, 'c1'])
  await turns()
  await world.advance(15_000) // no connection: what is known stays, with its age
  await until('it is asked again', () => asked.length === 3)
  expect(asked[2]).toBe('c2')
  expect(numbers(await search(till, 'mug-wht'))).toHaveLength(1)
  await turns()
  isShown = false
  await world.advance(15_000)
  await until('it is forgotten', () => store.heard() === null)
  expect(asked).toHaveLength(3)
})

test('a till at rest writes that nothing changed once a minute, and says it was heard all the same', async () => {
  await using till = await openTill()
  const { world } = till
  const { take, heard } = till.journal.parts.freeStock
  let writes = 0
  till.journal.onChange(what => {
    if (what.has('free-stock')) writes += 1
  })
  await take(changes())
  const nothing = changes({ isWhole: false, items: [] })
  for (let quarter = 0; quarter < 8; quarter += 1) {
    await world.advance(15_000)
    await take(nothing)
    expect(heard()?.heardAt).toBe(world.clock.now())
  }
  expect(writes).toBe(3)
})
