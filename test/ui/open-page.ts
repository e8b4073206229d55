import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { cannedNow } from './canned-till.ts'

const shapes: Readonly<Record<string, string>> = {
  bag: '<path d="M30 40h60l8 58H22z" fill="#2b4a7f"/><path d="M45 40c0-24 30-24 30 0" fill="none" stroke="#2b4a7f" stroke-width="6"/>',
  mug: '<path d="M28 36h50v52a8 8 0 0 1-8 8H36a8 8 0 0 1-8-8z" fill="#fff" stroke="#888" stroke-width="3"/><path d="M78 48c24-4 24 34 0 30" fill="none" stroke="#888" stroke-width="6"/>',
  hat: '<path d="M26 78c0-56 68-56 68 0z" fill="#2f6b45"/><rect x="20" y="74" width="80" height="18" rx="9" fill="#24543a"/>',
  book: '<rect x="30" y="22" width="60" height="78" rx="4" fill="#b5483a"/><rect x="38" y="22" width="5" height="78" fill="#8e3529"/>',
}

/** The pretend photo of an item. */
function picture(name: string): string {
  const shape = shapes[name] ?? '<circle cx="60" cy="60" r="30" fill="#999"/>'
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120"><rect width="120" height="120" fill="#ece7df"/>${shape}</svg>`
}

/** The smallest screen that the pages are made for, and the same at 200 % zoom. */
export const screen = { width: 1024, height: 768 }
export const zoomed = { width: 512, height: 384 }

interface Opening extends BrowserContextOptions {
  /** Who is at the till; left out when no name was entered yet. */
  staff?: string
  /** Whether the sound of a new order was heard at this till; left out: it was. */
  soundHeard?: boolean
  /** Taps at once, also where the page takes no tap yet; left out: each step waits for that, as a person does. */
  hurries?: boolean
  /** Where in the page to begin: `#/pickups/…`. */
  at?: string
}

/** A page as a person would have it, with a record of all that went wrong in it. */
export interface OpenedPage extends AsyncDisposable {
  readonly page: Page
  /** Script errors, console errors and breaches of the content security policy; none of them is ever right. */
  readonly wrongs: string[]
}

/** Opens `url` at the canned moment, with pretend photos and no way to the outside. */
export async function openPage(browser: Browser, url: string, opening: Opening = {}): Promise<OpenedPage> {
  const { staff, soundHeard = true, hurries = false, at = '', ...options } = opening
  const context = await browser.newContext({
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    viewport: screen,
    reducedMotion: 'reduce',
    ...options,
  })
  await context.route(/^https:/, route => {
    const name = /([a-z]+)\.svg$/.exec(route.request().url())?.[1] ?? ''
    return route.fulfill({ contentType: 'image/svg+xml', body: picture(name) })
  })
  const page = await context.newPage()
  page.setDefaultTimeout(300_000) // shorter than a test may take, so that the step that hangs is named
  const wrongs: string[] = []
  page.on('pageerror', error => wrongs.push(String(error)))
  page.on('console', message => {
    // A refused request is in the console whatever the page makes of it.
    const refused = message.text().startsWith('Failed to load resource')
    if (message.type() === 'error' && !refused) wrongs.push(message.text())
  })
  await page.clock.install({ time: cannedNow })
  if (staff !== undefined)
    await page.addInitScript(name => localStorage.setItem('tillbridge.staff', name), staff)
  if (soundHeard) await page.addInitScript(() => localStorage.setItem('tillbridge.sound-heard', 'yes'))
  if (!hurries) await page.addLocatorHandler(page.locator('html[data-guarding]'), () => settle(page))
  await page.goto(`${url}${at}`)
  return { page, wrongs, [Symbol.asyncDispose]: () => context.close() }
}

/** What a person reads there, once it is there. */
export function textOf(locator: Locator): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: what is hidden must not count
  return locator.innerText()
}

/** Stops the page's clock: from then on only the test moves it. */
export async function stopClock(page: Page): Promise<void> {
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 1_000)
}

/** Types a code and Enter as a scanner in keyboard mode does: all at once, wherever the focus is. */
export async function scan(page: Page, code: string): Promise<void> {
  const keyboard = await page.context().newCDPSession(page)
  const enter = { key: 'Enter', code: 'Enter', text: '\r', windowsVirtualKeyCode: 13 }
  const strokes = [...[...code].map(key => ({ key, text: key })), enter]
  // The page's clock is stopped meanwhile: on a busy machine the strokes would come further apart than a scanner's.
  await stopClock(page)
  await Promise.all(
    strokes.flatMap(({ text, ...stroke }) => [
      keyboard.send('Input.dispatchKeyEvent', { type: 'keyDown', text, ...stroke }),
      keyboard.send('Input.dispatchKeyEvent', { type: 'keyUp', ...stroke }),
    ]),
  )
  await page.clock.resume()
  await keyboard.detach()
}

/** Lets the 700 ms pass in which a second tap does nothing. */
export async function settle(page: Page): Promise<void> {
  await page.clock.runFor(750)
}

/** Elements whose text is cut off. */
export function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('body *')]
      .filter(one => {
        const { overflowX, clipPath } = getComputedStyle(one)
        const cuts = overflowX === 'hidden' || overflowX === 'clip'
        const isShown = clipPath === 'none' && one.clientWidth > 1
        return cuts && isShown && one.textContent !== '' && one.scrollWidth > one.clientWidth + 1
      })
      .map(one => one.outerHTML.slice(0, 200)),
  )
}

/** The innermost elements that make the page wider than its window. */
export function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.documentElement
    if (root.scrollWidth <= root.clientWidth) return []
    const wide = [...root.querySelectorAll('*')].filter(
      one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === 'visible',
    )
    const innermost = wide.filter(one => !wide.some(other => other !== one && one.contains(other)))
    return innermost.map(one => one.outerHTML.slice(0, 200))
  })
}

/** What axe finds wrong on a page. Dark differs from light in its colours only, so that only they are looked at. */
export async function breaches(page: Page, scheme: 'light' | 'dark'): Promise<string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode()
  const { violations } = await (scheme === 'dark' ? axe.withRules('color-contrast') : axe).analyze()
  return violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.html}\n${node.failureSummary}`))
}
