import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium } from '../chromium.ts'
import { openShop, type TestShop } from './harness.ts'

/** A browser on a machine that is busy with other tests. */

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

interface Visit extends AsyncDisposable {
  readonly page: Page
  readonly wrongs: string[]
  /** Opens a page of the shop. */
  go(path: string): Promise<void>
}

async function visit(shop: TestShop, colorScheme: 'light' | 'dark' = 'light', width = 1024): Promise<Visit> {
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 768 } })
  const page = await context.newPage()
  page.setDefaultTimeout(300_000)
  const wrongs: string[] = []
  page.on('console', message => message.type() === 'error' && wrongs.push(message.text()))
  return {
    page,
    wrongs,
    go: async path => void (await page.goto(`${shop.sandbox.url}${path}`)),
    [Symbol.asyncDispose]: () => context.close(),
  }
}

const press = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click()
const says = (page: Page, text: string): Promise<void> => page.getByText(text).first().waitFor()

test('a customer orders for several places, pays later and asks for a return; staff edit, hand over and take it back', async () => {
  await using shop = await openShop()
  await using at = await visit(shop)
  const { page } = at
  await at.go('/')
  await page.getByLabel('Blue').fill('2')
  await page.getByLabel('Oat').fill('1')
  await page.getByLabel('Mixed').check()
  await page.getByLabel('When do you pay?').selectOption('pending')
  await page.getByLabel('Your name').fill('Ada Lovelace')
  await press(page, 'Place order')
  await says(page, 'Not paid yet, €55.60 to pay')
  await says(page, 'Pickup at Harbour Street: being prepared')
  await says(page, 'Shipped from Harbour Street: being prepared')
  await press(page, 'Pay €55.60')
  await says(page, 'Paid.')

  await page.getByRole('link', { name: 'See it as shop staff' }).click()
  const edit = page.locator('form', { hasText: 'Edit the items' })
  await edit.getByLabel('Mug, Blue', { exact: true }).fill('1')
  await edit.getByRole('button', { name: 'Save the edit' }).click()
  await says(page, 'The order was changed.')
  await says(page, 'Paid, €16.90 to pay back')
  await press(page, 'Mark ready for pickup')
  await says(page, 'The customer was told that it is ready.')
  await press(page, 'Hand over')
  await says(page, 'The goods left.')

  await at.go(new URL(page.url()).pathname.replace('/staff', ''))
  await page.locator('form', { hasText: 'Send something back' }).getByLabel('Mug, Oat').fill('1')
  await page.getByLabel('Why?').fill('the wrong colour')
  await press(page, 'Ask for a return')
  await says(page, 'Return #1001-R1: requested')
  await at.go(new URL(page.url()).pathname.replace('/orders', '/staff/orders'))
  await says(page, 'the wrong colour')
  await press(page, 'Approve')
  await press(page, 'Take the return')
  await says(page, 'Partly refunded')
  await press(page, 'Close the return')
  await says(page, 'Return #1001-R1: closed')

  const { money, returns } = shop.sandbox.order('1001')
  expect(money).toEqual({ total: 2180, received: 5560, refunded: 3380, outstanding: 0 })
  expect(returns).toMatchObject([{ status: 'CLOSED' }])
  expect(shop.sandbox.state().levels['MUG-OAT']?.['HAR']).toMatchObject({ available: 5, on_hand: 5 })
  expect(at.wrongs).toEqual([])
})

test('staff refund, hold, release, move and cancel; what the shop refuses is said on the page', async () => {
  await using shop = await openShop()
  await using at = await visit(shop)
  const { page } = at
  const order = shop.sandbox.createOrder({
    location: 'HAR',
    lines: [{ sku: 'MUG-BLU', quantity: 3 }],
    customer: { name: 'Ada' },
  })
  await at.go(`/staff/orders/${order.id.split('/').at(-1)}`)
  const refund = page.locator('form', { hasText: 'Pay the money back' }).first()
  await refund.getByLabel('Mug, Blue').fill('1')
  await refund.getByRole('button', { name: 'Refund' }).click()
  await says(page, 'Partly refunded')
  await press(page, 'Hold')
  await says(page, 'Held.')
  await press(page, 'Release')
  await press(page, 'Move')
  await says(page, 'Pickup at Market Square: being prepared')
  await press(page, 'Hand over')
  await press(page, 'Refund')
  await page.getByRole('alert').waitFor()
  await press(page, 'Take it back')
  await press(page, 'Cancel the order')
  await says(page, 'Cancelled.')
  expect(shop.sandbox.order(order.name)).toMatchObject({
    financialStatus: 'REFUNDED',
    money: { received: 5070, refunded: 5070, outstanding: 0 },
  })
  expect(shop.sandbox.state().levels['MUG-BLU']?.['MKT']).toMatchObject({ available: 20, committed: 0 })
})

