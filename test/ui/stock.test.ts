import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EpochMs } from '../../shared/ids.ts'
import { launchChromium } from '../chromium.ts'
import { builtPage } from './built-page.ts'
import { type CannedTill, cannedStock, cannedTill, minutesAgo } from './canned-till.ts'
import { breaches, cutOff, openPage, scan, settle, textOf, tooWide } from './open-page.ts'

/** What the stores have, on the built till page, in a real Chromium. */

let browser: Browser
const built = builtPage('agent')
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
})

async function openStock(till: CannedTill, options: Parameters<typeof openPage>[2] = {}) {
  till.state = { ...till.state, stock: 'shown', returns: 'refund' }
  const opened = await openPage(browser, till.url, { staff: 'Maya', ...options })
  await opened.page.getByTestId('stock').click()
  await opened.page.getByTestId('stock-search').waitFor()
  return opened
}
const rows = (page: Page) => page.getByTestId('stock-item')

test('staff find an item by a word of its name, and see what each store has and what is old', async () => {
  await using till = await cannedTill(built)
  await using opened = await openStock(till)
  const { page, wrongs } = opened
  await page.getByTestId('stock-search').fill('enamel')
  await rows(page).first().waitFor()
  expect(await textOf(page.getByTestId('stock-own'))).toMatch(/^2\s*free here$/)
  expect(await textOf(rows(page).first())).toContain('22 free in other stores')
  const stores = page.getByTestId('stock-store')
  expect(await stores.count()).toBe(5)
  expect(await textOf(stores.first())).toMatch(/^Market Square\s*14$/)
  expect(await page.getByTestId('stock-age').count()).toBe(1)
  expect(await textOf(stores.filter({ hasText: 'Airport' }))).toContain('as of')
  expect(await page.getByTestId('stock-old').count()).toBe(0)
  await page.getByTestId('stock-search').fill('sofa')
  await page.getByText('No such item').waitFor()
  expect(wrongs).toEqual([])
})

test('by scanner and keyboard alone: a scan looks the item up, the next one takes its place, Esc leads back', async () => {
  await using till = await cannedTill(built)
  await using opened = await openStock(till)
  const { page } = opened
  await scan(page, '5000000000017')
  await rows(page).filter({ hasText: 'Enamel mug' }).waitFor()
  await scan(page, '4006381333931')
  await rows(page).filter({ hasText: 'Canvas tote bag' }).waitFor()
  expect(await page.getByTestId('stock-search').inputValue()).toBe('4006381333931')
  await page.keyboard.press('Escape')
  await page.getByTestId('search').waitFor()
})

test('what the hub told long ago is called old, and nothing at all is said as such', async () => {
  await using till = await cannedTill(built)
  till.stock = text => ({ ...cannedStock(text), heardAt: EpochMs.parse(minutesAgo(25)) })
  await using opened = await openStock(till)
  const { page } = opened
  await page.getByTestId('stock-search').fill('mug')
  await page.getByTestId('stock-old').waitFor()
  expect(await textOf(page.getByTestId('stock-heard'))).toContain('25 min ago')
  till.stock = text => ({ ...cannedStock(text), heardAt: null, items: [] })
  till.tell({ type: 'stock' })
  await page.getByText('No stock is known yet').waitFor()
})

test('a store that does not see it has no way to it', async () => {
  await using till = await cannedTill(built)
  await using opened = await openPage(browser, till.url, { staff: 'Maya' })
  await opened.page.getByTestId('search').waitFor()
  expect(await opened.page.getByTestId('stock').count()).toBe(0)
})

test.each([
  ['in English', {}],
  ['in German, dark', { locale: 'de-DE', colorScheme: 'dark' as const }],
  ['in French', { locale: 'fr-FR' }],
  ['in Spanish', { locale: 'es-ES' }],
  ['in German, zoomed in to 200 %', { locale: 'de-DE', viewport: { width: 512, height: 384 } }],
])('no rule of accessibility is broken and nothing is cut off %s', async (_what, options) => {
  await using till = await cannedTill(built)
  till.stock = text => ({ ...cannedStock(text), heardAt: EpochMs.parse(minutesAgo(25)), isComplete: false })
  await using opened = await openStock(till, options)
  const { page } = opened
  await page.getByTestId('stock-search').fill('a')
  await rows(page).nth(1).waitFor()
  await settle(page)
  expect(await breaches(page, 'colorScheme' in options ? 'dark' : 'light')).toEqual([])
  expect(await cutOff(page)).toEqual([])
  expect(await tooWide(page)).toEqual([])
})
