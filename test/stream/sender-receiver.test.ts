import { describe, expect, test } from 'vitest'
import type { Batch, InLog, Mark, Position } from '../../shared/stream/log.ts'
import { startReceiver } from '../../shared/stream/receiver.ts'
import { startSender } from '../../shared/stream/sender.ts'
import { memoryInLog, memoryOutLog } from './memory-log.ts'

const DEVICE = 'dev_0000000000000000'

async function atRest(): Promise<void> {
  for (let i = 0; i < 60; i += 1) await Promise.resolve()
}

function startSending(count: number, credit: number) {
  const log = memoryOutLog('events', DEVICE)
  for (let n = 1; n <= count; n += 1) log.append(`{"n":${n}}`)
  const sent: Batch[] = []
  const failures: unknown[] = []
  const sender = startSender({
    log,
    after: { epoch: 1, seq: 0 },
    credit,
    limits: { records: 3, characters: 1_000 },
    send: batch => sent.push(batch),
    failed: error => failures.push(error),
  })
  const spans = () => sent.map(({ epoch, first, bodies }) => `${epoch}/${first}+${bodies.length}`)
  return { log, sender, sent, spans, failures }
}

describe('a sender', () => {
  test('sends in order, in batches, and stops at the receiver’s credit', async () => {
    const { spans } = startSending(20, 7)
    await atRest()
    expect(spans()).toEqual(['1/1+3', '1/4+3', '1/7+1'])
  })

  test('goes on as acks free credit, counted by records in flight', async () => {
    const { sender, spans, log } = startSending(20, 7)
    await atRest()
    await sender.acked({ epoch: 1, seq: 3 }, 7)
    await atRest()
    expect(spans().slice(3)).toEqual(['1/8+3'])
    expect(await log.acked()).toMatchObject({ epoch: 1, seq: 3 })
    await sender.acked({ epoch: 1, seq: 10 }, 4)
    await atRest()
    expect(spans().slice(4)).toEqual(['1/11+3', '1/14+1'])
  })

  test('holds a batch that is acked in part wholly for in flight', async () => {
    const { sender, spans } = startSending(20, 6)
    await atRest()
    await sender.acked({ epoch: 1, seq: 4 }, 6)
    await atRest()
    expect(spans()).toEqual(['1/1+3', '1/4+3', '1/7+3'])
  })

  test('sends nothing on no credit until some comes', async () => {
    const { sender, spans } = startSending(5, 0)
    await atRest()
    expect(spans()).toEqual([])
    await sender.acked({ epoch: 1, seq: 0 }, 2)
    await atRest()
    expect(spans()).toEqual(['1/1+2'])
  })

  test('wakes for what is appended, once each', async () => {
    const { log, sender, spans } = startSending(0, 100)
    await atRest()
    log.append('{"n":1}')
    sender.appended()
    sender.appended()
    sender.appended()
    await atRest()
    expect(spans()).toEqual(['1/1+1'])
    log.append('{"n":2}')
    log.append('{"n":3}')
    sender.appended()
    await atRest()
    expect(spans()).toEqual(['1/1+1', '1/2+2'])
  })

  test('crosses into the next epoch and counts both in flight', async () => {
    const { log, sender, spans } = startSending(2, 4)
    await atRest()
    await log.acknowledge({ epoch: 1, seq: 2 })
    await log.renew('receiver-ahead')
    for (let n = 3; n <= 6; n += 1) log.append(`{"n":${n}}`)
    sender.appended()
    await atRest()
    expect(spans()).toEqual(['1/1+2', '2/1+2'])
    await sender.acked({ epoch: 2, seq: 2 }, 4)
    await atRest()
    expect(spans().slice(2)).toEqual(['2/3+3'])
  })

  test('takes no ack backwards', async () => {
    const { log, sender } = startSending(9, 9)
    await atRest()
    await sender.acked({ epoch: 1, seq: 6 }, 9)
    await sender.acked({ epoch: 1, seq: 3 }, 9)
    expect(await log.acked()).toMatchObject({ seq: 6 })
  })

  test('says nothing after it was stopped', async () => {
    const { log, sender, spans } = startSending(3, 9)
    sender.stop()
    await atRest()
    log.append('{}')
    sender.appended()
    await sender.acked({ epoch: 1, seq: 3 }, 9)
    await atRest()
    expect(spans()).toEqual([])
    expect(await log.acked()).toMatchObject({ seq: 0 })
  })

  test('reports a log that can’t be read, once, and ends', async () => {
    const log = memoryOutLog('events', DEVICE)
    log.append('{}')
    const failures: unknown[] = []
    const broken = new Error('SQLITE_IOERR')
    const sender = startSender({
      log: { ...log, read: () => Promise.reject(broken) },
      after: { epoch: 1, seq: 0 },
      credit: 9,
      limits: { records: 3, characters: 1_000 },
      send: () => expect.unreachable(),
      failed: error => failures.push(error),
    })
    await atRest()
    sender.appended()
    await atRest()
    expect(failures).toEqual([broken])
  })
})

