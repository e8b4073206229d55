import { createServer } from 'node:http'
import inject from 'light-my-request'
import type { HttpPort, PortHandlers, Sockets, Wire, WireHandlers } from '../../shared/world.ts'
import type { Chance } from './chance.ts'
import type { Trace } from './trace.ts'
import type { VirtualTime } from './virtual-time.ts'

/** What the program behind a socket is to the network. */
export interface Owner {
  step(): void
  /** Runs its code. */
  enter(run: () => void): void
  isAlive(): boolean
  onDeath(listener: () => void): void
}

/** Who acts on a machine without being a program that may die: a person, a POS, Shopify. */
export const bystander: Owner = {
  step() {},
  enter: run => run(),
  isAlive: () => true,
  onDeath() {},
}

/** How a machine is connected to the others. A machine reaches itself whatever its line is like. */
export interface Line {
  /** `cut`: nothing gets through, and both ends learn of it. `swallows`: nothing gets through, and no end is told. */
  state: 'good' | 'cut' | 'swallows'
  /** Added to every message. */
  slowMs: number
}

export interface Network {
  socketsOf(machine: string, owner: Owner): Sockets
  line(machine: string): Line
  /** Ends every connection of a machine now; what was on its way is lost. Gives how many there were. */
  cut(machine: string): number
  /** A machine loses its connections and the others are not told. Gives how many there were. */
  orphan(machine: string): number
  /** Ends every connection of a machine when its next frame has left and has not arrived. */
  cutInNextFrame(machine: string, whenCut: () => void): void
  /** A host that is not simulated by sockets: it takes requests as `fetch` makes them. */
  addHost(name: string, fetch: (url: string, init?: RequestInit) => Promise<Response>): void
  /** Sees every frame as it leaves. */
  watch(frame: (from: string, to: string, text: string) => void): void
  /** The next answers to a machine's requests are lost after they were carried out. */
  loseAnswers(machine: string, count: number): void
  readonly counts: { frames: number; framesLost: number; requests: number; answersLost: number }
}

interface Ear {
  readonly owner: Owner
  handlers: PortHandlers | null
}

/** Real latencies between shops and a data centre, ms. */
const LATENCY_MS = { least: 8, most: 60 }
const FAILS_MS = 500
/** After so long without a word Node's own fetch gives up. */
const SILENT_MS = 300_000

