import fc from 'fast-check'
import { expect } from 'vitest'
import { decodeFrame, encodeBatch } from '../../shared/protocol.ts'
import { startReceiver } from '../../shared/stream/receiver.ts'
import { checkClaim, holdsOf, isAfter, resumeSending } from '../../shared/stream/resume.ts'
import { type Sender, startSender } from '../../shared/stream/sender.ts'
import { type MemoryInLog, type MemoryOutLog, memoryInLog, memoryOutLog } from './memory-log.ts'

const DEVICE = 'dev_0000000000000000'

/** One thing that happens to the pair. `deliver` and the faults act on whatever is on the wire at that moment. */
const count = fc.integer({ min: 1, max: 7 })
const faults = [
  'drop',
  'duplicate',
  'swap',
  'cut-mid-frame',
  'reconnect',
  'lose-acks',
  'prune',
  'backup-sender',
  'restore-sender',
  'backup-receiver',
  'restore-receiver',
] as const
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('append' as const), count }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('deliver' as const), count }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('ack' as const), count }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom(...faults) }) },
)

/** Two ends and a link, driven turn by turn: nothing happens unless a step says so. */
class Pair {
  out: MemoryOutLog = memoryOutLog('events', DEVICE)
  into: MemoryInLog = memoryInLog('events', DEVICE)
  written = 0
  readings = 0
  toReceiver: string[] = []
  toSender: { epoch: number; seq: number; credit: number }[] = []
  sender: Sender | null = null
  receiver: ReturnType<typeof startReceiver> | null = null
  failures: unknown[] = []
  savedOut: { log: MemoryOutLog; written: number } | null = null
  savedIn: MemoryInLog | null = null

  async append(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      this.written += 1
      this.readings += 1 // what is read again has another time, so another hash
      this.out.append(JSON.stringify({ kind: 'fact', n: this.written, at: this.readings }))
    }
    this.sender?.appended()
    await atRest()
  }

  cut(): void {
    this.sender?.stop()
    this.receiver?.stop()
    this.sender = null
    this.receiver = null
    this.toReceiver = []
    this.toSender = []
  }

  async connect(): Promise<void> {
    this.cut()
    const claim = { last: await this.out.last(), acked: await this.out.acked() }
    const verdict = await checkClaim(this.into, claim)
    expect(verdict.kind).not.toBe('forked')
    const held = await this.into.held()
    const holds = await holdsOf(this.into, claim)
    if (holds === 'last') await this.out.acknowledge(claim.last)
    let resume = await resumeSending(this.out, held, holds)
    if (resume.kind === 'renew') {
      await this.out.renew(resume.reason, held.epoch)
      resume = { kind: 'send', after: { epoch: (await this.out.last()).epoch, seq: 0 } }
    }
    if (resume.kind === 'forked') throw new Error(`forked: ${resume.why}`)
    this.receiver = startReceiver({
      id: { stream: 'events', device: DEVICE },
      log: this.into,
      credit: 9,
      ack: (held, credit) => this.toSender.push({ epoch: held.epoch, seq: held.seq, credit }),
      failed: error => {
        this.failures.push(error)
        this.cut()
      },
    })
    this.sender = startSender({
      log: this.out,
      after: resume.after,
      credit: 9,
      limits: { records: 3, characters: 1_000 },
      send: batch => this.toReceiver.push(encodeBatch('events', batch)),
      failed: error => {
        this.failures.push(error)
        this.cut()
      },
    })
    await atRest()
  }

  async deliver(): Promise<void> {
    await this.deliverBatch()
    await this.deliverAck()
  }

  async deliverBatch(): Promise<void> {
    const message = this.toReceiver.shift()
    if (message !== undefined) {
      const frame = decodeFrame(message)
      if (frame.t === 'batch') this.receiver?.batch(frame)
    }
    await atRest()
  }

  async deliverAck(): Promise<void> {
    const ack = this.toSender.shift()
    if (ack !== undefined) await this.sender?.acked(ack, ack.credit)
    await atRest()
  }
}

