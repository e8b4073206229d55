import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { pause } from '../../shared/back-off.ts'
import { answers, command, endOfRun } from '../../shared/command-line.ts'
import { describeError } from '../../shared/errors.ts'
import { trialTimesMs, usualTrialTimes } from '../../shared/trial-times.ts'
import type { World } from '../../shared/world.ts'
import { agentPaths } from '../config.ts'
import { agentAlreadyRunning, holdAsAgent, holdAsLauncher } from '../hold-folder.ts'
import { settingsOfAgent } from '../remote-settings/start-with-settings.ts'
import { endProgram } from '../updates/end-program.ts'
import { copyJournal, dropJournalCopies, journalCopies, restoreJournal } from '../updates/journal-copy.ts'
import { LAUNCHED } from '../updates/launched.ts'
import { LauncherWord, RESTART_CODE } from '../updates/launcher.ts'
import { nodeUpdateFiles } from '../updates/node-update-files.ts'
import {
  beginTrial,
  forgetStart,
  type GivenUp,
  giveUpUpdate,
  keepUpdate,
  notWell,
  planStart,
  recoverState,
  refuseStart,
  type StartPlan,
} from '../updates/plan-start.ts'
import {
  lookUpdateState,
  readStaged,
  readUpdateState,
  type Staged,
  type UpdateState,
  updatePaths,
  writeUpdateState,
} from '../updates/update-state.ts'
import { type CommandParts, type Data, folderOption } from './command-parts.ts'

const AFTER_CRASH_MS = 1_000
/** How long the system may take to give back what an agent that has ended held, and how often that is tried. */
const GIVEN_BACK_WITHIN_MS = 5_000
const TRY_EVERY_MS = 250

export function launchCommand({ terminal, world, version }: CommandParts): Command {
  const of = command(
    'launch',
    'run the newest version that works, as the service does: start it, put updates on trial, go back from those that fail; until Ctrl-C',
  )
    .option(...folderOption)
    .option('--desk <folder>', 'handed on to: run')
  return answers<Data & { desk?: string }>(of, terminal, async ({ data, desk, json }) => {
    const args = [
      'run',
      '--data',
      data,
      ...(desk === undefined ? [] : ['--desk', desk]),
      ...(json === true ? ['--json'] : []),
    ]
    const exitCode = await launchAgents({
      world,
      folder: data,
      installed: version,
      args,
      stop: endOfRun(world),
    })
    return { json: undefined, text: '', exitCode }
  })
}

interface LaunchParts {
  readonly world: World
  readonly folder: string
  /** The version of the program that was installed, which this launcher is part of. */
  readonly installed: string
  readonly args: readonly string[]
  readonly stop: Promise<number>
}

/**
 * Starts one agent after the other until it is stopped, or one that is not on trial ends: the service manager then starts
 * the launcher again.
 * @returns the exit code
 * @throws AGENT_ALREADY_RUNNING when another launcher or agent uses the folder; what that one runs stays as it is
 */
async function launchAgents(parts: LaunchParts): Promise<number> {
  const { world, folder } = parts
  using _lock = holdAsLauncher(world, folder, process.pid)
  const stopped = parts.stop.then(code => ({ code }))
  let isAsked = false // by an agent that heard of its update from the hub since it started; with the PC starts what ran before
  for (let isFirst = true; ; isFirst = false) {
    const plan = await prepareAlone(parts, { isAsked, isFirst })
    const run = await runVersion(parts, plan, stopped)
    isAsked = run.end === 'ended' && run.code === RESTART_CODE
    if (run.end === 'stopped') {
      saveState(world, folder, forgetStart)
      return (await stopped).code
    }
    if (run.end === 'given-up')
      saveState(world, folder, state => giveUpUpdate(state, run.why, world.clock.now()))
    else if (!isAsked) {
      if (readUpdateState(world, updatePaths(folder).state).trial === null) return run.code
      await Promise.race([stopped, pause(world, AFTER_CRASH_MS)])
    }
  }
}

