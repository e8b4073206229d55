import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { languageCodes } from '../../shared/languages.ts'
import { launchChromium } from '../chromium.ts'
import { askOne, noted } from '../hub-web/customer-question.ts'
import { openHub } from '../hub-web/open-hub.ts'
import { breaches, textOf, tooWide } from './open-page.ts'

/** The page on which customers choose, from the real hub, in a real Chromium without scripts. */

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
})

const phone = { width: 320, height: 640 }

async function openAt(url: string, scheme: 'light' | 'dark' = 'light', scripts = false) {
  const context = await browser.newContext({
    viewport: phone,
    colorScheme: scheme,
    javaScriptEnabled: scripts,
    locale: 'en-GB',
  })
  const page = await context.newPage()
  const wrongs: string[] = []
  page.on('console', message => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load'))
      wrongs.push(message.text())
  })
  await page.goto(url)
  return { page, wrongs, [Symbol.asyncDispose]: () => context.close() }
}

const heading = (page: Page) => textOf(page.getByRole('heading', { level: 1 }))

test('a customer chooses by keyboard alone, without scripts, and finds the choice again', async () => {
  await using hub = await openHub()
  const { id, link } = await askOne(hub)
  {
    await using opened = await openAt(link)
    const { page } = opened
    expect(await heading(page)).toBe('Order #1042')
    expect(await page.getByRole('radio').count()).toBe(2)
    await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowDown')
    expect(await page.getByRole('radio', { name: /Cancel these items/ }).isChecked()).toBe(true)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText('To cancel the items and be paid back.').waitFor()
    expect(await heading(page)).toBe('You have chosen')
    await page.goBack()
    await page.reload()
    expect(await heading(page)).toBe('You have chosen')
    expect(opened.wrongs).toEqual([])
  }
  expect(await noted(hub, id)).toMatchObject({ choice: 'cancel' })
})

test('it fits a phone at 200 %, and axe finds nothing in any language, state and scheme', async () => {
  await using hub = await openHub()
  const asked = await askOne(hub)
  const chosen = await askOne(hub)
  const gone = `${new URL(asked.link).origin}/choice/x`
  {
    await using opened = await openAt(chosen.link)
    await opened.page.getByRole('radio').first().check()
    await opened.page.getByRole('button', { name: 'Confirm my choice' }).click()
    await opened.page.getByText('You have chosen').waitFor()
  }
  for (const scheme of ['light', 'dark'] as const)
    for (const language of languageCodes)
      for (const url of [asked.link, chosen.link, gone]) {
        await using opened = await openAt(`${url}?lang=${language}`, scheme, true)
        expect(await breaches(opened.page, scheme)).toEqual([])
        expect(await tooWide(opened.page)).toEqual([])
        expect(opened.wrongs).toEqual([])
      }
})

test('another language keeps what is marked', async () => {
  await using hub = await openHub()
  const { id, link } = await askOne(hub)
  await using opened = await openAt(link)
  const { page } = opened
  await page.getByRole('radio', { name: /Cancel these items/ }).check()
  await page.getByRole('button', { name: 'Deutsch' }).click()
  await page.getByRole('heading', { name: 'Bestellung #1042' }).waitFor()
  expect(await page.getByRole('radio', { name: /Diese Artikel stornieren/ }).isChecked()).toBe(true)
  expect((await noted(hub, id)).state).toBe('open')
  await page.getByRole('button', { name: 'Auswahl bestätigen' }).click()
  await page.getByText('Die Artikel stornieren').waitFor()
  expect(opened.wrongs).toEqual([])
  expect(await noted(hub, id)).toMatchObject({ choice: 'cancel' })
})

test('an answer that is missing is said where it is missing', async () => {
  await using hub = await openHub()
  const { id, link } = await askOne(hub)
  await using opened = await openAt(link)
  const { page } = opened
  await page.getByRole('button', { name: 'Confirm my choice' }).click()
  expect(await heading(page)).toBe('Order #1042') // the browser asks for one first
  expect((await noted(hub, id)).state).toBe('open')
})
