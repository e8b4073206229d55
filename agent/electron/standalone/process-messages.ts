import { z } from 'zod'

/** What a standalone agent's process asks of the app. Device hosts are its siblings: only the app can start processes. */
export const FromAgent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), url: z.string() }),
  z.object({ kind: z.literal('failed'), code: z.string(), sentence: z.string() }),
  z.object({ kind: z.literal('launch-host'), host: z.int() }),
  z.object({ kind: z.literal('kill-host'), host: z.int() }),
])
export type FromAgent = z.infer<typeof FromAgent>

/** What the app tells a standalone agent's process. With `host-launched` comes the port to that host. */
export const ToAgent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('stop') }),
  z.object({ kind: z.literal('host-launched'), host: z.int() }),
  z.object({ kind: z.literal('host-ended'), host: z.int(), why: z.string() }),
])
export type ToAgent = z.infer<typeof ToAgent>
