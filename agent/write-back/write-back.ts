import { z } from 'zod'
import { type BackOff, backOffMs } from '../../shared/back-off.ts'
import { describeError } from '../../shared/errors.ts'
import { SourceId } from '../../shared/ids.ts'
import { type KeptOpen, keepOpen, type OpenProblem } from '../../shared/keep-open.ts'
import type { World } from '../../shared/world.ts'
import { targetKinds } from './index.ts'
import { writeBackKinds } from './job.ts'
import { isRefusal, writeBackSettingsInvalid } from './problems.ts'
import type { OpenTarget, TargetKind, TargetParts } from './target.ts'
import type { WriteBackOutbox, WriteBackOutcome, WriteBackRule } from './write-backs.ts'

/** One entry of `writeBack` in agent.json. Nothing is written into any POS without one. */
export const WriteBackConfig = z.strictObject({
  /** The source that reads the same POS. */
  target: SourceId,
  kind: z.string(),
  what: z.array(z.enum(writeBackKinds)).min(1),
  settings: z.unknown(),
})
export type WriteBackConfig = z.infer<typeof WriteBackConfig>

export interface WriteBackState {
  readonly target: SourceId
  readonly kind: string
  readonly state: 'ready' | 'unavailable'
  readonly problem: string | null
  readonly code: string | null
}

export interface WriteBackParts {
  readonly world: Pick<World, 'clock' | 'timers' | 'random' | 'log'>
  /** The journal's side. */
  readonly outbox: Pick<WriteBackOutbox, 'take' | 'noteOutcome' | 'dueAt'>
  partsFor(target: SourceId): TargetParts
  /** Called when a target's state changes. */
  onState?(state: WriteBackState): void
  /** Kinds other than those of index.ts, for tests. */
  readonly kinds?: readonly TargetKind[]
}

export interface WriteBack extends AsyncDisposable {
  states(): readonly WriteBackState[]
  /** Something may be due: the journal changed. */
  wake(): void
}

/** Which jobs the journal's outbox plans, for each target. */
export function writeBackRules(configs: readonly WriteBackConfig[]): WriteBackRule[] {
  return configs.map(({ target, what }) => ({ target, what }))
}

const RETRY: BackOff = { firstMs: 250, longestMs: 30_000 }
/** How long a target rests at most before it looks for due jobs, even if it was not woken. */
const LOOK_EVERY_MS = 60_000

/**
 * Writes the jobs that the journal has planned into each POS, one after another. A POS that can't be written to is
 * closed and tried again with back-off, its jobs waiting in order. A job that the POS refuses does not hold up the next.
 */
export function startWriteBack(configs: readonly WriteBackConfig[], parts: WriteBackParts): WriteBack {
  const running = configs.map(config => runTarget(config, parts))
  return {
    states: () => running.map(target => target.state()),
    wake() {
      for (const target of running) target.wake()
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(running.map(target => target.stop()))
    },
  }
}

interface RunningTarget {
  state(): WriteBackState
  wake(): void
  stop(): Promise<void>
}

function runTarget(
  { target, kind, settings }: WriteBackConfig,
  { world, outbox, partsFor, onState, kinds = targetKinds }: WriteBackParts,
): RunningTarget {
  const log = world.log.child({ writeBack: target })
  let current: WriteBackState = { target, kind, state: 'ready', problem: null, code: null }

  const show = (problem: OpenProblem | null): void => {
    const state = problem === null ? 'ready' : 'unavailable'
    current = { ...current, state, problem: problem?.sentence ?? null, code: problem?.code ?? null }
    if (problem === null) log.info({}, 'the POS can be written to again')
    else log.warn({ code: problem.code }, problem.sentence)
    onState?.(current)
  }

  /** One attempt. Resolves with false when no job is due. */
  const attempt = async (open: () => Promise<OpenTarget>): Promise<boolean> => {
    const job = outbox.take(target)
    if (job === null) return false
    let outcome: WriteBackOutcome
    try {
      await (await open()).write(job)
      outcome = { kind: 'done' }
      log.info({ externalId: job.externalId }, `${job.what} written into the POS`)
    } catch (error) {
      if (!isRefusal(error)) {
        await outbox.noteOutcome(target, job.externalId, { kind: 'later' })
        throw error
      }
      outcome = { kind: 'refused', problem: describeError(error) }
    }
    await outbox.noteOutcome(target, job.externalId, outcome)
    return true
  }

  const untilDueMs = (): number =>
    Math.min(LOOK_EVERY_MS, Math.max(0, (outbox.dueAt(target) ?? Infinity) - world.clock.now()))

  const keep = (start: (parts: TargetParts) => Promise<OpenTarget>): KeptOpen =>
    keepOpen<OpenTarget>({
      world: { timers: world.timers, log },
      open: () => start(partsFor(target)),
      close: opened => opened.close(),
      async turn({ open, works }) {
        if (!(await attempt(open))) return untilDueMs()
        works()
        return 0
      },
      retryMs: failures => 1_000 + backOffMs(world, failures, RETRY),
      show,
    })

  let kept: KeptOpen | null = null
  try {
    kept = keep(configuredTarget({ target, kind, settings }, kinds))
  } catch (error) {
    show(describeError(error)) // wrong settings stay wrong until the agent starts with others
  }
  return {
    state: () => current,
    wake: () => kept?.wake(),
    stop: async () => kept?.stop(),
  }
}

/**
 * The function that opens a target, its settings checked.
 * @throws WRITE_BACK_SETTINGS_INVALID
 */
export function configuredTarget(
  { target, kind, settings }: Pick<WriteBackConfig, 'target' | 'kind' | 'settings'>,
  kinds: readonly TargetKind[] = targetKinds,
): (parts: TargetParts) => Promise<OpenTarget> {
  const found = kinds.find(other => other.kind === kind)
  if (found !== undefined) return found.configure(target, settings)
  throw writeBackSettingsInvalid({
    target,
    why: `"${kind}" is not one of ${kinds.map(each => each.kind).join(', ')}`,
  })
}
