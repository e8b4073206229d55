import type { Browser, Locator } from 'playwright-core'
import decodeQr from 'qr/decode.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CustomerAsked } from '../../shared/customer-choice.ts'
import { EpochMs } from '../../shared/ids.ts'
import { languageCodes, usualLocales } from '../../shared/languages.ts'
import { launchChromium } from '../chromium.ts'
import { builtPage } from './built-page.ts'
import { cannedTill, minutesAgo, pickup } from './canned-till.ts'
import { breaches, cutOff, openPage, textOf, tooWide, zoomed } from './open-page.ts'

/** What the till page shows of a customer who is asked about missing items, in a real Chromium. */

let browser: Browser
const built = builtPage('agent')
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
})

const link = `https://hub.example.com/choice/${'a'.repeat(22)}.mk3f8c2q.${'B'.repeat(43)}`
const open: CustomerAsked = {
  link,
  until: EpochMs.parse(minutesAgo(-7 * 24 * 60)),
  goods: '1 × Enamel mug',
  chosen: null,
}
const at = `#/pickups/${encodeURIComponent('gid://shopify/FulfillmentOrder/1043')}`

async function tillThatAsks(asked: CustomerAsked) {
  const till = await cannedTill(built)
  till.pickups = [pickup({ number: 1043, state: 'ready', movedBy: 'Maya', movedAt: minutesAgo(3), asked })]
  return till
}

/** What the code on the page says: its modules, ten pixels each. */
async function saidBy(code: Locator): Promise<string> {
  const size = Number((await code.getAttribute('viewBox'))?.split(' ')[2])
  const path = (await code.locator('path').getAttribute('d')) ?? ''
  const width = size * 10
  const data = new Uint8Array(width * width * 4).fill(255)
  for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h1/g))
    for (let row = 0; row < 10; row += 1)
      for (let column = 0; column < 10; column += 1) {
        const pixel = ((Number(y) * 10 + row) * width + Number(x) * 10 + column) * 4
        data.fill(0, pixel, pixel + 3)
      }
  return decodeQr({ width, height: width, data })
}

test('the customer’s link is there to scan, and to copy', async () => {
  await using till = await tillThatAsks(open)
  await using opened = await openPage(browser, till.url, { staff: 'Maya', at })
  const { page } = opened
  const asked = page.getByTestId('asked')
  expect(await textOf(asked)).toContain('Missing: 1 × Enamel mug.')
  expect(await saidBy(asked.getByRole('img', { name: 'Code with the customer’s link' }))).toBe(link)
  expect(await asked.getByLabel('The customer’s link', { exact: true }).inputValue()).toBe(link)
  expect(opened.wrongs).toEqual([])
})

test('what the customer chose is said, with how far it has come', async () => {
  await using till = await tillThatAsks({
    ...open,
    chosen: { choice: 'move', to: 'Market Square', state: 'under-way' },
  })
  await using opened = await openPage(browser, till.url, { staff: 'Maya', at })
  const asked = opened.page.getByTestId('asked')
  expect(await textOf(asked)).toMatch(/to collect at Market Square.*The hub is carrying it out/s)
  expect(await asked.getByRole('img').count()).toBe(0)
})

test('a link that has expired is not shown any more', async () => {
  await using till = await tillThatAsks({ ...open, until: EpochMs.parse(minutesAgo(1)) })
  await using opened = await openPage(browser, till.url, { staff: 'Maya', at })
  expect(await textOf(opened.page.getByTestId('asked'))).toContain('Head office decides')
  expect(await opened.page.content()).not.toContain(link)
})

test('nothing is cut, and axe finds nothing, in each language and scheme', async () => {
  await using till = await tillThatAsks(open)
  for (const code of languageCodes) {
    await using opened = await openPage(browser, till.url, {
      staff: 'Maya',
      at,
      viewport: zoomed,
      locale: usualLocales[code],
    })
    await opened.page.getByTestId('asked').waitFor()
    expect(await cutOff(opened.page)).toEqual([])
    expect(await tooWide(opened.page)).toEqual([])
    expect(await breaches(opened.page, 'light')).toEqual([])
  }
  await using dark = await openPage(browser, till.url, { staff: 'Maya', at, colorScheme: 'dark' })
  await dark.page.getByTestId('asked').waitFor()
  expect(await breaches(dark.page, 'dark')).toEqual([])
})
