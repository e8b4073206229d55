import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PeripheralView, PickupView, TillState } from '../../agent/till/api-schema.ts'
import { EpochMs } from '../../shared/ids.ts'
import { Currency, minor } from '../../shared/money.ts'
import { launchChromium } from '../chromium.ts'
import { builtPage } from './built-page.ts'
import { type CannedTill, cannedNow, cannedTill, line, minutesAgo, pickup, upToDate } from './canned-till.ts'
import {
  breaches,
  cutOff,
  openPage,
  scan,
  screen,
  settle,
  stopClock,
  textOf,
  tooWide,
  zoomed,
} from './open-page.ts'

/** The built till page in a real Chromium, against a pretend till server. */

let browser: Browser
const built = builtPage('agent')
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
})

const card = (page: Page, order: string) => page.locator(`[data-testid=pickup-card][data-order="${order}"]`)
const shownState = (page: Page, order: string) => textOf(card(page, order).getByTestId('pickup-state'))
const orders = (page: Page) =>
  page.getByTestId('pickup-card').evaluateAll(cards => cards.map(one => one.getAttribute('data-order')))

const pickupAt = (number: number) =>
  `#/pickups/${encodeURIComponent(`gid://shopify/FulfillmentOrder/${number}`)}`

/** What the page has sent, oldest first. */
const bodies = (till: CannedTill) => till.posted.map(({ body }) => body)

test('an order goes from new to handed over, in the name of who is at the till', async () => {
  await using till = await cannedTill(built)
  await using opened = await openPage(browser, till.url)
  const { page } = opened
  expect(await shownState(page, '#1043').catch(() => '')).toBe('New')

  await settle(page)
  await card(page, '#1043').getByRole('button', { name: 'Start picking' }).click()
  await page.getByTestId('staff-name').fill('Maya')
  await page.keyboard.press('Enter')
  await page.getByTestId('pickup').waitFor()
  await settle(page)
  await page.getByRole('button', { name: '0 of 3 scanned' }).click()
  await page.getByRole('dialog').waitFor()
  await settle(page)
  await page.getByRole('button', { name: 'All are here: mark ready' }).click()
  await card(page, '#1043').waitFor()
  await settle(page)
  await card(page, '#1043').getByRole('button', { name: 'Hand over' }).click()
  const dialog = page.getByRole('dialog')
  expect(await textOf(dialog)).toContain('undo it for 8 seconds')
  expect(till.posted).toHaveLength(2)
  await settle(page)
  await dialog.getByTestId('hand-over-yes').click()
  await card(page, '#1043').waitFor({ state: 'detached' })
  await page.getByTestId('tab-done').click()
  expect(await shownState(page, '#1043')).toBe('Handed over')

  expect(bodies(till)).toEqual([
    { move: 'pick', staff: 'Maya', reason: null },
    { move: 'finish', staff: 'Maya', reason: null },
    { move: 'collect', staff: 'Maya', reason: null },
  ])
  for (const { url, headers } of till.posted) {
    expect(url).toBe('/api/pickups/gid%3A%2F%2Fshopify%2FFulfillmentOrder%2F1043/moves')
    expect(headers).toMatchObject({ 'x-tillbridge': '1', 'content-type': 'application/json' })
  }
  expect(opened.wrongs).toEqual([])
})

test('a test order says that nothing was paid, and a pre-order from when it may be prepared', async () => {
  const later = { code: 'on-hold', scheduledFor: EpochMs.parse(Date.UTC(2026, 11, 24, 9)) } as const
  await using till = await cannedTill(built)
  till.pickups = [pickup({ number: 1051, isTest: true }), pickup({ number: 1052, notice: later })]
  await using opened = await openPage(browser, till.url)
  const { page } = opened
  expect(await textOf(card(page, '#1051').getByTestId('test-order'))).toBe('Test order: not paid')
  expect(await textOf(card(page, '#1052'))).toContain('pre-order for 24 December 2026')
  expect(opened.wrongs).toEqual([])
})

