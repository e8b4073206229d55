import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { type CustomerQuestion, FOUND, LINK_MS } from '../../hub/pickups/customer-choice/questions.ts'
import { type CustomerPage, customerPage } from '../../hub/web/customer-page/page.ts'
import { type Language, languageCodes } from '../../shared/languages.ts'
import { cannedNow } from './canned-till.ts'

const store = { name: 'Harbour Street', zone: 'Europe/London' }
const market = { location: 'gid://shopify/Location/2', store: 'MKT', name: 'Market Square' }

const question = (answered: Partial<CustomerQuestion['row']> = {}): CustomerQuestion => ({
  row: {
    id: 'q',
    order_id: 'gid://shopify/Order/1',
    order_name: '#1043',
    store: 'HAR',
    part: 'gid://shopify/FulfillmentOrder/2',
    pickup: null,
    lines_json: '',
    offered_json: '',
    locale: 'en',
    link: '',
    asked_at: cannedNow,
    expires_at: cannedNow + LINK_MS,
    state: 'open',
    choice: null,
    location: null,
    chosen_at: null,
    problem: null,
    ended_at: null,
    ...answered,
  },
  items: [
    { orderLine: null, sku: 'MUG', title: 'Enamel mug', variantTitle: 'White', units: 2 },
    { orderLine: null, sku: 'HAT', title: 'Wool beanie with a very long name', variantTitle: null, units: 1 },
  ],
  offered: [market],
})

const answered = (row: Parameters<typeof question>[0], isLate = false): CustomerPage => ({
  shows: 'answer',
  question: question(row),
  isLate,
})
const asked = { shows: 'question', question: question(), store } as const

const pages: Readonly<Record<string, CustomerPage>> = {
  question: { ...asked, stores: [market], problem: null, marked: null },
  'question-refused': { ...asked, stores: [], problem: 'notOffered', marked: null },
  'chosen-store': answered({ state: 'chosen', choice: 'move', location: market.location }),
  'chosen-store-done': answered({ state: 'done', choice: 'move', location: market.location }),
  'chosen-money': answered({ state: 'done', choice: 'cancel' }),
  'chosen-delivery': answered({ state: 'left', choice: 'deliver' }),
  'chosen-before': answered({ state: 'left', choice: 'deliver' }, true),
  closed: answered({ state: 'over' }),
  found: answered({ state: 'over', problem: FOUND }),
  expired: { shows: 'expired', question: question() },
  unknown: { shows: 'unknown' },
}

/** Pictures of the page on which customers choose: each state, and the question in each language, in both schemes and on a wide screen. */
export async function shootCustomerPages(browser: Browser, folder: string, only: string): Promise<void> {
  const wanted: { name: string; page: CustomerPage; language: Language; isDark: boolean; width: number }[] = [
    ...Object.entries(pages).map(([name, page]) => ({
      name,
      page,
      language: 'en' as const,
      isDark: false,
      width: 390,
    })),
    ...Object.entries(pages).flatMap(([name, page]) =>
      languageCodes
        .filter(code => code !== 'en' && name === 'question')
        .map(language => ({
          name: `${name}-${language}`,
          page,
          language,
          isDark: language === 'de',
          width: 320,
        })),
    ),
    ...Object.entries(pages)
      .filter(([name]) => name.startsWith('question'))
      .map(([name, page]) => ({
        name: `${name}-wide`,
        page,
        language: 'en' as const,
        isDark: true,
        width: 1_280,
      })),
  ]
  for (const { name, page, language, isDark, width } of wanted) {
    if (!`customer-${name}`.includes(only)) continue
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      colorScheme: isDark ? 'dark' : 'light',
    })
    const shown = await context.newPage()
    await shown.setContent(customerPage(page, language))
    await shown.screenshot({ path: join(folder, `customer-${name}.png`), fullPage: true })
    await context.close()
  }
}