/** A network in memory. Messages of one connection arrive in order, each after its own latency. */
export function openNetwork(parts: { time: VirtualTime; trace: Trace; chance: Chance }): Network {
  const { time, trace, chance } = parts
  const ears = new Map<string, Ear>()
  const lines = new Map<string, Line>()
  const hosts = new Map<string, (url: string, init?: RequestInit) => Promise<Response>>()
  const pairs = new Map<string, Set<Pair>>()
  const answersToLose = new Map<string, number>()
  const watchers: ((from: string, to: string, text: string) => void)[] = []
  const watched = (from: string, to: string, text: string) => {
    for (const see of watchers) see(from, to, text)
    const whenCut = cutters.get(from)
    if (whenCut !== undefined) time.after(1, whenCut)
    cutters.delete(from)
  }
  const cutters = new Map<string, () => void>()
  const counts = { frames: 0, framesLost: 0, requests: 0, answersLost: 0 }

  const line = (machine: string): Line => {
    const known = lines.get(machine) ?? { state: 'good', slowMs: 0 }
    lines.set(machine, known)
    return known
  }
  const latency = (one: string, other: string): number =>
    one === other
      ? 1
      : chance.between(LATENCY_MS.least, LATENCY_MS.most) + line(one).slowMs + line(other).slowMs
  const isThrough = (one: string, other: string) =>
    one === other || (line(one).state === 'good' && line(other).state === 'good')
  const isSwallowed = (one: string, other: string) =>
    one !== other && [line(one), line(other)].some(each => each.state === 'swallows')

  function hostOf(url: URL, from: string): { machine: string; port: string } {
    const isOwn = url.hostname === '127.0.0.1' || url.hostname === 'localhost'
    const usual = /^(https|wss):$/.test(url.protocol) ? '443' : '80'
    return { machine: isOwn ? from : url.hostname, port: url.port === '' ? usual : url.port }
  }
  const earAt = (machine: string, port: string) => {
    const ear = ears.get(`${machine}:${port}`)
    return ear?.owner.isAlive() === true ? ear : undefined
  }

  function connect(from: string, owner: Owner, address: string): Wire {
    owner.step()
    const url = new URL(address)
    const { machine, port } = hostOf(url, from)
    const pair = openPair({
      time,
      trace,
      counts,
      from,
      to: machine,
      latency,
      isThrough,
      isSwallowed,
      watched,
    })
    for (const name of [from, machine]) pairs.set(name, (pairs.get(name) ?? new Set()).add(pair))
    owner.onDeath(() => pair.client.die())
    time.after(latency(from, machine), () => {
      const ear = earAt(machine, port)
      if (isSwallowed(from, machine)) return // the client gives up by its own clock
      const taker =
        ear?.handlers?.upgrade({
          path: url.pathname,
          origin: null,
          address: from,
          headers: { host: url.host },
        }) ?? null
      if (ear === undefined || taker === null || !isThrough(from, machine))
        return pair.client.drop('no answer')
      ear.owner.onDeath(() => pair.server.die())
      pair.client.open()
      ear.owner.enter(() => taker(pair.server.wire(ear.owner)))
    })
    return pair.client.wire(owner)
  }

  async function fetchFrom(
    from: string,
    owner: Owner,
    address: string,
    init: RequestInit,
  ): Promise<Response> {
    owner.step()
    counts.requests += 1
    const url = new URL(address)
    const { machine, port } = hostOf(url, from)
    const signal = init.signal ?? undefined
    const aborted = Promise.withResolvers<never>()
    const abort = () => aborted.reject(signal?.reason)
    signal?.addEventListener('abort', abort, { once: true })
    try {
      return await Promise.race([exchange(from, owner, { url, machine, port, init }), aborted.promise])
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  async function exchange(
    from: string,
    owner: Owner,
    { url, machine, port, init }: { url: URL; machine: string; port: string; init: RequestInit },
  ): Promise<Response> {
    await pass(latency(from, machine))
    if (isSwallowed(from, machine)) {
      await pass(SILENT_MS)
      throw new TypeError('fetch failed')
    }
    const host = hosts.get(machine)
    const ear = earAt(machine, port)
    const request = ear?.handlers?.request
    if (!isThrough(from, machine) || (host === undefined && request === undefined)) {
      await pass(FAILS_MS)
      throw new TypeError('fetch failed')
    }
    trace.note(time.elapsedMs(), from, `${init.method ?? 'GET'} ${url.href} ${bodyText(init.body)}`)
    const answer =
      host !== undefined
        ? await host(url.href, init)
        : await time.during(Promise.race([injected(request, url, init), deathOf(ear)]))
    const isLost = takeLoss(from) || !isThrough(from, machine) || (ear !== undefined && !ear.owner.isAlive())
    await pass(latency(machine, from))
    if (!owner.isAlive()) return new Promise(() => undefined)
    if (isLost) {
      counts.answersLost += 1
      trace.note(time.elapsedMs(), from, `answer lost ${url.pathname}`)
      throw new TypeError('fetch failed')
    }
    trace.note(time.elapsedMs(), from, `answered ${answer.status} ${url.pathname}`)
    return answer
  }

  function deathOf(ear: Ear | undefined): Promise<never> {
    return new Promise((_, reject) => ear?.owner.onDeath(() => reject(new TypeError('fetch failed'))))
  }
  function takeLoss(machine: string): boolean {
    const left = answersToLose.get(machine) ?? 0
    if (left > 0) answersToLose.set(machine, left - 1)
    return left > 0
  }
  const pass = (ms: number) => new Promise<void>(resolve => void time.after(ms, resolve))

  let nextPort = 40_000
  async function listen(machine: string, owner: Owner, host: string, wanted: number): Promise<HttpPort> {
    owner.step()
    nextPort += wanted === 0 ? 1 : 0
    const port = wanted === 0 ? nextPort : wanted
    const key = `${machine}:${port}`
    if (earAt(machine, String(port)) !== undefined)
      throw Object.assign(new Error(`listen EADDRINUSE ${key}`), { code: 'EADDRINUSE' })
    const ear: Ear = { owner, handlers: null }
    ears.set(key, ear)
    return {
      host,
      port,
      url: `http://${host === '0.0.0.0' ? machine : host}:${port}`,
      server: createServer(),
      serve(handlers) {
        ear.handlers = handlers
      },
      async [Symbol.asyncDispose]() {
        if (ears.get(key) === ear) ears.delete(key)
      },
    }
  }

  return {
    counts,
    line,
    socketsOf: (machine, owner) => ({
      connect: url => connect(machine, owner, url),
      fetch: (url, init = {}) => fetchFrom(machine, owner, url, init),
      listen: ({ host, port }) => listen(machine, owner, host, port),
    }),
    cut(machine) {
      const open = [...(pairs.get(machine) ?? [])].filter(pair => pair.isOpen())
      for (const pair of open) {
        pair.client.drop('cut')
        pair.server.drop('cut')
      }
      pairs.set(machine, new Set())
      return open.length
    },
    orphan(machine) {
      const open = [...(pairs.get(machine) ?? [])].filter(pair => pair.isOpen() && pair.from === machine)
      for (const pair of open) pair.client.drop('lost')
      return open.length
    },
    watch: frame => void watchers.push(frame),
    cutInNextFrame: (machine, whenCut) => void cutters.set(machine, whenCut),
    addHost: (name, fetch) => void hosts.set(name, fetch),
    loseAnswers: (machine, count) => void answersToLose.set(machine, count),
  }
}

/** A request handed to a server's listener, and its answer as `fetch` gives it. */
async function injected(
  request: PortHandlers['request'] | undefined,
  url: URL,
  init: RequestInit,
): Promise<Response> {
  if (request === undefined) throw new TypeError('fetch failed')
  const { statusCode, headers, rawPayload } = await inject(request, {
    method: methodOf(init.method),
    url: url.pathname + url.search,
    headers: { host: url.host, ...Object.fromEntries(new Headers(init.headers)) },
    payload: bodyText(init.body),
  })
  const given = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  )
  const isEmpty = statusCode === 204 || statusCode === 304
  return new Response(isEmpty ? null : new Uint8Array(rawPayload), { status: statusCode, headers: given })
}

function methodOf(method: string | undefined): 'GET' | 'POST' | 'DELETE' {
  if (method === 'POST' || method === 'DELETE') return method
  return 'GET'
}

function bodyText(body: RequestInit['body']): string {
  return typeof body === 'string' ? body : ''
}

interface PairParts {
  readonly time: VirtualTime
  readonly trace: Trace
  readonly counts: Network['counts']
  readonly from: string
  readonly to: string
  latency(one: string, other: string): number
  isThrough(one: string, other: string): boolean
  isSwallowed(one: string, other: string): boolean
  watched(from: string, to: string, text: string): void
}

interface End {
  wire(owner: Owner): Wire
  open(): void
  /** The connection is gone for this end, and it learns so. */
  drop(why: string): void
  /** The program behind it died: the other end learns so when its line allows. */
  die(): void
}

interface Pair {
  readonly from: string
  readonly client: End
  readonly server: End
  isOpen(): boolean
}

/** One connection. */
function openPair(parts: PairParts): Pair {
  const client = openEnd(parts, parts.from, parts.to, () => server)
  const server = openEnd(parts, parts.to, parts.from, () => client)
  return { from: parts.from, client, server, isOpen: () => client.isOpen() || server.isOpen() }
}

function openEnd(parts: PairParts, own: string, peer: string, other: () => InnerEnd): InnerEnd {
  const { time, trace, counts } = parts
  let handlers: WireHandlers | null = null
  let owner: Owner | null = null
  let isOpen = true
  let arrivesAt = 0
  const early: (() => void)[] = []

  function deliver(run: (to: WireHandlers) => void): void {
    const now = () => {
      const to = handlers
      if (to !== null) owner?.enter(() => run(to))
    }
    if (handlers === null) early.push(now)
    else now()
  }
  function close(code: number, reason: string): void {
    if (!isOpen) return
    isOpen = false
    deliver(to => to.closed(code, reason))
  }
  /** Does something at the other end, after all that was sent before. Lost with the line. */
  function cross(at: (end: InnerEnd) => void, isFrame: boolean): void {
    arrivesAt = Math.max(arrivesAt, time.elapsedMs() + parts.latency(own, peer))
    time.after(arrivesAt - time.elapsedMs(), () => {
      if (isFrame) counts.frames += 1
      if (parts.isThrough(own, peer) && other().isOpen()) at(other())
      else if (isFrame) counts.framesLost += 1
    })
  }
  const end: InnerEnd = {
    isOpen: () => isOpen,
    open: () => deliver(to => to.open()),
    message: text => deliver(to => to.message(text)),
    close,
    drop: why => void time.after(1, () => close(1006, why)),
    die() {
      isOpen = false
      cross(to => to.close(1006, 'the other side ended'), false)
    },
    wire(by) {
      owner = by
      return {
        send(message) {
          if (!isOpen) return
          by.step()
          trace.note(time.elapsedMs(), own, `> ${peer} ${message}`)
          parts.watched(own, peer, message)
          cross(to => to.message(message), true)
        },
        close(code, reason) {
          if (!isOpen) return
          cross(to => to.close(code, reason), false)
          if (!parts.isSwallowed(own, peer)) time.after(2, () => close(code, reason))
        },
        terminate() {
          if (!isOpen) return
          cross(to => to.close(1006, 'terminated'), false)
          time.after(1, () => close(1006, 'terminated'))
        },
        listen(given) {
          handlers = given
          for (const run of early.splice(0)) run()
        },
      }
    },
  }
  return end
}

interface InnerEnd extends End {
  isOpen(): boolean
  message(text: string): void
  close(code: number, reason: string): void
}
