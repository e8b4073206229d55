import { describe, expect, test } from 'vitest'
import type { PeripheralSays } from '../../agent/peripherals/driver.ts'
import type { HostLink, HostLinkHandlers } from '../../agent/peripherals/host/host-link.ts'
import { FromHost, MAX_PRINT_BYTES, ToHost } from '../../agent/peripherals/host/protocol.ts'
import { superviseHost } from '../../agent/peripherals/host/supervisor.ts'
import { manualWorld, turns } from '../manual-world.ts'
import { peripheralConfig, peripheralName } from './real-till.ts'

const counter = peripheralName('counter')

function supervised() {
  const world = manualWorld()
  const hosts: { sent: ToHost[]; handlers: HostLinkHandlers | null; killed: boolean; startedAt: number }[] =
    []
  const said: PeripheralSays[] = []
  let isStartable = true
  const launch = (): HostLink => {
    if (!isStartable) throw new Error('no memory')
    const host: (typeof hosts)[number] = {
      sent: [],
      handlers: null,
      killed: false,
      startedAt: world.clock.monotonicMs(),
    }
    hosts.push(host)
    return {
      send: message => void host.sent.push(ToHost.parse(message)),
      kill() {
        host.killed = true
      },
      listen(handlers) {
        host.handlers = handlers
      },
    }
  }
  const supervisor = superviseHost({
    world,
    launch,
    peripherals: [peripheralConfig('counter', 'serial-scanner', { path: 'COM3' })],
    said: (_peripheral, what) => void said.push(what),
  })
  const newest = () => {
    const host = hosts.at(-1)
    if (host === undefined) throw new Error('no host')
    return host
  }
  return {
    world,
    hosts,
    said,
    supervisor,
    newest,
    startable(is: boolean) {
      isStartable = is
    },
    says: (n: number, what: PeripheralSays) =>
      newest().handlers?.message(FromHost.parse({ is: 'said', n, peripheral: counter, what })),
    is: (is: PeripheralSays['is']) => said.filter(what => what.is === is),
  }
}

describe('the heartbeat', () => {
  test('a host that answers is left alone', async () => {
    const one = supervised()
    for (let second = 0; second < 60; second += 1) {
      await one.world.advance(1_000)
      one.newest().handlers?.message({ is: 'pong' })
    }
    expect(one.hosts).toHaveLength(1)
    expect(one.newest().sent.filter(({ is }) => is === 'ping')).toHaveLength(60)
    expect(one.newest().killed).toBe(false)
  })
  test('one that is silent for ten seconds is killed, its peripherals gone, and started again', async () => {
    const one = supervised()
    one.newest().handlers?.message({ is: 'pong' })
    await one.world.advance(10_500)
    expect(one.newest().killed).toBe(false)
    await one.world.advance(500)
    expect(one.newest().killed).toBe(true)
    one.newest().handlers?.ended('signal SIGKILL')
    expect(one.said).toEqual([
      {
        is: 'gone',
        code: 'DEVICE_HOST_ENDED',
        sentence: expect.stringContaining('did not answer for 10 seconds'),
      },
    ])
    await one.world.advance(1_000)
    expect(one.hosts).toHaveLength(2)
    expect(one.newest().sent[0]).toMatchObject({ is: 'configure', peripherals: [{ peripheral: 'counter' }] })
  })
  test('one that starts has a minute for its first answer', async () => {
    const one = supervised()
    await one.world.advance(60_500)
    expect(one.newest().killed).toBe(false)
    await one.world.advance(500)
    expect(one.newest().killed).toBe(true)
  })
  test('one that not even SIGKILL ends is left behind, and what it says later is not heard', async () => {
    const one = supervised()
    one.newest().handlers?.message({ is: 'pong' })
    await one.world.advance(11_000 + 2_000)
    expect(one.is('gone')).toHaveLength(1)
    await one.world.advance(1_000)
    expect(one.hosts).toHaveLength(2)
    one.hosts[0]?.handlers?.message({ is: 'said', n: 0, peripheral: counter, what: { is: 'connected' } })
    one.hosts[0]?.handlers?.ended('at last')
    expect(one.is('connected')).toEqual([])
    expect(one.is('gone')).toHaveLength(1)
  })
})

