import { z } from 'zod'
import { type BackOff, backOffMs } from '../../shared/back-off.ts'
import { describeError } from '../../shared/errors.ts'
import { SourceId } from '../../shared/ids.ts'
import type { Cancel, World } from '../../shared/world.ts'
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
  readonly outbox: Pick<WriteBackOutbox, 'take' | 'settle' | 'dueAt'>
  partsFor(target: SourceId): TargetParts
  /** Called when a target's state is another than before. */
  onState?(state: WriteBackState): void
  /** Kinds other than those of index.ts, for tests. */
  readonly kinds?: readonly TargetKind[]
}

export interface WriteBack extends AsyncDisposable {
  states(): readonly WriteBackState[]
  /** Something may be due: the journal changed. */
  wake(): void
}

/** What the journal's outbox is to plan. */
export function writeBackRules(configs: readonly WriteBackConfig[]): WriteBackRule[] {
  return configs.map(({ target, what }) => ({ target, what }))
}

const RETRY: BackOff = { firstMs: 250, longestMs: 30_000 }
/** How long at most until it is looked again, though nobody woke it. */
const LOOK_EVERY_MS = 60_000

/**
 * Writes what the journal has planned into each POS, one thing after another. A POS that can't be written to is closed
 * and tried again later with back-off, all its things waiting in order; a thing it refuses does not hold up the next.
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

function runTarget(
  { target, kind, settings }: WriteBackConfig,
  { world, outbox, partsFor, onState, kinds = targetKinds }: WriteBackParts,
) {
  const log = world.log.child({ writeBack: target })
  let current: WriteBackState = { target, kind, state: 'ready', problem: null, code: null }
  let open: OpenTarget | null = null
  let failures = 0
  let isStopped = false
  let isRunning = false
  let isWaiting = false
  let cancel: Cancel = () => undefined
  let turn: Promise<void> = Promise.resolve()

  const show = (problem: { code: string; sentence: string } | null): void => {
    const before = current.problem
    const state = problem === null ? 'ready' : 'unavailable'
    current = { ...current, state, problem: problem?.sentence ?? null, code: problem?.code ?? null }
    if (before === current.problem) return
    if (problem === null) log.info({}, 'the POS is written to again')
    else log.warn({ code: problem.code }, problem.sentence)
    onState?.(current)
  }
  const close = async (): Promise<void> => {
    const closing = open
    open = null
    try {
      await closing?.close()
    } catch (error) {
      log.warn({ error }, 'the target did not close') // it is left alone: what follows opens another
    }
  }

  /** One attempt. @returns whether another may follow at once */
  const attempt = async (start: (parts: TargetParts) => Promise<OpenTarget>): Promise<boolean> => {
    const job = outbox.take(target)
    if (job === null) return false
    let outcome: WriteBackOutcome
    try {
      open ??= await start(partsFor(target))
      await open.write(job)
      outcome = { kind: 'done' }
      log.info({ externalId: job.externalId }, `${job.what} written into the POS`)
    } catch (error) {
      if (isRefusal(error)) outcome = { kind: 'refused', problem: describeError(error) }
      else {
        await close()
        await outbox.settle(target, job.externalId, { kind: 'later' })
        throw error
      }
    }
    await outbox.settle(target, job.externalId, outcome)
    return true
  }

  const run = async (start: (parts: TargetParts) => Promise<OpenTarget>): Promise<void> => {
    try {
      while (!isStopped && (await attempt(start))) {
        failures = 0
        show(null)
      }
      again(
        start,
        Math.min(LOOK_EVERY_MS, Math.max(0, (outbox.dueAt(target) ?? Infinity) - world.clock.now())),
      )
    } catch (error) {
      show(describeError(error))
      isWaiting = true
      again(start, 1_000 + backOffMs(world, failures, RETRY))
      failures += 1
    }
  }

  const again = (start: (parts: TargetParts) => Promise<OpenTarget>, ms: number): void => {
    isRunning = false
    if (isStopped) return
    cancel = world.timers.after(ms, () => go(start))
  }
  const go = (start: (parts: TargetParts) => Promise<OpenTarget>): void => {
    isRunning = true
    isWaiting = false
    turn = run(start)
  }

  let wake = (): void => undefined
  try {
    const found = kinds.find(other => other.kind === kind)
    if (found === undefined)
      throw writeBackSettingsInvalid({
        target,
        why: `"${kind}" is none of ${kinds.map(k => k.kind).join(', ')}`,
      })
    const start = found.configure(target, settings)
    wake = () => {
      if (isRunning || isWaiting || isStopped) return
      cancel()
      isRunning = true
      cancel = world.timers.soon(() => go(start))
    }
    wake()
  } catch (error) {
    show(describeError(error)) // wrong settings stay wrong until there are others
  }
  return {
    state: () => current,
    wake: () => wake(),
    async stop() {
      isStopped = true
      cancel()
      await turn
      await close()
    },
  }
}
