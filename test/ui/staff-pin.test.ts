import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchChromium } from '../chromium.ts'
import { builtPage } from './built-page.ts'
import { type CannedTill, cannedTill, pickup, pinStaff } from './canned-till.ts'
import { breaches, cutOff, openPage, scan, settle, textOf, tooWide, zoomed } from './open-page.ts'

/** The till page where the store requires PINs, in a real Chromium, against a pretend till server. */

let browser: Browser
const built = builtPage('agent')
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
})

const card = (page: Page, order: string) => page.locator(`[data-testid=pickup-card][data-order="${order}"]`)
const bodies = (till: CannedTill) => till.posted.map(({ body }) => body)
const said = (page: Page) => textOf(page.getByTestId('unlock-said'))

async function lockedTill(): Promise<CannedTill> {
  const till = await cannedTill(built)
  till.staff = pinStaff
  till.state = { ...till.state, staffPin: 'required' }
  return till
}

/** A click on a page that has just changed counts for nothing: one who clicked does it once more. */
async function openUnlock(page: Page): Promise<void> {
  await page.getByTestId('unlock-open').waitFor()
  const isOpen = async () => {
    if ((await page.getByTestId('unlock').count()) > 0) return true
    await settle(page)
    await page.getByTestId('unlock-open').click()
    return false
  }
  await expect.poll(isOpen).toBe(true)
}

async function press(page: Page, digits: string): Promise<void> {
  for (const digit of digits) await page.getByTestId(`pin-${digit}`).click()
  await page.getByTestId('pin-enter').click()
}

test('a step asks who it is and for the PIN; then it is made, and the next one asks no more', async () => {
  await using till = await lockedTill()
  await using opened = await openPage(browser, till.url)
  const { page } = opened
  await card(page, '#1043').waitFor()
  expect(await textOf(page.getByTestId('staff'))).toBe('Locked')
  await settle(page)
  await card(page, '#1043').getByTestId('primary-action').click()
  await page.getByTestId('staff-tile').filter({ hasText: 'Maya' }).click()
  await press(page, '4803')
  await expect.poll(() => said(page)).toBe('Wrong PIN. 4 more tries, then you have to wait.')
  await press(page, '4802')
  await page.getByTestId('pickup').waitFor()
  expect(bodies(till)).toEqual([{ move: 'pick', staff: 'Maya', reason: null }])
  expect(await textOf(page.getByTestId('staff'))).toBe('Maya')
  await settle(page)
  await page.getByTestId('count-one').first().click()
  await expect.poll(() => till.picks.length).toBe(1)
  expect(opened.wrongs).toEqual([])
})

test('the keyboard types a PIN; a scanner’s digits are not taken for one', async () => {
  await using till = await lockedTill()
  await using opened = await openPage(browser, till.url)
  const { page } = opened
  await openUnlock(page)
  await page.getByTestId('staff-tile').first().click()
  await page.getByTestId('pin-pad').waitFor()
  await scan(page, '4006381333931')
  await expect.poll(() => till.scans).toEqual(['4006381333931'])
  expect(await page.getByTestId('pin-shown').getAttribute('aria-label')).toBe('PIN, 0 digits entered')
  for (const key of ['4', '8', '9', 'Backspace', '0', '2']) {
    await page.clock.runFor(100)
    await page.keyboard.press(key)
  }
  expect(await page.getByTestId('pin-shown').getAttribute('aria-label')).toBe('PIN, 4 digits entered')
  await page.clock.runFor(100)
  await page.keyboard.press('Enter')
  await page.getByTestId('unlock').waitFor({ state: 'detached' })
  expect(await textOf(page.getByTestId('staff'))).toBe('Maya')
})

test('Lock and idle time ask again, and the page keeps its place', async () => {
  await using till = await lockedTill()
  await using opened = await openPage(browser, till.url)
  const { page } = opened
  await openUnlock(page)
  await page.getByTestId('staff-tile').first().click()
  await press(page, '4802')
  await page.getByTestId('lock').waitFor()
  await settle(page)
  await card(page, '#1041').getByRole('link').first().click()
  await page.getByTestId('pickup').waitFor()
  const place = page.url()
  await page.getByTestId('lock').click()
  await page.getByTestId('unlock-open').waitFor()
  expect(page.url()).toBe(place)
  await openUnlock(page)
  await page.getByTestId('staff-tile').first().click()
  await press(page, '4802')
  await page.getByTestId('lock').waitFor()
  await page.clock.fastForward(6 * 60_000)
  await page.getByTestId('unlock-open').waitFor()
  expect(page.url()).toBe(place)
  expect(await textOf(page.getByTestId('staff'))).toBe('Locked')
})

test('a pass that the agent no longer counts is asked for again, and the step is made then', async () => {
  await using till = await lockedTill()
  await using opened = await openPage(browser, till.url)
  const { page } = opened
  await openUnlock(page)
  await page.getByTestId('staff-tile').first().click()
  await press(page, '4802')
  await page.getByTestId('lock').waitFor()
  till.staff = pinStaff // the agent was started again
  await settle(page)
  await card(page, '#1043').getByTestId('primary-action').click()
  await page.getByTestId('staff-tile').first().click()
  await press(page, '4802')
  await page.getByTestId('pickup').waitFor()
  expect(bodies(till)).toHaveLength(1)
})

