import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { itemsOf, shareToCount } from '../../agent/ui/batch/batch-items.ts'
import { launchChromium } from '../chromium.ts'
import { builtPage } from './built-page.ts'
import { type CannedTill, cannedTill, line, minutesAgo, pickup } from './canned-till.ts'
import { breaches, cutOff, openPage, scan, screen, settle, textOf, tooWide, zoomed } from './open-page.ts'

/** Several orders picked in one walk, in a real Chromium, against a pretend till server. */

let browser: Browser
const built = builtPage('agent')
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
})

const tote = (units: number, more = {}) =>
  line(units, 'Canvas tote bag', { sku: 'TOTE-NVY', barcode: '4006381333931', ...more })
const mug = (units: number, more = {}) => line(units, 'Enamel mug', { sku: 'MUG-WHT', ...more })

/** Two new orders that want the same item, the later one listed first, and one of another item. */
const orders = () => [
  pickup({ number: 1007, promisedBy: minutesAgo(-90), lines: [tote(1), mug(1)] }),
  pickup({ number: 1003, promisedBy: minutesAgo(-20), lines: [tote(2)] }),
  pickup({ number: 1009, promisedBy: null, lines: [line(1, 'Wool beanie', { barcode: '5012345678900' })] }),
]
const idOf = (number: number) => `gid://shopify/FulfillmentOrder/${number}`
const batchOf = (...numbers: number[]) =>
  `#/batch/${numbers.map(number => encodeURIComponent(idOf(number))).join(',')}`
const feedback = (page: Page) => textOf(page.getByTestId('scan'))
const moves = (till: CannedTill) => till.posted.map(({ body }) => Object(body).move)
const opened = (page: Page) => page.getByTestId('pickup').getAttribute('data-order')

test('by scanner alone two orders are chosen, counted due first, sorted and finished one after another', async () => {
  await using till = await cannedTill(built)
  till.pickups = orders()
  await using open = await openPage(browser, till.url, { staff: 'Maya', at: '#/batch' })
  const { page } = open
  await page.getByTestId('choose-orders').waitFor()
  await scan(page, '#1007')
  await scan(page, '1003')
  await scan(page, '#1003') // once more: not after all
  await expect.poll(() => feedback(page)).toBe('#1003 is no longer chosen')
  await scan(page, '#1003')
  await expect.poll(() => textOf(page.getByTestId('start-batch'))).toBe('Start picking 2 orders')
  await settle(page)
  await scan(page, 'READY')
  await page.getByTestId('batch').waitFor()
  expect(moves(till)).toEqual(['pick', 'pick'])
  expect(await textOf(page.getByTestId('split').first())).toBe('2 × #1003, 1 × #1007')

  await scan(page, '4006381333931')
  await expect.poll(() => feedback(page)).toBe('Canvas tote bag: 1 of 3, for #1003')
  await scan(page, '4006381333931')
  await scan(page, 'TOTE-NVY')
  await expect.poll(() => feedback(page)).toBe('Canvas tote bag: 3 of 3, for #1007')
  await scan(page, 'TOTE-NVY')
  await expect
    .poll(() => feedback(page))
    .toBe('One too many: Canvas tote bag. These orders want only 3. Put it back.')
  await scan(page, '5012345678900')
  await expect.poll(() => feedback(page)).toBe('Not on this list: Wool beanie belongs to #1009')
  await scan(page, '4999999999999')
  await expect.poll(() => feedback(page)).toBe('Not on this list: no order here has 4999999999999')
  await scan(page, 'MUG-WHT')
  await page.getByTestId('sort-orders').waitFor()
  for (const order of ['#1003', '#1007']) {
    await settle(page)
    await scan(page, 'READY')
    await expect.poll(() => opened(page)).toBe(order)
    await page.getByTestId('all-counted').waitFor()
    await settle(page)
    await scan(page, 'READY')
    await page.getByTestId('batch').waitFor()
  }
  await page.getByText('These orders are finished').waitFor()
  expect(till.picks).toEqual([
    'Maya scan Canvas tote bag-2 1 0',
    'Maya scan Canvas tote bag-2 2 0',
    'Maya scan Canvas tote bag-1 1 0',
    'Maya scan Enamel mug-1 1 0',
  ])
  expect(moves(till)).toEqual(['pick', 'pick', 'finish', 'finish'])
  await settle(page)
  await scan(page, 'READY')
  await page.getByTestId('pickup-card').first().waitFor()
  expect(open.wrongs).toEqual([])
})

test('an order that is cancelled meanwhile counts no more, and what only it wanted is put back', async () => {
  await using till = await cannedTill(built)
  till.pickups = orders()
  await using open = await openPage(browser, till.url, { staff: 'Maya', at: batchOf(1003, 1007) })
  const { page } = open
  await page.getByTestId('batch').waitFor()
  await expect.poll(() => till.live.listeners()).toBe(1)
  await scan(page, 'MUG-WHT') // its order was not begun: now it is
  await expect.poll(() => till.picks).toEqual(['Maya scan Enamel mug-1 1 0'])
  till.pickups = till.pickups.map(one =>
    one.order.name === '#1007' ? { ...one, state: 'cancelled', toAcknowledge: true } : one,
  )
  till.tell({ type: 'pickups' })
  await page.getByTestId('called-off').getByText('#1007 has ended').waitFor()
  expect(await textOf(page.getByTestId('progress'))).toBe('0 of 2 picked')
  await scan(page, 'MUG-WHT')
  await expect.poll(() => feedback(page)).toBe('Put it back: Enamel mug was only for #1007, which has ended')
  await scan(page, 'TOTE-NVY')
  await expect.poll(() => feedback(page)).toBe('Canvas tote bag: 1 of 2, for #1003')
  expect(await breaches(page, 'light')).toEqual([])
  // the till's program restarts, and so does the page: all that was counted is there
  await page.reload()
  await expect.poll(() => textOf(page.getByTestId('progress'))).toBe('1 of 2 picked')
  await scan(page, 'TOTE-NVY')
  await page.getByTestId('sort-orders').waitFor()
  await expect.poll(() => till.picks.at(-1)).toBe('Maya scan Canvas tote bag-2 2 0')
  expect(open.wrongs).toEqual([])
})

