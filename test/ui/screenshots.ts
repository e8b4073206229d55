import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { PickupView, ReturnView, TillState } from '../../agent/till/api-schema.ts'
import { NowView } from '../../hub/web/api-schema.ts'
import { EpochMs } from '../../shared/ids.ts'
import type { PickupNotice } from '../../shared/pickup-notices.ts'
import buildPages from '../build-pages.ts'
import { launchChromium } from '../chromium.ts'
import { builtPage } from './built-page.ts'
import { type CannedHub, cannedHub, usualNow } from './canned-hub.ts'
import {
  type CannedTill,
  cannedNow,
  cannedStock,
  cannedTill,
  line,
  minutesAgo,
  pickup,
  pinStaff,
  upToDate,
} from './canned-till.ts'
import { shootCustomerPages } from './customer-page-shots.ts'
import { openPage, scan, zoomed } from './open-page.ts'

/** Makes pictures of every screen in every state: `npx node test/ui/screenshots.ts OUTDIR`. To be looked at. */

interface Shot<Server> {
  readonly name: string
  readonly prepare?: (server: Server) => void
  readonly at?: string
  readonly act?: (page: Page, server: Server) => Promise<void>
  readonly staff?: string
  readonly options?: Parameters<typeof openPage>[2]
}

const onePickup = (number: number) =>
  `#/pickups/${encodeURIComponent(`gid://shopify/FulfillmentOrder/${number}`)}`
const dark = { colorScheme: 'dark' } as const
const german = { locale: 'de-DE' } as const
const locales = { german: 'de-DE', french: 'fr-FR', spanish: 'es-ES' } as const
// 200 % zoom of a 1024×768 screen: half the CSS pixels, each drawn twice as large.
const zoomedIn = { viewport: zoomed, deviceScaleFactor: 2 }
const wide = { viewport: { width: 1440, height: 900 } }
const readme = { viewport: { width: 1280, height: 720 } }

/** A scanner that is gone, a printer without paper, and slips that can be printed. */
function withPeripherals(till: CannedTill): void {
  const scanner = {
    peripheral: 'counter-scanner',
    what: 'scanner' as const,
    connected: false,
    conditions: [],
    sentence: 'There is no serial port /dev/ttyUSB0: it is unplugged. Plug it in; it is used automatically.',
  }
  const printer = {
    peripheral: 'slips',
    what: 'printer' as const,
    connected: true,
    conditions: ['paper-out' as const],
    sentence: 'The printer is out of paper. Put a new roll in.',
  }
  till.state = { ...upToDate, prints: true, peripherals: [scanner, printer] }
}

async function perhapsPrinted(page: Page, till: CannedTill): Promise<void> {
  await page.getByTestId('print-slip').click()
  await page.getByTestId('print-job').waitFor()
  till.printJobs = till.printJobs.map(job => ({
    ...job,
    state: 'maybe',
    sentence: 'The printer was lost while this was being printed. Look whether it came out.',
  }))
  till.tell({ type: 'print-jobs' })
  await page.getByTestId('print-again').waitFor()
}

const longWords = pickup({
  number: 1099,
  customer: { name: 'Hubert Blaine Wolfeschlegelsteinhausenbergerdorff senior', phoneEnd: '99' },
  note: 'Bitte in Geschenkpapier einpacken und unbedingt ohne Preisschild. '.repeat(4),
  notice: { code: 'order-cancelled' },
  lines: Array.from({ length: 7 }, (_, index) =>
    line(index + 1, `Donaudampfschifffahrtsgesellschaftskapitänsmütze mit Lederriemen ${index}`, {
      variantTitle: 'Marineblau / Größe 58 / Sonderanfertigung',
      sku: `DDSG-KAP-${index}-0123456789-0123456789-0123456789`,
      barcode: `400638133393${index}`,
    }),
  ),
  state: 'short',
  movedBy: 'Maximiliane Oberhauser-Lichtenberger',
  movedAt: minutesAgo(3),
  shopify: 'refused',
})

/** A pickup for every notice that the hub sends. */
function withNotices(till: CannedTill): void {
  const notices: readonly PickupNotice[] = [
    { code: 'on-hold' },
    { code: 'moved-away', to: 'Leeds' },
    { code: 'refused', staff: 'Sam', reason: 'Glass is chipped' },
    { code: 'items-missing', staff: 'Maya', reason: null },
    {
      code: 'move-refused',
      move: 'collect',
      state: 'cancelled',
      by: 'Sam',
      at: EpochMs.parse(minutesAgo(12)),
    },
    { code: 'collected-after-cancel' },
    { code: 'unknown-to-hub' },
    { code: 'write-refused', step: 'ready', said: 'The fulfillment order is not open.', isRetried: true },
    { code: 'collected-at-shopify' },
    { code: 'taken-back' },
    { code: 'order-cancelled' },
    { code: 'fulfilled-at-shopify' },
    { code: 'partly-handed-over', handedOver: 2, goods: '1 × Enamel mug' },
    { code: 'collected-beyond-order', goods: '1 × Enamel mug' },
    { code: 'order-changed', added: '1 × Wool beanie', removed: '2 × Enamel mug' },
    { code: 'continues' },
    { code: 'added-after-hand-over', goods: '1 × Wool beanie' },
    { code: 'hand-over-cancelled' },
    { code: 'may-be-collected', by: 'Sam', goods: '2 × Canvas tote bag' },
  ]
  till.pickups = notices.map((notice, index) => pickup({ number: 2001 + index, notice }))
}

