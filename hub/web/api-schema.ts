import { z } from 'zod'

/** What the hub's API gives to its pages. The head-office page parses every answer with these. Times: hub clock, ms. */

export const LoginRequest = z.strictObject({
  user: z.string().min(1).max(100),
  password: z.string().min(1).max(1_000),
})
export const Me = z.object({ user: z.string(), role: z.string() })

const time = z.int().min(0)

export const DeviceView = z.object({
  device: z.string(),
  till: z.string(),
  /** `quarantined`: its stream forked or two copies of it were live; it must be re-enrolled. */
  connection: z.enum(['connected', 'disconnected', 'never-connected', 'quarantined', 'revoked']),
  since: time.nullable(),
  /** Age of the oldest event the till holds and the hub lacks; null while that is not known (disconnected). */
  lagMs: z.int().min(0).nullable(),
  /** Events the till last said it still holds; from its last word when disconnected. */
  unsent: z.int().min(0).nullable(),
  sources: z.array(
    z.object({
      source: z.string(),
      state: z.enum(['reading', 'unavailable']),
      problem: z.string().nullable(),
    }),
  ),
  /** Of the disk that holds its data, in bytes; null: it has not said so. */
  disk: z.object({ free: z.number(), total: z.number(), isLow: z.boolean() }).nullable().default(null),
  /** The hub's certificate as this till sees it; null: it sees none, or has not said so. */
  certificate: z.object({ ends: time, isEnding: z.boolean() }).nullable().default(null),
})
export type DeviceView = z.infer<typeof DeviceView>

export const LocationView = z.object({
  store: z.string(),
  name: z.string(),
  zone: z.string(),
  locationId: z.string().nullable(),
  devices: z.array(DeviceView),
  lastSale: z
    .object({
      receiptNumber: z.string(),
      soldAt: z.string(),
      receivedAt: time,
      total: z.int(),
      currency: z.string(),
    })
    .nullable(),
  /** Takings by currency: the store's own first. */
  /** Null: they add up to more than can be counted. */
  salesToday: z
    .object({
      receipts: z.int(),
      totals: z.array(z.object({ total: z.int(), currency: z.string() })),
    })
    .nullable(),
  openPickups: z.int().min(0),
  latePickups: z.int().min(0),
  openExceptions: z.int().min(0),
  /** Units kept from sale online because the store gives no word; null: none. Left out by an older hub. */
  heldBack: z
    .object({ units: z.int().min(1), since: time })
    .nullable()
    .default(null),
})
export type LocationView = z.infer<typeof LocationView>

export const ExceptionView = z.object({
  id: z.int(),
  kind: z.string(),
  severity: z.enum(['urgent', 'warning', 'notice']),
  owner: z.enum(['store', 'ops', 'e-commerce', 'finance', 'it']),
  store: z.string().nullable(),
  subject: z.string(),
  /** What happened and what to do, in plain words. */
  sentence: z.string(),
  count: z.int().min(1),
  firstSeen: time,
  lastSeen: time,
})
export type ExceptionView = z.infer<typeof ExceptionView>

/** GET /api/now: the whole first page. */
export const NowView = z.object({
  hubTime: time,
  /** The hub's database takes no writes, with its code. Known without the database. */
  storage: z.object({ code: z.string(), since: time }).nullable().default(null),
  shopify: z.object({
    state: z.enum(['connected', 'unreachable', 'refused', 'not-configured']),
    shop: z.string().nullable(),
    problem: z.string().nullable(),
    /** Stock changes decided and not yet confirmed by Shopify. */
    unconfirmedWrites: z.int().min(0),
  }),
  locations: z.array(LocationView),
  /** The most urgent first. */
  exceptions: z.array(ExceptionView),
  /** How many more are open than are listed. */
  moreExceptions: z.int().min(0).default(0),
})
export type NowView = z.infer<typeof NowView>

/** A server-sent event of GET /api/live: something on the first page has changed; read it again. */
export const HubLiveMessage = z.object({ type: z.literal('now') })