/** Everything in the pair is promise-driven: a few turns of the microtask queue bring it to rest. */
async function atRest(): Promise<void> {
  for (let i = 0; i < 60; i += 1) await Promise.resolve()
}

async function apply(pair: Pair, what: string): Promise<void> {
  if (what === 'drop') pair.toReceiver.shift()
  if (what === 'duplicate' && pair.toReceiver[0] !== undefined) pair.toReceiver.push(pair.toReceiver[0])
  if (what === 'swap') pair.toReceiver.reverse()
  if (what === 'cut-mid-frame') {
    const half = pair.toReceiver[0]?.slice(0, 40)
    expect(half === undefined || isRefused(half)).toBe(true)
    pair.cut()
  }
  if (what === 'reconnect') await pair.connect()
  if (what === 'lose-acks') pair.toSender = []
  // acked records are kept for longer than any backup of the other end is old
  const receiverIsWhole = pair.savedIn === null && !isAfter(await pair.out.acked(), await pair.into.held())
  if (what === 'prune' && receiverIsWhole) pair.out.prune()
  if (what === 'backup-sender') pair.savedOut = { log: pair.out.snapshot(), written: pair.written }
  if (what === 'restore-sender' && pair.savedOut !== null) await restoreSender(pair, pair.savedOut)
  if (what === 'backup-receiver') pair.savedIn = pair.into.snapshot()
  if (what === 'restore-receiver' && pair.savedIn !== null) {
    pair.cut()
    pair.into = pair.savedIn.snapshot()
    pair.savedIn = null
  }
}

/** A restored till reads its source again from the backup's watermark: what came after is written again. */
async function restoreSender(pair: Pair, saved: { log: MemoryOutLog; written: number }): Promise<void> {
  pair.cut()
  pair.out = saved.log.snapshot() // the image stays: it may be put back again and again
  const until = pair.written
  pair.written = saved.written
  await pair.append(until - saved.written)
}

function isRefused(half: string): boolean {
  try {
    decodeFrame(half)
    return false
  } catch {
    return true
  }
}

const facts = (bodies: readonly string[]) =>
  bodies.filter(body => !body.includes('epoch.opened')).map(body => Number(JSON.parse(body).n))

/** Puts the link and both ends through any order of faults: every record arrives, in order, and none twice in one history. */
export function survivesFaults() {
  return fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80, size: 'max' }), async steps => {
    const pair = new Pair()
    await pair.connect()
    const restores = { sender: false, receiver: false }
    for (const one of steps) {
      if (one.do === 'append') await pair.append(one.count)
      else if (one.do === 'deliver') for (let i = 0; i < one.count; i += 1) await pair.deliverBatch()
      else if (one.do === 'ack') for (let i = 0; i < one.count; i += 1) await pair.deliverAck()
      else {
        // a backup of one end that predates a restore of the other is a fork by design: see resume.test.ts
        if (one.do === 'restore-sender' && pair.savedOut !== null) {
          restores.sender = true
          pair.savedIn = null
        }
        if (one.do === 'restore-receiver' && pair.savedIn !== null) {
          restores.receiver = true
          pair.savedOut = null
        }
        await apply(pair, one.do)
      }
      const acked = await pair.out.acked()
      if (!restores.receiver && acked.seq > 0) expect(isAfter(acked, await pair.into.held())).toBe(false)
    }
    await pair.append(1)
    for (let round = 0; round < 50 && facts(pair.into.applied()).at(-1) !== pair.written; round += 1) {
      await pair.connect()
      for (let i = 0; i < 400; i += 1) await pair.deliver()
    }
    const arrived = facts(pair.into.applied())
    expect(new Set(arrived)).toEqual(new Set(Array.from({ length: pair.written }, (_, i) => i + 1)))
    if (!restores.sender && !restores.receiver)
      expect(arrived).toEqual(Array.from({ length: pair.written }, (_, i) => i + 1))
  })
}