/** The states in which something keeps the till from its usual work, each in English and, darkened, in German. */
function stateShots(): readonly Shot<CannedTill>[] {
  const blocked = { link: 'refused', problem: 'Refused.' }
  const states: Readonly<Record<string, object>> = {
    wiped: { ...blocked, problemCode: 'DEVICE_REVOKED' },
    quarantined: { ...blocked, problemCode: 'DEVICE_QUARANTINED' },
    'hub-unproven': { ...blocked, problemCode: 'HUB_UNPROVEN' },
    'customers-hidden': { link: 'offline', customersHiddenAfterHours: 72 },
    'disk-full': { diskFull: true },
    'keeps-nothing': { diskFull: true, keepsNothing: true },
    damaged: { damagedAt: minutesAgo(50) },
    'kept-of-other-store': { kept: [{ store: 'LEE', records: 12 }] },
  }
  return Object.entries(states).flatMap(([name, state]) => {
    const prepare = (till: CannedTill) => {
      till.state = TillState.parse({ ...upToDate, ...state })
      if (name === 'wiped') till.pickups = []
      if (name === 'customers-hidden')
        till.pickups = till.pickups.map(one => ({
          ...one,
          customer: { name: '•••', phoneEnd: null },
          note: null,
        }))
    }
    return [
      { name: `state-${name}`, prepare },
      { name: `state-${name}-dark-german`, prepare, options: { ...dark, ...german } },
    ]
  })
}

/** A ready order with an amount to pay, whose goods the customer may have already. */
function unpaidShots(): readonly Shot<CannedTill>[] {
  const prepare = (till: CannedTill) => {
    till.pickups = till.pickups.map(one =>
      one.state === 'ready'
        ? PickupView.parse({
            ...one,
            outstanding: { minor: 1_250, currency: 'EUR' },
            notice: { code: 'may-be-collected', by: 'Sam', goods: '3 × Notebook A5' },
          })
        : one,
    )
  }
  const act = (page: Page) => page.locator('[data-order="#1038"] button').click()
  return [
    { name: 'unpaid', prepare },
    { name: 'unpaid-pickup-dark', at: onePickup(1038), prepare, options: dark },
    { name: 'unpaid-hand-over', prepare, act },
    { name: 'unpaid-hand-over-dark-german', prepare, act, options: { ...dark, ...german } },
  ]
}

/** Customers to be reminded, and one who was. */
function reminderShots(): readonly Shot<CannedTill>[] {
  const dayMinutes = 24 * 60
  const prepare = (till: CannedTill) => {
    const ready = { state: 'ready', movedBy: 'Maya', shopify: 'confirmed', keptAt: 'Shelf B3' } as const
    const waiting = pickup({ number: 1020, ...ready, movedAt: minutesAgo(4 * dayMinutes) })
    const movedAt = EpochMs.parse(minutesAgo(9 * dayMinutes))
    const at = EpochMs.parse(minutesAgo(dayMinutes))
    const reminders = [{ readyAt: movedAt, number: 1, how: 'mail' as const, staff: 'Sam', at }]
    const reminded = pickup({ number: 1012, ...ready, movedAt, reminders })
    till.pickups = [waiting, reminded, ...till.pickups]
    till.state = { ...till.state, reminders: { afterDays: 3, most: 2 } }
    till.undoUntil = EpochMs.parse(cannedNow + 3_600_000)
  }
  const ask = async (page: Page) => {
    await page.locator('[data-order="#1020"] [data-testid=remind]').click()
    await page.getByRole('dialog').waitFor()
  }
  const tick = async (page: Page) => {
    await ask(page)
    await page.clock.runFor(1_000)
    await page.getByTestId('reminded-phone').click()
    await page.getByTestId('undo-bar').waitFor()
  }
  return [
    { name: 'remind-list', prepare },
    { name: 'remind-asked', prepare, act: ask },
    { name: 'remind-done', prepare, act: tick },
    { name: 'remind-page', prepare, at: onePickup(1012) },
    { name: 'remind-asked-zoomed', prepare, act: ask, options: zoomedIn },
    ...Object.entries(locales).flatMap(([language, locale]) => [
      { name: `remind-list-${language}`, prepare, options: { ...dark, locale } },
      { name: `remind-asked-${language}`, prepare, act: ask, options: { locale } },
      { name: `remind-page-${language}`, prepare, at: onePickup(1012), options: { locale } },
    ]),
  ]
}