function startReceiving(over: Partial<InLog> = {}) {
  const log = memoryInLog('events', DEVICE)
  const acks: Position[] = []
  const failures: unknown[] = []
  const receiver = startReceiver({
    id: { stream: 'events', device: DEVICE },
    log: { ...log, ...over },
    credit: 50,
    ack: (held: Mark, credit) => acks.push({ epoch: held.epoch, seq: held.seq + credit * 1_000 }),
    failed: error => failures.push(error),
  })
  return { log, acks, failures, receiver }
}

/** The batches in which a sender's log goes out. */
async function batches(count: number): Promise<Batch[]> {
  const { sent } = startSending(count, 100)
  await atRest()
  return sent
}

describe('a receiver', () => {
  test('commits batch after batch, acking each with its credit once it is kept', async () => {
    const { log, acks, receiver } = startReceiving()
    for (const batch of await batches(7)) receiver.batch(batch)
    await atRest()
    expect(log.applied()).toHaveLength(7)
    expect(acks.map(({ seq }) => seq)).toEqual([50_003, 50_006, 50_007])
  })

  test('acks nothing before its commit has returned, and takes the next batch only then', async () => {
    const commits: PromiseWithResolvers<Mark>[] = []
    const first = Promise.withResolvers<Mark>()
    const { acks, receiver } = startReceiving({
      commit() {
        commits.push(first)
        return first.promise
      },
    })
    for (const batch of await batches(6)) receiver.batch(batch)
    await atRest()
    expect(commits).toHaveLength(1)
    expect(acks).toEqual([])
    first.resolve({ epoch: 1, seq: 3, hash: 'x' })
    await atRest()
    expect(acks[0]).toEqual({ epoch: 1, seq: 50_003 })
  })

  test('acks again what comes again and commits it once', async () => {
    const { log, acks, receiver } = startReceiving()
    const [one] = await batches(3)
    if (one === undefined) throw new Error('no batch')
    receiver.batch(one)
    receiver.batch(one)
    await atRest()
    expect(acks.map(({ seq }) => seq)).toEqual([50_003, 50_003])
    expect(log.applied()).toHaveLength(3)
  })

  test('refuses once and takes nothing behind what it refused', async () => {
    const { log, acks, failures, receiver } = startReceiving()
    const [one, two, three] = await batches(9)
    if (one === undefined || two === undefined || three === undefined) throw new Error('no batch')
    receiver.batch(one)
    receiver.batch(three)
    receiver.batch(two)
    await atRest()
    receiver.batch(two)
    await atRest()
    expect(failures).toHaveLength(1)
    expect(failures[0]).toMatchObject({ code: 'STREAM_GAP' })
    expect(acks).toHaveLength(1)
    expect(log.applied()).toHaveLength(3)
  })

  test('reports a commit that failed and acks nothing of it', async () => {
    const { acks, failures, receiver } = startReceiving({
      commit: () => Promise.reject(new Error('disk full')),
    })
    for (const batch of await batches(6)) receiver.batch(batch)
    await atRest()
    expect(failures).toEqual([new Error('disk full')])
    expect(acks).toEqual([])
  })

  test('stopped amid a commit, it acks nothing more', async () => {
    const commit = Promise.withResolvers<Mark>()
    const { acks, receiver } = startReceiving({ commit: () => commit.promise })
    for (const batch of await batches(6)) receiver.batch(batch)
    await atRest()
    receiver.stop()
    commit.resolve({ epoch: 1, seq: 3, hash: 'x' })
    await atRest()
    expect(acks).toEqual([])
  })
})