test('staff count, adjust, archive and deactivate', async () => {
  await using shop = await openShop()
  await using at = await visit(shop)
  const { page } = at
  await at.go('/staff/stock')
  const stock = page.locator('form', { hasText: 'Count or adjust' })
  await stock.getByLabel('Item').selectOption({ label: 'Mug, Blue' })
  await stock.getByLabel('Units').fill('12')
  await press(page, 'This is the count')
  await says(page, 'The count was saved.')
  await page.getByLabel('Units').fill('-2')
  await press(page, 'Adjust by this')
  await says(page, 'Adjusted.')
  expect(shop.sandbox.state().levels['MUG-BLU']?.['HAR']).toMatchObject({ available: 10, on_hand: 10 })
  await page.getByLabel('Product').selectOption('plate')
  await press(page, 'Archive')
  await says(page, 'Plate, One (archived)')
  const locations = page.locator('form', { hasText: 'Its stock goes to' })
  await locations.getByLabel('Location').selectOption('MKT')
  await locations.getByLabel('Its stock goes to').selectOption('HAR')
  await press(page, 'Deactivate')
  await says(page, 'The location was changed.')
  await at.go('/')
  expect(await page.getByText('Market Square').count()).toBe(0)
  expect(await page.getByText('Plate').count()).toBe(0)
})

test.each([
  ['light', 1024],
  ['dark', 390],
] as const)('the pages are accessible and fit: %s at %i', async (scheme, width) => {
  await using shop = await openShop()
  await using at = await visit(shop, scheme, width)
  const { id, name } = shop.sandbox.createOrder({
    lines: [
      { sku: 'MUG-BLU', quantity: 2, to: 'HAR' },
      { sku: 'PLATE', quantity: 1, to: 'ship' },
    ],
    payment: { part: 500 },
    customer: { name: 'Ada' },
  })
  const number = id.split('/').at(-1)
  shop.sandbox.act(name, { do: 'fulfil' })
  shop.sandbox.act(name, { do: 'ask-return', lines: [{ line: 'MUG-BLU', quantity: 1 }] })
  for (const path of ['/', `/orders/${number}`, '/staff', `/staff/orders/${number}`, '/staff/stock']) {
    await at.go(path)
    const { violations } = await new AxeBuilder({ page: at.page }).analyze()
    expect(violations.map(one => `${path} ${one.id}: ${one.nodes[0]?.html}`)).toEqual([])
    const wide = await at.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(wide, `${path} is wider than the screen`).toBeLessThanOrEqual(0)
    expect(
      await at.page.evaluate(() => [...document.images].filter(one => one.naturalWidth === 0).length),
    ).toBe(0)
  }
  expect(at.wrongs).toEqual([])
})

test('a customer cannot do what is for staff, and a form of another site does nothing', async () => {
  await using shop = await openShop()
  const { id, name } = shop.sandbox.createOrder({ location: 'HAR', lines: [{ sku: 'MUG-BLU', quantity: 1 }] })
  const post = (path: string, fields: Record<string, string>): Promise<Response> =>
    fetch(`${shop.sandbox.url}${path}`, { method: 'POST', body: new URLSearchParams(fields) })
  const number = id.split('/').at(-1)
  expect((await post(`/orders/${number}/act`, { do: 'refund' })).status).toBe(403)
  expect((await post(`/staff/orders/${number}/act`, { do: 'cancel', staff: 'yes' })).status).toBe(403)
  expect((await post('/staff/locations', { do: 'deactivate', code: 'HAR' })).status).toBe(403)
  expect(shop.sandbox.order(name).cancelledAt).toBeNull()
  expect((await fetch(`${shop.sandbox.url}/photos/mug.svg`)).headers.get('content-type')).toBe(
    'image/svg+xml',
  )
  const page = await (await fetch(`${shop.sandbox.url}/staff?done=<b>`)).text()
  expect(page).not.toContain('<b>')
})
