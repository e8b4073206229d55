import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EpochMs } from '../../shared/ids.ts'
import { launchChromium } from '../chromium.ts'
import { builtPage } from './built-page.ts'
import { type CannedTill, cannedNow, cannedTill, minutesAgo } from './canned-till.ts'
import { breaches, cutOff, openPage, scan, settle, textOf, tooWide } from './open-page.ts'

/** Taking an online order back on the built till page, in a real Chromium. */

let browser: Browser
const built = builtPage('agent')
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
})

async function openReturns(till: CannedTill, returns: CannedTill['state']['returns'] = 'refund') {
  till.state = { ...till.state, returns, prints: true }
  return openPage(browser, till.url, { staff: 'Maya', at: '#/returns' })
}
const find = async (page: Page, text: string) => {
  await page.getByTestId('return-search').fill(text)
  await page.keyboard.press('Enter')
}
const one = {
  title: 'Enamel mug',
  variantTitle: 'White',
  sku: 'MUG-WHT',
  barcode: '5000000000017',
  orderLine: 'l1',
  units: 1,
}

test('an order is found, its items are chosen and taken back once, whatever is pressed twice', async () => {
  await using till = await cannedTill(built)
  await using opened = await openReturns(till)
  const { page, wrongs } = opened
  await find(page, 'haddad')
  await page.locator('[data-testid=return-order][data-order="#1029"]').click()
  await page.getByTestId('return-line').first().waitFor()
  expect(await page.getByTestId('return-check').getAttribute('aria-disabled')).toBe('true')
  const [more, damaged] = [
    page.getByTestId('return-sellable').first(),
    page.getByTestId('return-damaged').first(),
  ]
  await more.getByRole('button').last().click()
  await damaged.getByRole('button').last().click()
  expect(await more.getByRole('button').last().isDisabled()).toBe(true) // both units are chosen
  await settle(page)
  await page.getByTestId('return-check').dblclick() // the second tap must not take it back
  const summary = await textOf(page.getByTestId('return-summary'))
  expect(summary).toContain('1 item goes back on sale')
  expect(summary).toContain('1 item is damaged')
  expect(summary).toContain('£25.00')
  expect(till.posted).toEqual([])
  await page.getByTestId('return-reason-too-small').click()
  await settle(page)
  await page.getByTestId('return-yes').dblclick()
  await page.getByTestId('return-row').waitFor()
  expect(till.posted).toHaveLength(1)
  expect(till.posted[0]?.body).toMatchObject({
    returnId: expect.stringMatching(/^ret_[0-9a-v]{24}$/),
    ...{ order: 'gid://shopify/Order/1029', orderName: '#1029', staff: 'Maya' },
    lines: [
      { ...one, condition: 'sellable', reason: 'too-small' },
      { ...one, condition: 'damaged', reason: 'too-small' },
    ],
  })
  expect(await textOf(page.getByTestId('return-state'))).toBe('Shopify is being told')
  till.returns = till.returns.map(view => ({
    ...view,
    state: 'done' as const,
    refunded: { minor: 2_500, currency: 'GBP' } as never,
  }))
  till.tell({ type: 'returns' })
  await page.getByText('£25.00 paid back').waitFor()
  await page.getByTestId('return-slip').click()
  await settle(page)
  await page.getByTestId('return-next').click()
  await page.getByTestId('return-search').waitFor()
  expect(wrongs).toEqual([])
})

test('by scanner and keyboard alone: the order’s code, its items, Enter', async () => {
  await using till = await cannedTill(built)
  await using opened = await openReturns(till)
  const { page } = opened
  await page.getByTestId('return-search').waitFor()
  await scan(page, '1029')
  await page.getByTestId('return-line').first().waitFor()
  await scan(page, '4006381333931')
  await page.getByText('Check 1 item').waitFor()
  await scan(page, '4006381333931')
  await page.getByText('No more of it can be returned').waitFor()
  await scan(page, '4999999999999')
  await page.getByText('Not in this order: 4999999999999').waitFor()
  await settle(page)
  await page.getByTestId('return-check').focus()
  await page.keyboard.press('Enter')
  await page.getByTestId('return-summary').waitFor()
  await settle(page)
  await page.getByTestId('return-yes').focus()
  await page.keyboard.press('Enter')
  await page.getByTestId('return-row').waitFor()
  expect(till.posted[0]?.body).toMatchObject({
    lines: [{ orderLine: 'l2', units: 1, condition: 'sellable' }],
  })
})