describe('starting again', () => {
  test('1 s, 2 s, 4 s … 30 s; from 1 s again after a minute of work', async () => {
    const one = supervised()
    const waits: number[] = []
    for (let i = 0; i < 8; i += 1) {
      const [count, endedAt] = [one.hosts.length, one.world.clock.monotonicMs()]
      one.newest().handlers?.ended('exit code 1')
      while (one.hosts.length === count) await one.world.advance(500)
      waits.push(one.newest().startedAt - endedAt)
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
    for (let second = 0; second < 61; second += 1) {
      one.newest().handlers?.message({ is: 'pong' })
      await one.world.advance(1_000)
    }
    one.newest().handlers?.ended('exit code 1')
    const endedAt = one.world.clock.monotonicMs()
    await one.world.advance(1_000)
    expect(one.newest().startedAt - endedAt).toBe(1_000)
  })
  test('a host that can not even be started is tried again', async () => {
    const one = supervised()
    one.startable(false)
    one.newest().handlers?.ended('signal SIGABRT')
    await one.world.advance(3_500)
    one.startable(true)
    await one.world.advance(4_000)
    expect(one.hosts).toHaveLength(2)
    expect(one.is('gone').at(-1)).toMatchObject({ sentence: expect.stringContaining('no memory') })
  })
})

describe('orders', () => {
  const job = { is: 'print', job: 'j1', bytes: Uint8Array.of(1) } as const
  test('a job in flight may be on paper, one to a dead host is refused', async () => {
    const one = supervised()
    one.supervisor.order(counter, job)
    one.newest().handlers?.ended('signal SIGSEGV')
    one.supervisor.order(counter, { ...job, job: 'j2' })
    expect(one.is('print-ended')).toEqual([
      { is: 'print-ended', job: 'j1', outcome: 'maybe', sentence: expect.any(String) },
      {
        is: 'print-ended',
        job: 'j2',
        outcome: 'failed',
        sentence: expect.stringContaining('Print once more'),
      },
    ])
  })
  test('a job that ended is not told twice', () => {
    const one = supervised()
    one.supervisor.order(counter, job)
    one.says(0, { is: 'print-ended', job: 'j1', outcome: 'printed', sentence: 'Printed.' })
    one.newest().handlers?.ended('signal SIGSEGV')
    expect(one.is('print-ended')).toHaveLength(1)
  })
  test('one of more than 4 MiB never leaves', () => {
    const one = supervised()
    one.supervisor.order(counter, { ...job, bytes: new Uint8Array(MAX_PRINT_BYTES + 1) })
    expect(one.is('print-ended')).toMatchObject([{ outcome: 'failed' }])
    expect(one.newest().sent.map(({ is }) => is)).toEqual(['configure'])
  })
})

test('what can not be read is left out, and the host goes on', async () => {
  const one = supervised()
  for (const raw of [
    null,
    5,
    { is: 'said' },
    { is: 'said', n: 0, peripheral: '../x', what: { is: 'connected' } },
  ])
    one.newest().handlers?.message(raw)
  one.says(1, { is: 'connected' })
  await turns()
  expect(one.said).toEqual([{ is: 'connected' }])
  expect(one.newest().sent.at(-1)).toEqual({ is: 'took', n: 1 })
})

test('closing asks, waits, and kills what does not end', async () => {
  const one = supervised()
  const closing = one.supervisor[Symbol.asyncDispose]()
  expect(one.newest().sent.at(-1)).toEqual({ is: 'close' })
  await one.world.advance(2_500)
  await closing
  expect(one.newest().killed).toBe(true)
  await one.world.advance(60_000)
  expect(one.hosts).toHaveLength(1)
})
