import { type BackOff, doubledMs } from '../../shared/back-off.ts'
import { describeError } from '../../shared/errors.ts'
import type { SourceId } from '../../shared/ids.ts'
import type { Cancel, World } from '../../shared/world.ts'
import { configured, type SourceConfig } from './configured.ts'
import type { AnySourceKind, OpenSource, SourceMemory, SourceParts } from './source.ts'

export interface SourceState {
  readonly source: SourceId
  readonly kind: string
  readonly state: 'reading' | 'unavailable'
  /** Plain words when unavailable, and the stable code of the same. */
  readonly problem: string | null
  readonly code: string | null
  /** Agent clock, ms: all that the POS held by then has been read; null: not yet since the start. */
  readonly readUntil: number | null
}

export interface Sources extends AsyncDisposable {
  states(): readonly SourceState[]
}

export interface SourcesParts {
  readonly world: Pick<World, 'clock' | 'timers' | 'files' | 'log'>
  memoryFor(source: SourceId): SourceMemory
  /** Called when a source's state is another than before. */
  onState?(state: SourceState): void
  /** Kinds other than those of index.ts, for tests. */
  readonly kinds?: readonly AnySourceKind[]
}

const POLL_MS = 250
const REOPEN: BackOff = { firstMs: 1_000, longestMs: 30_000 }

/**
 * Runs each source by itself: one step after another while more is due, else four polls a second. One that fails is
 * closed, shown as unavailable, and opened anew after 1 s, 2 s, 4 s … 30 s; the others never notice.
 */
export function startSources(configs: readonly SourceConfig[], parts: SourcesParts): Sources {
  const running = configs.map(config => runSource(config, parts))
  return {
    states: () => running.map(source => source.state()),
    async [Symbol.asyncDispose]() {
      await Promise.all(running.map(source => source.stop()))
    },
  }
}

function runSource(config: SourceConfig, { world, memoryFor, onState, kinds }: SourcesParts) {
  const log = world.log.child({ source: config.source })
  let current: SourceState = {
    source: config.source,
    kind: config.kind,
    state: 'reading',
    problem: null,
    code: null,
    readUntil: null,
  }
  let open: OpenSource | null = null
  let failures = 0
  let isStopped = false
  let cancel: Cancel = () => undefined
  let turn: Promise<void> = Promise.resolve()

  const show = (problem: { code: string; sentence: string } | null): void => {
    const before = current.problem
    const state = problem === null ? 'reading' : 'unavailable'
    current = { ...current, state, problem: problem?.sentence ?? null, code: problem?.code ?? null }
    if (before === current.problem) return
    if (problem === null) log.info({}, 'source is read again')
    else log.warn({ code: problem.code }, problem.sentence)
    onState?.(current)
  }

  const close = (): void => {
    const closing = open
    open = null
    try {
      closing?.close()
    } catch (error) {
      log.warn({ error }, 'source did not close') // it is left alone: what follows opens another
    }
  }

  const partsFor = (): SourceParts => ({
    source: config.source,
    memory: memoryFor(config.source),
    clock: world.clock,
    log,
    openReadOnly: file => world.files.database(file, { readOnly: true }),
    identity: file => world.files.identity(file),
    readText: file => world.files.readText(file),
  })

  const take = async (start: (parts: SourceParts) => Promise<OpenSource>): Promise<void> => {
    try {
      open ??= await start(partsFor())
      const begunAt = world.clock.now()
      const next = await open.read()
      if (next === 'idle') current = { ...current, readUntil: begunAt }
      failures = 0
      show(null)
      again(start, next === 'more' ? 0 : POLL_MS)
    } catch (error) {
      close()
      show(describeError(error))
      again(start, doubledMs(failures, REOPEN))
      failures += 1
    }
  }

  const again = (start: (parts: SourceParts) => Promise<OpenSource>, ms: number): void => {
    if (isStopped) return
    const run = () => {
      turn = take(start)
    }
    cancel = ms === 0 ? world.timers.soon(run) : world.timers.after(ms, run)
  }

  try {
    again(configured(config, kinds), 0)
  } catch (error) {
    show(describeError(error)) // wrong settings stay wrong until there are others
  }
  return {
    state: () => current,
    async stop() {
      isStopped = true
      cancel()
      await turn
      close()
    },
  }
}
