import { z } from 'zod'

/** What the process of light tills is asked, and what it answers. */
export const LightTills = z.object({
  /** The tills' device files. */
  devices: z.array(
    z.object({
      device: z.string(),
      hub: z.object({ id: z.string(), url: z.string() }),
      privateKey: z.string(),
      store: z.string(),
      storeName: z.string(),
      till: z.string(),
      zone: z.string(),
    }),
  ),
  /** Tills of another process have the addresses below it. */
  firstAddress: z.int(),
  /** Events are numbered from here: no two processes make the same receipt. */
  firstEvent: z.int(),
})
export type LightTills = z.infer<typeof LightTills>

export const Storm = z.object({ events: z.int(), kind: z.enum(['prices', 'receipts']) })
export type Storm = z.infer<typeof Storm>

/** All times from the moment at which the tills begin to connect, in ms. */
export const StormFigures = z.object({
  halfOnlineMs: z.number(),
  onlineMs: z.number(),
  drainedMs: z.number(),
  /** Connections that were tried, and those of them that ended because one end took too long. */
  attempts: z.int(),
  timedOut: z.int(),
})
export type StormFigures = z.infer<typeof StormFigures>

export const HubLoad = z.object({
  /** The longest and the 99th percentile of how late the event loop was, in ms. */
  longestMs: z.number(),
  p99Ms: z.number(),
  /** Processor time per time. */
  cpuShare: z.number(),
  cpuMs: z.number(),
  rss: z.number(),
})
export type HubLoad = z.infer<typeof HubLoad>