/** @returns what is known now; null: that can't be read, and was left as it is */
function saveState(
  world: World,
  folder: string,
  change: (state: UpdateState) => UpdateState,
): UpdateState | null {
  const { state: path } = updatePaths(folder)
  const state = lookUpdateState(world, path)
  if (state === null) return null
  const next = change(state)
  if (next !== state) writeUpdateState(world.files, path, next)
  return next
}

/** Prepares a start while no agent can use the journal, also none that was started without this launcher. @throws AGENT_ALREADY_RUNNING */
async function prepareAlone(
  { world, folder, installed }: LaunchParts,
  { isAsked, isFirst }: { readonly isAsked: boolean; readonly isFirst: boolean },
): Promise<StartPlan> {
  const begun = world.clock.monotonicMs()
  for (;;) {
    try {
      using _lock = holdAsAgent(world, folder, process.pid)
      return prepare(world, folder, installed, isAsked)
    } catch (error) {
      if (!agentAlreadyRunning.is(error) || isFirst) throw error
      if (world.clock.monotonicMs() - begun >= GIVEN_BACK_WITHIN_MS) {
        saveState(world, folder, forgetStart) // the one that ended may have found the other agent: that says nothing about it
        throw error
      }
    }
    await pause(world, TRY_EVERY_MS)
  }
}

/** Takes in what waits, puts the journal back where an update was given up, and decides what to start. No agent is running. */
function prepare(world: World, folder: string, installed: string, isAsked: boolean): StartPlan {
  const paths = updatePaths(folder)
  const isThere = (version: string) => existsSync(paths.program(version))
  const known = lookUpdateState(world, paths.state)
  let state = known ?? recovered(world, folder, installed)
  try {
    if (world.files.sizeOf(paths.updates) === null) return { state, run: null }
    if (known === null) writeUpdateState(world.files, paths.state, state)
    if (isAsked) state = takeStaged(world, folder, installed, state)
    const plan = planStart(state, installed, isThere, world.clock.now())
    const { journal } = agentPaths(folder)
    if (plan.state.restoring !== null) {
      writeUpdateState(world.files, paths.state, plan.state)
      restoreJournal(world, journal, plan.state.restoring)
    }
    const next = { ...plan.state, restoring: null }
    if (JSON.stringify(next) !== JSON.stringify(state)) writeUpdateState(world.files, paths.state, next)
    tidy(world, folder, next)
    return { ...plan, state: next }
  } catch (error) {
    // a full or failing disk: what is known to work runs
    world.log.error({ ...describeError(error) }, 'updates can’t be looked after; the version before goes on')
    const works = state.trial === null ? state.current : state.previous
    return { state, run: works !== null && isThere(works) ? works : null }
  }
}

/** What can be told from the files where what was known can't be read. */
function recovered(world: World, folder: string, installed: string): UpdateState {
  const paths = updatePaths(folder)
  const isStaged = world.files.sizeOf(paths.staged) !== null
  const state = recoverState({
    installed,
    versions: nodeUpdateFiles.list(paths.versions).filter(version => existsSync(paths.program(version))),
    unstarted: isStaged ? (readStaged(world, paths.staged)?.version ?? 'newest') : null,
    copies: journalCopies(world, agentPaths(folder).journal),
  })
  world.log.error({ runs: state.current ?? installed }, 'what is known of updates was put together again')
  return state
}

function takeStaged(world: World, folder: string, installed: string, state: UpdateState): UpdateState {
  const paths = updatePaths(folder)
  const staged = readStaged(world, paths.staged)
  if (staged === null) return state
  world.files.remove(paths.staged) // first: the hub offers it again after a kill
  const begun = beginTrial(state, staged, installed)
  if (begun === state) return state
  const why = withJournalKept(world, folder, staged)
  const taken = why === null ? begun : refuseStart(state, staged, why, world.clock.now())
  writeUpdateState(world.files, paths.state, taken)
  return taken
}

