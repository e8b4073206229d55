import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { launchChromium } from '../chromium.ts'
import { temporaryFolder } from '../manual-world.ts'
import { items, stores } from '../sandbox/catalogue.ts'
import { type Everything, startEverything } from '../sandbox/everything.ts'
import { openPos, type PosLine } from '../sandbox/pos/pos.ts'
import { seeded } from '../sandbox/pos/trade.ts'
import { hubBooks, posBooks, unposted } from './books.ts'
import { type Line, openLine } from './line.ts'
import { openShop } from './shop.ts'

/** The whole of Tillbridge in real processes, with a real Chromium, while parts of it are killed. */
const folder = temporaryFolder()
const [harbour] = stores
if (harbour === undefined) throw new Error('the catalogue has no store')
const logs: string[] = []
let browser: Browser
let line: Line
let everything: Everything
let shop: ReturnType<typeof openShop>
const hubDb = join(folder.path, 'hub', 'hub.db')

beforeAll(async () => {
  everything = await startEverything({
    folder: folder.path,
    stores: 2,
    secondsBetweenSales: 1,
    quietPos: true,
    ports: { hub: 0, shopify: 0, till: 0 },
    async hubAddressFor(store, hub) {
      if (store !== harbour.code) return hub
      line = await openLine(hub)
      return line.url
    },
    log: (part, text) => logs.push(`${part}  ${text}`),
  })
  shop = openShop(everything.run.shopify)
  browser = await launchChromium()
})

