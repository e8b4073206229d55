import type { PeripheralName } from '../../../shared/ids.ts'
import type { PeripheralSays } from '../driver.ts'
import type { FromHost } from './protocol.ts'

/** Captured bytes that the agent has not taken yet; beyond, they are let go. */
export const MAX_UNTAKEN_CAPTURE = 4_194_304
/** Of which so many are on their way to it at a time. */
const IN_FLIGHT = 262_144
/** Scans that the agent has not taken yet. */
export const MAX_UNTAKEN_SCANS = 4_194_304
/** Small pieces become larger ones while they wait. */
const JOIN_UP_TO = 16_384
/** What a message costs beside its bytes. */
const MESSAGE_BYTES = 200

type Said = Extract<FromHost, { is: 'said' }>
type Capture = Extract<PeripheralSays, { is: 'captured' | 'capture-ended' | 'capture-lost' }>
interface Waiting {
  readonly peripheral: PeripheralName
  what: Capture
}

export interface Outbox {
  say(peripheral: PeripheralName, what: PeripheralSays): void
  took(n: number, isKept: boolean): void
  /** Resolves once the agent has all of a print, to whether it is safe in its journal. */
  taken(print: string): Promise<boolean>
}

/**
 * The device host's way out. Nothing that a driver says ever waits or fails: captured bytes queue in order and are let
 * go beyond 4 MiB, told by `capture-lost`; scans and states leave at once, scans beyond 4 MiB untaken are let go.
 */
export function openOutbox(send: (message: FromHost) => void): Outbox {
  const untaken = new Map<number, { lane: 'capture' | 'scan'; bytes: number; print: string | null }>()
  const prints = openPrintTally()
  const queue: Waiting[] = []
  const total = { capture: 0, scan: 0 }
  const lostScans = new Map<PeripheralName, number>()
  let queued = 0
  let next = 0

  const post = (peripheral: PeripheralName, what: PeripheralSays, lane: 'capture' | 'scan' | null): void => {
    const n = next
    next += 1
    if (lane !== null) {
      const bytes = costOf(what)
      untaken.set(n, { lane, bytes, print: prints.posted(what) })
      total[lane] += bytes
    }
    send({ is: 'said', n, peripheral, what } satisfies Said)
  }

  const flush = (): void => {
    for (let first = queue[0]; first !== undefined && total.capture < IN_FLIGHT; first = queue[0]) {
      queue.shift()
      queued -= costOf(first.what)
      post(first.peripheral, first.what, 'capture')
    }
  }

  const enqueue = (peripheral: PeripheralName, what: Capture): void => {
    const last = queue.at(-1)
    const joined = last?.peripheral === peripheral ? joinedCapture(last.what, what) : null
    if (last !== undefined && joined !== null) {
      queued += costOf(joined) - costOf(last.what)
      last.what = joined
    } else {
      queued += costOf(what)
      queue.push({ peripheral, what })
    }
  }

  const capture = (peripheral: PeripheralName, what: Capture): void => {
    const isFull = what.is === 'captured' && queued + total.capture + costOf(what) > MAX_UNTAKEN_CAPTURE
    enqueue(peripheral, isFull ? lostPiece(what) : what)
    flush()
  }

  const scan = (peripheral: PeripheralName, what: Extract<PeripheralSays, { is: 'scanned' }>): void => {
    if (total.scan + costOf(what) <= MAX_UNTAKEN_SCANS) post(peripheral, what, 'scan')
    else lostScans.set(peripheral, (lostScans.get(peripheral) ?? 0) + what.bytes.length)
  }

  const tellLostScans = (): void => {
    for (const [peripheral, bytes] of lostScans)
      post(
        peripheral,
        {
          is: 'scan-dropped',
          bytes,
          sentence: `The agent could not keep up with the scanner, and ${bytes} bytes of scans were dropped. Scan the items again.`,
        },
        null,
      )
    lostScans.clear()
  }

  return {
    say(peripheral, what) {
      switch (what.is) {
        case 'captured':
        case 'capture-ended':
        case 'capture-lost':
          return capture(peripheral, what)
        case 'scanned':
          return scan(peripheral, what)
        default:
          return post(peripheral, what, null)
      }
    },
    taken: prints.taken,
    took(n, isKept) {
      const taken = untaken.get(n)
      if (taken === undefined) return
      untaken.delete(n)
      total[taken.lane] -= taken.bytes
      if (taken.print !== null) prints.took(taken.print, isKept)
      if (taken.lane === 'capture') flush()
      else if (lostScans.size > 0) tellLostScans()
    },
  }
}

/** Which prints the agent has all of. */
function openPrintTally() {
  interface Tally {
    posted: number
    hasEnded: boolean
    isKept: boolean
    readonly whenTaken: ((isKept: boolean) => void)[]
  }
  const tallies = new Map<string, Tally>()
  const tallyOf = (print: string): Tally => {
    const known = tallies.get(print) ?? { posted: 0, hasEnded: false, isKept: true, whenTaken: [] }
    tallies.set(print, known)
    return known
  }
  return {
    posted(what: PeripheralSays): string | null {
      if (!('print' in what) || what.print === undefined) return null
      const tally = tallyOf(what.print)
      tally.posted += 1
      if (what.is === 'capture-ended') tally.hasEnded = true
      return what.print
    },
    took(print: string, isKept: boolean): void {
      const tally = tallyOf(print)
      tally.posted -= 1
      if (!isKept) tally.isKept = false
      if (!tally.hasEnded || tally.posted > 0) return
      tallies.delete(print)
      for (const tell of tally.whenTaken) tell(tally.isKept)
    },
    taken: (print: string): Promise<boolean> =>
      new Promise(resolve => void tallyOf(print).whenTaken.push(resolve)),
  }
}

const costOf = (what: PeripheralSays): number =>
  MESSAGE_BYTES + ('bytes' in what && what.bytes instanceof Uint8Array ? what.bytes.length : 0)

/** Two pieces that follow each other as one, where they may be. */
function joinedCapture(last: Capture, what: Capture): Capture | null {
  if (last.job !== what.job || last.print !== what.print) return null
  if (last.is === 'capture-lost' && what.is === 'capture-lost')
    return { ...last, bytes: last.bytes + what.bytes }
  if (
    last.is !== 'captured' ||
    what.is !== 'captured' ||
    last.towards !== what.towards ||
    last.at !== what.at
  )
    return null
  if (last.bytes.length + what.bytes.length > JOIN_UP_TO) return null
  const bytes = new Uint8Array(last.bytes.length + what.bytes.length)
  bytes.set(last.bytes)
  bytes.set(what.bytes, last.bytes.length)
  return { ...last, bytes }
}

function lostPiece({ job, print, bytes }: Extract<Capture, { is: 'captured' }>): Capture {
  return { is: 'capture-lost', job, ...(print === undefined ? {} : { print }), bytes: bytes.length }
}
