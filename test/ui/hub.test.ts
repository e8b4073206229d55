import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { NowView } from '../../hub/web/api-schema.ts'
import { launchChromium } from '../chromium.ts'
import { builtPage } from './built-page.ts'
import { cannedHub, device, location, usualNow } from './canned-hub.ts'
import { breaches, openPage, textOf, tooWide, zoomed } from './open-page.ts'

/** The built head-office page in a real Chromium, against a pretend hub. */

let browser: Browser
const built = builtPage('hub')
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
})

const row = (page: Page, store: string) => page.locator(`[data-testid=location-row][data-store="${store}"]`)
const cell = (page: Page, store: string, name: string) => row(page, store).getByTestId(name)
const stores = (page: Page) =>
  page.getByTestId('location-row').evaluateAll(rows => rows.map(one => one.getAttribute('data-store')))

test('a wrong password says so; the right one shows what needs attention; logging out ends it', async () => {
  await using hub = await cannedHub(built)
  hub.loggedIn = false
  await using opened = await openPage(browser, hub.url)
  const { page } = opened
  await page.getByLabel('User').fill('kim')
  await page.getByLabel('Password', { exact: true }).fill('wrong')
  await page.keyboard.press('Enter')
  expect(await textOf(page.getByRole('alert'))).toContain('Wrong user name')
  await page.getByLabel('Password', { exact: true }).fill('right')
  await page.keyboard.press('Enter')
  expect(await textOf(page.getByTestId('answer'))).toBe('3 issues need attention')
  await page.getByTestId('user').click()
  await page.getByTestId('log-out').click()
  await page.getByRole('button', { name: 'Log in' }).waitFor()
  expect(hub.posted.map(({ url, body }) => [url, body])).toEqual([
    ['/api/login', { user: 'kim', password: 'wrong' }],
    ['/api/login', { user: 'kim', password: 'right' }],
    ['/api/logout', {}],
  ])
  for (const { headers } of hub.posted)
    expect(headers).toMatchObject({ 'x-tillbridge': '1', 'content-type': 'application/json' })
})

test('the answer comes first, then what needs attention, then every store', async () => {
  await using hub = await cannedHub(built)
  await using opened = await openPage(browser, hub.url)
  const { page } = opened
  const exceptions = page.getByTestId('exception-row')
  await exceptions.first().waitFor()
  expect(await exceptions.evaluateAll(rows => rows.map(one => one.getAttribute('data-kind')))).toEqual([
    'stream-forked',
    'sku-unknown',
    'item-untracked',
  ])
  expect(await textOf(exceptions.nth(0))).toMatch(/store LDS is stopped.*IT.*41 min ago/s)
  expect(await textOf(exceptions.nth(1))).toMatch(/SKU 44-102.*6 times.*E-commerce.*since 10:58/s)
  expect(await textOf(page.getByTestId('shopify'))).toBe('Shopify is connected (harbour-goods)')
  expect(await textOf(page.getByTestId('unconfirmed'))).toBe('4 stock changes not confirmed yet')

  expect(await textOf(cell(page, 'HAR', 'connection'))).toMatch(/Till 1\s+Connected\s+Till 2\s+Connected/)
  expect(await textOf(cell(page, 'HAR', 'lag'))).toBe('2 secs')
  expect(await textOf(cell(page, 'HAR', 'last-sale'))).toMatch(/H2-004518\s+14:07\s+£43.50/)
  expect(await textOf(cell(page, 'HAR', 'unsent'))).toBe('1')
  expect(await textOf(cell(page, 'HAR', 'open-pickups'))).toMatch(/6\s+1 late/)
  expect(await textOf(cell(page, 'LDS', 'connection'))).toMatch(/Not connected\s+41 min ago/)
  expect(await textOf(cell(page, 'LDS', 'lag'))).toBe('unknown')
  expect(await textOf(cell(page, 'LDS', 'unsent'))).toBe('12 when last seen')
  expect(await textOf(cell(page, 'CDF', 'connection'))).toContain('unicenta cannot be read')
  expect(opened.wrongs).toEqual([])
})

test('sorts by any column and keeps it in the address', async () => {
  await using hub = await cannedHub(built)
  await using opened = await openPage(browser, hub.url)
  const { page } = opened
  await row(page, 'HAR').waitFor()
  expect(await stores(page)).toEqual(['BTH', 'CDF', 'HAR', 'LDS'])
  await page.getByRole('button', { name: 'Open pickups' }).click()
  expect(await stores(page)).toEqual(['LDS', 'HAR', 'CDF', 'BTH'])
  await page.reload()
  await row(page, 'HAR').waitFor()
  expect(await stores(page)).toEqual(['LDS', 'HAR', 'CDF', 'BTH'])
  expect(await textOf(page.locator('th[aria-sort=descending]'))).toBe('Open pickups')
})

