import { doubledMs } from '../../../shared/back-off.ts'
import type { Cancel, World } from '../../../shared/world.ts'
import { FromAgent, type ToAgent } from './process-messages.ts'

const RESTART = { firstMs: 1_000, longestMs: 60_000 }
/** An agent that ran so long was fine: when it ends, the next start comes soon. */
const HEALTHY_MS = 60_000
/** How long the agent may take to write down what it holds before it is ended. */
const STOP_MS = 10_000

/** Another process of this app (Electron's UtilityProcess). */
export interface UtilityChild<Port> {
  on(event: 'message', run: (message: unknown) => void): unknown
  on(event: 'exit', run: (code: number) => void): unknown
  postMessage(message: unknown, ports?: Port[]): void
  /** Undefined before it has started and once it has ended. */
  readonly pid: number | undefined
}

/** Two ends of a line between processes (Electron's MessageChannelMain). */
export interface PortPair<Port> {
  readonly port1: Port
  readonly port2: Port
}

export type StandaloneState =
  | { readonly is: 'stopped' }
  | { readonly is: 'starting' }
  | { readonly is: 'running' }
  /** It ended; `inMs` until the next start. */
  | { readonly is: 'restarting'; readonly inMs: number; readonly why: string }

export interface StandaloneAgent {
  state(): StandaloneState
  /** Starts it now, also when it waits for its next start. Does nothing while it runs. */
  start(): void
  /** Resolves once it has ended; a device host with it. */
  stop(): Promise<void>
}

/**
 * Keeps an agent running in a process of its own, for tills without a service. One that ends is started again, ever more
 * slowly while it keeps ending; its device hosts are started for it here and end with it.
 */
export function keepStandaloneAgent<Port>(parts: {
  world: Pick<World, 'timers' | 'log'>
  forkAgent(): UtilityChild<Port>
  forkDeviceHost(): UtilityChild<Port>
  channel(): PortPair<Port>
  /** Ends a process whatever it is doing: a driver that hangs ignores everything else. */
  endNow(pid: number): void
  changed(state: StandaloneState): void
}): StandaloneAgent {
  const { timers, log } = parts.world
  let state: StandaloneState = { is: 'stopped' }
  let child: UtilityChild<Port> | null = null
  let failures = 0
  let why = ''
  let cancelRestart: Cancel = () => {}
  let cancelHealthy: Cancel = () => {}
  let ended = Promise.resolve()
  let isStopping = false
  const hosts = new Map<number, UtilityChild<Port>>()

  function become(next: StandaloneState): void {
    state = next
    parts.changed(state)
  }
  function launchHost(agent: UtilityChild<Port>, id: number): void {
    const host = parts.forkDeviceHost()
    const { port1, port2 } = parts.channel()
    hosts.set(id, host)
    host.postMessage({ kind: 'parent' }, [port1])
    tell(agent, { kind: 'host-launched', host: id }, [port2])
    host.on('exit', code => {
      hosts.delete(id)
      if (child === agent) tell(agent, { kind: 'host-ended', host: id, why: `exit code ${code}` })
    })
  }
  function end(which: UtilityChild<Port> | undefined): void {
    if (which?.pid !== undefined) parts.endNow(which.pid)
  }
  function take(agent: UtilityChild<Port>, raw: unknown): void {
    const message = FromAgent.parse(raw)
    if (message.kind === 'ready') become({ is: 'running' })
    else if (message.kind === 'failed') why = message.sentence
    else if (message.kind === 'launch-host') launchHost(agent, message.host)
    else end(hosts.get(message.host))
  }
  function start(): void {
    if (child !== null) return
    cancelRestart()
    const agent = parts.forkAgent()
    const over = Promise.withResolvers<void>()
    child = agent
    why = ''
    isStopping = false
    ended = over.promise
    become({ is: 'starting' })
    cancelHealthy = timers.after(HEALTHY_MS, () => {
      failures = 0
    })
    agent.on('message', raw => take(agent, raw))
    agent.on('exit', code => {
      child = null
      cancelHealthy()
      for (const host of hosts.values()) end(host)
      if (isStopping) become({ is: 'stopped' })
      else restartLater(why === '' ? `exit code ${code}` : why)
      over.resolve()
    })
  }
  function restartLater(because: string): void {
    const inMs = doubledMs(failures, RESTART)
    failures += 1
    log.error({ why: because, inMs }, 'the agent ended and is started again')
    cancelRestart = timers.after(inMs, start)
    become({ is: 'restarting', inMs, why: because })
  }
  return {
    state: () => state,
    start,
    async stop() {
      isStopping = true
      cancelRestart()
      const agent = child
      if (agent === null) return become({ is: 'stopped' })
      tell(agent, { kind: 'stop' })
      const cancel = timers.after(STOP_MS, () => end(agent))
      await ended
      cancel()
    },
  }
}

function tell<Port>(agent: UtilityChild<Port>, message: ToAgent, ports?: Port[]): void {
  agent.postMessage(message, ports)
}
