import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeError } from '../../shared/errors.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { quietLog, temporaryFolder } from '../manual-world.ts'
import { type ChildEnd, nodeWords, runToEnd } from '../shared/child.ts'
import type { Side } from './sides.ts'

/** What a disk answers when it fails, and when it is full. */
export const errors = ['EIO', 'ENOSPC'] as const
export type DiskError = (typeof errors)[number]

/** The calls that are failed. strace counts each kind apart; `?`: not every processor has it. */
export const calls = [
  'write',
  'pwrite64',
  'fsync',
  'fdatasync',
  '?open',
  'openat',
  'ftruncate',
  '?rename',
  '?renameat2',
] as const
export type Call = (typeof calls)[number]

/** One call that fails once: the `number`th of its kind on the program's database files. */
export interface Case {
  readonly call: Call
  readonly number: number
  readonly error: DiskError
}

/**
 * `went-on`: no error was logged; `recovered`: it was, and the script still came to its end; `ended`: the process
 * ended with a message; `not-reached`: this run made fewer such calls.
 */
export type Outcome = 'went-on' | 'recovered' | 'ended' | 'not-reached'

export interface Result extends Case {
  readonly outcome: Outcome
  /** The call as strace wrote it. */
  readonly failed: string
  /** What must not be, in words; empty: all is well. */
  readonly wrong: readonly string[]
  /** What the process logged at the fault. */
  readonly log: string
}

const HANGS = 'it hangs'
const CHILD = new URL('./script.child.ts', import.meta.url)
const COMPILED = join(tmpdir(), 'tillbridge-compiled')
/** Longest time for one run of a script; only ends one that hangs. */
const HANGS_AFTER_S = 120

/** One program, ready to be run again and again from the same beginning. */
export async function openSweep(side: Side, within: string | undefined) {
  const folder = temporaryFolder(within)
  const template = join(folder.path, 'template')
  mkdirSync(template)
  await side.prepare(template)
  let runs = 0

  /** A copy of the template, and a place for strace's log. */
  function nextRun(): { data: string; trace: string } {
    runs += 1
    const data = join(folder.path, `run-${runs}`)
    cpSync(template, data, { recursive: true })
    return { data, trace: `${data}.trace` }
  }
  const traced = ({ data, trace }: { data: string; trace: string }, what: readonly string[]) =>
    run([
      ...['strace', '-f', '--seccomp-bpf', '-qq', '-o', trace],
      ...side.files(data).flatMap(file => ['-P', file]),
      ...what,
      ...nodeWords(CHILD, side.name, data),
    ])

  return {
    /** How often each call is made when nothing fails. */
    async count(): Promise<ReadonlyMap<Call, number>> {
      const at = nextRun()
      const { code, err } = await traced(at, ['-e', `trace=${calls.join(',')}`])
      if (code !== 0) throw new Error(`the script fails on a good disk (${code}): ${err}`)
      const lines = linesOf(at.trace)
      const made = (call: Call) =>
        Math.max(0, ...perThread(lines.filter(line => line.includes(` ${nameOf(call)}(`))))
      return new Map(calls.map(call => [call, made(call)]))
    },
    /** Fails one call, then starts again on a good disk and counts what is there. A run that hangs must hang twice to count. */
    async fail(given: Case): Promise<Result> {
      const result = await failOnce(given)
      return result.wrong.includes(HANGS) ? failOnce(given) : result
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }

  async function failOnce(given: Case): Promise<Result> {
    const at = nextRun()
    const inject = `inject=${nameOf(given.call)}:error=${given.error}:when=${given.number}`
    const end = await traced(at, ['-e', `trace=${nameOf(given.call)}`, '-e', inject])
    const failed = linesOf(at.trace).find(line => line.includes('(INJECTED)')) ?? ''
    const again = await runHere(side, at.data)
    const wrong = [
      ...wrongAtFault(end),
      ...wrongAgain(again, ackedIn(end)),
      ...(again.failed === null ? await side.faultsOf(at.data) : []),
    ]
    const outcome = failed === '' ? 'not-reached' : outcomeOf(end)
    const result = { ...given, outcome, failed, wrong, log: end.err }
    rmSync(at.data, { recursive: true, force: true })
    rmSync(at.trace, { force: true })
    return result
  }
}

/** strace's name of a call, without its mark. */
const nameOf = (call: Call) => call.replace('?', '')

function linesOf(trace: string): string[] {
  return readFileSync(trace, 'utf8').split('\n')
}

/** How many of the lines each thread made: strace counts them apart. */
function perThread(lines: readonly string[]): number[] {
  const threads = Map.groupBy(lines, line => line.split(' ', 1)[0] ?? '')
  return [...threads.values()].map(made => made.length)
}

/** In a process group of its own, so that one that hangs is ended together with strace. */
function run(words: readonly string[]): Promise<ChildEnd> {
  const env = { NODE_COMPILE_CACHE: COMPILED } // half of a start is the compiling of what the last one compiled
  return runToEnd(['timeout', '-s', 'KILL', String(HANGS_AFTER_S), ...words], { env })
}

/** The next start, on a good disk: in this process, which has everything loaded. */
async function runHere(
  side: Side,
  folder: string,
): Promise<{ told: readonly string[]; failed: string | null }> {
  const told: string[] = []
  const world = nodeWorld({ log: quietLog })
  const hangs = Promise.withResolvers<never>()
  const cancel = world.timers.after(HANGS_AFTER_S * 1_000, () => hangs.reject(new Error('it hangs')))
  try {
    await Promise.race([side.script(folder, { world, tell: line => told.push(line) }), hangs.promise])
    return { told, failed: null }
  } catch (error) {
    return { told, failed: describeError(error).sentence }
  } finally {
    cancel()
  }
}

/** The receipts that the program has confirmed, as its script tells. */
function ackedIn({ out }: ChildEnd): number[] {
  return [...out.matchAll(/^acked (\d+)/gm)].map(([, number]) => Number(number))
}

const CAUSE = /SQLITE_(IOERR|FULL|CANTOPEN|READONLY|CORRUPT)|\bEIO\b|\bENOSPC\b/

/** pino's number of an error. */
const firstErrorIn = (log: string) => log.split('\n').find(line => line.startsWith('{"level":50'))

function outcomeOf({ code, err }: ChildEnd): Outcome {
  if (code !== 0) return 'ended'
  return firstErrorIn(err) === undefined ? 'went-on' : 'recovered'
}

function wrongAtFault({ code, signal, out, err }: ChildEnd): string[] {
  if (code === 137 || signal !== null) return [HANGS]
  if (code !== 0 && code !== 1) return [`it ended with code ${code}: an error escaped`]
  if (code === 1 && /^ready$/m.test(out)) return ['it ran, and ended instead of starting again']
  const first = firstErrorIn(err)
  if (first === undefined) return code === 0 ? [] : ['it ended without a word']
  return CAUSE.test(first) ? [] : ['the first error in the log does not name the cause']
}

/** The start after the fault, on a good disk. */
function wrongAgain(again: Awaited<ReturnType<typeof runHere>>, acked: readonly number[]): string[] {
  if (again.failed !== null) return [`the next start fails: ${again.failed}`]
  const held = again.told.find(line => line.startsWith('held '))?.slice('held '.length)
  if (held !== undefined && Number(held) < acked.length)
    return [`${acked.length} receipts were confirmed and only ${held} are held`]
  const lost = acked.filter(number => again.told.includes(`acked ${number} new`))
  return lost.map(number => `receipt ${number} was confirmed and not kept`)
}
