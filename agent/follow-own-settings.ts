import { describeError } from '../shared/errors.ts'
import type { Cancel } from '../shared/world.ts'
import { configReadsNone, lookAtOwnSettings, problemWithSales } from './own-settings.ts'
import { type ProofParts, proveOwnSettings, type TrialShown } from './prove-own-settings.ts'

/** agent.json while an agent runs. */
export interface FollowedOwnSettings extends Disposable {
  /**
   * Why this till does not run with its agent.json as that is now, or that it reads no sales with it, for IT; null: it runs with it, or
   * will soon.
   */
  problem(): string | null
  /** That a changed agent.json is not in use yet, for IT; null: none waits. */
  waiting(): string | null
  /** agent.json as it is at this moment can be used and is not what runs: it is going to be taken up. */
  isAnother(): boolean
  /** What runs is a changed agent.json, and its time to prove itself is not over. */
  isOnTrial(): boolean
  /** What a changed file has not shown yet, however long that takes; null: none is on trial. */
  trial(): TrialShown | null
  /** The same in words. */
  onTrial(): string | null
}

const LOOK_EVERY_MS = 10_000
/** A till that is never quiet takes up a changed file all the same. */
const LONGEST_WAIT_MS = 6 * 3_600_000

/**
 * Looks at agent.json every ten seconds. One that has changed, stayed the same for ten seconds and can be used is taken up by a restart at
 * a quiet moment; one that can't is said at once.
 */
export function followOwnSettings(parts: ProofParts): FollowedOwnSettings {
  const { world, own, config } = parts
  const quietMs = config.updates.quietMinutes * 60_000
  const begun = world.clock.monotonicMs()
  let before = own.text
  let changedMs = begun
  let changedAt = 0
  let said = { problem: own.problem, waiting: null as string | null }
  let cancel: Cancel = world.timers.after(LOOK_EVERY_MS, look)
  if (own.problem !== null) world.log.error({}, own.problem)
  const proof = proveOwnSettings(parts)

  function look(): void {
    const now = lookAtOwnSettings(parts)
    if (now.text === before) judge(now)
    else noteChange(now.text)
    cancel = world.timers.after(LOOK_EVERY_MS, look)
  }

  /** A file that is being written is waited for. */
  function noteChange(text: string | null): void {
    before = text
    changedMs = world.clock.monotonicMs()
    changedAt = world.clock.now()
  }

  function judge({ text, problem }: ReturnType<typeof lookAtOwnSettings>): void {
    if (text === own.text) {
      say(own.problem, null)
      if (own.againMs !== null && sinceMs(begun) >= own.againMs && isQuiet(begun)) parts.restart()
      return
    }
    if (problem !== null) {
      say(problem, null)
      if (!proof.isProven()) parts.restart() // with what worked last, as is said
      return
    }
    // a correction is taken up at once: what runs, and what is on trial with it, is not what was wanted
    if (own.problem !== null || proof.isLosing() || isQuiet(changedMs)) {
      world.log.info({}, 'agent.json was changed and is taken up')
      parts.restart()
      return
    }
    const at = new Date(changedAt).toISOString()
    const when = `once nothing was sold for ${config.updates.quietMinutes} min and nothing is on trial here`
    say(
      own.problem,
      `agent.json was changed at ${at} and is not in use yet: it is taken up ${when}, or when the agent is restarted.`,
    )
  }

  function say(problem: string | null, waiting: string | null): void {
    if (problem === said.problem && waiting === said.waiting) return
    if (problem !== null && problem !== said.problem) world.log.error({}, problem)
    said = { problem, waiting }
    parts.changed()
  }

  const sinceMs = (from: number) => world.clock.monotonicMs() - from
  const isQuiet = (from: number) =>
    !parts.isTrying() && (sinceMs(parts.well.lastRecordedMs()) >= quietMs || sinceMs(from) >= LONGEST_WAIT_MS)

  function problemNow(): string | null {
    if (said.problem !== null) return problemWithSales(said.problem, config)
    const sources = proof.trial()?.forgotten ?? []
    return sources.length === 0 ? null : describeError(configReadsNone({ sources })).sentence
  }

  function onTrial(): string | null {
    const trial = proof.trial()
    if (trial === null) return null
    const lacks = [
      ...trial.unread.map(source => `${source} is not read`),
      ...trial.unsold.map(source => `nothing came from ${source} yet`),
      ...(trial.forgotten.length === 0 ? [] : ['no source is read']),
    ]
    const shows = lacks.length === 0 ? 'what worked before works so far' : lacks.join(', ')
    return `agent.json was changed and is on trial since ${new Date(trial.since).toISOString()}: ${shows}.`
  }

  return {
    problem: problemNow,
    waiting: () => said.waiting,
    isAnother() {
      const now = lookAtOwnSettings(parts)
      return now.problem === null && now.text !== own.text
    },
    isOnTrial: proof.isOnTrial,
    trial: proof.trial,
    onTrial,
    [Symbol.dispose]() {
      cancel()
      proof[Symbol.dispose]()
    },
  }
}