test('follows the hub live, flashes what changed, and says when the hub is gone', async () => {
  await using hub = await cannedHub(built)
  await using opened = await openPage(browser, hub.url, { reducedMotion: 'no-preference' })
  const { page } = opened
  await row(page, 'HAR').waitFor()
  const before = usualNow()
  hub.now = {
    ...before,
    locations: before.locations.map(one => (one.store === 'HAR' ? { ...one, openPickups: 7 } : one)),
  }
  // The stream opens after the page is read; the server tells every page that listens by then.
  await expect
    .poll(async () => {
      hub.live.beat()
      hub.live.send({ type: 'now' })
      return textOf(cell(page, 'HAR', 'open-pickups'))
    })
    .toMatch(/^7/)
  const flashing = (store: string) => row(page, store).evaluate(one => one.getAnimations().length)
  expect([await flashing('HAR'), await flashing('LDS')]).toEqual([1, 0])

  // The connection stays open, but the hub no longer beats: it has frozen.
  hub.broken = true
  await page.clock.runFor(10_000)
  expect(await textOf(page.getByTestId('lost'))).toContain('has not answered since 14:08')
  expect(await stores(page)).toHaveLength(4)
  hub.broken = false
  hub.now = NowView.parse({ ...before, exceptions: [] })
  await page.clock.runFor(8_000)
  await page.getByTestId('lost').waitFor({ state: 'detached' })
  await expect.poll(() => textOf(page.getByTestId('answer'))).toContain('2 tills are offline')
  hub.loggedIn = false
  hub.live.drop()
  await page.getByRole('button', { name: 'Log in' }).waitFor()
})

test('says that all is well only when it is, and what to do when there is nothing yet', async () => {
  await using hub = await cannedHub(built)
  const { shopify, hubTime } = usualNow()
  const well = { hubTime, shopify, exceptions: [], locations: [location('HAR', 'Harbour Street')] }
  hub.now = NowView.parse(well)
  await using opened = await openPage(browser, hub.url)
  const { page } = opened
  const answer = page.getByTestId('answer')
  await answer.filter({ hasText: /^All well$/ }).waitFor()
  const silent = location('HAR', 'Harbour Street', {
    devices: [device('Till 1', { connection: 'disconnected', lagMs: null, unsent: null })],
  })
  const expected: [unknown, string][] = [
    [{ ...well, shopify: { ...shopify, state: 'unreachable' } }, 'Shopify cannot be reached'],
    [{ ...well, locations: [silent] }, '1 till is offline'],
    [{ ...well, storage: { code: 'SQLITE_FULL', since: hubTime } }, 'The hub cannot store anything'],
    [{ ...well, locations: [] }, 'No stores yet'],
  ]
  for (const [now, words] of expected) {
    hub.now = NowView.parse(now)
    await expect
      .poll(() => {
        hub.live.send({ type: 'now' })
        return textOf(answer)
      })
      .toContain(words)
    const isStoring = words !== 'The hub cannot store anything'
    const alerts = await page.getByTestId('cannot-store').allTextContents()
    expect(alerts).toEqual(isStoring ? [] : [expect.stringContaining('SQLITE_FULL')])
  }
  expect(await textOf(page.getByTestId('empty'))).toContain('tillbridge-hub store')
  hub.broken = true
  await page.reload()
  await page.clock.runFor(3_000)
  expect(await textOf(page.getByRole('alert'))).toContain('nothing is lost')
})

test('hostile text is shown as text, in every field', async () => {
  const evil = (field: string) => `<img src=x onerror="document.title='${field}'">\u202e${field}`
  await using hub = await cannedHub(built)
  const till = device(evil('till'), {
    sources: [{ source: evil('source'), state: 'unavailable', problem: evil('problem') }],
  })
  const [exception] = usualNow().exceptions
  hub.now = NowView.parse({
    ...usualNow(),
    shopify: { state: 'connected', shop: evil('shop'), problem: evil('trouble'), unconfirmedWrites: 0 },
    locations: [
      location('X', evil('store'), {
        zone: 'Nowhere/<b>',
        devices: [till],
        lastSale: {
          receiptNumber: evil('receipt'),
          soldAt: evil('time'),
          receivedAt: 1,
          total: 1,
          currency: 'EUR',
        },
      }),
    ],
    exceptions: [{ ...exception, sentence: evil('sentence'), subject: evil('subject'), store: 'X' }],
  })
  await using opened = await openPage(browser, hub.url)
  const { page } = opened
  await row(page, 'X').waitFor()
  const shown = await textOf(page.locator('main'))
  for (const field of [
    'till',
    'source',
    'problem',
    'shop',
    'trouble',
    'store',
    'receipt',
    'sentence',
    'subject',
  ])
    expect(shown).toContain(evil(field))
  expect(await page.locator('img').count()).toBe(0)
  expect(opened.wrongs).toEqual([])
})

describe.each(['light', 'dark'] as const)('in %s', colorScheme => {
  test('anybody can use it', async () => {
    await using hub = await cannedHub(built)
    await using opened = await openPage(browser, hub.url, { colorScheme })
    const { page } = opened
    await row(page, 'HAR').waitFor()
    expect(await breaches(page, colorScheme)).toEqual([])
    if (colorScheme === 'light') {
      await page.getByTestId('user').click()
      await page.getByRole('menu').waitFor()
      expect(await breaches(page, colorScheme)).toEqual([])
    }
    hub.loggedIn = false
    await page.reload()
    await page.getByRole('button', { name: 'Log in' }).waitFor()
    expect(await breaches(page, colorScheme)).toEqual([])
    expect(opened.wrongs).toEqual([])
  })
})

test('nothing is wider than the window, also at 200 % zoom', async () => {
  await using hub = await cannedHub(built)
  await using opened = await openPage(browser, hub.url, { locale: 'de-DE' })
  const { page } = opened
  await row(page, 'HAR').waitFor()
  expect(await tooWide(page)).toEqual([])
  await page.setViewportSize(zoomed)
  expect(await tooWide(page)).toEqual([])
})
