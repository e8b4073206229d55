import type { z } from 'zod'
import { NowView } from '../../hub/web/api-schema.ts'
import { type LiveStreams, serveLive, servePage } from './built-page.ts'
import { cannedNow, minutesAgo } from './canned-till.ts'

type Now = z.input<typeof NowView>
type Location = Now['locations'][number]
type Device = Location['devices'][number]

/** One till, connected unless said otherwise. */
export function device(till: string, given: Partial<Device> = {}): Device {
  return {
    device: `dev_${till}`,
    till,
    connection: 'connected',
    since: minutesAgo(320),
    lagMs: 0,
    unsent: 0,
    sources: [{ source: 'unicenta', state: 'reading', problem: null }],
    ...given,
  }
}

/** One store with one connected till, unless said otherwise. */
export function location(store: string, name: string, given: Partial<Location> = {}): Location {
  return {
    store,
    name,
    zone: 'Europe/London',
    locationId: `gid://shopify/Location/${store}`,
    devices: [device('Till 1')],
    lastSale: null,
    salesToday: null,
    openPickups: 0,
    latePickups: 0,
    openExceptions: 0,
    heldBack: null,
    ...given,
  }
}

const sale = (receiptNumber: string, soldAt: string, total: number): Location['lastSale'] => ({
  receiptNumber,
  soldAt: `2026-11-25T${soldAt}`,
  receivedAt: minutesAgo(1),
  total,
  currency: 'GBP',
})

/** A usual afternoon with something for everybody. */
export function usualNow(): NowView {
  return NowView.parse({
    hubTime: cannedNow,
    shopify: { state: 'connected', shop: 'harbour-goods', problem: null, unconfirmedWrites: 4 },
    locations: [
      location('HAR', 'Harbour Street', {
        devices: [device('Till 1', { lagMs: 2_400, unsent: 1 }), device('Till 2')],
        lastSale: sale('H2-004518', '14:07:12', 4_350),
        salesToday: { receipts: 86, totals: [{ total: 312_480, currency: 'GBP' }] },
        openPickups: 6,
        latePickups: 1,
      }),
      location('LDS', 'Leeds', {
        devices: [
          device('Till 1', { connection: 'disconnected', since: minutesAgo(41), lagMs: null, unsent: 12 }),
        ],
        lastSale: sale('L1-001203', '13:26:40', 1_299),
        salesToday: { receipts: 41, totals: [{ total: 98_215, currency: 'GBP' }] },
        openPickups: 12,
        latePickups: 3,
        openExceptions: 1,
        heldBack: { units: 14, since: minutesAgo(36) },
      }),
      location('CDF', 'Cardiff', {
        devices: [
          device('Till 1', {
            lagMs: 8_000,
            unsent: 3,
            sources: [{ source: 'unicenta', state: 'unavailable', problem: 'the database file is locked' }],
          }),
        ],
        lastSale: sale('C1-000871', '13:58:03', 2_100),
        salesToday: { receipts: 33, totals: [{ total: 71_990, currency: 'GBP' }] },
        openPickups: 2,
        openExceptions: 1,
      }),
      location('BTH', 'Bath', {
        devices: [
          device('Till 1', { connection: 'never-connected', since: null, lagMs: null, unsent: null }),
        ],
      }),
    ],
    exceptions: [
      {
        id: 7,
        kind: 'stream-forked',
        severity: 'urgent',
        owner: 'it',
        store: 'LDS',
        subject: 'Till 1',
        sentence:
          'Till "Till 1" of store LDS is stopped: two copies of it are connected at the same time. Re-enrol it; sales it still holds are sent then, once.',
        count: 1,
        firstSeen: minutesAgo(41),
        lastSeen: minutesAgo(1),
      },
      {
        id: 5,
        kind: 'sku-unknown',
        severity: 'warning',
        owner: 'e-commerce',
        store: 'CDF',
        subject: '44-102',
        sentence:
          'Shopify has no item with SKU 44-102, moved in CDF. Give the right variant this SKU in Shopify; stock catches up automatically.',
        count: 6,
        firstSeen: minutesAgo(190),
        lastSeen: minutesAgo(11),
      },
      {
        id: 3,
        kind: 'item-untracked',
        severity: 'notice',
        owner: 'e-commerce',
        store: 'HAR',
        subject: 'GIFT-WRAP',
        sentence:
          'Shopify does not count GIFT-WRAP, moved in HAR. Turn on "Track quantity" for it in Shopify if its stock matters; otherwise nothing needs doing.',
        count: 1,
        firstSeen: minutesAgo(1_500),
        lastSeen: minutesAgo(1_500),
      },
    ],
  })
}

/** A pretend hub; tests change its fields between requests. */
export interface CannedHub extends AsyncDisposable {
  readonly url: string
  readonly posted: {
    readonly url: string
    readonly headers: Readonly<Record<string, unknown>>
    readonly body: unknown
  }[]
  now: NowView
  loggedIn: boolean
  broken: boolean
  readonly live: LiveStreams
}

/** Serves a built head-office page with canned answers. The password is `right`. */
export async function cannedHub(folder: string): Promise<CannedHub> {
  const posted: CannedHub['posted'] = []
  let live: LiveStreams | undefined
  const hub = { now: usualNow(), loggedIn: true, broken: false }
  const served = await servePage(folder, server => {
    server.addHook('onRequest', async (request, reply) => {
      if (!request.url.startsWith('/api/')) return
      if (hub.broken) await reply.code(503).send('no')
      else if (!hub.loggedIn && request.url !== '/api/login')
        await reply.code(401).send({ code: 'NOT_LOGGED_IN', sentence: 'Log in first.' })
    })
    live = serveLive(server, () => hub.loggedIn)
    server.get('/api/me', () => ({ user: 'kim', role: 'admin' }))
    server.get('/api/now', () => hub.now)
    server.post<{ Body: { password: string } }>('/api/login', (request, reply) => {
      posted.push({ url: request.url, headers: request.headers, body: request.body })
      if (request.body.password !== 'right')
        return reply.code(401).send({ code: 'LOGIN_WRONG', sentence: 'User or password is not right.' })
      hub.loggedIn = true
      return { user: 'kim', role: 'admin' }
    })
    server.post('/api/logout', (request, reply) => {
      posted.push({ url: request.url, headers: request.headers, body: request.body })
      hub.loggedIn = false
      return reply.code(204).send()
    })
  })
  const streams = live
  if (streams === undefined) throw new Error('no live streams')
  return Object.assign(hub, {
    url: served.url,
    posted,
    live: streams,
    [Symbol.asyncDispose]: async () => {
      streams.drop()
      await served.close()
    },
  })
}
