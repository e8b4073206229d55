import { DeviceId } from '../../shared/ids.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { closeCodes } from '../../shared/protocol.ts'
import type { Log } from '../../shared/world.ts'
import { priceAt, saleAt } from '../data/events.ts'
import { answerQuestions } from '../processes/answer-questions.ts'
import { atPace, Paced } from '../processes/at-pace.ts'
import { type LightTill, lightTill } from './light-till.ts'
import { LightTills, Storm, type StormFigures } from './questions.ts'

/** Thousands of tills in one process of their own. */
const tills: LightTill[] = []
const counts = { attempts: 0, timedOut: 0 }
let nextEvent = 0
let changed = () => {}

/** Thousands of tills say the same: each message is printed once. */
const printed = new Set<string>()
function printOnce(facts: object, message: string): void {
  if (!printed.has(message)) console.error(message, facts)
  printed.add(message)
}

/** The uplinks' log says why each connection ended. */
const log: Log = {
  debug() {},
  info({ code, reason }) {
    if (code === closeCodes.slow || /timed out|too slow/.test(String(reason ?? ''))) counts.timedOut += 1
  },
  warn: printOnce,
  error: printOnce,
  child: () => log,
}
const world = nodeWorld({ log })

/** 127.1.0.1, 127.1.0.2, …: one a till. */
const addressAt = (index: number) => `127.${1 + (index >> 16)}.${(index >> 8) & 255}.${index & 255 || 254}`

function bodiesOf(events: number, eventAt: typeof saleAt): string[] {
  const from = nextEvent
  nextEvent += events
  return Array.from({ length: events }, (_, index) => JSON.stringify(eventAt(from + index)))
}

/** Resolves with the time at which `share` of the tills are as asked. */
function untilShare(share: number, isSo: (till: LightTill) => boolean): Promise<number> {
  return new Promise(resolve => {
    const look = setInterval(() => {
      if (tills.filter(isSo).length < tills.length * share) return
      clearInterval(look)
      resolve(performance.now())
    }, 20)
  })
}

async function figuresOf(begin: () => void): Promise<StormFigures> {
  Object.assign(counts, { attempts: 0, timedOut: 0 })
  const start = performance.now()
  begin()
  const [half, all, drained] = await Promise.all([
    untilShare(0.5, till => till.isOnline()),
    untilShare(1, till => till.isOnline()),
    untilShare(1, till => till.isDrained()),
  ])
  return { halfOnlineMs: half - start, onlineMs: all - start, drainedMs: drained - start, ...counts }
}

answerQuestions({
  /** Makes the tills and connects all of them at once. */
  connect(input) {
    const { devices, firstAddress, firstEvent } = LightTills.parse(input)
    nextEvent = firstEvent
    for (const [index, device] of devices.entries())
      tills.push(
        lightTill({
          world,
          device: { ...device, device: DeviceId.parse(device.device) },
          address: addressAt(firstAddress + index),
          attempted() {
            counts.attempts += 1
          },
          changed: () => changed(),
        }),
      )
    return figuresOf(() => {
      for (const till of tills) till.start()
    })
  },
  /** Every line is cut at once, while each till has recorded events. */
  storm(input) {
    const { events, kind } = Storm.parse(input)
    const eventAt = kind === 'prices' ? priceAt : saleAt
    for (const { journal } of tills) journal.add(bodiesOf(events, eventAt))
    return figuresOf(() => {
      for (const till of tills) till.cut()
    })
  },
  /** The hub goes and comes back at the same address. */
  outage: () => figuresOf(() => {}),
  /** The first till sells one receipt after the other. */
  async sell(input) {
    const [till] = tills
    if (till === undefined) throw new Error('no till was made')
    const waiting: (() => void)[] = []
    let acked = 0
    const unsentBefore = till.journal.unsent().events
    if (unsentBefore > 0) throw new Error('the live till has a backlog')
    changed = () => {
      const left = till.journal.unsent().events
      for (; acked < waiting.length - left; acked += 1) waiting[acked]?.()
    }
    const latencies: number[] = []
    await atPace(Paced.parse(input), async () => {
      const start = performance.now()
      till.journal.add(bodiesOf(1, saleAt))
      const done = new Promise<void>(resolve => waiting.push(resolve))
      till.journal.tell()
      await done
      latencies.push(performance.now() - start)
    })
    changed = () => {}
    return latencies
  },
})

console.log('ready')
