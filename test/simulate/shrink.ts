import { type Outcome, type RunOptions, run } from './run.ts'

/**
 * Finds a smaller run that breaks the same promise: fewer faults, then fewer days. Each try is a whole run.
 * @param most how many runs it may take
 */
export async function shrink(
  options: RunOptions,
  found: Outcome,
  most = 24,
): Promise<{ options: RunOptions; outcome: Outcome }> {
  const broken = new Set(found.failures.map(({ invariant }) => invariant))
  let best = { options, outcome: found }
  let tries = 0
  const fails = async (smaller: RunOptions): Promise<boolean> => {
    if (tries >= most) return false
    tries += 1
    const outcome = await run(smaller)
    if (!outcome.failures.some(({ invariant }) => broken.has(invariant))) return false
    best = { options: smaller, outcome }
    return true
  }
  for (let days = options.days - 1; days >= 1 && (await fails({ ...best.options, days })); days -= 1) {}
  for (
    let size = Math.ceil(best.outcome.faults / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let from = 0; from < best.outcome.faults; from += size) {
      const without = new Set(best.options.without)
      for (let fault = from; fault < from + size; fault += 1) without.add(fault)
      if (without.size > (best.options.without?.size ?? 0)) await fails({ ...best.options, without })
    }
  }
  return best
}
