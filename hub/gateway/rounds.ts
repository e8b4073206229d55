import type { Cancel, World } from '../../shared/world.ts'
import { type Db, type ReadDb, transaction } from '../db/db.ts'
import { noteSeen } from '../fleet/devices.ts'
import { noteTillWords } from '../stock/till-words.ts'
import { noteClocks } from './clock-notes.ts'
import type { LiveSessions } from './live-sessions.ts'
import type { UnknownDevices } from './unknown-devices.ts'

/** How often live sessions are compared with what the database says of their devices. */
const ROUND_MS = 15_000
/** Every hour the database is told which devices are connected: a hub that is killed can't say when they went. */
const ROUNDS_UNTIL_SEEN = 240
/** Every minute the database is told what the tills say, see stock/till-words.ts. */
const ROUNDS_UNTIL_WORDS = 4
/** Every five minutes the tills' clocks are compared with ours. */
const ROUNDS_UNTIL_CLOCKS = 20

/**
 * Finds what another process or node has written: devices that may no longer connect, and commands to send. Two
 * queries a round, however many devices are connected.
 */
export function startRounds(parts: {
  world: Pick<World, 'clock' | 'timers'>
  db: Db
  sessions: LiveSessions
  unknown: Pick<UnknownDevices, 'sweep'>
  /** Runs work that the gateway waits for before it ends, and logs its failure. */
  background(work: Promise<void>): void
}): Cancel {
  const { world, db, sessions, unknown, background } = parts
  let rounds = 0
  function round(): void {
    rounds += 1
    if (rounds % ROUNDS_UNTIL_SEEN === 0) background(unknown.sweep())
    if (sessions.size() > 0) {
      if (rounds % ROUNDS_UNTIL_SEEN === 0) background(noteConnectedDevices())
      if (rounds % ROUNDS_UNTIL_WORDS === 0) background(noteTillWords(db, sessions.view(), world.clock.now()))
      if (rounds % ROUNDS_UNTIL_CLOCKS === 0) background(noteClocks(db, sessions.view(), world.clock.now()))
      background(dropWithoutRight(db, sessions))
      background(wakeBehind(db, sessions))
    }
    stop = world.timers.after(ROUND_MS, round)
  }
  function noteConnectedDevices(): Promise<void> {
    const devices = [...sessions.view().keys()]
    return transaction(db, tx => noteSeen(tx, devices, world.clock.now()))
  }
  let stop = world.timers.after(ROUND_MS, round)
  return () => stop()
}

/** A device revoked by another process or node is out within this round, well under a minute. */
async function dropWithoutRight(db: ReadDb, sessions: LiveSessions): Promise<void> {
  const out = await db
    .selectFrom('device')
    .select(['device', 'state', 'state_reason'])
    .where('state', '<>', 'active')
    .execute()
  for (const { device, state, state_reason } of out) sessions.drop({ device, state, why: state_reason ?? '' })
}

/** Only devices that lack commands are woken: an idle session costs no query. */
async function wakeBehind(db: ReadDb, sessions: LiveSessions): Promise<void> {
  const behind = await db
    .selectFrom('stream_out')
    .select('device')
    .where(e => e.or([e('seq', '>', e.ref('acked_seq')), e('epoch', '>', e.ref('acked_epoch'))]))
    .execute()
  sessions.wake(behind.map(({ device }) => device))
}
