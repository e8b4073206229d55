import type { IncomingHttpHeaders, RequestListener, Server } from 'node:http'
import type { Database } from 'better-sqlite3'

/**
 * Everything that is not computation: time, chance, the network, files, the log. Composition roots pass one World
 * down; nothing else touches these, so that a simulator can be the world. A test keeps that rule.
 */
export interface World {
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly sockets: Sockets
  readonly files: Files
  readonly log: Log
}

export interface Clock {
  /** Wall-clock milliseconds since 1970 UTC. May jump; never used to order events. */
  now(): number
  /** Milliseconds that only grow, from any start. For durations. */
  monotonicMs(): number
}

export type Cancel = () => void

export interface Timers {
  /** Runs once after `ms`. */
  after(ms: number, run: () => void): Cancel
  /** Runs after the current input has been handled: the point where a group commit gathers. */
  soon(run: () => void): Cancel
}

export interface Random {
  bytes(count: number): Uint8Array
  /** Uniform in [0, 1). Not for secrets. */
  fraction(): number
}

/** One side of a message connection. Handlers are set once, before the next turn of the event loop. */
export interface Wire {
  send(message: string): void
  /** Says goodbye with a WebSocket close code and a reason of at most 123 bytes. */
  close(code: number, reason: string): void
  /** Drops the connection without a word. */
  terminate(): void
  listen(handlers: WireHandlers): void
}

export interface WireHandlers {
  open(): void
  message(text: string): void
  /** Called once, whichever side closed; `code` is a WebSocket close code (1006: dropped). */
  closed(code: number, reason: string): void
}

export interface Sockets {
  /** Opens a WebSocket; failure arrives as `closed`. */
  connect(url: string, options: { maxPayload: number; handshakeTimeoutMs: number }): Wire
  fetch(url: string, init?: RequestInit): Promise<Response>
  /** Left out: connections leave directly, and that can't be changed here. */
  readonly proxy?: ProxySwitch
  /**
   * Listens for HTTP requests and WebSockets. Rejects with the system's error when the port can't be had.
   * @param options.port 0: any free port
   */
  listen(options: {
    readonly host: string
    readonly port: number
    readonly webSockets: WebSocketLimits | null
  }): Promise<HttpPort>
}

/** By which proxy connections to https and wss addresses leave this process; those to itself never do. */
export interface ProxySwitch {
  use(route: ProxyRoute): void
  /** The proxy's address without name and password; null: none. */
  shown(): string | null
  /** Why the proxy that is set can't be used, so that connections leave directly; null: it can, or none is set. */
  unusable(): string | null
  /** Whence the proxy's name and password are; null: none are given. */
  credentials(): ProxyCredentials | null
}

/** `from`: a file's path, or the name of a variable; `isRead`: that could be read. */
export interface ProxyCredentials {
  readonly from: string
  readonly isRead: boolean
}

/** `environment`: what HTTPS_PROXY and NO_PROXY say. */
export type ProxyRoute =
  | 'environment'
  | 'direct'
  | {
      readonly url: string
      readonly user?: string | undefined
      readonly password?: string | undefined
      readonly credentials?: ProxyCredentials | null
    }

/** What one WebSocket message may be, for a port that takes them. */
export interface WebSocketLimits {
  readonly maxPayload: number
  readonly maxFragments: number
}

/** A port. It listens before the parts behind it are built, so all of them can be told its address. */
export interface HttpPort extends AsyncDisposable {
  readonly host: string
  readonly port: number
  readonly url: string
  /** For a web framework that wants Node's server. */
  readonly server: Server
  /** Hands over the requests that arrived so far, and every later one. */
  serve(handlers: PortHandlers): void
}

export interface PortHandlers {
  readonly request: RequestListener
  /** What takes the connection that a WebSocket request asks for; null: it is refused without an answer. */
  upgrade(asked: UpgradeRequest): ((wire: Wire) => void) | null
}

export interface UpgradeRequest {
  /** Without its query. */
  readonly path: string
  /** Set by browsers only. */
  readonly origin: string | null
  /** The other side's address. */
  readonly address: string
  readonly headers: IncomingHttpHeaders
}

export interface Files {
  readText(path: string): string | null
  /** Replaces the file at once or not at all; readable by its owner only (mode 0600), or by its group as well (0640). */
  writePrivate(path: string, text: string, readers?: 'owner' | 'group'): void
  remove(path: string): void
  ensureFolder(path: string): void
  /** The names of what is in a folder; none when it is missing. */
  list(folder: string): readonly string[]
  /** Renames an SQLite file with what belongs to it; nothing happens when there is none. */
  move(from: string, to: string): void
  /** Removes an SQLite file with what belongs to it. */
  removeDatabase(path: string): void
  /** Takes everything out of a file and leaves the file itself, with the locks that other programs hold on it. */
  empty(path: string): void
  /** The path with its links followed; of what does not exist, the folder’s. Two names of one file have one real path. */
  realPath(path: string): string
  sizeOf(path: string): number | null
  /** Writes a file of `bytes` zeros; false, and no file, when the disk has no room for it. */
  reserve(path: string, bytes: number): boolean
  /** A file's identity on its disk, so that one unlinked while open is noticed; null when it is gone. */
  identity(path: string): string | null
  /** Opens a file to be read piece by piece, whatever is in it; null when the file is missing. */
  openBytes(path: string): FileBytes | null
  /** Opens an SQLite file. `readOnly`: the file must exist and is never written, created or locked for long. */
  database(path: string, options: { readOnly: boolean }): Database
}

/** A file's bytes as its disk gives them. */
export interface FileBytes extends Disposable {
  readonly size: number
  /** At most `length` bytes; null where the disk can't read them. */
  read(at: number, length: number): Uint8Array | null
}

/** `usual`: as the log was opened. */
type LogLevel = 'debug' | 'info' | 'usual'

type LogFacts = Readonly<Record<string, unknown>>
export interface Log {
  debug(facts: LogFacts, message: string): void
  info(facts: LogFacts, message: string): void
  warn(facts: LogFacts, message: string): void
  error(facts: LogFacts, message: string): void
  child(facts: LogFacts): Log
  /** How much is written from now on, by those that were made by `child` as well. Left out: that can't be set here. */
  setLevel?(level: LogLevel): void
}

/** A random id of lower-case letters and digits: `dev_3k9…`. 20 characters hold 103 bits. */
export function randomId(random: Random, prefix: string, length = 20): string {
  const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz'
  let id = ''
  while (id.length < length)
    for (const byte of random.bytes(length * 2))
      if (byte < 252 && id.length < length) id += alphabet[byte % 36] ?? ''
  return `${prefix}_${id}`
}