test('an order that is not paid says how much, and is handed over once staff tick that it was paid', async () => {
  const outstanding = { minor: minor(1_250), currency: Currency.parse('EUR') }
  const unpaid = pickup({
    number: 1050,
    state: 'ready',
    movedBy: 'Maya',
    movedAt: minutesAgo(1),
    outstanding,
  })
  await using till = await cannedTill(built)
  till.pickups = [unpaid]
  await using opened = await openPage(browser, till.url)
  const { page } = opened
  expect(await textOf(card(page, '#1050').getByTestId('to-pay'))).toBe('To pay: €12.50')
  await settle(page)
  await card(page, '#1050').getByRole('button', { name: 'Hand over' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  await settle(page)
  await dialog.getByTestId('hand-over-yes').click({ force: true }) // it says that it is disabled
  expect(till.posted).toEqual([])
  await dialog.getByTestId('hand-over-paid').check()
  await dialog.getByTestId('hand-over-yes').click()
  await page.getByTestId('staff-name').fill('Maya')
  await page.keyboard.press('Enter')
  await card(page, '#1050').waitFor({ state: 'detached' })
  expect(bodies(till)).toEqual([{ move: 'collect', staff: 'Maya', reason: null, paid: true }])
  expect(opened.wrongs).toEqual([])
})

test('a double tap acts once: not on the list, not on the page that the first tap opened, not in its dialog', async () => {
  await using till = await cannedTill(built)
  await using opened = await openPage(browser, till.url, { staff: 'Maya', hurries: true })
  const { page } = opened
  const made = () => till.posted.map(({ body }) => Object(body).move)
  await card(page, '#1043').waitFor()
  // The page's clock is stopped: on a busy machine the second tap would come too late to be one.
  await stopClock(page)
  const until = <T>(look: () => T | Promise<T>) =>
    expect.poll(async () => {
      await page.clock.runFor(1) // what the page puts off to the next moment
      return look()
    })
  const isThere = (locator: Locator) => until(() => locator.count()).toBe(1)
  const tapTwice = async (selector: string, afterMs: number) => {
    const box = await page.locator(selector).boundingBox()
    if (box === null) throw new Error(`${selector} is not on the page`)
    const at = [box.x + box.width / 2, box.y + box.height / 2] as const
    const before = till.posted.length
    await page.mouse.click(...at)
    await until(() => till.posted.length).toBe(before + 1)
    await page.clock.runFor(afterMs)
    await page.mouse.click(...at)
  }
  await tapTwice('[data-order="#1043"] [data-move=pick]', 250)
  await isThere(page.getByTestId('pickup'))
  await settle(page)
  await page.getByTestId('primary-action').click()
  await isThere(page.getByTestId('finish-yes'))
  await page.getByTestId('finish-yes').click() // at once: it does nothing yet
  await page.clock.runFor(100)
  expect(made()).toEqual(['pick'])
  await settle(page)
  await tapTwice('[data-testid=finish-yes]', 400)
  await isThere(card(page, '#1043'))
  expect(made()).toEqual(['pick', 'finish'])
  await settle(page)
  await card(page, '#1043').getByTestId('primary-action').click()
  await isThere(page.getByTestId('hand-over-yes'))
  await page.getByTestId('hand-over-yes').click() // at once: it does nothing yet
  await page.clock.runFor(100)
  expect(made()).toEqual(['pick', 'finish'])
  expect(await page.getByRole('dialog').count()).toBe(1)
})

test('work is on top, what waits for its customer below; going back finds the place', async () => {
  await using till = await cannedTill(built)
  const waiting = pickup({
    number: 1001,
    state: 'ready',
    movedBy: 'Sam',
    movedAt: minutesAgo(3 * 24 * 60 + 5),
  })
  const lines = [
    line(2, 'Enamel mug', { ordered: 3, collected: 1, missing: { units: 2, reason: 'sold', said: null } }),
  ]
  const many = Array.from({ length: 20 }, (_, at) => pickup({ number: 1100 + at, lines }))
  till.pickups = [waiting, ...till.pickups, ...many]
  await using opened = await openPage(browser, till.url, { staff: 'Maya' })
  const { page } = opened
  await card(page, '#1001').waitFor()
  const headings = await page.getByRole('heading', { level: 2 }).allInnerTexts()
  expect(headings).toEqual(['Late 1', 'New 22', 'Ready, waiting for the customer 2'])
  expect((await orders(page)).slice(-2)).toEqual(['#1001', '#1038'])
  expect(await textOf(card(page, '#1001').getByTestId('due'))).toMatch(/waiting\s3 days/)
  await settle(page)
  await card(page, '#1112').scrollIntoViewIfNeeded()
  const scroll = () => page.evaluate(() => Math.round(window.scrollY))
  const before = await scroll()
  expect(before).toBeGreaterThan(500)
  await card(page, '#1112').getByRole('link').click()
  await page.getByTestId('pickup').waitFor()
  expect(await scroll()).toBe(0)
  expect(await textOf(page.getByTestId('pickup-line'))).toMatch(/1 handed over already\s*2 missing/)
  await page.keyboard.press('Escape')
  await card(page, '#1112').waitFor()
  expect(await scroll()).toBe(before)
  expect(await page.evaluate(() => document.activeElement?.ariaLabel)).toBe('Open #1112, Ana Petrov')
})

test('only a part of what is packed is handed over', async () => {
  await using till = await cannedTill(built)
  await using opened = await openPage(browser, till.url, { staff: 'Maya' })
  const { page } = opened
  await card(page, '#1038').waitFor()
  await settle(page)
  await card(page, '#1038').getByTestId('primary-action').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByTestId('hand-over-part').click()
  await dialog.getByRole('button', { name: 'One fewer: Notebook A5, Dotted' }).click()
  await dialog.getByText('2 of 3 items').waitFor()
  expect(await breaches(page, 'light')).toEqual([])
  await settle(page)
  await dialog.getByTestId('hand-over-yes').click()
  await expect
    .poll(() => bodies(till))
    .toEqual([{ move: 'collect', staff: 'Maya', reason: null, lines: [{ line: 'Notebook A5-3', units: 2 }] }])
})

test('who collects an order and what was checked are one tap each; the order’s code hands it over and proves nothing', async () => {
  await using till = await cannedTill(built)
  await using opened = await openPage(browser, till.url, { staff: 'Maya' })
  const { page } = opened
  expect(await textOf(card(page, '#1038').getByTestId('kept-at'))).toBe('Kept at Shelf B3')
  await settle(page)
  await card(page, '#1038').getByTestId('primary-action').click()
  const dialog = page.getByRole('dialog')
  expect(await textOf(dialog)).toContain('Kept at Shelf B3')
  await dialog.getByTestId('handed-to-id').click()
  await dialog.getByTestId('handed-to-id').click() // pressed again: it was not
  await dialog.getByTestId('handed-to-other').click()
  expect(await breaches(page, 'light')).toEqual([])
  for (const other of ['#1043', 'NB-A5-DOT']) await scan(page, other) // another order, an item that only this one has
  await settle(page)
  expect(till.posted).toEqual([])
  await scan(page, '#1038')
  await expect
    .poll(() => bodies(till))
    .toEqual([{ move: 'collect', staff: 'Maya', reason: null, handedTo: { who: 'other', checked: null } }])
  expect(opened.wrongs).toEqual([])
})

test('a customer’s other open orders are named on the page and in the hand-over, and lead there', async () => {
  await using till = await cannedTill(built)
  const named = (name: string, phoneEnd: string | null) => ({ customer: { name, phoneEnd } })
  till.pickups = [
    ...till.pickups,
    pickup({ number: 1051, ...named('li  WEI', '12'), state: 'ready', keptAt: 'Hook 2' }),
    pickup({ number: 1052, ...named('Li Wei', '99') }),
    pickup({ number: 1053, ...named('Li Wei', null), state: 'collected' }),
    pickup({ number: 1054, ...named('•••', null) }),
    pickup({ number: 1055, ...named('•••', null) }),
  ]
  await using opened = await openPage(browser, till.url, { staff: 'Maya' })
  const { page } = opened
  await card(page, '#1051').waitFor()
  await settle(page)
  await card(page, '#1051').getByRole('link').first().click()
  const others = page.getByTestId('same-customer')
  expect((await textOf(others)).split(/\s*\n\s*/)).toEqual(['Also for li WEI:', '#1038 · Ready · Shelf B3'])
  expect(await breaches(page, 'light')).toEqual([])
  await others.getByRole('link').click()
  await expect.poll(() => page.getByTestId('pickup').getAttribute('data-order')).toBe('#1038')
  await settle(page)
  await page.getByTestId('primary-action').click()
  expect(await textOf(page.getByRole('dialog').getByTestId('same-customer'))).toContain(
    '#1051 · Ready · Hook 2',
  )
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.keyboard.press('Escape')
  await card(page, '#1054').waitFor()
  await settle(page)
  await card(page, '#1054').getByRole('link').first().click()
  await page.getByTestId('pickup').waitFor()
  expect(await page.getByTestId('same-customer').count()).toBe(0) // hidden names say nothing
  expect(opened.wrongs).toEqual([])
})

test('a till where the sound was never heard asks for it once', async () => {
  await using till = await cannedTill(built)
  await using opened = await openPage(browser, till.url, { soundHeard: false })
  const { page } = opened
  const bar = page.getByTestId('sound-test')
  await bar.getByTestId('sound-play').click()
  await bar.getByText('Did you hear two tones?').waitFor()
  expect(await breaches(page, 'light')).toEqual([])
  await settle(page)
  await bar.getByTestId('sound-not-heard').click()
  await bar.getByText('Turn up the volume').waitFor()
  await bar.getByTestId('sound-play').click()
  await settle(page)
  await bar.getByTestId('sound-heard').click()
  await bar.waitFor({ state: 'detached' })
  expect(opened.wrongs).toEqual([])
})

test('a store that checks who collects lets nothing go out before', async () => {
  await using till = await cannedTill(built)
  till.state = { ...upToDate, handOver: 'checked' }
  await using opened = await openPage(browser, till.url, { staff: 'Maya' })
  const { page } = opened
  await card(page, '#1038').waitFor()
  await settle(page)
  await card(page, '#1038').getByTestId('primary-action').click()
  const dialog = page.getByRole('dialog')
  await settle(page)
  await dialog.getByTestId('hand-over-yes').click({ force: true }) // it says that it is disabled
  await scan(page, '#1038') // the slip on the bag has this code too
  await settle(page)
  expect(await textOf(dialog.getByTestId('check-first'))).toContain('Check one of these first')
  expect(till.posted).toEqual([])
  await dialog.getByTestId('handed-to-id').click()
  await dialog.getByTestId('hand-over-yes').click()
  await expect
    .poll(() => bodies(till))
    .toEqual([{ move: 'collect', staff: 'Maya', reason: null, handedTo: { who: null, checked: 'id' } }])
})

test('the place of a bag goes out with “ready”, and is one tap the next time', async () => {
  await using till = await cannedTill(built)
  await using opened = await openPage(browser, till.url, { staff: 'Maya' })
  const { page } = opened
  const keep = async (order: string) => {
    await card(page, order).waitFor()
    await settle(page)
    await card(page, order).getByRole('link').first().click()
    await page.getByTestId('place').waitFor()
    await settle(page)
    await page.getByTestId('place').click()
  }
  const markReady = async () => {
    await page.getByTestId('primary-action').click()
    await page.getByRole('dialog').waitFor()
    await settle(page)
    await page.getByRole('button', { name: 'All are here: mark ready' }).click()
  }
  await keep('#1041')
  expect(await breaches(page, 'light')).toEqual([])
  await page.getByLabel('Shelf, box or hook').fill(' Shelf B4 ')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape') // staff look at another order in between
  await card(page, '#1041').waitFor()
  await settle(page)
  await card(page, '#1041').getByRole('link').first().click()
  expect(await textOf(page.getByTestId('place'))).toBe('Kept at Shelf B4')
  await settle(page)
  await markReady()
  await expect
    .poll(() => bodies(till))
    .toEqual([{ move: 'finish', staff: 'Maya', reason: null, keptAt: 'Shelf B4' }])
  till.pickups = [pickup({ number: 1044, state: 'picking', movedBy: 'Maya', movedAt: minutesAgo(1) })]
  till.tell({ type: 'pickups' })
  await settle(page)
  await keep('#1044')
  await page.getByTestId('known-place').click()
  expect(await textOf(page.getByTestId('place'))).toBe('Kept at Shelf B4')
  expect(opened.wrongs).toEqual([])
})

test('an order that was handed over says to whom, and what was checked', async () => {
  await using till = await cannedTill(built)
  await using opened = await openPage(browser, till.url, { staff: 'Maya' })
  const { page } = opened
  await page.getByTestId('tab-done').click()
  await card(page, '#1029').waitFor()
  await settle(page)
  await card(page, '#1029').getByRole('link').first().click()
  expect(await textOf(page.getByTestId('handed-to'))).toBe('to someone else, code checked')
})

test('what is on hold goes out only behind a reason', async () => {
  await using till = await cannedTill(built)
  till.pickups = [
    pickup({
      number: 1050,
      state: 'ready',
      movedBy: 'Maya',
      movedAt: minutesAgo(1),
      notice: { code: 'on-hold' },
    }),
  ]
  await using opened = await openPage(browser, till.url, { staff: 'Maya' })
  const { page } = opened
  expect(await shownState(page, '#1050')).toBe('On hold')
  await settle(page)
  await card(page, '#1050').getByTestId('primary-action').click()
  const dialog = page.getByRole('dialog')
  expect(await textOf(dialog)).toContain('Do not hand it over')
  expect(await dialog.getByTestId('hand-over-yes').count()).toBe(0)
  await dialog.getByTestId('hand-over-anyway').click()
  await settle(page)
  expect(await breaches(page, 'light')).toEqual([])
  await dialog.getByTestId('hand-over-yes').click({ force: true }) // it says that it is disabled
  expect(till.posted).toEqual([])
  await dialog.getByRole('button', { name: 'Head office agreed' }).click()
  await dialog.getByTestId('hand-over-yes').click()
  await expect
    .poll(() => bodies(till))
    .toEqual([{ move: 'collect', staff: 'Maya', reason: 'Head office agreed' }])
})

test('a till program that froze is noticed within 10 s, though its connection still seems to be open', async () => {
  await using till = await cannedTill(built)
  await using opened = await openPage(browser, till.url)
  const line = opened.page.getByTestId('state-line')
  await line.filter({ hasText: 'Up to date' }).waitFor()
  await expect.poll(() => till.live.listeners()).toBe(1)
  till.live.beat()
  till.state = { ...upToDate, unsentSales: 2, unsent: 2 }
  till.tell({ type: 'state', state: till.state })
  await line.filter({ hasText: 'Sending 2 sales' }).waitFor()
  await stopClock(opened.page) // on a busy machine seconds would pass between the lines
  till.live.beat()
  till.mood = 'silent'
  await opened.page.clock.runFor(8_000)
  expect(await textOf(line)).toBe('Sending 2 sales')
  await opened.page.clock.runFor(2_000)
  await line.filter({ hasText: 'has not answered' }).waitFor()
})

test('what is told live is not overwritten by an answer that was on its way', async () => {
  await using till = await cannedTill(built)
  await using opened = await openPage(browser, till.url)
  const line = opened.page.getByTestId('state-line')
  await line.filter({ hasText: 'Up to date' }).waitFor()
  await expect.poll(() => till.live.listeners()).toBe(1)
  const held = Promise.withResolvers<void>()
  till.stateAnswers = held.promise
  const asked = opened.page.waitForRequest('**/api/state')
  till.live.drop() // the page reads its state again once it is connected
  await opened.page.clock.runFor(1_000)
  await asked
  await expect.poll(() => till.live.listeners()).toBe(1)
  const told = { ...upToDate, unsentSales: 2, unsent: 2 }
  await expect
    .poll(() => {
      till.tell({ type: 'state', state: told })
      return textOf(line)
    })
    .toBe('Sending 2 sales')
  held.resolve()
  await opened.page.evaluate(() => fetch('/api/pickups')) // a later answer: the held one has come
  await opened.page.evaluate(() => new Promise(requestAnimationFrame))
  expect(await textOf(line)).toBe('Sending 2 sales')
  expect(opened.wrongs).toEqual([])
})

test('the keyboard alone is enough', async () => {
  await using till = await cannedTill(built)
  await using opened = await openPage(browser, till.url, { staff: 'Maya' })
  const { page } = opened
  await card(page, '#1043').waitFor()
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key, { delay: 5 })
  }
  // Slower than a scanner, so that what is typed is not a scan.
  await press('ArrowDown', 'ArrowDown')
  await settle(page)
  await press('Enter')
  expect(await page.getByTestId('pickup').getAttribute('data-order')).toBe('#1043')
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('order')
  await press('Escape')
  await card(page, '#1043').waitFor()
  expect(await page.evaluate(() => document.activeElement?.ariaLabel)).toBe('Open #1043, Ana Petrov')
  await settle(page)
  await press('ArrowRight', 'Enter')
  await page.getByTestId('pickup').waitFor()
  await expect.poll(() => textOf(page.getByTestId('pickup-state'))).toBe('Picking')
  await settle(page)
  await press('Enter') // the heading has the focus: it is the primary action's
  await settle(page)
  await press('Enter') // and now the question's first answer has it
  await expect.poll(() => shownState(page, '#1043')).toBe('Ready')
  await press('?')
  expect(await textOf(page.getByRole('dialog'))).toContain('Search or scan')
  await press('Escape', '/')
  await page.keyboard.type('okafor', { delay: 80 })
  expect(await orders(page)).toEqual(['#1041'])
  await press('Escape')
  expect(await orders(page)).toHaveLength(4)
  expect(opened.wrongs).toEqual([])
})