afterAll(async () => {
  await browser?.close()
  await everything?.[Symbol.asyncDispose]()
  await line?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

/** Asks again until it holds; the last answer is in the failure. */
async function eventually<T>(
  what: string,
  ask: () => T | Promise<T>,
  holds: (answer: T) => boolean,
  seconds = 600,
): Promise<T> {
  const once = async () => {
    const answer = await ask()
    if (holds(answer)) return answer
    const log = logs.slice(-15).join('\n')
    throw new Error(`not within ${seconds} s: ${what}; last: ${JSON.stringify(answer)}\n${log}`)
  }
  return vi.waitFor(once, { timeout: seconds * 1_000, interval: 100 })
}

const store = () => {
  const [first] = everything.run.stores
  if (first === undefined) throw new Error('no store runs')
  return first
}
const available = async (sku: string) =>
  (await shop.levels(store().locationId)).get(sku)?.available ?? Number.NaN

async function openTill(): Promise<Page> {
  // the browser's own language, whatever this machine calls it
  const page = await browser.newPage({ viewport: { width: 1024, height: 768 } })
  page.setDefaultTimeout(300_000)
  await page.addInitScript(() => localStorage.setItem('tillbridge.staff', 'Maya'))
  await page.goto(store().till.url)
  return page
}

async function openHeadOffice(): Promise<Page> {
  const { url, user, password } = everything.run.hub
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  page.setDefaultTimeout(300_000)
  await page.goto(url)
  await page.getByLabel('User').fill(user)
  await page
    .getByLabel(/password/i)
    .first()
    .fill(password)
  await page.keyboard.press('Enter')
  await page.getByTestId('location-row').first().waitFor()
  return page
}

test('a sale at the till lowers Shopify’s stock, and head office sees it', async () => {
  const office = await openHeadOffice()
  const before = await available('LIN-SHIRT-M')
  const pos = openPos(store().pos.file, harbour)
  const sold = pos.sell({
    lines: [{ sku: 'LIN-SHIRT-M', units: 3 }],
    tenders: [
      { kind: 'cash', minor: 10_000 },
      { kind: 'magcard', minor: 4_970 },
    ],
  })
  pos.close()
  await eventually(
    'three shirts less in Shopify',
    () => available('LIN-SHIRT-M'),
    now => now === before - 3,
  )
  const row = office.locator(`[data-testid=location-row][data-store="${store().code}"]`)
  await eventually(
    'the receipt at head office',
    () => row.getByTestId('last-sale').textContent(),
    text => text?.includes(String(sold.number)) === true,
  )
  expect(await row.getByTestId('connection').textContent()).toContain('Connected')
  await office.close()
})

test('an order online is picked, made ready and handed over at the till, and Shopify has it fulfilled', async () => {
  const till = await openTill()
  const before = await shop.levels(store().locationId)
  const order = await shop.order({
    location: store().code,
    lines: [{ sku: 'LIN-SHIRT-S', quantity: 2 }],
    customer: 'Ana Pavić',
  })
  const card = till.locator(`[data-testid=pickup-card][data-order="${order.name}"]`)
  await card.waitFor()
  expect(await card.textContent()).toContain('Ana Pavić')
  // A tap within 700 ms of a change does nothing, so each is repeated until it has worked.
  const press = (what: string, button: Locator, until: () => Promise<boolean>) =>
    eventually(
      what,
      async () => {
        if (await until()) return true
        await button.evaluateAll((found: HTMLElement[]) => found[0]?.click())
        return false
      },
      Boolean,
    )
  const page = till.getByTestId('pickup')
  const sure = till.getByTestId('hand-over-yes')
  await press('its page', card.getByTestId('primary-action'), () => page.isVisible())
  const isHere = till.getByTestId('finish-yes')
  const markReady = async () => {
    await press('whether all is there', page.getByTestId('primary-action'), () => isHere.isVisible())
    await press('back in the list', isHere, () => card.isVisible())
  }
  await markReady()
  await press('undone', till.getByTestId('undo'), () => page.isVisible())
  await markReady()
  await press('the question', card.getByTestId('primary-action'), () => sure.isVisible())
  await press('handed over', sure, async () => !(await sure.isVisible()))
  await eventually(
    'the order fulfilled in Shopify',
    () => shop.fulfilment(order.id),
    ({ order: status }) => status === 'FULFILLED',
  )
  const after = await shop.levels(store().locationId)
  const was = before.get('LIN-SHIRT-S')
  const is = after.get('LIN-SHIRT-S')
  expect(is).toEqual({ available: (was?.available ?? 0) - 2, onHand: (was?.onHand ?? 0) - 2 })
  await till.close()
})

test('500 lines sold with the line cut while agent and hub are killed: every total agrees to the unit and the cent', async () => {
  const till = await openTill()
  const before = await shop.levels(store().locationId)
  const soldBefore = posBooks(store().pos.file)
  line.cut()
  await eventually(
    'the till says that it works offline',
    () => till.getByTestId('state-line').textContent(),
    text => text?.includes('offline') === true,
  )
  // ordered while the store can't hear of it
  const order = await shop.order({
    location: store().code,
    lines: [{ sku: 'LIN-SHIRT-S', quantity: 1 }],
    customer: 'Tom Okafor',
  })

  const chance = seeded(20_261_125)
  const pos = openPos(store().pos.file, harbour)
  await sellLines(pos, 500, chance, async sold => {
    const part = chance() < 0.5 ? everything.parts.agents[0] : everything.parts.hub
    if (sold % 5 !== 0 || part === undefined) return
    const before = part.pid()
    await part.kill()
    await eventually('the part is started again', part.pid, pid => pid !== before)
  })
  pos.close()
  await everything.parts.hub.kill()
  await everything.parts.agents[0]?.kill()
  line.mend()
  const killed = everything.parts.hub.restarts() + (everything.parts.agents[0]?.restarts() ?? 0)
  expect(killed).toBeGreaterThanOrEqual(4)

  const truth = posBooks(store().pos.file)
  const books = await eventually(
    'hub and POS agree',
    () => hubBooks(hubDb, store().code),
    now => now.receipts === truth.receipts && now.tendered === truth.tendered,
    120,
  )
  expect(books).toEqual(truth)

  await eventually(
    'everything carried to Shopify',
    () => unposted(hubDb),
    open => open === 0,
    120,
  )
  const after = await shop.levels(store().locationId)
  for (const { sku, tracked, onlyIn } of items) {
    if (!tracked || onlyIn !== null) continue
    const sold = (truth.units.get(sku) ?? 0) - (soldBefore.units.get(sku) ?? 0)
    const promised = sku === 'LIN-SHIRT-S' ? 1 : 0
    expect({ sku, available: after.get(sku)?.available }).toEqual({
      sku,
      available: (before.get(sku)?.available ?? 0) - sold - promised,
    })
  }
  await till.locator(`[data-testid=pickup-card][data-order="${order.name}"]`).waitFor()
  await eventually(
    'the till is up to date',
    () => till.getByTestId('state-line').textContent(),
    text => text?.includes('Up to date') === true,
  )
  const { stdout } = await promisify(execFile)(process.execPath, [
    'hub/cli.mjs',
    'audit',
    '--json',
    '--data',
    join(folder.path, 'hub'),
  ])
  expect(JSON.parse(stdout)).toMatchObject({ findings: [] })
  await till.close()
})

/** Sales, refunds, voids and edits until so many lines are sold; `after` is told the receipts so far. */
async function sellLines(
  pos: ReturnType<typeof openPos>,
  lines: number,
  chance: () => number,
  after: (receipts: number) => Promise<void>,
): Promise<void> {
  const articles = items.filter(item => item.tracked)
  const pick = (): PosLine => ({
    sku: articles[Math.floor(chance() * articles.length)]?.sku ?? null,
    units: 1 + Math.floor(chance() * 3),
  })
  let last: string | null = null
  for (let sold = 0, receipts = 1; sold < lines; receipts += 1) {
    const basket = Array.from({ length: Math.min(lines - sold, 8 + Math.floor(chance() * 8)) }, pick)
    const kind = chance()
    if (kind < 0.08) pos.refund({ lines: basket.slice(0, 2) })
    else if (kind < 0.14 && last !== null) pos.voidReceipt(last)
    else if (kind < 0.2 && last !== null) pos.editReceipt(last, { lines: basket })
    if (kind >= 0.08 && kind < 0.14) last = null
    last = pos.sell({ lines: basket }).id
    sold += basket.length
    await after(receipts)
  }
}