/** An order of several lines while it is picked: some found, some missing. */
function inWork(till: CannedTill): void {
  const photo = (name: string) => ({ imageUrl: `https://cdn.example/${name}.svg` })
  till.pickups.push(
    pickup({
      number: 1050,
      customer: { name: 'Noor van den Berg', phoneEnd: '4567' },
      state: 'picking',
      movedBy: 'Maya',
      movedAt: minutesAgo(2),
      lines: [
        line(2, 'Canvas tote bag', {
          variantTitle: 'Navy',
          sku: 'TOTE-NVY',
          barcode: '4006381333931',
          picked: 2,
          ...photo('bag'),
        }),
        line(2, 'Enamel mug', { variantTitle: 'White', sku: 'MUG-WHT', picked: 1, ...photo('mug') }),
        line(1, 'Wool beanie', {
          variantTitle: 'Forest green / L',
          sku: 'BEAN-GRN-L',
          barcode: '5012345678900',
          ...photo('hat'),
        }),
        line(2, 'Notebook A5', {
          variantTitle: 'Dotted',
          sku: 'NB-A5-DOT',
          missing: { units: 2, reason: 'not-on-shelf', said: null },
          ...photo('book'),
        }),
      ],
    }),
  )
}

/** An order that is on hold, and one of long words that is being picked. */
function heldShots(): readonly Shot<CannedTill>[] {
  const hold = (till: CannedTill) => {
    till.pickups = till.pickups.map(one =>
      one.state === 'ready' ? { ...one, notice: { code: 'on-hold' } } : one,
    )
  }
  const act = async (page: Page) => {
    await page.locator('[data-order="#1038"] [data-move=collect]').click()
    await page.getByTestId('hand-over-anyway').click()
  }
  const picked = (till: CannedTill) => {
    till.pickups.push({ ...longWords, state: 'picking', notice: null })
  }
  return [
    { name: 'held', prepare: hold },
    { name: 'held-hand-over', prepare: hold, act },
    { name: 'held-hand-over-dark-german', prepare: hold, act, options: { ...dark, ...german } },
    {
      name: 'hand-over-part',
      act: async page => {
        await page.locator('[data-order="#1038"] [data-move=collect]').click()
        await page.getByTestId('hand-over-part').click()
      },
    },
    { name: 'picking-long-german', at: onePickup(1099), prepare: picked, options: german },
    {
      name: 'picking-long-german-zoomed',
      at: onePickup(1099),
      prepare: picked,
      options: { ...german, ...zoomedIn },
    },
  ]
}

function pickingShots(): readonly Shot<CannedTill>[] {
  const at = onePickup(1050)
  const shot = { at, prepare: inWork }
  const lineOf = (page: Page, title: string) => page.getByTestId('pickup-line').filter({ hasText: title })
  return [
    { name: 'picking', ...shot },
    { name: 'picking-dark-german', ...shot, options: { ...dark, ...german } },
    { name: 'picking-zoomed', ...shot, options: zoomedIn },
    { name: 'picking-readme', ...shot, options: readme, act: page => scan(page, 'MUG-WHT') },
    { name: 'picking-counted', ...shot, act: page => scan(page, 'MUG-WHT') },
    { name: 'picking-too-many', ...shot, act: page => scan(page, '4006381333931') },
    { name: 'picking-missing', ...shot, act: page => lineOf(page, 'Notebook').click() },
    { name: 'picking-cant-find', ...shot, act: page => page.getByTestId('cant-find').click() },
    { name: 'picking-anyway', ...shot, act: page => page.getByTestId('primary-action').click() },
    {
      name: 'picking-without',
      ...shot,
      act: async page => {
        await page.keyboard.press('+')
        await page.clock.runFor(200)
        await page.keyboard.press('+')
        await page.clock.runFor(200)
        await page.getByTestId('all-counted').waitFor()
        await page.getByTestId('primary-action').click()
      },
    },
    {
      name: 'picking-all',
      at: onePickup(1041),
      act: page => scan(page, '5012345678900'),
    },
    {
      name: 'picking-undo',
      at: onePickup(1041),
      prepare: till => {
        till.undoUntil = EpochMs.parse(cannedNow + 9_000)
      },
      act: async page => {
        await scan(page, '5012345678900')
        await page.getByTestId('all-counted').waitFor()
        await page.getByTestId('primary-action').click()
        await page.getByTestId('undo-bar').waitFor()
      },
    },
    {
      name: 'list-put-back',
      prepare: till => {
        till.pickups.push(
          pickup({
            number: 1030,
            state: 'cancelled',
            movedBy: 'Shopify',
            movedAt: minutesAgo(4),
            notice: { code: 'order-cancelled' },
            toAcknowledge: true,
          }),
        )
      },
    },
    ...heldShots(),
    { name: 'pickup-reopen', at: onePickup(1038), act: page => page.getByTestId('reopen').click() },
    ...pinShots(),
    {
      name: 'staff-tiles',
      act: async page => {
        await page.evaluate(() =>
          localStorage.setItem('tillbridge.staff-seen', JSON.stringify(['Maya', 'Sam', 'Maximiliane'])),
        )
        await page.reload()
        await page.getByTestId('staff').click()
        await page.getByRole('menuitem').first().click()
      },
    },
  ]
}

