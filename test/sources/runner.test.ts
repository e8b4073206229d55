import { copyFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { databaseKinds } from '../../agent/sources/kinds.ts'
import { type SourceState, startSources } from '../../agent/sources/runner.ts'
import { defineSource, type OpenSource } from '../../agent/sources/source.ts'
import { SourceId } from '../../shared/ids.ts'
import type { Files, Timers } from '../../shared/world.ts'
import { TestMemory } from './memory.ts'
import { listeningLog, ManualClock, partsFor, settingsFor, Till } from './till.ts'

/** Timers that run when the test says so. */
class ManualTimers implements Timers {
  readonly #clock: ManualClock
  #waiting: { at: number; run: () => void }[] = []
  constructor(clock: ManualClock) {
    this.#clock = clock
  }
  after(ms: number, run: () => void) {
    const entry = { at: this.#clock.now() + ms, run }
    this.#waiting.push(entry)
    return () => {
      this.#waiting = this.#waiting.filter(each => each !== entry)
    }
  }
  soon(run: () => void) {
    return this.after(0, run)
  }
  /** Lets the time pass in small steps; what becomes due runs, and so does what follows from it. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed <= ms; passed += 50) {
      for (let turn = 0; turn < 200; turn += 1) {
        const due = this.#waiting.filter(each => each.at <= this.#clock.now())
        this.#waiting = this.#waiting.filter(each => !due.includes(each))
        for (const { run } of due) run()
        await new Promise(done => setImmediate(done))
        if (due.length === 0) break
      }
      this.#clock.pass(50)
    }
  }
}

function worldOf(clock: ManualClock) {
  const { identity, openReadOnly } = partsFor(new TestMemory(), clock)
  const files = { identity, database: openReadOnly } as Partial<Files> as Files
  return { clock, timers: new ManualTimers(clock), files, log: listeningLog() }
}

test('one source that fails is shown, tried again, and disturbs no other', async () => {
  using till = new Till()
  till.pos.sell({ lines: [{ sku: 'MUG-BLU', units: 1 }] })
  const world = worldOf(till.clock)
  const memories = new Map<string, TestMemory>()
  const shown: SourceState[] = []
  const missing = join(till.folder.path, 'late.db')
  await using sources = startSources(
    [
      { source: SourceId.parse('good'), kind: 'unicenta', settings: settingsFor(till.file) },
      { source: SourceId.parse('late'), kind: 'unicenta', settings: settingsFor(missing) },
      { source: SourceId.parse('wrong'), kind: 'unicenta', settings: { file: 7 } },
      { source: SourceId.parse('odd'), kind: 'abacus', settings: {} },
    ],
    {
      world,
      kinds: databaseKinds,
      memoryFor(source) {
        const memory = memories.get(source) ?? new TestMemory()
        memories.set(source, memory)
        return memory
      },
      onState: state => shown.push(state),
    },
  )
  await world.timers.pass(300)
  const codes = () => sources.states().map(({ source, state, code }) => [source, state, code])
  expect(codes()).toEqual([
    ['good', 'reading', null],
    ['late', 'unavailable', 'POS_FILE_MISSING'],
    ['wrong', 'unavailable', 'SOURCE_SETTINGS_INVALID'],
    ['odd', 'unavailable', 'SOURCE_KIND_UNKNOWN'],
  ])
  expect(sources.states()[1]?.problem).toContain('late.db is not there')
  expect(memories.get('good')?.events).toHaveLength(1)

  copyFileSync(till.file, missing)
  await world.timers.pass(4_000)
  expect(codes()[1]).toEqual(['late', 'reading', null])
  expect(memories.get('late')?.events).toHaveLength(1)
  expect(shown.filter(state => state.source === 'late').map(state => state.state)).toEqual([
    'unavailable',
    'reading',
  ])

  renameSync(missing, `${missing}.old`)
  copyFileSync(till.file, missing)
  await world.timers.pass(2_000)
  expect(codes()[1]).toEqual(['late', 'reading', null])
  expect(memories.get('late')?.events).toHaveLength(1)
})

test('opening is tried after 1, 2, 4 … at most 30 seconds', async () => {
  const clock = new ManualClock()
  const world = worldOf(clock)
  const start = clock.now()
  const tries: number[] = []
  const broken = defineSource({
    kind: 'broken',
    settings: z.unknown(),
    open() {
      tries.push(Math.round((clock.now() - start) / 1000))
      throw new Error('no')
    },
  })
  const configs = [{ source: SourceId.parse('broken'), kind: 'broken', settings: null }]
  await using sources = startSources(configs, { world, memoryFor: () => new TestMemory(), kinds: [broken] })
  await world.timers.pass(95_000)
  expect(tries).toEqual([0, 1, 3, 7, 15, 31, 61, 91])
  expect(sources.states()[0]).toMatchObject({ state: 'unavailable', code: 'UNEXPECTED' })
})

test('disposal waits for the step that is under way and closes the source', async () => {
  const clock = new ManualClock()
  const world = worldOf(clock)
  const happened: string[] = []
  let finish: () => void = () => undefined
  const slow = defineSource({
    kind: 'slow',
    settings: z.unknown(),
    open: (): OpenSource => ({
      read: () =>
        new Promise(resolve => {
          finish = () => {
            happened.push('read')
            resolve('more')
          }
        }),
      close: () => happened.push('closed'),
    }),
  })
  const configs = [{ source: SourceId.parse('slow'), kind: 'slow', settings: null }]
  const sources = startSources(configs, { world, memoryFor: () => new TestMemory(), kinds: [slow] })
  await world.timers.pass(0)
  const disposed = sources[Symbol.asyncDispose]()
  finish()
  await disposed
  await world.timers.pass(1_000)
  expect(happened).toEqual(['read', 'closed'])
})

test('a sale is told within one poll', async () => {
  using till = new Till()
  const world = worldOf(till.clock)
  const memory = new TestMemory()
  const configs = [{ source: SourceId.parse('pos'), kind: 'unicenta', settings: settingsFor(till.file) }]
  await using _sources = startSources(configs, { world, memoryFor: () => memory, kinds: databaseKinds })
  await world.timers.pass(1_000)
  till.pos.sell({ lines: [{ sku: 'MUG-BLU', units: 1 }] })
  await world.timers.pass(250)
  expect(memory.events).toHaveLength(1)
})
