import { configured } from '../../agent/sources/configured.ts'
import { databaseKinds } from '../../agent/sources/kinds.ts'
import type { OpenSource } from '../../agent/sources/source.ts'
import type { AgentEvent } from '../../shared/events.ts'
import { TestMemory } from './memory.ts'
import { type LogLine, listeningLog, ManualClock, partsFor, source } from './till.ts'

/** A source of any kind over a POS that the test writes to, and a clock that only the test moves. */
export class PosReader implements Disposable {
  readonly clock = new ManualClock()
  readonly logged: LogLine[] = []
  memory = new TestMemory()
  readonly #kind: string
  #settings: Readonly<Record<string, unknown>>
  #open: OpenSource | null = null

  constructor(kind: string, settings: Readonly<Record<string, unknown>>) {
    this.#kind = kind
    this.#settings = { currency: 'EUR', zone: 'Europe/Berlin', ...settings }
  }

  async open(settings: Readonly<Record<string, unknown>> = {}): Promise<OpenSource> {
    const config = { source, kind: this.#kind, settings: { ...this.#settings, ...settings } }
    return configured(config, databaseKinds)(partsFor(this.memory, this.clock, listeningLog(this.logged)))
  }

  /** One step. */
  async step(): ReturnType<OpenSource['read']> {
    this.#open ??= await this.open()
    return this.#open.read()
  }

  async poll(): Promise<void> {
    for (let steps = 0; steps < 10_000; steps += 1) if ((await this.step()) !== 'more') return
    throw new Error('the source never came to rest')
  }

  async news(): Promise<AgentEvent[]> {
    const before = this.memory.events.length
    await this.poll()
    return this.memory.events.slice(before)
  }

  /** Long enough for two whole rounds of the full scan, over some thousand rows. */
  async round(seconds = 30): Promise<AgentEvent[]> {
    const before = this.memory.events.length
    for (let passed = 0; passed < seconds; passed += 1) {
      this.clock.pass(1_000)
      await this.poll()
    }
    return this.memory.events.slice(before)
  }

  /** The source is closed, and the next step opens another with these settings changed. */
  restart(settings: Readonly<Record<string, unknown>> = {}): void {
    this[Symbol.dispose]()
    this.#settings = { ...this.#settings, ...settings }
  }

  [Symbol.dispose](): void {
    this.#open?.close()
    this.#open = null
  }
}