test('what was taken back by mistake is undone with U, and the customer keeps it', async () => {
  await using till = await cannedTill(built)
  till.undoUntil = EpochMs.parse(cannedNow + 30_000)
  await using opened = await openReturns(till)
  const { page } = opened
  await page.getByTestId('return-search').waitFor()
  await settle(page)
  await find(page, '1029')
  await page.getByTestId('return-sellable').last().getByRole('button').last().click()
  await settle(page)
  await page.getByTestId('return-check').click()
  await settle(page)
  await page.getByText('You can undo it for 8 seconds').waitFor()
  await page.getByTestId('return-yes').click()
  await page.getByTestId('undo-bar').getByText('#1029 is taken back').waitFor()
  await settle(page)
  await page.keyboard.press('u')
  await page.getByTestId('return-row').getByText('The customer keeps the items.').waitFor()
  expect(await textOf(page.getByTestId('return-state'))).toBe('Undone')
  expect(till.posted.map(({ url, body }) => [url.split('/').at(-1), body])).toEqual([
    ['returns', expect.anything()],
    ['undo', { staff: 'Maya' }],
  ])
  expect(await page.getByTestId('undo-bar').count()).toBe(0)
})

test('without head office it says what is found, what happens to the money, and what to do when nothing is', async () => {
  await using till = await cannedTill(built)
  till.state = { ...till.state, link: 'offline' }
  const { found } = till
  till.found = question => {
    const answer = found(question)
    return answer.is === 'problem' ? answer : { ...answer, isLocal: true, why: 'RETURNS_THROTTLED' }
  }
  await using opened = await openReturns(till)
  const { page } = opened
  await find(page, 'haddad')
  await page.getByText('Only orders that were handed over here are shown.').waitFor()
  await page.getByText('Shopify is too busy to answer').waitFor()
  till.found = () => ({ is: 'problem', code: 'HUB_OFFLINE', sentence: 'No connection.' })
  await find(page, '1029')
  await page.getByText('Write the order’s number and the items down.').waitFor()
})

test('what the till refuses, and what head office could not carry out, is said in plain words', async () => {
  await using till = await cannedTill(built)
  till.mood = 'refusing'
  await using opened = await openReturns(till)
  const { page } = opened
  await find(page, '1029')
  await page.getByTestId('return-sellable').last().getByRole('button').last().click()
  await settle(page)
  await page.getByTestId('return-check').click()
  await settle(page)
  await page.getByTestId('return-yes').click()
  await page.getByText('can still be taken back').waitFor()
  expect(await page.getByTestId('return-summary').isVisible()).toBe(true)
})

test('a store that takes nothing back shows no way to it', async () => {
  await using till = await cannedTill(built)
  await using opened = await openPage(browser, till.url, { staff: 'Maya' })
  await opened.page.getByTestId('search').waitFor()
  expect(await opened.page.getByTestId('returns').count()).toBe(0)
})

test.each(['en-GB', 'de-DE'])(
  'every step is accessible, and nothing is cut off or too wide (%s)',
  async locale => {
    await using till = await cannedTill(built)
    till.state = { ...till.state, returns: 'refund', prints: true }
    till.returns = []
    await using opened = await openPage(browser, till.url, { staff: 'Maya', at: '#/returns', locale })
    const { page } = opened
    const looks = async (step: string) => {
      expect(await breaches(page, 'light'), step).toEqual([])
      expect(await cutOff(page), step).toEqual([])
      expect(await tooWide(page), step).toEqual([])
    }
    await page.getByTestId('return-search').waitFor()
    await looks('find')
    await find(page, 'haddad')
    await page.getByTestId('return-order').first().waitFor()
    await looks('found')
    await page.getByTestId('return-order').first().click()
    await page.getByTestId('return-line').first().waitFor()
    await looks('choose')
    await page.getByTestId('return-damaged').first().getByRole('button').last().click()
    await settle(page)
    await page.getByTestId('return-check').click()
    await page.getByTestId('return-summary').waitFor()
    await looks('check')
    await settle(page)
    await page.getByTestId('return-yes').click()
    await page.getByTestId('return-row').waitFor()
    till.returns = till.returns.map(view => ({
      ...view,
      state: 'refused' as const,
      problem: 'not-returnable' as const,
      madeAt: minutesAgo(1) as never,
    }))
    till.tell({ type: 'returns' })
    await page.locator('[data-state=refused]').waitFor()
    await looks('refused')
  },
)
