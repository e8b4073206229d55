import { describeError } from '../../shared/errors.ts'
import { oneAtATime } from '../../shared/turns.ts'
import type { Cancel, World } from '../../shared/world.ts'
import { type Db, transaction } from '../db/db.ts'
import type { Check, UnusualBounds } from './check.ts'
import { reconcileExceptions } from './exceptions.ts'

const MINUTE_MS = 60_000
/** After the hub's start: tills come back first. */
const FIRST_MS = MINUTE_MS

/** The checks as they run. */
export interface RunningChecks extends AsyncDisposable {
  /** Runs every check once, now. */
  runAll(): Promise<void>
}

/** Runs each check at its interval, one at a time. A check that fails is in the log, and the others go on. */
export function startChecks(parts: {
  world: Pick<World, 'clock' | 'timers' | 'log'>
  db: Db
  checks: readonly Check[]
  readonly bounds?: UnusualBounds
  /** A check has opened or closed something. */
  changed(): void
}): RunningChecks {
  const { world, checks } = parts
  const turn = oneAtATime()
  const timers = new Map<Check, Cancel>()
  let isStopped = false

  function schedule(check: Check, ms: number): void {
    if (isStopped) return
    const next = () => schedule(check, check.everyMinutes * MINUTE_MS)
    timers.set(
      check,
      world.timers.after(ms, () => void guarded(check).then(next)),
    )
  }

  function guarded(check: Check): Promise<void> {
    return turn(() => runCheck(parts, check)).catch((error: unknown) =>
      world.log.error({ check: check.kind, ...describeError(error) }, 'a check failed and runs again later'),
    )
  }

  for (const check of checks) schedule(check, FIRST_MS)
  return {
    async runAll() {
      for (const check of checks) await turn(() => runCheck(parts, check))
    },
    async [Symbol.asyncDispose]() {
      isStopped = true
      for (const cancel of timers.values()) cancel()
      await turn(async () => undefined) // the one under way
    },
  }
}

/** In one transaction, so that nothing opens or closes between the look and its outcome. */
async function runCheck(
  { world, db, bounds, changed }: Parameters<typeof startChecks>[0],
  check: Check,
): Promise<void> {
  const at = world.clock.now()
  const { kind, scope = 'all' } = check
  const { opened, closed } = await transaction(db, async tx =>
    reconcileExceptions(tx, { kind, scope, found: await check.find(tx, at, bounds), at, seen: 'still' }),
  )
  if (opened + closed > 0) changed()
}
