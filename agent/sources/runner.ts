import { type BackOff, doubledMs } from '../../shared/back-off.ts'
import { describeError } from '../../shared/errors.ts'
import type { SourceId } from '../../shared/ids.ts'
import { type KeptOpen, keepOpen, type OpenProblem } from '../../shared/keep-open.ts'
import type { Log, World } from '../../shared/world.ts'
import { configured, type SourceConfig } from './configured.ts'
import type { AnySourceKind, OpenSource, SourceMemory, SourceParts } from './source.ts'

export interface SourceState {
  readonly source: SourceId
  readonly kind: string
  readonly state: 'reading' | 'unavailable'
  /** Plain words when unavailable, and the stable code of the same. */
  readonly problem: string | null
  readonly code: string | null
  /** Agent clock, ms: everything that the POS held by then has been read. Null until the first full read. */
  readonly readUntil: number | null
  /** Agent clock: since when it can't be read; null while it can. */
  readonly unavailableSince: number | null
}

export interface Sources extends AsyncDisposable {
  states(): readonly SourceState[]
}

export interface SourcesParts {
  readonly world: Pick<World, 'clock' | 'timers' | 'files' | 'log'>
  memoryFor(source: SourceId): SourceMemory
  /** Called when a source's state changes. */
  onState?(state: SourceState): void
  /** The kinds that settings may name, as kinds.ts lists them. */
  readonly kinds: readonly AnySourceKind[]
}

const POLL_MS = 250
const REOPEN: BackOff = { firstMs: 1_000, longestMs: 30_000 }

/**
 * Runs each source separately: one step after another while more is due, else four polls a second. A source that fails
 * is closed, shown as unavailable, and opened again after 1 s, 2 s, 4 s … 30 s. The others are not affected.
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

interface RunningSource {
  state(): SourceState
  stop(): Promise<void>
}

function runSource(config: SourceConfig, parts: SourcesParts): RunningSource {
  const { world, onState, kinds } = parts
  const log = world.log.child({ source: config.source })
  let current: SourceState = {
    source: config.source,
    kind: config.kind,
    state: 'reading',
    problem: null,
    code: null,
    readUntil: null,
    unavailableSince: null,
  }

  const show = (problem: OpenProblem | null): void => {
    const state = problem === null ? 'reading' : 'unavailable'
    const unavailableSince = problem === null ? null : (current.unavailableSince ?? world.clock.now())
    const said = { problem: problem?.sentence ?? null, code: problem?.code ?? null }
    current = { ...current, state, ...said, unavailableSince }
    if (problem === null) log.info({}, 'source is read again')
    else log.warn({ code: problem.code }, problem.sentence)
    onState?.(current)
  }

  const kept = openerOf(config, kinds, show, start =>
    keepOpen<OpenSource>({
      world: { timers: world.timers, log },
      open: () => start(sourcePartsOf(config, parts, log)),
      close: source => source.close(),
      async turn({ open, works }) {
        const source = await open()
        const begunAt = world.clock.now()
        const next = await source.read()
        if (next === 'idle') current = { ...current, readUntil: begunAt }
        works()
        return next === 'more' ? 0 : POLL_MS
      },
      retryMs: failures => doubledMs(failures, REOPEN),
      show,
    }),
  )
  return { state: () => current, stop: async () => kept?.stop() }
}

/** Null when the settings are wrong: they stay wrong until the agent starts with others. */
function openerOf(
  config: SourceConfig,
  kinds: readonly AnySourceKind[],
  show: (problem: OpenProblem) => void,
  keep: (start: (parts: SourceParts) => Promise<OpenSource>) => KeptOpen,
): KeptOpen | null {
  try {
    return keep(configured(config, kinds))
  } catch (error) {
    show(describeError(error))
    return null
  }
}

function sourcePartsOf({ source }: SourceConfig, { world, memoryFor }: SourcesParts, log: Log): SourceParts {
  return {
    source,
    memory: memoryFor(source),
    clock: world.clock,
    log,
    openReadOnly: file => world.files.database(file, { readOnly: true }),
    identity: file => world.files.identity(file),
    readText: file => world.files.readText(file),
  }
}