test('a scan opens the order or the item, and never presses the button that has the focus', async () => {
  await using till = await cannedTill(built)
  await using opened = await openPage(browser, till.url, { staff: 'Maya' })
  const { page } = opened
  await card(page, '#1041').getByRole('link').first().focus()
  await page.keyboard.press('ArrowRight')
  await scan(page, '05012345678900')
  expect(await page.getByTestId('pickup').getAttribute('data-order')).toBe('#1041')
  await page.getByTestId('primary-action').focus()
  await scan(page, '05012345678900')
  await expect.poll(() => feedback(page)).toBe('Wool beanie, Forest green / L: 1 of 1')
  await scan(page, '4999999999999')
  const wrong = page.getByTestId('scan').filter({ hasText: 'no order here has 4999999999999' })
  await wrong.locator('svg').waitFor() // never by colour alone
  await scan(page, 'MUG-WHT')
  await page.getByText('Enamel mug, White belongs to #1043, #1035').waitFor()
  await scan(page, '#1038')
  await expect.poll(() => page.getByTestId('pickup').getAttribute('data-order')).toBe('#1038')
  await page.keyboard.press('Escape')
  await card(page, '#1043').waitFor()
  await scan(page, 'MUG-WHT')
  await page.getByText('2 orders for').waitFor()
  expect(await orders(page)).toEqual(['#1043', '#1035'])
  // a scan takes the place of what the search field holds
  await page.getByTestId('search').fill('952011')
  await scan(page, '4999999999999')
  await page.getByText('No order here has the code 4999999999999').waitFor()
  expect(await page.getByTestId('search').inputValue()).toBe('')
  await page.getByTestId('search').fill('07')
  expect(await orders(page)).toEqual(['#1041']) // by the end of the customer's phone number
  expect(till.posted).toEqual([])
  expect(opened.wrongs).toEqual([])
})

