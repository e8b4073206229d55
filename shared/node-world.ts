import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import SQLite from 'better-sqlite3'
import { pino } from 'pino'
import { WebSocket } from 'ws'
import { maskJsonText } from './card-numbers/mask-texts.ts'
import { firstCause } from './errors.ts'
import { databaseMove, syncFolder } from './node-move.ts'
import { listenOnPort } from './node-port.ts'
import { nodeProxy, proxyAgent, proxyOfStart } from './node-proxy.ts'
import { wireOf } from './node-wire.ts'
import type { Files, Log, Sockets, World } from './world.ts'

/** The real world: Node's clock, timers, network and disk. Only composition roots import this file. */
export function nodeWorld(options: { log: Log }): World {
  proxyOfStart(options.log)
  return {
    clock: { now: () => Date.now(), monotonicMs: () => performance.now() },
    timers: {
      after(ms, run) {
        const timer = setTimeout(run, ms)
        return () => clearTimeout(timer)
      },
      soon(run) {
        const turn = setImmediate(run)
        return () => clearImmediate(turn)
      },
    },
    random: { bytes: count => randomBytes(count), fraction: () => Math.random() },
    sockets: nodeSockets,
    files: nodeFiles,
    log: options.log,
  }
}

/** As pino numbers them. */
const LEVELS = { debug: 20, info: 30, warn: 40, error: 50 } as const

/**
 * One JSON line an entry on stderr, so that stdout stays for a command's own result. Secrets are cut by key, card numbers masked.
 * @param file where a program without a terminal logs instead
 */
export function jsonLog(level: string, base: Readonly<Record<string, unknown>>, file?: string): Log {
  const paths = ['accessToken', 'password', 'privateKey', 'secret', 'token', 'code', 'authorization']
  const root = pino(
    {
      level,
      base,
      serializers: { error: loggedError },
      hooks: { streamWrite: line => `${maskJsonText(line.trimEnd())}\n` },
      redact: {
        paths: paths.flatMap(path => [path, `*.${path}`].filter(p => p !== 'code')),
        censor: '[secret]',
      },
    },
    pino.destination(file === undefined ? { fd: 2, sync: true } : { dest: file, mkdir: true, sync: true }),
  )
  const usual = root.levelVal
  const least = { now: usual }
  root.level = root.levelVal > LEVELS.debug ? 'debug' : level // what is written is decided below
  return levelledLog(root, least, level => {
    least.now = level === 'usual' ? usual : LEVELS[level]
  })
}

/** Children of pino keep the level that they were made with: these follow the one of the whole log. */
function levelledLog(
  to: pino.Logger,
  least: { readonly now: number },
  setLevel: NonNullable<Log['setLevel']>,
): Log {
  const isWritten = (level: 'debug' | 'info' | 'warn' | 'error') => LEVELS[level] >= least.now
  return {
    debug: (facts, message) => void (isWritten('debug') && to.debug(facts, message)),
    info: (facts, message) => void (isWritten('info') && to.info(facts, message)),
    warn: (facts, message) => void (isWritten('warn') && to.warn(facts, message)),
    error: (facts, message) => void (isWritten('error') && to.error(facts, message)),
    child: facts => levelledLog(to.child(facts), least, setLevel),
    setLevel,
  }
}

/** An error with its stack and causes. Its code under another name: `code` one level down is cut as a secret. */
function loggedError(thrown: unknown): unknown {
  const error = firstCause(thrown)
  if (!(error instanceof Error)) return error
  return { ...pino.stdSerializers.errWithCause(error), errorCode: 'code' in error ? error.code : undefined }
}

const nodeSockets: Sockets = {
  connect(url, { maxPayload, handshakeTimeoutMs }) {
    const agent = proxyAgent(new URL(url))
    const socket = new WebSocket(url, {
      ...(agent === undefined ? {} : { agent }),
      maxPayload,
      handshakeTimeout: handshakeTimeoutMs,
      perMessageDeflate: false,
      followRedirects: false,
    })
    return wireOf(socket)
  },
  fetch: (url, init) => fetch(url, init),
  proxy: nodeProxy,
  listen: listenOnPort,
}

const nodeFiles: Files = {
  readText: path => (existsSync(path) ? readFileSync(path, 'utf8') : null),
  writePrivate(path, text, readers = 'owner') {
    const fresh = `${path}.new`
    rmSync(fresh, { force: true }) // one that a crash left may be open to others
    const file = openSync(fresh, 'wx', 0o600)
    try {
      if (readers === 'group') fchmodSync(file, 0o640) // the umask would take it from what `open` is told
      writeFileSync(file, text) // all of it or an error; writeSync writes what fits and reports nothing
      fsyncSync(file)
    } catch (error) {
      rmSync(fresh, { force: true })
      throw error
    } finally {
      closeSync(file)
    }
    renameSync(fresh, path)
    syncFolder(dirname(path))
  },
  remove: path => rmSync(path, { force: true }),
  list: folder => (existsSync(folder) ? readdirSync(folder) : []),
  ensureFolder: path => void mkdirSync(path, { recursive: true, mode: 0o700 }),
  move(from, to) {
    for (const step of databaseMove(from, to)) step()
  },
  removeDatabase(path) {
    for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true })
  },
  empty: path => truncateSync(path),
  realPath,
  sizeOf: path => statSync(path, { throwIfNoEntry: false })?.size ?? null,
  reserve(path, bytes) {
    try {
      writeFileSync(path, new Uint8Array(bytes), { mode: 0o600 })
      return true
    } catch (error) {
      rmSync(path, { force: true })
      if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false
      throw error
    }
  },
  identity(path) {
    const found = statSync(path, { throwIfNoEntry: false })
    return found === undefined ? null : `${found.dev}:${found.ino}`
  },
  openBytes(path) {
    if (!existsSync(path)) return null
    const handle = openSync(path, 'r')
    return {
      size: fstatSync(handle).size,
      read(at, length) {
        const bytes = new Uint8Array(length)
        try {
          return bytes.subarray(0, readSync(handle, bytes, 0, length, at))
        } catch (error) {
          if (error instanceof Error && 'code' in error && error.code === 'EIO') return null
          throw error
        }
      },
      [Symbol.dispose]: () => closeSync(handle),
    }
  },
  database(path, { readOnly }) {
    if (readOnly) return new SQLite(path, { readonly: true, fileMustExist: true, timeout: 250 })
    createPrivate(path)
    return new SQLite(path, { timeout: 5_000 })
  },
}

function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path)
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true)
    return realPath(resolve(dirname(path), readlinkSync(path)))
  const folder = dirname(resolve(path))
  return join(existsSync(folder) ? realpathSync(folder) : folder, basename(path))
}

/** SQLite gives a new file, and its log, what the umask leaves; this makes them their owner's alone. */
function createPrivate(path: string): void {
  if (path === ':memory:' || existsSync(path)) return
  try {
    closeSync(openSync(path, 'a', 0o600))
  } catch {
    // a folder that takes no files: SQLite meets it next, and its code is what callers judge by
  }
}
