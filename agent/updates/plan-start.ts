import { compareVersions } from '../../shared/version-order.ts'
import type { Staged, UpdateState } from './update-state.ts'

/** How often an update may be started before it has proven itself. */
export const MOST_STARTS = 3

/** Puts an update that was fetched on trial. One that failed, and any during another's trial, changes nothing. */
export function beginTrial(state: UpdateState, staged: Staged, installed: string): UpdateState {
  if (state.trial !== null || state.failed?.offered === staged.offered) return state
  const previous = state.current
  return {
    ...state,
    current: staged.version,
    previous,
    over: installed,
    trial: { ...staged, starts: 0 },
    failed: null,
  }
}

/** What to start next, with the state that is to be kept before that. `run` null: the program that was installed. */
export interface StartPlan {
  readonly state: UpdateState
  readonly run: string | null
}

/**
 * Decides what to start. A newer program that IT has installed since wins; a version whose files are gone is left out;
 * an update that was started too often without proving itself is given up.
 * @param installed the version of the program that was installed
 * @param at clock, ms
 */
export function planStart(
  state: UpdateState,
  installed: string,
  isThere: (version: string) => boolean,
  at: number,
): StartPlan {
  const { current, trial, over } = state
  const isReplaced = current !== null && installed !== over && compareVersions(installed, current) > 0
  if (isReplaced) return { state: { ...state, current: null, previous: null, trial: null }, run: null }
  if (current !== null && !isThere(current)) {
    if (trial !== null) return planStart(giveUpUpdate(state, CRASHED, at), installed, isThere, at)
    const previous = state.previous !== null && isThere(state.previous) ? state.previous : null
    return { state: { ...state, current: previous, previous: null }, run: previous }
  }
  if (trial === null) return { state, run: current }
  if (trial.starts >= MOST_STARTS) return planStart(giveUpUpdate(state, CRASHED, at), installed, isThere, at)
  return { state: { ...state, trial: { ...trial, starts: trial.starts + 1 } }, run: current }
}

/**
 * What is likely where the note of which version runs was lost: the newest version that is here, as the installed program may
 * not read the journal that a newer one has written. A copy of the journal from before it says that it was on trial.
 * @param found.versions whose programs are here
 * @param found.unstarted the one among them that was never started; `newest`: there is one, and its note was lost too
 * @param found.copies the versions from before which there is a copy of the journal
 */
export function recoverState(found: {
  readonly installed: string
  readonly versions: readonly string[]
  readonly unstarted: string | null
  readonly copies: readonly string[]
}): UpdateState {
  const { installed, copies, unstarted } = found
  const [current = null, previous = null] = found.versions
    .toSorted((one, other) => compareVersions(other, one))
    .filter((version, place) => (unstarted === 'newest' ? place > 0 : version !== unstarted))
    .filter(version => compareVersions(version, installed) > 0)
  const isOnTrial = current !== null && copies.includes(current)
  const trial = isOnTrial ? { version: current, offered: '', journal: 0, worked: [], starts: 0 } : null
  const worked = isOnTrial ? previous : current
  return {
    current,
    previous,
    over: installed,
    trial,
    failed: null,
    newest: worked ?? installed,
    restoring: null,
  }
}

/** Why an update was given up. */
export interface GivenUp {
  readonly code: string
  readonly sentence: string
}
export const CRASHED: GivenUp = {
  code: 'UPDATE_CRASHED',
  sentence: `The new version ended ${MOST_STARTS} times before it had proven itself; the till went back to the version before.`,
}
export const notWell = (why: string): GivenUp => ({
  code: 'UPDATE_NOT_WELL',
  sentence:
    `The new version did not become well in time; the till went back to the version before. ${why}`.trim(),
})

/** Could not even be put on trial: that it failed is kept, so that it is not tried again at each quiet moment. */
export function refuseStart(state: UpdateState, staged: Staged, why: string, at: number): UpdateState {
  const { offered, version } = staged
  return { ...state, failed: { offered, version, ...notBegun(why), at } }
}

const notBegun = (why: string): GivenUp => ({
  code: 'UPDATE_NOT_BEGUN',
  sentence: `The till's journal could not be kept as it was before the update, so the version before goes on. ${why}`,
})

/** Goes back to the version before. Its journal is put back where the new version has changed it. */
export function giveUpUpdate(state: UpdateState, { code, sentence }: GivenUp, at: number): UpdateState {
  const { trial, previous } = state
  if (trial === null) return state
  const { offered, version } = trial
  const failed = { offered, version, code, sentence, at }
  return { ...state, current: previous, previous: null, trial: null, failed, restoring: version }
}

/** The update has proven itself. */
export function keepUpdate(state: UpdateState): UpdateState {
  const { trial } = state
  if (trial === null) return state
  return { ...state, trial: null, newest: newestOf([trial.version, newestThatWorked(state)]) }
}

/** The newest version that has worked here, also as the program that was installed: a roll-back does not open what lies between. */
export function newestThatWorked({ newest, over }: Pick<UpdateState, 'newest' | 'over'>): string {
  return newestOf([newest, ...(over === '' ? [] : [over])])
}

const newestOf = (versions: readonly string[]) =>
  versions.reduce((best, one) => (compareVersions(one, best) > 0 ? one : best))

/** A start that was ended on purpose, as with the PC, says nothing about the update. */
export function forgetStart(state: UpdateState): UpdateState {
  const { trial } = state
  return trial === null ? state : { ...state, trial: { ...trial, starts: Math.max(0, trial.starts - 1) } }
}
