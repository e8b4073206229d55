import { isDue } from '../../shared/back-off.ts'
import { defineError, describeError } from '../../shared/errors.ts'
import { type Cancel, randomId, type World } from '../../shared/world.ts'
import { type Db, type Tx, transaction, withFence } from './db.ts'

export const leaseLost = defineError(
  'LEASE_LOST',
  (f: { name: string }) =>
    `Another hub on this database has taken over "${f.name}". This one wrote nothing; it waits for its turn.`,
)

/** Work that only one hub on a database may do at a time. */
export interface Lease extends AsyncDisposable {
  isHeld(): boolean
  /** The hub that holds it, by name; null before the first look. */
  holder(): string | null
  /** A database whose transactions fail with LEASE_LOST once another hub holds the lease, however late they come. */
  readonly fenced: Db
  /** Called each time this hub gets the lease, also when another one had it in between without this one's knowledge. */
  onGained(listener: () => void): Cancel
}

/** A holder that is silent for so long is replaced. */
const LIFE_MS = 30_000
const RENEW_MS = 10_000

interface LeaseParts {
  readonly db: Db
  readonly world: Pick<World, 'clock' | 'timers' | 'random' | 'log'>
  readonly name: string
  /** This hub's own name: a restarted hub takes its lease back at once. */
  readonly holder: string
}

/**
 * Takes a lease, or waits for it: asked for at once and then every 10 seconds, so a hub that stops is replaced at once
 * and one that dies within 30 seconds. Clocks of two hubs may differ by less than that.
 */
export async function startLease({ db, world, name, holder }: LeaseParts): Promise<Lease> {
  const token = randomId(world.random, 'lease')
  const listeners = new Set<() => void>()
  let heldBy: string | null = null
  let held = false
  let stopped = false
  let cancel: Cancel = () => undefined

  async function ask(): Promise<void> {
    const found = await transaction(db, tx => claim(tx, { name, holder, token, now: world.clock.now() }))
    heldBy = found.holder
    const gained = found.token === token && (!held || found.before !== token)
    if (held && found.token !== token)
      world.log.warn({ lease: name, holder: heldBy }, 'another hub has taken over')
    held = found.token === token && !stopped
    if (gained && held) for (const listener of listeners) listener()
  }

  async function renew(): Promise<void> {
    try {
      await ask()
    } catch (error) {
      held = false // unknown: the fence decides
      world.log.warn({ lease: name, ...describeError(error) }, 'the lease could not be renewed')
    }
    if (!stopped) cancel = world.timers.after(RENEW_MS, () => void renew())
  }

  await renew()
  return {
    isHeld: () => held,
    holder: () => heldBy,
    fenced: withFence(db, async tx => {
      if ((await readLease(tx, name))?.token !== token) throw leaseLost({ name })
    }),
    onGained(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async [Symbol.asyncDispose]() {
      stopped = true
      cancel()
      held = false
      try {
        await transaction(db, tx => giveBack(tx, name, token))
      } catch (error) {
        world.log.warn({ lease: name, ...describeError(error) }, 'the lease is not given back and expires')
      }
    },
  }
}

async function giveBack(tx: Tx, name: string, token: string): Promise<void> {
  const mine = tx.updateTable('lease').where('name', '=', name).where('token', '=', token)
  await mine.set({ expires_at: 0 }).execute()
}

interface Claim {
  readonly name: string
  readonly holder: string
  readonly token: string
  readonly now: number
}

/** Takes or renews the lease when it is free, expired or this hub's own. @returns who holds it now; `before`: the token that held it until then */
async function claim(
  tx: Tx,
  { name, holder, token, now }: Claim,
): Promise<{ holder: string; token: string; before: string | null }> {
  const before = await readLease(tx, name)
  // one that expires later than a lease can was taken while a clock was wrong
  const isExpired = before !== null && isDue(before.expires_at, now, 2 * LIFE_MS)
  const isFree = before === null || isExpired || before.holder === holder
  if (before !== null && !isFree) return { ...before, before: before.token }
  const next = { holder, token, expires_at: now + LIFE_MS }
  await tx
    .insertInto('lease')
    .values({ name, ...next })
    .onConflict(c => c.column('name').doUpdateSet(next))
    .execute()
  return { ...next, before: before?.token ?? null }
}

async function readLease(tx: Tx, name: string) {
  const row = await tx.selectFrom('lease').selectAll().where('name', '=', name).executeTakeFirst()
  return row ?? null
}
