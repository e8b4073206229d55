import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { type CustomerQuestion, LINK_MS } from '../../hub/pickups/customer-choice/questions.ts'
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

const pages: Readonly<Record<string, CustomerPage>> = {
  question: { shows: 'question', question: question(), store, stores: [market], problem: null },
  'question-refused': { shows: 'question', question: question(), store, stores: [], problem: 'notOffered' },
  'chosen-store': {
    shows: 'answer',
    question: question({ state: 'chosen', choice: 'move', location: market.location }),
  },
  'chosen-money': { shows: 'answer', question: question({ state: 'done', choice: 'cancel' }) },
  'chosen-delivery': { shows: 'answer', question: question({ state: 'left', choice: 'deliver' }) },
  closed: { shows: 'answer', question: question({ state: 'over' }) },
  expired: { shows: 'expired' },
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