test('a scanner that the agent reads opens the order or the item as well', async () => {
  await using till = await cannedTill(built)
  await using opened = await openPage(browser, till.url, { staff: 'Maya' })
  const { page } = opened
  await card(page, '#1038').waitFor()
  await expect.poll(() => till.live.listeners()).toBe(1)
  till.tell({ type: 'scan', scan: { code: '#1038', problem: null } })
  await expect.poll(() => page.getByTestId('pickup').getAttribute('data-order')).toBe('#1038')
  till.tell({ type: 'scan', scan: { code: '5012345678900', problem: null } })
  await page.getByText('Not in this order: Wool beanie, Forest green / L belongs to #1041').waitFor()
  expect(till.scans).toEqual([])
  await scan(page, '4999999999999')
  await expect.poll(() => till.scans).toEqual(['4999999999999'])
  expect(opened.wrongs).toEqual([])
})

test('a reserved item that is scanned or sold says whose it is, beside the work, until it is tapped', async () => {
  await using till = await cannedTill(built)
  const leave = (free: number) => {
    till.pickups = till.pickups.map(one => ({
      ...one,
      lines: one.lines.map(each => (each.sku === 'BEAN-GRN-L' ? { ...each, free } : each)),
    }))
    till.tell({ type: 'pickups' })
  }
  leave(2)
  await using opened = await openPage(browser, till.url, { staff: 'Maya', at: pickupAt(1038) })
  const { page } = opened
  await page.getByTestId('pickup').waitFor()
  await expect.poll(() => till.live.listeners()).toBe(1)
  const notice = page.getByTestId('reserved')
  const tee = (code: string) => till.tell({ type: 'scan', scan: { code, problem: null } })
  tee('5012345678900')
  await page.getByText('belongs to #1041').waitFor()
  expect(await notice.count()).toBe(0) // two are free
  leave(0)
  await expect
    .poll(() => {
      tee('5012345678900')
      return notice.count()
    })
    .toBe(1)
  expect(await textOf(notice)).toMatch(
    /Reserved![\s\S]*Wool beanie, Forest green \/ L[\s\S]*#1041 Tom Okafor/,
  )
  expect(await page.getByRole('alert').filter({ has: notice }).count()).toBe(1) // read out
  const box = await notice.boundingBox()
  expect(Math.round((box?.x ?? 0) + (box?.width ?? 0))).toBe(screen.width)
  expect(Math.round(box?.width ?? 0)).toBeGreaterThanOrEqual(Math.floor(screen.width / 3))
  expect(await breaches(page, 'light')).toEqual([])

  // it blocks nothing: the button at the bottom right hands over, and its dialog is on top
  await settle(page)
  await page.getByTestId('primary-action').click()
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await notice.count()).toBe(1)
  await page.getByTestId('reserved-read').click()
  await notice.waitFor({ state: 'detached' })

  // the picker who scans it for its own order is not warned
  await scan(page, '#1041')
  await expect.poll(() => page.getByTestId('pickup').getAttribute('data-order')).toBe('#1041')
  await scan(page, '5012345678900')
  await expect.poll(() => feedback(page)).toBe('Wool beanie, Forest green / L: 1 of 1')
  expect(await notice.count()).toBe(0)
  expect(opened.wrongs).toEqual([])
})