test('a badge opens the page, names its person, or is unknown', async () => {
  await using till = await lockedTill()
  await using opened = await openPage(browser, till.url)
  const { page } = opened
  await card(page, '#1043').waitFor()
  await expect.poll(() => till.live.listeners()).toBe(1)
  const badge = (staff: string | null, ticket: string | null) =>
    till.tell({
      type: 'scan',
      scan: { code: '', problem: null, badge: { staff, name: 'Sam', ticket, waitMs: 0 } },
    })
  badge(null, null)
  await expect.poll(() => said(page)).toBe('This badge is not known here. Ask head office.')
  badge('M17', null)
  await page.getByTestId('pin-pad').waitFor()
  badge('S4', 'S4')
  await page.getByTestId('unlock').waitFor({ state: 'detached' })
  await expect.poll(() => textOf(page.getByTestId('staff'))).toBe('Sam')
})

test('a badge that is meant for another page of this PC leaves this one as it is; one that came too late says so', async () => {
  await using till = await lockedTill()
  await using opened = await openPage(browser, till.url)
  const { page } = opened
  await card(page, '#1043').waitFor()
  await expect.poll(() => till.live.listeners()).toBe(1)
  const badge = (staff: string, ticket: string, at: string | null) =>
    till.tell({
      type: 'scan',
      scan: { code: '', problem: null, badge: { staff, name: 'Sam', ticket, waitMs: 0, page: at } },
    })
  badge('S4', 'S4', 'another-page')
  badge('S4', 'late', null) // no such ticket any more
  await expect.poll(() => said(page)).toBe('Scan the badge again.')
  expect(await textOf(page.getByTestId('staff'))).toBe('Locked')
  badge('S4', 'S4', null)
  await page.getByTestId('unlock').waitFor({ state: 'detached' })
  await expect.poll(() => textOf(page.getByTestId('staff'))).toBe('Sam')
})

test('a badge’s code is not shown: neither without the agent’s answer, nor in the field that it was typed into', async () => {
  const code = 'TBS0123456789ABCDEF'
  await using till = await lockedTill()
  await using opened = await openPage(browser, till.url)
  const { page } = opened
  await card(page, '#1043').waitFor()
  const field = page.getByRole('searchbox')
  await field.click()
  await page.route('**/api/scans', route => route.abort())
  await scan(page, code)
  await expect.poll(() => field.inputValue()).toBe('')
  await scan(page, '4006381333931') // a later scan has come through
  await expect.poll(() => textOf(page.locator('body'))).toContain('4006381333931')
  expect(await textOf(page.locator('body'))).not.toContain(code)
})

test('a wait is counted down', async () => {
  await using till = await lockedTill()
  till.wrongPin = { is: 'wait', waitMs: 30_000, whose: 'person' }
  await using opened = await openPage(browser, till.url)
  const { page } = opened
  await openUnlock(page)
  await page.getByTestId('staff-tile').first().click()
  await press(page, '4803')
  await expect.poll(() => said(page)).toMatch(/Try again in 0:\d\d/)
  await page.clock.fastForward(31_000)
  await expect.poll(() => said(page)).toBe('You can try again now.')
})

test('where no PIN is required, head office’s names are offered, and nothing is locked', async () => {
  await using till = await cannedTill(built)
  till.staff = { ...pinStaff, rule: 'off' }
  await using opened = await openPage(browser, till.url)
  const { page } = opened
  await card(page, '#1043').waitFor()
  await settle(page)
  await card(page, '#1043').getByTestId('primary-action').click()
  await page.getByTestId('staff-tile').filter({ hasText: 'Sam' }).click()
  await page.getByTestId('pickup').waitFor()
  expect(bodies(till)).toEqual([{ move: 'pick', staff: 'Sam', reason: null }])
  expect(await page.getByTestId('lock').count()).toBe(0)
})

describe.each(['light', 'dark'] as const)('in %s', colorScheme => {
  test('anybody can use it, also at 200 %', async () => {
    await using till = await lockedTill()
    till.pickups = [pickup({ number: 1043 })]
    await using opened = await openPage(browser, till.url, { colorScheme, locale: 'de-DE' })
    const { page } = opened
    await openUnlock(page)
    await page.getByTestId('staff-tile').first().waitFor()
    expect(await breaches(page, colorScheme)).toEqual([])
    await page.getByTestId('staff-tile').first().click()
    await press(page, '4803')
    await expect.poll(() => said(page)).toContain('Falsche PIN')
    expect(await breaches(page, colorScheme)).toEqual([])
    await page.setViewportSize(zoomed)
    expect([...(await tooWide(page)), ...(await cutOff(page))]).toEqual([])
    const keys = page.getByTestId('pin-pad').getByRole('button')
    const heights = await keys.evaluateAll(all =>
      all.map(one => Math.round(one.getBoundingClientRect().height)),
    )
    expect(heights.filter(height => height < 56)).toEqual([])
  })
})
