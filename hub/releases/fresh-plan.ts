import type { Clock } from '../../shared/world.ts'

/** How long a change by a command of another process may go unnoticed. */
const FRESH_MS = 10_000

/** What is read again from time to time, as commands change it in another process. `forget`: it has changed here. */
export function freshPlan<Plan>(
  { clock }: { readonly clock: Pick<Clock, 'monotonicMs'> },
  readAll: () => Promise<Plan>,
): (() => Promise<Plan>) & { forget(): void } {
  let known: { readonly at: number; readonly plan: Promise<Plan> } | null = null
  const read = () => {
    const now = clock.monotonicMs()
    if (known === null || now - known.at > FRESH_MS) {
      const plan = readAll()
      known = { at: now, plan }
      plan.catch(() => {
        known = null // the caller is told; the next one asks again
      })
    }
    return known.plan
  }
  return Object.assign(read, {
    forget() {
      known = null
    },
  })
}
