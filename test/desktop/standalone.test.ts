import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { hostsOfApp } from '../../agent/electron/standalone/hosts-of-app.ts'
import { keepStandaloneAgent, type StandaloneState } from '../../agent/electron/standalone/keep-agent.ts'
import type { ToHost } from '../../agent/peripherals/host/protocol.ts'
import { manualWorld } from '../manual-world.ts'
import { FakeChild } from './fake-electron.ts'

function standalone() {
  const world = manualWorld()
  const agents: FakeChild[] = []
  const hosts: FakeChild[] = []
  const ended: number[] = []
  const states: StandaloneState[] = []
  const fork = (list: FakeChild[], first: number) => () => {
    const child = new FakeChild(first + list.length)
    list.push(child)
    return child
  }
  const agent = keepStandaloneAgent<string>({
    world,
    forkAgent: fork(agents, 100),
    forkDeviceHost: fork(hosts, 200),
    channel: () => ({ port1: 'to the host', port2: 'to the agent' }),
    endNow: pid => ended.push(pid),
    changed: state => states.push(state),
  })
  return { world, agent, agents, hosts, ended, states }
}

test('the agent runs in a process of its own, and starting it twice starts it once', () => {
  const { agent, agents, states } = standalone()
  agent.start()
  agent.start()
  agents[0]?.emit('message', { kind: 'ready', url: 'http://127.0.0.1:1' })
  expect([agents.length, states]).toEqual([1, [{ is: 'starting' }, { is: 'running' }]])
})

test('an agent that ends is started again, ever more slowly, with the reason it gave', async () => {
  const { world, agent, agents, states } = standalone()
  agent.start()
  agents[0]?.emit('message', { kind: 'failed', code: 'CONFIG_INVALID', sentence: 'agent.json is wrong.' })
  agents[0]?.emit('exit', 1)
  expect(states.at(-1)).toEqual({ is: 'restarting', inMs: 1_000, why: 'agent.json is wrong.' })
  await world.advance(999)
  expect(agents).toHaveLength(1)
  await world.advance(1)
  expect(agents).toHaveLength(2)
  const waits = []
  for (let i = 1; i < 9; i += 1) {
    agents[i]?.emit('exit', 139)
    const state = agent.state()
    waits.push(state.is === 'restarting' ? [state.inMs, state.why] : [])
    await world.advance(60_000)
  }
  expect(waits.map(([ms]) => ms)).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000])
  expect(waits[0]?.[1]).toBe('exit code 139')
})

test('after a minute of running, the next start comes soon again', async () => {
  const { world, agent, agents } = standalone()
  agent.start()
  for (let i = 0; i < 3; i += 1) {
    agents[i]?.emit('exit', 1)
    await world.advance(4_000)
  }
  await world.advance(60_000)
  agents[3]?.emit('exit', 1)
  expect(agent.state()).toMatchObject({ inMs: 1_000 })
})

test('a user who presses start does not wait for the next start', async () => {
  const { world, agent, agents } = standalone()
  agent.start()
  agents[0]?.emit('exit', 1)
  agent.start()
  expect(agents).toHaveLength(2)
  await world.advance(1_000)
  expect(agents).toHaveLength(2)
})

test('it is stopped in order, and ended when it does not stop', async () => {
  const { world, agent, agents, ended, states } = standalone()
  agent.start()
  const stopped = agent.stop()
  expect(agents[0]?.sent).toEqual([{ message: { kind: 'stop' }, ports: [] }])
  await world.advance(9_999)
  expect(ended).toEqual([])
  await world.advance(1)
  expect(ended).toEqual([100])
  agents[0]?.emit('exit', 9)
  await stopped
  await world.advance(600_000)
  expect([agents.length, states.at(-1)]).toEqual([1, { is: 'stopped' }])
})

test('stopping while it waits for its next start ends that wait', async () => {
  const { world, agent, agents } = standalone()
  agent.start()
  agents[0]?.emit('exit', 1)
  await agent.stop()
  await world.advance(600_000)
  expect([agents.length, agent.state()]).toEqual([1, { is: 'stopped' }])
})

test('device hosts are started for the agent, tied to it by a line, and ended with it', () => {
  const { agent, agents, hosts, ended } = standalone()
  agent.start()
  agents[0]?.emit('message', { kind: 'launch-host', host: 7 })
  expect(hosts[0]?.sent).toEqual([{ message: { kind: 'parent' }, ports: ['to the host'] }])
  expect(agents[0]?.sent).toEqual([{ message: { kind: 'host-launched', host: 7 }, ports: ['to the agent'] }])
  agents[0]?.emit('message', { kind: 'kill-host', host: 7 })
  expect(ended).toEqual([200])
  hosts[0]?.emit('exit', 9)
  expect(agents[0]?.sent.at(-1)).toEqual({
    message: { kind: 'host-ended', host: 7, why: 'exit code 9' },
    ports: [],
  })
  agents[0]?.emit('message', { kind: 'launch-host', host: 8 })
  agents[0]?.emit('exit', 1)
  expect(ended).toEqual([200, 201])
})

test('the agent’s side: what is sent before the line is there waits for it, and the end is told once', () => {
  const app = Object.assign(new EventEmitter(), {
    posted: [] as unknown[],
    postMessage(one: unknown) {
      app.posted.push(one)
    },
  })
  const launch = hostsOfApp(app)
  const link = launch()
  const got: unknown[] = []
  const over: string[] = []
  link.listen({ message: raw => got.push(raw), ended: why => over.push(why) })
  const hello = { kind: 'stop' } as unknown as ToHost
  link.send(hello)
  const line = Object.assign(new EventEmitter(), {
    posted: [] as unknown[],
    started: false,
    postMessage(one: unknown) {
      line.posted.push(one)
    },
    start() {
      line.started = true
    },
  })
  app.emit('message', { data: { kind: 'host-launched', host: 1 }, ports: [line] })
  expect([line.posted, line.started]).toEqual([[hello], true])
  line.emit('message', { data: { t: 'ready' } })
  link.send(hello)
  link.kill()
  app.emit('message', { data: { kind: 'host-ended', host: 1, why: 'exit code 9' }, ports: [] })
  app.emit('message', { data: { kind: 'host-ended', host: 1, why: 'exit code 9' }, ports: [] })
  app.emit('message', { data: { kind: 'stop' }, ports: [] })
  expect([got, line.posted.length, over]).toEqual([[{ t: 'ready' }], 2, ['exit code 9']])
  expect(app.posted).toEqual([
    { kind: 'launch-host', host: 1 },
    { kind: 'kill-host', host: 1 },
  ])
})