/** A store that requires PINs: who, the PIN, a wrong one, a wait, a badge, and the page behind it. */
function pinShots(): readonly Shot<CannedTill>[] {
  const prepare = (till: CannedTill) => {
    till.staff = pinStaff
    till.state = { ...till.state, staffPin: 'required', returns: 'refund', stock: 'shown' }
  }
  const open = (page: Page) => page.getByTestId('unlock-open').click()
  const pad = async (page: Page) => {
    await open(page)
    await page.getByTestId('staff-tile').first().click()
    for (const digit of ['4', '8', '0']) await page.getByTestId(`pin-${digit}`).click()
  }
  const enter = async (page: Page, last: string) => {
    await pad(page)
    await page.getByTestId(`pin-${last}`).click()
    await page.getByTestId('pin-enter').click()
  }
  const wait = (till: CannedTill) => {
    prepare(till)
    till.wrongPin = { is: 'wait', waitMs: 120_000, whose: 'person' }
  }
  const badge = (till: CannedTill, staff: string | null) =>
    till.tell({
      type: 'scan',
      scan: { code: '', problem: null, badge: { staff, name: 'Sam', ticket: null, waitMs: 0 } },
    })
  return [
    { name: 'pin-locked', prepare },
    { name: 'pin-who', prepare, act: open },
    { name: 'pin-pad', prepare, act: pad },
    { name: 'pin-pad-dark', prepare, act: pad, options: dark },
    { name: 'pin-pad-zoomed', prepare, act: pad, options: zoomedIn },
    { name: 'pin-wrong', prepare, act: page => enter(page, '9') },
    { name: 'pin-wait', prepare: wait, act: page => enter(page, '9') },
    { name: 'pin-wait-german', prepare: wait, act: page => enter(page, '9'), options: german },
    { name: 'pin-who-german', prepare, act: open, options: german },
    { name: 'pin-open', prepare, act: page => enter(page, '2') },
    { name: 'pin-badge', prepare, act: async (_page, till) => badge(till, 'S4') },
    { name: 'pin-badge-unknown', prepare, act: async (_page, till) => badge(till, null) },
    {
      name: 'pin-no-one',
      prepare: till => {
        prepare(till)
        till.staff = { ...pinStaff, people: [] }
      },
      act: open,
    },
  ]
}

/** Several orders in one walk: chosen, picked, and sorted into bags, one of them called off meanwhile. */
function batchShots(): readonly Shot<CannedTill>[] {
  const ids = [1043, 1041, 1035, 1050].map(number => `gid://shopify/FulfillmentOrder/${number}`)
  const shot = { at: `#/batch/${ids.map(encodeURIComponent).join(',')}`, prepare: inWork }
  const choose = {
    at: '#/batch',
    prepare: inWork,
    act: (page: Page) => page.getByTestId('choose-new').click(),
  }
  const count = async (page: Page) => {
    await scan(page, 'MUG-WHT')
    await page.locator('[data-testid=scan][data-right]').waitFor()
  }
  const sort = async (page: Page) => {
    await page.getByTestId('primary-action').click()
    await page.getByTestId('sort-orders').waitFor()
  }
  const calledOff = (till: CannedTill) => {
    inWork(till)
    till.pickups = till.pickups.map(one =>
      one.order.name === '#1043'
        ? { ...one, state: 'cancelled', notice: { code: 'order-cancelled' }, toAcknowledge: true }
        : one,
    )
  }
  const darkGerman = { ...dark, ...german }
  return [
    { name: 'batch-choose', ...choose },
    { name: 'batch-choose-dark-german', ...choose, options: darkGerman },
    { name: 'batch-choose-zoomed', ...choose, options: zoomedIn },
    { name: 'batch', ...shot, act: count },
    { name: 'batch-dark-german', ...shot, act: count, options: darkGerman },
    { name: 'batch-zoomed-german', ...shot, options: { ...zoomedIn, ...german } },
    { name: 'batch-sort', ...shot, act: sort },
    { name: 'batch-sort-dark-german', ...shot, act: sort, options: darkGerman },
    { name: 'batch-called-off', ...shot, prepare: calledOff },
  ]
}

/** The pages with most words, in each language, as they are and enlarged. */
function languageShots(): readonly Shot<CannedTill>[] {
  return Object.entries(locales).flatMap(([language, locale]) =>
    [{ locale }, { ...zoomedIn, locale }].flatMap(options => {
      const name = `words-${language}${'viewport' in options ? '-zoomed' : ''}`
      const pushLong = (till: CannedTill) => {
        till.pickups.push({ ...longWords, state: 'picking', notice: null })
      }
      return [
        { name: `${name}-list`, options },
        { name: `${name}-ready`, at: onePickup(1038), options, prepare: withPeripherals },
        { name: `${name}-picking`, at: onePickup(1050), options, prepare: inWork },
        { name: `${name}-long`, at: onePickup(1099), options, prepare: pushLong },
        {
          name: `${name}-hand-over`,
          options,
          act: (page: Page) => page.locator('[data-order="#1038"] button').click(),
        },
      ]
    }),
  )
}

