import { expect, test } from 'vitest'

import { desktopWords } from '../../agent/electron/desktop.messages.ts'
import { type LocalState, localPage, localPageHeaders } from '../../agent/electron/window/local-page.ts'
import { languageCodes } from '../../shared/languages.ts'
import { launchChromium } from '../chromium.ts'

const states: readonly LocalState[] = [
  { says: 'starting' },
  { says: 'not-running', details: '/run/tillbridge-agent' },
  { says: 'restarting', seconds: 4, why: 'exit code 7' },
  { says: 'not-enrolled', details: 'Head office can’t be reached.' },
]

test('the page has no script, loads nothing, and can’t be framed', () => {
  for (const state of states)
    expect(localPage(state, desktopWords('en', 'en'), 'en')).not.toMatch(/<script|on\w+=|src=/i)
  expect(localPageHeaders['content-security-policy']).toContain("default-src 'none'")
})

test('what an error says drives nothing on the page', () => {
  const html = localPage(
    { says: 'restarting', seconds: 1, why: '<img src=x onerror=alert(1)>"&' },
    desktopWords('en', 'en'),
    'en',
  )
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&amp;')
})

test('in every language, each state says what to do and fits the narrowest side panel', async () => {
  await using browser = await launchChromium()
  const page = await browser.newPage({ viewport: { width: 320, height: 640 } })
  for (const language of languageCodes)
    for (const state of states) {
      await page.setContent(localPage(state, desktopWords(language, language), language))
      const { wide, title, keys } = await page.evaluate(() => ({
        wide: document.documentElement.scrollWidth,
        title: document.querySelector('h1')?.textContent ?? '',
        keys: [...document.querySelectorAll('[data-does]')].map(one => one.getAttribute('data-does')),
      }))
      expect(wide).toBeLessThanOrEqual(320)
      expect(title.length).toBeGreaterThan(5)
      expect(keys).toEqual(
        {
          starting: [],
          'not-running': ['start-agent'],
          restarting: ['start-agent'],
          'not-enrolled': ['enrol'],
        }[state.says],
      )
    }
})
