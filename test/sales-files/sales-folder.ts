import { configured } from '../../agent/sources/configured.ts'
import { salesFileKinds } from '../../agent/sources/kinds.ts'
import type { SalesFile, SalesFiles } from '../../agent/sources/sales-files/sales-files.ts'
import type { OpenSource, SourceParts } from '../../agent/sources/source.ts'
import type { AgentEvent } from '../../shared/events.ts'
import { SourceId } from '../../shared/ids.ts'
import type { Log } from '../../shared/world.ts'
import { TestMemory } from '../sources/memory.ts'

export const source = SourceId.parse('journal')
const FOLDER = '/journals'

interface HeldFile {
  bytes: Buffer
  writtenMs: number
  identity: string
}

/** A folder in memory, a source that watches it, and a clock that only the test moves. */
export class SalesFolder implements SalesFiles {
  readonly held = new Map<string, HeldFile>()
  readonly faults: unknown[] = []
  /** What its log said in passing. */
  readonly told: unknown[] = []
  memory = new TestMemory()
  /** Names that can't be read for now, as when the POS holds them. */
  readonly locked = new Set<string>()
  /** Bytes asked for. */
  readBytes = 0
  #ms = Date.parse('2026-11-25T12:00:00Z')
  #made = 0
  #open: OpenSource | null = null
  readonly #kind: string
  #settings: Record<string, unknown>

  constructor(kind: 'poslog' | 'csv' | 'json', settings: Record<string, unknown>) {
    this.#kind = kind
    this.#settings = { folder: FOLDER, currency: 'EUR', zone: 'Europe/Berlin', watch: 'poll', ...settings }
  }

  write(name: string, content: string | Uint8Array): void {
    const before = this.held.get(name)
    this.#made += 1
    const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content)
    this.held.set(name, { bytes, writtenMs: this.#ms, identity: before?.identity ?? `1:${this.#made}` })
  }

  append(name: string, content: string | Uint8Array): void {
    const before = this.held.get(name)?.bytes ?? Buffer.alloc(0)
    this.write(name, Buffer.concat([before, Buffer.from(content)]))
  }

  rename(from: string, to: string): void {
    const file = this.held.get(from)
    if (file === undefined) throw new Error(`no ${from}`)
    this.held.delete(from)
    this.held.set(to, file)
  }

  remove(name: string): void {
    this.held.delete(name)
  }

  pass(ms: number): void {
    this.#ms += ms
  }

  async list(): Promise<readonly SalesFile[]> {
    return [...this.held].map(([name, { bytes, writtenMs, identity }]) => ({
      name,
      bytes: bytes.length,
      writtenMs,
      identity,
    }))
  }

  async read(file: string, offset: number, into: Uint8Array) {
    const name = file.slice(FOLDER.length + 1)
    if (this.locked.has(name)) throw Object.assign(new Error('EBUSY: resource busy'), { code: 'EBUSY' })
    const held = this.held.get(name)
    if (held === undefined) return null
    const filled = held.bytes.copy(into, 0, offset, offset + into.length)
    this.readBytes += filled
    return { filled, identity: held.identity }
  }

  watch(): () => void {
    return () => undefined
  }

  clock = { now: () => this.#ms, monotonicMs: () => this.#ms }

  get parts(): SourceParts {
    const log: Log = {
      debug: () => undefined,
      info: facts => void this.told.push(facts),
      warn: () => undefined,
      error: facts => void this.faults.push(facts),
      child: () => log,
    }
    return {
      source,
      memory: this.memory,
      clock: this.clock,
      log,
      openReadOnly() {
        throw new Error('a sales file is not a database')
      },
      identity: () => null,
      readText: () => null,
    }
  }

  /** One bounded step. */
  async step(): Promise<'more' | 'idle' | 'busy'> {
    this.#open ??= await configured(
      { source, kind: this.#kind, settings: this.#settings },
      salesFileKinds(this),
    )(this.parts)
    return this.#open.read()
  }

  /** Steps until there is nothing to do; gives what was told meanwhile. */
  async poll(): Promise<AgentEvent[]> {
    const before = this.memory.events.length
    this.pass(5_000)
    for (let steps = 0; steps < 10_000; steps += 1)
      if ((await this.step()) === 'idle') return this.memory.events.slice(before)
    throw new Error('the source never came to rest')
  }

  /** Polls until every file rests. */
  async rest(): Promise<AgentEvent[]> {
    const before = this.memory.events.length
    for (let polls = 0; polls < 16; polls += 1) await this.poll()
    return this.memory.events.slice(before)
  }

  /** The agent starts again; as it was killed, what was not committed is gone. */
  restart(settings: Record<string, unknown> = {}): void {
    this.#open?.close()
    this.#open = null
    this.#settings = { ...this.#settings, ...settings }
  }
}

export function only<Kind extends AgentEvent['kind']>(
  kind: Kind,
  events: readonly AgentEvent[],
): Extract<AgentEvent, { kind: Kind }>[] {
  return events.filter((event): event is Extract<AgentEvent, { kind: Kind }> => event.kind === kind)
}