/** The rest of a short pick, held until head office has decided. */
function restShots(): readonly Shot<CannedTill>[] {
  const prepare = (till: CannedTill) => {
    withPeripherals(till)
    till.pickups.push(
      pickup({
        number: 1060,
        state: 'short',
        movedBy: 'Maya',
        movedAt: minutesAgo(20),
        notice: { code: 'on-hold', missing: '1 × Enamel mug' },
        lines: [
          line(1, 'Enamel mug', { sku: 'MUG-WHT', missing: { units: 1, reason: 'damaged', said: null } }),
        ],
      }),
    )
  }
  const at = onePickup(1060)
  return [
    { name: 'rest-held', at, prepare },
    { name: 'rest-held-dark-spanish', at, prepare, options: { ...dark, locale: locales.spanish } },
    { name: 'rest-held-zoomed', at, prepare, options: zoomedIn },
    { name: 'rest-held-list', prepare },
    {
      name: 'print-picking',
      at: onePickup(1050),
      prepare: till => {
        withPeripherals(till)
        inWork(till)
      },
    },
    {
      name: 'print-picking-french',
      at: onePickup(1050),
      prepare: till => {
        withPeripherals(till)
        inWork(till)
      },
      options: { locale: locales.french },
    },
  ]
}

/** An item that is promised and of which nothing is left for the counter: scanned, and sold. */
function reservedShots(): readonly Shot<CannedTill>[] {
  const left = (free: number) => (till: CannedTill) => {
    till.pickups = till.pickups.map(one => ({
      ...one,
      lines: one.lines.map(each =>
        each.sku === 'TOTE-NVY' || each.sku === 'MUG-WHT' ? { ...each, free } : each,
      ),
    }))
  }
  const act = (page: Page) => scan(page, '4006381333931')
  const at = onePickup(1041)
  return [
    { name: 'reserved-scanned', at, prepare: left(0), act },
    { name: 'reserved-scanned-dark-german', at, prepare: left(0), act, options: { ...dark, ...german } },
    { name: 'reserved-scanned-zoomed', at, prepare: left(0), act, options: zoomedIn },
    { name: 'reserved-sold', prepare: left(-1) },
    {
      name: 'reserved-sold-french-zoomed',
      prepare: left(-1),
      options: { ...zoomedIn, locale: locales.french },
    },
  ]
}

/** Taking goods back, step by step and in every state, each in English and, darkened, in German. */
function returnShots(): readonly Shot<CannedTill>[] {
  const returned = (what: ReturnView['state'] | 'undone', index: number) => {
    const state = what === 'undone' ? 'refused' : what
    return ReturnView.parse({
      returnId: `ret_000000000000000${index}`,
      orderName: `#103${index}`,
      lines: [
        {
          ...{ orderLine: 'l1', title: 'Enamel mug', variantTitle: 'White', sku: null, barcode: null },
          ...{ units: 2, condition: 'sellable', reason: 'unwanted' },
        },
      ],
      ...{ staff: 'Maya', till: 'Till 2', madeAt: minutesAgo(20 * index + 2), state },
      refunded: state === 'done' ? { minor: 2_500, currency: 'GBP' } : null,
      problem: what === 'undone' ? 'undone' : state === 'refused' ? 'not-returnable' : null,
    })
  }
  const usual = (till: CannedTill) => {
    till.state = { ...till.state, returns: 'refund', prints: true }
  }
  const find = async (page: Page, text = '1029') => {
    await page.getByTestId('return-search').fill(text)
    await page.getByTestId('return-look').click()
  }
  const choose = async (page: Page) => {
    await find(page)
    await page.getByTestId('return-sellable').first().getByRole('button').last().click()
    await page.getByTestId('return-damaged').first().getByRole('button').last().click()
  }
  const check = async (page: Page) => {
    await choose(page)
    await page.clock.runFor(800)
    await page.getByTestId('return-check').click()
    await page.getByTestId('return-summary').waitFor()
  }
  const takeBack = async (page: Page) => {
    await check(page)
    await page.clock.runFor(800)
    await page.getByTestId('return-yes').click()
    await page.getByTestId('return-row').waitFor()
  }
  const offline = (till: CannedTill) => {
    usual(till)
    till.state = TillState.parse({ ...till.state, link: 'offline', since: minutesAgo(3) })
    const { found } = till
    till.found = question => {
      const answer = found(question)
      return answer.is === 'problem' ? answer : { ...answer, isLocal: true, why: 'HUB_OFFLINE' }
    }
  }
  const shots: Readonly<Record<string, Omit<Shot<CannedTill>, 'name'>>> = {
    start: {
      prepare: till => {
        usual(till)
        till.returns = (['recorded', 'waiting', 'done', 'owed', 'refused', 'undone'] as const).map(returned)
      },
      options: { viewport: { width: 1024, height: 1_200 } },
    },
    found: { act: page => find(page, 'haddad') },
    none: { act: page => find(page, 'zoe') },
    local: { prepare: offline, act: page => find(page, 'haddad') },
    unanswered: {
      prepare: till => {
        usual(till)
        till.found = () => ({ is: 'problem', code: 'HUB_OFFLINE', sentence: 'No connection.' })
      },
      act: page => find(page),
    },
    choose: { act: choose },
    check: { act: check },
    'check-office': {
      prepare: till => {
        till.state = { ...till.state, returns: 'goods-only', prints: true }
      },
      act: check,
    },
    done: { act: takeBack },
    'done-undo': {
      prepare: till => {
        usual(till)
        till.undoUntil = EpochMs.parse(cannedNow + 9_000)
      },
      async act(page) {
        await takeBack(page)
        await page.getByTestId('undo-bar').waitFor()
      },
    },
  }
  const list = { name: 'returns-in-list', prepare: usual }
  return [
    list,
    { ...list, name: 'returns-in-list-german', options: german },
    ...Object.entries(shots).flatMap(([name, shot]) => {
      const usually = { prepare: usual, at: '#/returns', ...shot }
      return [
        { ...usually, name: `returns-${name}` },
        { ...usually, name: `returns-${name}-dark-german`, options: { ...shot.options, ...dark, ...german } },
      ]
    }),
    { name: 'returns-readme', at: '#/returns', prepare: usual, act: choose, options: readme },
    { name: 'returns-choose-zoomed', at: '#/returns', prepare: usual, act: choose, options: zoomedIn },
  ]
}