/** @returns why the journal could not be kept for the version before; null: it was, or the update leaves it as it is */
function withJournalKept(world: World, folder: string, { version, journal: form }: Staged): string | null {
  try {
    copyJournal(world, { path: agentPaths(folder).journal, version, form })
    return null
  } catch (error) {
    world.log.error({ ...describeError(error), version }, 'the journal could not be copied before an update')
    return describeError(error).sentence
  }
}

/** Removes versions that nothing goes back to, and copies of the journal whose trial is over. */
function tidy(world: World, folder: string, state: UpdateState): void {
  const { current, previous, trial, restoring } = state
  const copies = [trial?.version, restoring].filter(version => typeof version === 'string')
  dropJournalCopies(world, agentPaths(folder).journal, copies)
  if (trial !== null) return
  const paths = updatePaths(folder)
  const { list, remove } = nodeUpdateFiles
  const used = [current, previous, readStaged(world, paths.staged)?.version]
  for (const version of list(paths.versions)) if (!used.includes(version)) remove(paths.version(version))
}

type RunEnd =
  | { readonly end: 'ended'; readonly code: number }
  | { readonly end: 'stopped' }
  | { readonly end: 'given-up'; readonly why: GivenUp }

/** Runs one version until it ends, until this launcher is stopped, or until its trial is over. */
async function runVersion(
  { world, folder, args }: LaunchParts,
  { state, run }: StartPlan,
  stopped: Promise<unknown>,
): Promise<RunEnd> {
  const child = startProgram(folder, run, args)
  const ended = new Promise<number>(resolve => {
    child.once('error', () => resolve(1))
    child.once('exit', code => resolve(code ?? 1))
  })
  const trial = followTrial(world, folder, child, state)
  const first = await Promise.race([
    ended.then(code => ({ end: 'ended', code }) as const),
    stopped.then(() => ({ end: 'stopped' }) as const),
    trial.givenUp.then(why => ({ end: 'given-up', why }) as const),
  ])
  trial.cancel()
  if (first.end !== 'ended') await endProgram(world, child, { ended, platform: process.platform })
  return first
}

/** A version's own Node where it brings one; the installed program by what runs this launcher. */
function startProgram(folder: string, run: string | null, args: readonly string[]): ChildProcess {
  const paths = updatePaths(folder)
  const program = run === null ? (process.argv[1] ?? '') : paths.program(run)
  const own = join(dirname(dirname(program)), process.platform === 'win32' ? 'node.exe' : 'node')
  const node = run !== null && existsSync(own) ? own : process.execPath
  return spawn(node, [program, ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [LAUNCHED]: '1' },
  })
}

/** While a version is on trial: keeps it once it says that it is well, and gives it up when it takes too long. */
function followTrial(
  world: World,
  folder: string,
  child: ChildProcess,
  { trial }: UpdateState,
): { readonly givenUp: Promise<GivenUp>; cancel(): void } {
  const givenUp = Promise.withResolvers<GivenUp>()
  if (trial === null) return { givenUp: givenUp.promise, cancel() {} }
  let why = ''
  const cancel = world.timers.after(trialMs(world, folder), () => givenUp.resolve(notWell(why)))
  child.on('message', (said: unknown) => {
    const word = LauncherWord.safeParse(said).data
    if (word?.t === 'not-yet') why = word.why
    if (word?.t !== 'healthy') return
    cancel()
    keep(world, folder)
  })
  return { givenUp: givenUp.promise, cancel }
}

function keep(world: World, folder: string): void {
  try {
    const kept = saveState(world, folder, keepUpdate)
    if (kept !== null) tidy(world, folder, kept)
  } catch (error) {
    world.log.error(
      { ...describeError(error) },
      'that the update works could not be kept; the next start tries it again',
    )
  }
}

function trialMs(world: World, folder: string): number {
  try {
    return trialTimesMs(settingsOfAgent({ world, folder }).config.updates).giveUpMs
  } catch {
    return trialTimesMs(usualTrialTimes).giveUpMs // what is wrong with agent.json, the agent says
  }
}
