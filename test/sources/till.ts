import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { configured } from '../../agent/sources/configured.ts'
import { databaseKinds } from '../../agent/sources/kinds.ts'
import type { OpenSource, SourceMemory, SourceParts } from '../../agent/sources/source.ts'
import type { AgentEvent } from '../../shared/events.ts'
import { SourceId } from '../../shared/ids.ts'
import type { Clock, Log } from '../../shared/world.ts'
import { stores } from '../sandbox/catalogue.ts'
import { openPos, type Pos } from '../sandbox/pos/pos.ts'
import { TestMemory } from './memory.ts'

export class ManualClock implements Clock {
  #ms = Date.parse('2026-11-25T12:00:00Z')
  now = (): number => this.#ms
  monotonicMs = (): number => this.#ms
  pass(ms: number): void {
    this.#ms += ms
  }
}

export interface LogLine {
  readonly level: string
  readonly facts: Readonly<Record<string, unknown>>
  readonly message: string
}

export function listeningLog(lines: LogLine[] = []): Log {
  const at = (level: string) => (facts: LogLine['facts'], message: string) => {
    lines.push({ level, facts, message })
  }
  const log: Log = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => log,
  }
  return log
}

/** A folder that goes with the test. */
export function tempFolder(): { path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'tillbridge-pos-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

export const harbour = stores.find(store => store.code === 'HAR') ?? failed('the catalogue has no HAR')
export const source = SourceId.parse('pos')

function failed(reason: string): never {
  throw new Error(reason)
}

export const settingsFor = (file: string) => ({
  file,
  warehouse: harbour.posWarehouse,
  currency: 'EUR',
  zone: 'Europe/Berlin',
})

export function partsFor(memory: SourceMemory, clock: Clock, log: Log = listeningLog()): SourceParts {
  return {
    source,
    memory,
    clock,
    log,
    openReadOnly: file => new SQLite(file, { readonly: true, fileMustExist: true, timeout: 250 }),
    identity(file) {
      const found = statSync(file, { throwIfNoEntry: false })
      return found === undefined ? null : `${found.dev}:${found.ino}`
    },
    readText: file => (existsSync(file) ? readFileSync(file, 'utf8') : null),
  }
}

/** A sandbox POS, a reader beside it, and a clock that only the test moves. */
export class Till implements Disposable {
  readonly folder = tempFolder()
  readonly file = join(this.folder.path, 'pos.db')
  readonly clock = new ManualClock()
  readonly logged: LogLine[] = []
  readonly pos: Pos
  memory = new TestMemory()
  #reader: OpenSource | null = null
  #settings: Record<string, unknown>

  /** `copyOf`: a POS database to begin with. */
  constructor(settings: Record<string, unknown> = {}, copyOf: string | null = null) {
    let ids = copyOf === null ? 0 : 1_000_000
    if (copyOf !== null) copyFileSync(copyOf, this.file)
    this.pos = openPos(this.file, harbour, {
      now: () => new Date(this.clock.now()),
      // Scattered like the POS's own, and the same in every run.
      newId: () => `${((++ids * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0')}-${ids}`,
    })
    this.pos.db.pragma('synchronous = OFF')
    this.#settings = { ...settingsFor(this.file), ...settings }
  }

  /** What the reader has told since the last time this was asked. */
  async news(): Promise<AgentEvent[]> {
    const before = this.memory.events.length
    await this.poll()
    return this.memory.events.slice(before)
  }

  /** One poll: steps until the source has nothing more to do at once. */
  async poll(): Promise<void> {
    this.#reader ??= await this.open()
    for (let steps = 0; steps < 10_000; steps += 1) if ((await this.#reader.read()) !== 'more') return
    throw new Error('the source never came to rest')
  }

  /** Polls long enough for two whole rounds of the full scan. */
  async round(): Promise<void> {
    for (let polls = 0; polls < 120; polls += 1) {
      this.clock.pass(250)
      await this.poll()
    }
  }

  open(settings: Record<string, unknown> = {}, memory: SourceMemory = this.memory): Promise<OpenSource> {
    const start = configured(
      { source, kind: 'unicenta', settings: { ...this.#settings, ...settings } },
      databaseKinds,
    )
    return start(partsFor(memory, this.clock, listeningLog(this.logged)))
  }

  /** The agent starts again, with the memory as it is or as it once was, and with other settings. */
  restart(memory: TestMemory = this.memory, settings: Record<string, unknown> = {}): void {
    this.#reader?.close()
    this.#reader = null
    this.memory = memory
    this.#settings = { ...this.#settings, ...settings }
  }

  sql(text: string, ...params: readonly unknown[]): void {
    this.pos.db.prepare(text).run(...params)
  }

  [Symbol.dispose](): void {
    this.#reader?.close()
    this.pos.close()
    this.folder[Symbol.dispose]()
  }
}

/** The events of one kind. */
export function only<Kind extends AgentEvent['kind']>(
  kind: Kind,
  events: readonly AgentEvent[],
): Extract<AgentEvent, { kind: Kind }>[] {
  return events.filter((event): event is Extract<AgentEvent, { kind: Kind }> => event.kind === kind)
}

export const kindsOf = (events: readonly AgentEvent[]): string[] => events.map(event => event.kind)