/** What the stores have: found, old, and none. */
function stockShots(): readonly Shot<CannedTill>[] {
  const shown = (till: CannedTill) => {
    till.state = { ...till.state, stock: 'shown', returns: 'refund' }
  }
  const old = (till: CannedTill) => {
    shown(till)
    till.state = TillState.parse({ ...till.state, link: 'offline', since: minutesAgo(25) })
    till.stock = text => ({ ...cannedStock(text), heardAt: EpochMs.parse(minutesAgo(25)) })
  }
  const look = (text: string) => async (page: Page) => {
    await page.getByTestId('stock-search').fill(text)
    await page.getByTestId('stock-heard').waitFor()
  }
  const shots: readonly Shot<CannedTill>[] = [
    { name: 'found', prepare: shown, act: look('a') },
    { name: 'old', prepare: old, act: look('a') },
    { name: 'none', prepare: shown, act: look('sofa') },
  ]
  return [
    ...shots.flatMap(shot => [
      { ...shot, name: `stock-${shot.name}`, at: '#/stock' },
      { ...shot, name: `stock-${shot.name}-dark-german`, at: '#/stock', options: { ...dark, ...german } },
    ]),
    { name: 'stock-readme', prepare: shown, act: look('a'), at: '#/stock', options: readme },
    {
      name: 'stock-zoomed',
      prepare: shown,
      act: look('a'),
      at: '#/stock',
      options: { ...zoomedIn, ...german },
    },
  ]
}

const tallScreen = { viewport: { width: 1024, height: 3_300 } }

const asked = {
  link: `https://hub.example.com/choice/${'a'.repeat(22)}.mk3f8c2q.${'B'.repeat(43)}`,
  until: EpochMs.parse(minutesAgo(-7 * 24 * 60)),
  goods: '1 × Enamel mug',
  chosen: null,
}
/** A customer is asked about missing items, and has chosen. */
function askedShots(): readonly Shot<CannedTill>[] {
  const at = onePickup(1043)
  const chosen = { choice: 'move', to: 'Market Square', state: 'under-way' } as const
  const prepareWith =
    (said: typeof asked | (Omit<typeof asked, 'chosen'> & { chosen: typeof chosen })) =>
    (till: CannedTill) => {
      const notice: PickupNotice = { code: 'rest-missing', staff: 'Maya', goods: '1 × Enamel mug' }
      till.pickups = [
        pickup({
          number: 1043,
          state: 'ready',
          movedBy: 'Maya',
          movedAt: minutesAgo(3),
          notice,
          asked: said,
        }),
      ]
    }
  return [
    { name: 'asked', at, prepare: prepareWith(asked) },
    { name: 'asked-german-dark', at, options: { ...german, ...dark }, prepare: prepareWith(asked) },
    { name: 'asked-zoomed', at, options: zoomedIn, prepare: prepareWith(asked) },
    { name: 'asked-chosen', at, prepare: prepareWith({ ...asked, chosen }) },
  ]
}

