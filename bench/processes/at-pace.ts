import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'

export const Paced = z.object({ count: z.int(), everyMs: z.number() })
export type Paced = z.infer<typeof Paced>

/**
 * Calls `work` on a schedule that does not wait for it, so that a stall shows in every call that it delays.
 * Resolves when all are done.
 */
export async function atPace(
  { count, everyMs }: Paced,
  work: (index: number) => Promise<void>,
): Promise<void> {
  const start = performance.now()
  const running: Promise<void>[] = []
  for (let index = 0; index < count; index += 1) {
    const early = start + index * everyMs - performance.now()
    if (early > 0) await wait(early)
    running.push(work(index))
  }
  await Promise.all(running)
}