test('a sale that took a promised unit is told at the till, once, by whatever the sale was seen', async () => {
  await using till = await cannedTill(built)
  const leave = (free: number) => {
    till.pickups = till.pickups.map(one => ({
      ...one,
      lines: one.lines.map(each => (each.sku === 'MUG-WHT' ? { ...each, free } : each)),
    }))
  }
  await using opened = await openPage(browser, till.url, { staff: 'Maya' })
  const { page } = opened
  await card(page, '#1043').waitFor()
  await expect.poll(() => till.live.listeners()).toBe(1)
  leave(-1)
  till.tell({ type: 'pickups' })
  const notice = page.getByTestId('reserved')
  await notice.waitFor()
  expect(await textOf(notice)).toMatch(/1 is missing for:[\s\S]*#1043 Ana Petrov[\s\S]*#1035 Greta Lindqvist/)
  await page.reload()
  await notice.waitFor() // it was not tapped
  await page.keyboard.press('Escape')
  await notice.waitFor({ state: 'detached' })
  await page.reload()
  await card(page, '#1043').waitFor()
  expect(await notice.count()).toBe(0)
  leave(-2)
  till.tell({ type: 'pickups' })
  await notice.waitFor()
  expect(await textOf(notice)).toContain('2 are missing for:')
  expect(opened.wrongs).toEqual([])
})

test('a printer or scanner that is gone or needs attention is named until it is back', async () => {
  await using till = await cannedTill(built)
  const printer = {
    peripheral: 'counter-printer',
    what: 'printer' as const,
    connected: true,
    conditions: [],
    sentence: '',
  }
  const gone = {
    ...printer,
    connected: false,
    sentence: 'Nothing answers at its address. Is it switched on?',
  }
  till.state = { ...upToDate, peripherals: [gone] }
  await using opened = await openPage(browser, till.url)
  const bar = opened.page.getByTestId('peripherals')
  expect(await textOf(bar)).toBe(
    'counter-printer is not connected · Nothing answers at its address. Is it switched on?',
  )
  const empty = { ...printer, conditions: ['paper-out' as const], sentence: 'It is out of paper.' }
  const become = (peripherals: PeripheralView[]) => {
    till.state = { ...upToDate, peripherals } // for a page that is not listening yet
    till.tell({ type: 'state', state: till.state })
  }
  become([empty])
  await bar.getByText('counter-printer needs attention · It is out of paper.').waitFor()
  become([printer])
  await bar.getByText('counter-printer is connected again').waitFor()
  await opened.page.clock.runFor(10_000)
  await bar.waitFor({ state: 'detached' })
})

test('a slip is queued, and one that perhaps came out is printed again only when asked', async () => {
  await using till = await cannedTill(built)
  till.state = { ...upToDate, prints: true }
  const at = `#/pickups/${encodeURIComponent('gid://shopify/FulfillmentOrder/1041')}`
  await using opened = await openPage(browser, till.url, { staff: 'Maya', at })
  const { page } = opened
  const box = await page.getByTestId('print-slip').boundingBox() // in view without scrolling
  expect((box?.y ?? screen.height) + (box?.height ?? 0)).toBeLessThanOrEqual(screen.height)
  await page.getByTestId('print-slip').click()
  await page.getByTestId('print-job').getByText('Waiting for the printer').waitFor()
  till.printJobs = till.printJobs.map(job => ({ ...job, state: 'maybe', sentence: 'The line was lost.' }))
  till.tell({ type: 'print-jobs' })
  await page.getByText('May have printed: check the printer').waitFor()
  await page.getByTestId('print-again').click()
  await page.getByTestId('print-job').getByText('Waiting for the printer').waitFor()
  expect(till.printJobs).toHaveLength(1)
  expect(await breaches(page, 'light')).toEqual([])
  expect(opened.wrongs).toEqual([])
})

/** An order of three units in two lines that is being picked, and another with an item that the first does not have. */
const inWork = () => [
  pickup({
    number: 1050,
    state: 'picking',
    movedBy: 'Maya',
    movedAt: minutesAgo(2),
    lines: [
      line(2, 'Canvas tote bag', { sku: 'TOTE-NVY', barcode: '4006381333931' }),
      line(1, 'Enamel mug', { sku: 'MUG-WHT' }),
    ],
  }),
  pickup({ number: 1051, lines: [line(1, 'Wool beanie', { barcode: '5012345678900' })] }),
]
const feedback = (page: Page) => textOf(page.getByTestId('scan'))

test('by scanner alone an order is counted, marked ready and handed over; what does not fit is said in words', async () => {
  await using till = await cannedTill(built)
  till.pickups = inWork()
  await using opened = await openPage(browser, till.url, { staff: 'Maya' })
  const { page } = opened
  await card(page, '#1050').waitFor()
  await scan(page, '#1050')
  await page.getByTestId('pickup').waitFor()
  expect(await textOf(page.getByTestId('progress'))).toBe('0 of 3 picked')
  await settle(page)
  await scan(page, '4006381333931')
  await expect.poll(() => feedback(page)).toBe('Canvas tote bag: 1 of 2')
  expect(await textOf(page.getByTestId('large-count'))).toBe('1 of 2')
  await scan(page, '5012345678900')
  await expect.poll(() => feedback(page)).toBe('Not in this order: Wool beanie belongs to #1051')
  await scan(page, '04006381333931')
  await expect.poll(() => feedback(page)).toBe('Canvas tote bag: 2 of 2')
  // that line is full, so the next one is shown
  expect(await textOf(page.getByTestId('large-line').getByRole('heading'))).toBe('Enamel mug')
  // what stays at the top of the screen covers none of it
  const isInView = await page
    .getByTestId('large-line')
    .getByRole('heading')
    .evaluate(heading => {
      const { left, top } = heading.getBoundingClientRect()
      return heading.contains(document.elementFromPoint(left + 2, top + 2))
    })
  expect(isInView).toBe(true)
  await scan(page, '4006381333931')
  await expect
    .poll(() => feedback(page))
    .toBe('One too many: Canvas tote bag. The order has only 2. Put it back.')
  await scan(page, 'COLLECTED')
  await expect.poll(() => feedback(page)).toContain('COLLECTED does nothing now')
  await scan(page, 'MUG-WHT')
  await page.getByTestId('all-counted').getByText('Everything is here').waitFor()
  expect(await breaches(page, 'light')).toEqual([])
  await scan(page, 'READY')
  await expect.poll(() => shownState(page, '#1050')).toBe('Ready')
  await settle(page)
  await scan(page, '#1050')
  await page.getByTestId('pickup').waitFor()
  await settle(page)
  await scan(page, 'COLLECTED')
  await page.getByRole('dialog').waitFor()
  await settle(page)
  await scan(page, '#1050') // the customer's own code, as proof
  await card(page, '#1051').waitFor()
  expect(till.picks).toEqual([
    'Maya scan Canvas tote bag-2 1 0',
    'Maya scan Canvas tote bag-2 2 0',
    'Maya scan Enamel mug-1 1 0',
  ])
  expect(till.posted.map(({ body }) => Object(body).move)).toEqual(['finish', 'collect'])
  // an item of a new order starts it
  await settle(page)
  await scan(page, '#1051')
  await expect.poll(() => page.getByTestId('pickup').getAttribute('data-order')).toBe('#1051')
  await scan(page, '5012345678900')
  await expect.poll(() => feedback(page)).toBe('Wool beanie: 1 of 1')
  await expect.poll(() => till.picks.at(-1)).toBe('Maya scan Wool beanie-1 1 0')
  expect(opened.wrongs).toEqual([])
})

test('by touch alone: units are counted by hand, one is missing with a reason, and the rest is marked ready', async () => {
  await using till = await cannedTill(built)
  till.pickups = inWork()
  await using opened = await openPage(browser, till.url, { staff: 'Maya', at: pickupAt(1050) })
  const { page } = opened
  await page.getByTestId('large-line').waitFor()
  await settle(page)
  expect(await breaches(page, 'light')).toEqual([])
  expect(await textOf(page.getByTestId('primary-action'))).toBe('0 of 3 scanned – mark ready anyway?')
  expect(await page.evaluate(() => window.scrollY)).toBe(0)
  await page.getByTestId('count-one').click()
  await page.getByTestId('cant-find').click()
  const dialog = page.getByRole('dialog')
  expect(await dialog.getByTestId('missing-yes').isDisabled()).toBe(true)
  await dialog.getByRole('button', { name: 'Damaged' }).click()
  expect(await breaches(page, 'light')).toEqual([])
  await dialog.getByTestId('missing-yes').click()
  expect(await textOf(page.getByTestId('large-line').getByRole('heading'))).toBe('Enamel mug')
  await expect.poll(() => till.picks).toHaveLength(2)
  await page.reload() // what was counted is kept by the till's program
  await expect.poll(() => textOf(page.getByTestId('progress'))).toBe('1 of 3 picked')
  await settle(page)
  await page.getByTestId('primary-action').click()
  expect(await textOf(dialog)).toContain('1 item was not scanned or counted')
  expect(await breaches(page, 'light')).toEqual([])
  await page.keyboard.press('Escape')
  await page.getByTestId('count-one').click()
  await page.getByTestId('all-counted').getByText('2 items here, 1 missing').waitFor()
  await page.getByRole('button', { name: 'Mark ready without 1 item' }).click()
  expect(await textOf(dialog)).toContain('The customer is told that 2 items are ready')
  expect(till.posted).toEqual([])
  await settle(page)
  await dialog.getByTestId('finish-yes').click()
  await expect.poll(() => shownState(page, '#1050')).toBe('Ready')
  expect(till.picks).toEqual([
    'Maya hand Canvas tote bag-2 1 0',
    'Maya hand Canvas tote bag-2 1 1',
    'Maya hand Enamel mug-1 1 0',
  ])
  expect(bodies(till)).toEqual([{ move: 'finish', staff: 'Maya', reason: null }])
  expect(opened.wrongs).toEqual([])
})

/** Ready for two days, four days, and nine days, of which the customer of the last was reminded yesterday. */
function waitingLong(till: CannedTill): void {
  const dayMinutes = 24 * 60
  const waiting = (number: number, days: number) =>
    pickup({
      number,
      state: 'ready',
      movedBy: 'Maya',
      movedAt: minutesAgo(days * dayMinutes),
      shopify: 'confirmed',
    })
  const nine = waiting(1012, 9)
  const readyAt = nine.movedAt ?? nine.at
  const at = EpochMs.parse(minutesAgo(dayMinutes))
  const reminder = { readyAt, number: 1, how: 'mail' as const, staff: 'Sam', at }
  till.pickups = [waiting(1031, 2), waiting(1020, 4), { ...nine, reminders: [reminder] }]
  till.state = { ...upToDate, reminders: { afterDays: 3, most: 2 } }
}

test('a customer who does not come is reminded: what is due first is on top, one tap says how, and U takes it back', async () => {
  await using till = await cannedTill(built)
  waitingLong(till)
  till.undoUntil = EpochMs.parse(cannedNow + 3_600_000)
  await using opened = await openPage(browser, till.url, { staff: 'Maya' })
  const { page } = opened
  await card(page, '#1020').waitFor()
  await settle(page)
  expect(await orders(page)).toEqual(['#1020', '#1012', '#1031'])
  const due = page.locator('[data-section=remind]')
  expect(await due.getByTestId('pickup-card').count()).toBe(1)
  expect(await textOf(card(page, '#1012').getByTestId('reminded'))).toContain('Reminded by e-mail: Sam')
  expect(await breaches(page, 'light')).toEqual([])
  await due.getByTestId('remind').click()
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  await settle(page)
  expect(await textOf(dialog)).toContain('Tillbridge sends no message')
  expect(await textOf(dialog)).toContain('Phone ends in 42')
  expect(await breaches(page, 'light')).toEqual([])
  await dialog.getByRole('button', { name: 'By phone' }).click()
  const bar = page.getByTestId('undo-bar')
  await bar.getByText('#1020: customer reminded').waitFor()
  expect(await textOf(card(page, '#1020').getByTestId('reminded'))).toContain('Reminded by phone: Maya')
  expect(await page.locator('[data-section=remind]').count()).toBe(0)
  await settle(page)
  await page.keyboard.press('u')
  await page.locator('[data-section=remind]').waitFor()
  expect(bodies(till)).toEqual([
    { number: 1, how: 'phone', staff: 'Maya' },
    { number: 1, staff: 'Maya' },
  ])
  // its page offers it early as well, and the next number
  await settle(page)
  await card(page, '#1012').getByRole('link').click()
  await page.getByTestId('pickup').waitFor()
  await settle(page)
  expect(await breaches(page, 'light')).toEqual([])
  await page.getByTestId('remind').click()
  await settle(page)
  await page.getByTestId('reminded-in-person').click()
  await page.getByText('Reminded in person (2 times in all): Maya').waitFor()
  await page.getByTestId('remind').waitFor({ state: 'detached' })
  expect(bodies(till).at(-1)).toEqual({ number: 2, how: 'in-person', staff: 'Maya' })
  expect(opened.wrongs).toEqual([])
})

test('a reminder that is refused says why and is not shown as made; a store that does not remind shows none of it', async () => {
  await using till = await cannedTill(built)
  waitingLong(till)
  till.mood = 'refusing'
  await using opened = await openPage(browser, till.url, { staff: 'Maya' })
  const { page } = opened
  await card(page, '#1020').waitFor()
  await settle(page)
  await page.locator('[data-section=remind]').getByTestId('remind').click()
  await page.getByRole('dialog').waitFor()
  await settle(page)
  await page.getByTestId('reminded-other').click()
  await page.getByText('The reminder for #1020 was not saved').waitFor()
  expect(await card(page, '#1020').getByTestId('reminded').count()).toBe(0)
  till.state = upToDate
  till.tell({ type: 'state', state: upToDate })
  await page.locator('[data-section=remind]').waitFor({ state: 'detached' })
  expect(await page.getByTestId('remind').count()).toBe(0)
})

test('by keyboard alone, with undo by U for as long as it can be undone; a ready order is reopened with a reason', async () => {
  await using till = await cannedTill(built)
  till.pickups = inWork()
  till.undoUntil = EpochMs.parse(cannedNow + 30_000)
  await using opened = await openPage(browser, till.url, { staff: 'Maya', at: pickupAt(1050) })
  const { page } = opened
  const press = async (key: string) => {
    await page.keyboard.press(key)
    await page.clock.runFor(200)
  }
  await page.getByTestId('large-line').waitFor()
  await settle(page)
  for (const key of ['+', '+', '-', '+', '+']) await press(key)
  await page.getByTestId('all-counted').waitFor()
  await settle(page)
  await press('Enter')
  const bar = page.getByTestId('undo-bar')
  await bar.getByText(/The customer is told in \d+ s/).waitFor()
  expect(await textOf(page.getByTestId('announcement'))).toBe('#1050 is marked ready. Press U to undo.')
  expect(await breaches(page, 'light')).toEqual([])
  await settle(page)
  await press('u')
  await expect.poll(() => textOf(page.getByTestId('pickup-state'))).toBe('Picking')
  await bar.waitFor({ state: 'detached' })
  // a scan that begins with the same letter undoes nothing
  till.undoUntil = EpochMs.parse(cannedNow + 90_000)
  await settle(page)
  await press('Enter')
  await bar.waitFor()
  await settle(page)
  await scan(page, 'UMBRELLA-1')
  await page.getByText('No order here has the code UMBRELLA-1').waitFor()
  await page.clock.runFor(90_000)
  await bar.waitFor({ state: 'detached' })
  await card(page, '#1050').getByRole('link').click()
  await settle(page)
  await page.getByTestId('reopen').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Wrong item in the bag' }).click()
  await settle(page)
  await page.getByTestId('give-up-yes').click()
  await expect.poll(() => textOf(page.getByTestId('pickup-state'))).toBe('Picking')
  const moves = till.posted.map(({ body }) => [Object(body).move, Object(body).reason])
  expect(moves).toEqual([
    ['finish', null],
    ['undo', null],
    ['finish', null],
    ['reopen', 'Wrong item in the bag'],
  ])
  expect(opened.wrongs).toEqual([])
})

test('a cancelled order stays on top until its goods are back; who did it is asked again once the till was idle', async () => {
  await using till = await cannedTill(built)
  const cancelled = pickup({
    number: 1030,
    state: 'cancelled',
    movedBy: 'Shopify',
    movedAt: minutesAgo(4),
    notice: { code: 'order-cancelled' },
    toAcknowledge: true,
  })
  till.pickups.push(cancelled)
  await using opened = await openPage(browser, till.url)
  const { page } = opened
  await card(page, '#1030').waitFor()
  expect((await orders(page))[0]).toBe('#1030')
  expect(await shownState(page, '#1030')).toBe('Cancelled – put back')
  await settle(page)
  await card(page, '#1043').getByTestId('primary-action').click()
  await page.getByTestId('staff-name').fill('Maya')
  await page.keyboard.press('Enter')
  await page.getByTestId('pickup').waitFor()
  await page.keyboard.press('Escape')
  await card(page, '#1030').waitFor()
  await page.clock.fastForward(31 * 60_000)
  await card(page, '#1030').getByTestId('primary-action').click()
  const tiles = page.getByRole('dialog').getByTestId('staff-tile')
  expect(await tiles.allInnerTexts()).toEqual(['Maya'])
  expect(await breaches(page, 'light')).toEqual([])
  await tiles.first().click()
  await card(page, '#1030').waitFor({ state: 'detached' })
  expect(till.pickups.find(one => one.order.name === '#1030')?.toAcknowledge).toBe(false)
})

test('"Goods are put back" is taken back by U, for as long as other steps', async () => {
  await using till = await cannedTill(built)
  const ended = { state: 'cancelled', movedBy: 'Shopify', movedAt: minutesAgo(4) } as const
  const notice = { code: 'order-cancelled' } as const
  till.pickups.push(pickup({ number: 1030, ...ended, notice, toAcknowledge: true }))
  await using opened = await openPage(browser, till.url, { staff: 'Maya' })
  const { page } = opened
  await card(page, '#1030').waitFor()
  await settle(page)
  await stopClock(page) // on a busy machine the 8 seconds would be over
  const isListed = (count: 0 | 1) =>
    expect
      .poll(async () => {
        await page.clock.runFor(1)
        return card(page, '#1030').count()
      })
      .toBe(count)
  await card(page, '#1030').getByTestId('primary-action').click()
  await isListed(0)
  expect(await textOf(page.getByTestId('undo-bar'))).toContain('#1030: goods put back')
  await page.clock.runFor(500)
  await page.keyboard.press('u')
  await page.clock.runFor(200)
  await isListed(1)
  expect(await shownState(page, '#1030')).toBe('Cancelled – put back')
  expect(await page.getByTestId('undo-bar').count()).toBe(0)
  expect(opened.wrongs).toEqual([])
})

test('in a hand-over a scan that is not its order says what it is, as a tone alone does not', async () => {
  await using till = await cannedTill(built)
  await using opened = await openPage(browser, till.url, { staff: 'Maya' })
  const { page } = opened
  await settle(page)
  await card(page, '#1038').getByTestId('primary-action').click()
  const dialog = page.getByRole('dialog')
  const said = dialog.getByTestId('dialog-scan')
  await dialog.waitFor()
  await settle(page)
  expect(await textOf(said)).toBe('')
  for (const [code, words] of [
    ['#1043', 'That is #1043, not #1038'],
    ['NB-A5-DOT', 'That is an item of #1038: Notebook A5, Dotted. Nothing was counted'],
    ['4006381333931', 'Not in this order: Canvas tote bag, Navy belongs to #1043'],
    ['9999999999999', 'That is not #1038: no order here has 9999999999999'],
    ['READY', 'READY does not answer this question'],
  ] as const) {
    await scan(page, code)
    await expect.poll(() => textOf(said)).toBe(words)
  }
  expect(await breaches(page, 'light')).toEqual([])
  expect(till.posted).toEqual([])
  await dialog.getByRole('button', { name: 'Not yet' }).click()
  await dialog.waitFor({ state: 'detached' })
  await settle(page)
  await card(page, '#1038').getByTestId('primary-action').click()
  await dialog.waitFor()
  expect(await textOf(said)).toBe('')
  expect(opened.wrongs).toEqual([])
})

const rest = (picked: number, more: Partial<Parameters<typeof pickup>[0]>) =>
  pickup({
    number: 1050,
    lines: [
      line(1, 'Stoneware mug', {
        picked,
        missing: picked === 0 ? { units: 1, reason: 'not-on-shelf', said: null } : null,
      }),
    ],
    state: 'short',
    movedBy: 'Maya',
    movedAt: minutesAgo(9),
    notice: { code: 'on-hold', missing: '1 × Stoneware mug' },
    ...more,
  })
const askedAbout = (chosen: PickupView['asked']) => ({ asked: chosen })
const choice = (how: 'under-way' | 'done') =>
  askedAbout({
    link: '',
    until: EpochMs.parse(minutesAgo(-9_000)),
    goods: '1 × Stoneware mug',
    chosen: { choice: 'move', to: 'Market Square', state: how },
  })

test('a held rest that turns up is marked ready without a reason, unless its customer has chosen', async () => {
  await using till = await cannedTill(built)
  till.pickups = [rest(0, {})]
  await using opened = await openPage(browser, till.url + pickupAt(1050), { staff: 'Maya' })
  const { page } = opened
  const counted = page.getByTestId('all-counted')
  expect(await textOf(counted)).toContain('There is nothing to do now')
  expect(await page.getByTestId('primary-action').count()).toBe(0)
  till.pickups = [rest(1, choice('under-way'))]
  till.tell({ type: 'pickups' })
  await expect.poll(() => textOf(counted)).toContain('The customer has chosen what becomes of it')
  expect(await page.getByTestId('primary-action').count()).toBe(0)
  expect(await breaches(page, 'light')).toEqual([])
  till.pickups = [rest(1, {})]
  till.tell({ type: 'pickups' })
  await page.getByTestId('primary-action').waitFor()
  await settle(page)
  await page.getByTestId('primary-action').click()
  await expect.poll(() => bodies(till)).toEqual([{ move: 'finish', staff: 'Maya', reason: null }])
})

test('a rest that the customer had sent elsewhere asks no one to put anything back', async () => {
  await using till = await cannedTill(built)
  const ended = { state: 'cancelled', movedBy: 'Shopify', movedAt: minutesAgo(1) } as const
  till.pickups = [
    rest(0, { ...ended, notice: { code: 'moved-away', to: 'Market Square' }, ...choice('done') }),
  ]
  await using opened = await openPage(browser, till.url + pickupAt(1050), { staff: 'Maya' })
  const words = await textOf(opened.page.getByTestId('pickup'))
  expect(words).toContain('Moved to Market Square. The customer chose this. Nothing of it was found here')
  expect(words).not.toContain('Put the goods back')
})

test('a move that is refused says why, and the order stays as it is', async () => {
  await using till = await cannedTill(built)
  till.mood = 'refusing'
  await using opened = await openPage(browser, till.url, { staff: 'Maya' })
  const { page } = opened
  await card(page, '#1043').waitFor()
  await settle(page)
  await card(page, '#1043').getByTestId('primary-action').click()
  expect(await textOf(card(page, '#1043').getByRole('alert'))).toContain('Sam at Till 1 has already')
  expect(await shownState(page, '#1043')).toBe('New')

  await page.route('**/moves', route => route.abort())
  await settle(page)
  await card(page, '#1043').getByTestId('primary-action').click()
  const noAnswer = page.getByRole('alert').filter({ hasText: '#1043: not sure whether this was saved' })
  await noAnswer.waitFor()
  // the step had arrived after all: what was unknown is known now
  till.pickups = till.pickups.map(one =>
    one.order.name === '#1043' ? PickupView.parse({ ...one, state: 'picking' }) : one,
  )
  till.tell({ type: 'pickups' })
  await noAnswer.waitFor({ state: 'detached' })
})

test('the state line says in one sentence what the till is doing, computed from its stream', async () => {
  await using till = await cannedTill(built)
  await using opened = await openPage(browser, till.url)
  const shown = opened.page.getByTestId('state-line')
  await shown.filter({ hasText: 'Up to date' }).waitFor()
  const broken = { source: 'unicenta', state: 'unavailable', problem: 'file is locked' } as const
  const expected: [Partial<TillState>, string][] = [
    [{ unsent: 4, unsentSales: 3 }, 'waiting: Sending 3 sales'],
    [{ unsent: 1 }, 'waiting: Sending 1 change'],
    [
      { link: 'offline', unsent: 41, unsentSales: 37 },
      'caution: Working offline since 09:08, 37 sales waiting — nothing is lost',
    ],
    [{ link: 'offline' }, 'caution: Working offline since 09:08 — nothing is lost'],
    [{ link: 'connecting', unsentSales: 1, unsent: 1 }, 'waiting: Connecting to head office, 1 sale waiting'],
    [{ link: 'refused', problem: 'Re-enrol this till.' }, 'wrong: Re-enrol this till.'],
    [{ sources: [broken] }, "wrong: Sales can't be read from unicenta: file is locked"],
    [{}, 'done: Up to date'],
  ]
  for (const [state, words] of expected) {
    till.state = { ...upToDate, ...state }
    await expect
      .poll(async () => {
        // The stream may open after the page is read; the server tells every page that listens by then.
        till.tell({ type: 'state', state: till.state })
        return `${await shown.getAttribute('data-look')}: ${await textOf(shown)}`
      })
      .toBe(words)
  }
})

test('an empty list promises new orders only while they can arrive', async () => {
  await using till = await cannedTill(built)
  till.pickups = []
  await using opened = await openPage(browser, till.url)
  const empty = opened.page.getByTestId('empty')
  await empty.getByText('New orders appear here automatically').waitFor()
  await expect.poll(() => till.live.listeners()).toBe(1)
  const become = (more: object) => {
    till.state = TillState.parse({ ...upToDate, ...more }) // for a page that reads it just now
    till.tell({ type: 'state', state: till.state })
  }
  become({ link: 'offline' })
  await empty.getByText('once the till is connected again').waitFor()
  become({ link: 'refused', problem: 'Blocked.', problemCode: 'DEVICE_REVOKED' })
  await empty.getByText('do not arrive at this till').waitFor()
  await opened.page.getByTestId('tab-done').click()
  expect(await textOf(empty)).toBe('Nothing done yet today')
})

test('follows the till live, says when the till is gone, and catches up when it is back', async () => {
  await using till = await cannedTill(built)
  till.pickups = []
  await using opened = await openPage(browser, till.url)
  const { page } = opened
  await page.getByText('No orders to pick').waitFor()
  await page.getByTestId('state-line').filter({ hasText: 'Up to date' }).waitFor()
  till.tell({ type: 'state', state: { ...upToDate, unsent: 2, unsentSales: 2 } })
  await page.getByTestId('state-line').filter({ hasText: 'Sending 2 sales' }).waitFor()

  till.mood = 'broken'
  till.live.drop()
  await page.getByTestId('state-line').filter({ hasText: 'has not answered since 14:08' }).waitFor()
  till.pickups = [pickup({ number: 1050 })]
  till.mood = 'well'
  await page.clock.runFor(8_000)
  await card(page, '#1050').waitFor()
  await page.getByTestId('state-line').filter({ hasText: 'Up to date' }).waitFor()
})

/** Marks what each card was last drawn with: React gives an element new props whenever its component runs. */
const markCards = (page: Page) =>
  page.getByTestId('pickup-card').evaluateAll(cards => {
    for (const one of cards) {
      const key = Object.keys(one).find(name => name.startsWith('__reactProps$'))
      if (key === undefined) throw new Error('React keeps the props of an element elsewhere now')
      Object.assign(one, { drawnWith: Reflect.get(one, key) })
    }
  })
/** The orders whose cards were drawn again since they were marked. */
const drawnAgain = (page: Page) =>
  page.getByTestId('pickup-card').evaluateAll(cards =>
    cards
      .filter(one => {
        const key = Object.keys(one).find(name => name.startsWith('__reactProps$')) ?? ''
        return Reflect.get(one, key) !== Reflect.get(one, 'drawnWith')
      })
      .map(one => one.getAttribute('data-order')),
  )

test('a change of one pickup reads the pickups again, nothing else, and draws that one card', async () => {
  await using till = await cannedTill(built)
  await using opened = await openPage(browser, till.url, { staff: 'Maya' })
  const { page } = opened
  await card(page, '#1043').waitFor()
  await markCards(page)
  const read: string[] = []
  page.on('request', request => read.push(new URL(request.url()).pathname))
  till.pickups = till.pickups.map(one =>
    one.order.name === '#1035' ? PickupView.parse({ ...one, state: 'ready' }) : one,
  )
  till.tell({ type: 'pickups' })
  await expect.poll(() => shownState(page, '#1035')).toBe('Ready')
  expect(await drawnAgain(page)).toEqual(['#1035'])
  till.tell({ type: 'state', state: TillState.parse({ ...upToDate, unsent: 3, unsentSales: 3 }) })
  await page.getByText('Sending 3 sales').waitFor()
  expect(await drawnAgain(page)).toEqual(['#1035'])
  expect(read).toEqual(['/api/pickups'])
})

test('a new order rings, again every 30 s until someone starts it, and no filter hides it', async () => {
  await using till = await cannedTill(built)
  till.pickups = []
  await using opened = await openPage(browser, till.url, { staff: 'Maya' })
  const { page } = opened
  await page.evaluate(() => {
    const start = OscillatorNode.prototype.start
    OscillatorNode.prototype.start = function (...when) {
      document.body.dataset['tones'] = String(Number(document.body.dataset['tones'] ?? 0) + 1)
      return start.apply(this, when)
    }
  })
  const tones = () => page.evaluate(() => Number(document.body.dataset['tones'] ?? 0))
  await page.getByTestId('tab-ready').click()
  await page.getByText('Sound on').waitFor()
  till.pickups = [pickup({ number: 1050 })]
  till.tell({ type: 'pickups' })
  await page.getByTestId('new-pickups').filter({ hasText: '#1050 Ana Petrov' }).waitFor()
  expect(await page.title()).toBe('(1) Pickups · Harbour Street Till 2')
  expect(await textOf(page.getByTestId('announcement'))).toBe('New order #1050 for Ana Petrov')
  expect(await tones()).toBe(2)
  await page.clock.runFor(31_000)
  expect(await tones()).toBe(4)
  await page.getByTestId('sound').click()
  await page.getByText('Muted until 14:38').waitFor()
  await page.clock.runFor(31_000)
  expect(await tones()).toBe(4)
  await page.clock.fastForward(31 * 60_000)
  await page.getByText('Sound on').waitFor()
  await page.getByRole('button', { name: 'Show' }).click()
  await settle(page)
  await card(page, '#1050').getByTestId('primary-action').click()
  await page.getByTestId('staff-name').fill('Maya') // the till was idle for more than half an hour
  await page.keyboard.press('Enter')
  await expect.poll(() => page.title()).toBe('Pickups · Harbour Street Till 2')
  const before = await tones()
  await page.clock.runFor(61_000)
  expect(await tones()).toBe(before)
})

test('says how to open the page when the browser was not let in, and what to do when the till is silent', async () => {
  await using till = await cannedTill(built)
  till.mood = 'closed'
  await using opened = await openPage(browser, till.url)
  const { page } = opened
  expect(await textOf(page.getByTestId('not-opened'))).toContain('tillbridge-agent till-link')
  till.mood = 'well'
  await page.getByRole('button', { name: 'try again' }).click()
  await card(page, '#1043').waitFor()
  till.mood = 'closed'
  till.tell({ type: 'pickups' })
  await page.getByTestId('not-opened').waitFor()
  till.mood = 'broken'
  await page.reload()
  await page.clock.runFor(3_000)
  expect(await textOf(page.getByRole('alert'))).toContain('nothing is lost')
})

test('hostile text is shown as text, in every field', async () => {
  const evil = (field: string) => `<img src=x onerror="document.title='${field}'">\u202e${field}\u0007`
  await using till = await cannedTill(built)
  till.state = TillState.parse({ ...upToDate, storeName: evil('store'), till: evil('till') })
  till.pickups = [
    pickup({
      number: 1,
      order: { name: evil('order'), placedAt: minutesAgo(5) },
      customer: { name: evil('customer'), phoneEnd: '<b>1' },
      note: evil('note'),
      notice: { code: 'moved-away', to: evil('notice') },
      movedBy: evil('staff'),
      movedAt: minutesAgo(1),
      state: 'picking',
      lines: [
        line(1, evil('title'), { variantTitle: evil('variant'), sku: evil('sku'), barcode: '<i>barcode' }),
      ],
    }),
  ]
  await using opened = await openPage(browser, till.url)
  const { page } = opened
  await page.getByTestId('pickup-card').waitFor()
  await settle(page)
  await page.getByTestId('pickup-card').getByRole('link').first().click()
  const shown = `${await textOf(page.locator('#order'))} ${await textOf(page.getByTestId('pickup'))}`
  for (const field of ['order', 'customer', 'note', 'notice', 'staff', 'title', 'variant', 'sku'])
    expect(shown).toContain(evil(field))
  expect(await page.locator('img').count()).toBe(0)
  expect(await page.title()).toMatch(/^Pickups · <img src=x/)
  expect(opened.wrongs).toEqual([])
})

test.each([
  ['de-AT', 'de', 'Packen beginnen'],
  ['fr-CA', 'fr', 'Préparer'],
  ['es-MX', 'es', 'Preparar'],
  ['pt-BR', 'en', 'Start picking'],
])('in a browser of %s it speaks %s, and remembers a choice', async (locale, language, start) => {
  await using till = await cannedTill(built)
  await using opened = await openPage(browser, till.url, { locale, staff: 'Maya' })
  const { page } = opened
  await page.getByRole('button', { name: start }).first().waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe(language)
  await page.getByTestId('staff').click()
  const choices = page.locator('[role=menuitemradio][lang]')
  expect(await choices.allTextContents()).toEqual(['English', 'Deutsch', 'Français', 'Español'])
  await choices.filter({ hasText: language === 'en' ? 'Español' : 'English' }).click()
  await page.reload()
  await page
    .getByRole('button', { name: language === 'en' ? 'Preparar' : 'Start picking' })
    .first()
    .waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe(language === 'en' ? 'es' : 'en')
})

describe.each(['light', 'dark'] as const)('in %s', colorScheme => {
  test('anybody can use it', async () => {
    await using till = await cannedTill(built)
    await using opened = await openPage(browser, till.url, { colorScheme, staff: 'Maya' })
    const { page } = opened
    await card(page, '#1043').waitFor()
    expect(await breaches(page, colorScheme)).toEqual([])
    await settle(page)
    await card(page, '#1041').getByRole('link').first().click()
    await page.getByTestId('pickup').waitFor()
    expect(await breaches(page, colorScheme)).toEqual([])
    if (colorScheme === 'light') {
      await settle(page)
      await page.getByTestId('cant-find').click()
      await page.getByRole('dialog').waitFor()
      expect(await breaches(page, colorScheme)).toEqual([])
    }
    expect(opened.wrongs).toEqual([])
  })
})

test.each(['de-DE', 'fr-FR', 'es-ES'])(
  'nothing is wider than the window, also at 200 %% zoom, and buttons can be hit with gloves: %s',
  async locale => {
    await using till = await cannedTill(built)
    const long = 'Donaudampfschifffahrtsgesellschaftskapitänsmützenlederriemenschnalle'
    const customer = { name: long, phoneEnd: null }
    till.pickups.push(
      pickup({
        number: 9,
        customer,
        lines: [line(12, long, { sku: long })],
        notice: { code: 'moved-away', to: long },
      }),
    )
    await using opened = await openPage(browser, till.url, { locale, staff: 'Maya' })
    const { page } = opened
    await card(page, '#9').waitFor()
    expect([...(await tooWide(page)), ...(await cutOff(page))]).toEqual([])
    await page.setViewportSize(zoomed)
    expect([...(await tooWide(page)), ...(await cutOff(page))]).toEqual([])
    const heights = await page
      .getByRole('button')
      .evaluateAll(all => all.map(one => Math.round(one.getBoundingClientRect().height)))
    expect(heights.filter(height => height < 56)).toEqual([])
    await settle(page)
    await card(page, '#9').getByRole('link').click()
    await page.getByTestId('pickup').waitFor()
    expect([...(await tooWide(page)), ...(await cutOff(page))]).toEqual([])
    await page.setViewportSize(screen)
    expect([...(await tooWide(page)), ...(await cutOff(page))]).toEqual([])
  },
)