const tillShots: readonly Shot<CannedTill>[] = [
  ...askedShots(),
  { name: 'list' },
  { name: 'list-dark', options: dark },
  { name: 'list-readme', options: readme },
  {
    name: 'list-german-long',
    options: german,
    prepare: till => {
      till.pickups.push(longWords)
    },
  },
  { name: 'list-zoomed', options: zoomedIn },
  {
    name: 'list-empty',
    prepare: till => {
      till.pickups = []
    },
  },
  { name: 'list-done', act: page => page.getByTestId('tab-done').click() },
  { name: 'list-hidden-new', act: page => page.getByTestId('tab-ready').click() },
  { name: 'list-search', act: page => page.getByTestId('search').fill('mug') },
  { name: 'list-search-none', act: page => page.getByTestId('search').fill('sofa') },
  { name: 'list-scan-unknown', act: page => scan(page, '4999999999999') },
  {
    name: 'list-offline',
    prepare: till => {
      till.state = TillState.parse({
        ...upToDate,
        link: 'offline',
        since: minutesAgo(3),
        unsent: 41,
        unsentSales: 37,
      })
    },
  },
  ...stateShots(),
  {
    name: 'list-source-unavailable',
    prepare: till => {
      till.state = TillState.parse({
        ...upToDate,
        sources: [{ source: 'unicenta', state: 'unavailable', problem: 'the database file is locked' }],
      })
    },
  },
  {
    name: 'list-refused-move',
    prepare: till => {
      till.mood = 'refusing'
    },
    act: async page => {
      await page.locator('[data-order="#1043"] button').click()
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'list-lost',
    act: async (page, till) => {
      till.mood = 'broken'
      till.live.drop()
      await page.getByText('has not answered').waitFor()
    },
  },
  { name: 'list-notices', prepare: withNotices, options: tallScreen },
  { name: 'list-notices-dark-german', prepare: withNotices, options: { ...tallScreen, ...dark, ...german } },
  { name: 'list-peripherals', prepare: withPeripherals },
  { name: 'list-peripherals-dark', prepare: withPeripherals, options: dark },
  { name: 'pickup-slip', at: onePickup(1041), prepare: withPeripherals, act: perhapsPrinted },
  { name: 'list-keys', act: page => page.keyboard.press('?') },
  { name: 'list-menu', act: page => page.getByTestId('staff').click() },
  { name: 'list-focus', act: page => page.keyboard.press('ArrowDown') },
  {
    name: 'staff-asked',
    staff: '',
    act: page => page.locator('[data-order="#1043"] button').click(),
  },
  ...unpaidShots(),
  ...reminderShots(),
  { name: 'hand-over', act: page => page.locator('[data-order="#1038"] button').click() },
  ...(['en', 'de'] as const).map(language => ({
    name: `hand-over-checked-${language}`,
    prepare: (till: CannedTill) => {
      till.state = { ...till.state, handOver: 'checked' }
      till.pickups = till.pickups.map(one => ({ ...one, keptAt: 'Shelf B3' }))
    },
    act: async (page: Page) => {
      await page.locator('[data-order="#1038"] button').click()
      await page.getByTestId('handed-to-other').click()
    },
    ...(language === 'de' ? { options: { ...dark, ...german } } : {}),
  })),
  { name: 'sound-test', options: { soundHeard: false } },
  {
    name: 'sound-test-german',
    options: { ...german, soundHeard: false },
    act: page => page.getByTestId('sound-play').click(),
  },
  {
    name: 'same-customer',
    at: onePickup(1038),
    prepare: till => {
      till.pickups = till.pickups.map(one =>
        one.order.name === '#1035' ? { ...one, customer: { name: 'Li  WEI', phoneEnd: '12' } } : one,
      )
    },
    act: page => page.getByTestId('primary-action').click(),
  },
  {
    name: 'place',
    at: onePickup(1041),
    act: async page => {
      await page.evaluate(() =>
        localStorage.setItem('tillbridge.places', JSON.stringify(['Shelf B3', 'Shelf B4', 'Hook 2'])),
      )
      await page.getByTestId('place').click()
    },
  },
  { name: 'pickup', at: onePickup(1041) },
  { name: 'pickup-dark', at: onePickup(1041), options: dark },
  { name: 'pickup-new', at: onePickup(1043) },
  { name: 'pickup-zoomed', at: onePickup(1041), options: zoomedIn },
  {
    name: 'pickup-long-german',
    at: onePickup(1099),
    options: german,
    prepare: till => {
      till.pickups.push(longWords)
    },
  },
  { name: 'pickup-scan-right', at: onePickup(1041), act: page => scan(page, '5012345678900') },
  { name: 'pickup-scan-wrong', at: onePickup(1041), act: page => scan(page, '4999999999999') },
  {
    name: 'pickup-give-up',
    at: onePickup(1041),
    act: async page => {
      await page.getByTestId('cant-find').click()
      await page.getByRole('button', { name: 'Something else' }).click()
    },
  },
  ...pickingShots(),
  ...batchShots(),
  ...languageShots(),
  ...reservedShots(),
  ...restShots(),
  ...returnShots(),
  ...stockShots(),
  { name: 'pickup-done', at: onePickup(1029) },
  { name: 'pickup-gone', at: onePickup(1) },
  {
    name: 'not-opened',
    prepare: till => {
      till.mood = 'closed'
    },
  },
  {
    name: 'not-opened-dark-german',
    options: { ...dark, ...german },
    prepare: till => {
      till.mood = 'closed'
    },
  },
  {
    name: 'failed',
    prepare: till => {
      till.mood = 'broken'
    },
    act: async page => {
      await page.clock.runFor(3_000)
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'loading',
    prepare: till => {
      till.mood = 'silent'
    },
    act: page => page.clock.runFor(11_000),
  },
]

/** A hub whose disk is full: nothing that arrives can be kept. */
function cannotStore(hub: CannedHub): void {
  hub.now = {
    ...usualNow(),
    storage: NowView.shape.storage.parse({ code: 'SQLITE_FULL', since: minutesAgo(9) }),
  }
}

const hubShots: readonly Shot<CannedHub>[] = [
  { name: 'now', options: wide },
  { name: 'now-dark', options: { ...wide, ...dark } },
  { name: 'now-readme', options: { viewport: { width: 1280, height: 800 } } },
  { name: 'now-small' },
  { name: 'now-german', options: { ...german, viewport: { width: 1366, height: 768 } } },
  { name: 'now-zoomed', options: zoomedIn },
  {
    name: 'now-well',
    options: wide,
    prepare: hub => {
      const { locations, ...rest } = usualNow()
      hub.now = NowView.parse({ ...rest, locations: locations.slice(0, 1), exceptions: [] })
    },
  },
  {
    name: 'now-empty',
    options: wide,
    prepare: hub => {
      hub.now = NowView.parse({
        ...usualNow(),
        locations: [],
        exceptions: [],
        shopify: { state: 'not-configured', shop: null, problem: null, unconfirmedWrites: 0 },
      })
    },
  },
  {
    name: 'now-many',
    options: wide,
    prepare: hub => {
      const [first] = usualNow().locations
      if (first === undefined) return
      const many = Array.from({ length: 40 }, (_, at) => ({ ...first, store: `S${at}`, name: `Store ${at}` }))
      hub.now = { ...usualNow(), locations: many }
    },
    act: page => page.mouse.wheel(0, 900),
  },
  { name: 'now-cannot-store', options: wide, prepare: cannotStore },
  { name: 'now-cannot-store-dark-german', options: { ...wide, ...dark, ...german }, prepare: cannotStore },
  {
    name: 'now-lost',
    options: wide,
    act: async (page, hub) => {
      hub.broken = true
      hub.live.drop()
      await page.getByTestId('lost').waitFor()
    },
  },
  { name: 'now-menu', options: wide, act: page => page.getByTestId('user').click() },
  {
    name: 'login',
    options: wide,
    prepare: hub => {
      hub.loggedIn = false
    },
  },
  {
    name: 'login-wrong',
    options: { ...wide, ...dark },
    prepare: hub => {
      hub.loggedIn = false
    },
    act: async page => {
      await page.getByLabel('User').fill('kim')
      await page.getByLabel('Password', { exact: true }).fill('wrong')
      await page.keyboard.press('Enter')
      await page.getByRole('alert').waitFor()
    },
  },
]

async function shoot<Server extends CannedTill | CannedHub>(
  browser: Browser,
  folder: string,
  app: string,
  start: () => Promise<Server>,
  shot: Shot<Server>,
): Promise<void> {
  await using server = await start()
  shot.prepare?.(server)
  const staff = shot.staff ?? 'Maya'
  const opening = { ...shot.options, ...(shot.at && { at: shot.at }), ...(staff && { staff }) }
  await using opened = await openPage(browser, server.url, opening)
  await opened.page.locator('main, [aria-busy]').first().waitFor({ state: 'attached' })
  await opened.page.waitForLoadState('load')
  opened.page.setDefaultTimeout(20_000)
  await opened.page.waitForTimeout(150)
  await opened.page.clock.runFor(800) // else the tap guard takes the first click
  await shot.act?.(opened.page, server)
  await opened.page.waitForTimeout(150)
  await opened.page.screenshot({ path: join(folder, `${app}-${shot.name}.png`) })
  for (const wrong of opened.wrongs) console.error(`${app}-${shot.name}: ${wrong}`)
}

const [folder, only = ''] = process.argv.slice(2)
if (folder === undefined || folder.startsWith('-'))
  throw new Error('Where to? npx node test/ui/screenshots.ts OUTDIR [part of a name]')
mkdirSync(folder, { recursive: true })
await buildPages()
const tillPage = builtPage('agent')
const hubPage = builtPage('hub')
await using browser = await launchChromium()
for (const shot of tillShots.filter(({ name }) => `till-${name}`.includes(only)))
  await shoot(browser, folder, 'till', () => cannedTill(tillPage), shot)
for (const shot of hubShots.filter(({ name }) => `hub-${name}`.includes(only)))
  await shoot(browser, folder, 'hub', () => cannedHub(hubPage), shot)
await shootCustomerPages(browser, folder, only)