test('by touch alone: all new ones, a counter for each order, and what one order lacks', async () => {
  await using till = await cannedTill(built)
  till.pickups = [
    ...orders(),
    ...Array.from({ length: 12 }, (_, at) => pickup({ number: 1100 + at, promisedBy: null })),
  ]
  await using open = await openPage(browser, till.url, { staff: 'Maya' })
  const { page } = open
  await page.getByTestId('pick-several').waitFor()
  await settle(page)
  expect(await breaches(page, 'light')).toEqual([])
  await page.getByTestId('pick-several').click()
  const choice = (order: string) => page.locator(`[data-testid=order-choice][data-order="${order}"]`)
  await page.getByTestId('choose-new').click()
  await expect.poll(() => textOf(page.getByTestId('start-batch'))).toBe('Start picking 12 orders')
  await choice('#1111').click()
  await expect.poll(() => feedback(page)).toBe('12 orders at most. Finish these first.')
  await page.getByRole('button', { name: 'None', exact: true }).click()
  await choice('#1003').click()
  await choice('#1007').click()
  expect(await breaches(page, 'light')).toEqual([])
  await settle(page)
  await page.getByTestId('start-batch').click()
  await page.getByTestId('large-item').waitFor()
  await page.getByRole('button', { name: 'One more: #1007' }).click()
  await expect.poll(() => feedback(page)).toBe('Canvas tote bag: 1 of 3, for #1007')
  const share = page.getByTestId('large-item').locator('[data-order="#1003"]')
  await share.getByTestId('cant-find').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Damaged' }).click()
  await settle(page)
  await dialog.getByTestId('missing-yes').click()
  await expect.poll(() => till.picks.at(-1)).toBe('Maya hand Canvas tote bag-2 0 2')
  await page.getByTestId('batch-item').first().click()
  await share.getByTestId('found').click()
  await expect.poll(() => till.picks.at(-1)).toBe('Maya hand Canvas tote bag-2 0 0')
  // the keys count for the order that is due first
  await page.keyboard.press('+')
  await page.clock.runFor(200)
  await expect.poll(() => till.picks.at(-1)).toBe('Maya hand Canvas tote bag-2 1 0')
  await page.getByTestId('primary-action').click()
  await page.getByTestId('sort-orders').waitFor()
  await settle(page)
  await page.getByTestId('open-order').first().click()
  await expect.poll(() => opened(page)).toBe('#1003')
  await page.keyboard.press('Escape')
  await page.getByTestId('batch').waitFor()
  expect(open.wrongs).toEqual([])
})

test.each(['en-GB', 'de-DE', 'fr-FR', 'es-ES'])(
  'nothing is cut, also when zoomed to twice its size, and everyone can use it: %s',
  async locale => {
    await using till = await cannedTill(built)
    const long = 'Donaudampfschifffahrtsgesellschaftskapitänsmützenlederriemenschnalle'
    const lines = [tote(2), line(12, long, { sku: long })]
    till.pickups = [...orders(), pickup({ number: 9, customer: { name: long, phoneEnd: null }, lines })]
    await using open = await openPage(browser, till.url, { locale, staff: 'Maya', at: '#/batch' })
    const { page } = open
    await page.getByTestId('choose-orders').waitFor()
    const looks = async () => {
      for (const size of [screen, zoomed]) {
        await page.setViewportSize(size)
        expect([...(await tooWide(page)), ...(await cutOff(page))]).toEqual([])
      }
      await page.setViewportSize(screen)
      await settle(page) // else the tap guard takes the next click
    }
    await looks()
    await page.getByTestId('choose-new').click()
    await settle(page)
    await page.getByTestId('start-batch').click()
    await page.getByTestId('large-item').waitFor()
    await looks()
    await page.getByTestId('batch-item').nth(1).click()
    await looks()
    const scheme = locale === 'en-GB' ? 'light' : 'dark'
    await page.emulateMedia({ colorScheme: scheme })
    expect(await breaches(page, scheme)).toEqual([])
    await settle(page)
    await page.getByTestId('primary-action').click()
    await page.getByTestId('sort-orders').waitFor()
    await looks()
    expect(await breaches(page, scheme)).toEqual([])
    expect(open.wrongs).toEqual([])
  },
)

test('what is still looked for comes before what was said to be missing, each due first', () => {
  const lack = { missing: { units: 2, reason: 'sold', said: null } } as const
  const first = pickup({ number: 1, lines: [tote(2, lack)] })
  const second = pickup({ number: 2, lines: [tote(1)] })
  expect(shareToCount([first, second], 'TOTE-NVY')?.order.order.name).toBe('#2')
  const full = pickup({ number: 2, lines: [tote(1, { picked: 1 })] })
  expect(shareToCount([first, full], 'TOTE-NVY')?.order.order.name).toBe('#1')
  expect(shareToCount([full], 'TOTE-NVY')).toBeUndefined()
  expect(itemsOf([first, full]).map(({ tally }) => tally)).toEqual([
    { units: 3, picked: 1, missing: 2, open: 0 },
  ])
})
