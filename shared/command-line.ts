import { Command, CommanderError, Help, InvalidArgumentError } from 'commander'
import { defineError, describeError, type ErrorKind, firstCause, TillbridgeError } from './errors.ts'
import { lastResort } from './last-resort.ts'
import { escapeHidden } from './visible-text.ts'
import type { World } from './world.ts'

/** What a command hands back: `--json` prints only `json` on stdout, else `text` is printed. */
export interface CommandResult {
  /** `undefined`: all was printed already, line by line. */
  readonly json: unknown
  readonly text: string
  /** How the command ends; 0 when left out. `exitCodes.failed`: it ran, and found something wrong. */
  readonly exitCode?: number
}

/** Where a command line writes and how it ends; the process's own in `cli.ts`, a recorder in tests. */
export interface Terminal {
  out(text: string): void
  err(text: string): void
}

/** `waiting`: it was asked of a till, and there is no answer yet. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, waiting: 3 } as const

/** A command with `--json`, which every command takes. */
export function command(name: string, description: string): Command {
  const help = new Help()
  const of = new Command(name).description(description).option('--json', 'print only JSON on stdout')
  return of.configureHelp({
    optionDescription: option => `${help.optionDescription(option)}${option.mandatory ? ' (required)' : ''}`,
  })
}

/** Parses an option's value as words: a name or a reason that is kept says something. */
export function someWords(text: string): string {
  const words = text.trim()
  if (words === '') throw new InvalidArgumentError('it must not be empty')
  return words
}

export const fileUnwritable = defineError(
  'FILE_UNWRITABLE',
  (f: { path: string; why: string }) => `${f.path} can't be written: ${f.why}. Nothing was written.`,
)

const unwritable: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder does not exist',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the disk can only be read',
  ENOSPC: 'the disk is full',
}

/** Writes a file that a person has named. @throws FILE_UNWRITABLE where another path or a folder would help */
export function writeNamed(path: string, write: (path: string) => void): void {
  try {
    write(path)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    const why = unwritable[code]
    if (why === undefined) throw cause
    throw fileUnwritable({ path, why }, cause)
  }
}

/** Refuses two options that contradict each other as wrong usage, also `--x` and `--no-x`, of which the last would win. */
export function refuseTogether(of: Command, one: string, other: string): Command {
  const given = new Set<string>()
  for (const name of [one, other]) {
    if (!of.options.some(option => option.name() === name))
      throw new RangeError(`${of.name()} has no option --${name}`)
    of.on(`option:${name}`, () => {
      if (given.add(name).size > 1)
        of.error(`error: option '--${one}' cannot be used with option '--${other}'`)
    })
  }
  return of
}

/** Refuses an option that says nothing without another as wrong usage. */
export function needsOption(of: Command, one: string, other: string): Command {
  return of.hook('preAction', () => {
    const isGiven = (name: string) => of.getOptionValueSource(name) === 'cli'
    if (isGiven(one) && !isGiven(other)) of.error(`error: option '--${one}' needs option '--${other}'`)
  })
}

/** The end of a command that has printed its result and ends with another code than 0. */
class Ended extends Error {
  readonly exitCode: number
  constructor(exitCode: number) {
    super(`ended with ${exitCode}`)
    this.exitCode = exitCode
  }
}

/** Ties a command's work to its result's output. */
export function answers<Options extends { json?: boolean }>(
  of: Command,
  terminal: Terminal,
  work: (options: Options, ...args: string[]) => Promise<CommandResult>,
): Command {
  return of.action(async (...given: unknown[]) => {
    const args = given.slice(0, -2).flat().map(String)
    const options = of.opts<Options>()
    const { json, text, exitCode } = await work(options, ...args)
    const printed: string | undefined = options.json === true ? JSON.stringify(json) : text
    if (printed !== undefined && printed !== '') terminal.out(`${printed}\n`)
    if (exitCode !== undefined && exitCode !== exitCodes.ok) throw new Ended(exitCode)
  })
}

/**
 * Runs a command line to its end.
 * @param usage kinds of errors that say an argument or an option is malformed
 * @returns 0 done; 1 it failed and says why, or found something wrong; 2 wrong usage; 3 a till's answer is waited for
 */
export async function runCommandLine(
  program: Command,
  argv: readonly string[],
  terminal: Terminal,
  usage: readonly Pick<ErrorKind<never>, 'is'>[] = [],
): Promise<number> {
  const asJson = argv.includes('--json')
  const quiet = (of: Command): void => {
    of.exitOverride().configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    of.commands.forEach(quiet)
  }
  quiet(program)
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return exitCodes.ok
  } catch (thrown) {
    const error = firstCause(thrown)
    if (error instanceof Ended) return error.exitCode
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    const { code, sentence } = describeError(error)
    if (asJson) terminal.out(`${JSON.stringify({ error: { code, sentence } })}\n`)
    terminal.err(`${sentence} [${code}]\n`)
    if (!(error instanceof TillbridgeError) && error instanceof Error) terminal.err(`${error.stack ?? ''}\n`)
    return usage.some(kind => kind.is(error)) ? exitCodes.usage : exitCodes.failed
  }
}

/** The two kinds of end that a long-running command waits for. */
export function stopSignal(): Promise<string> {
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal))
  })
}

/**
 * What a long-running command waits for, with the last net beneath it.
 * @returns the command's exit code: a service manager starts again what did not end by a signal
 */
export function endOfRun(world: Pick<World, 'log' | 'clock' | 'timers'>): Promise<number> {
  const { log, clock, timers } = world
  const { given } = lastResort({
    faults: process,
    log,
    clock,
    timers,
    exit: () => process.exit(exitCodes.failed),
  })
  return Promise.race([stopSignal().then(() => exitCodes.ok), given.then(() => exitCodes.failed)])
}

/** Whatever a POS or a customer has written, no character of it drives the terminal or turns what is around it. */
export const processTerminal: Terminal = {
  out: text => void process.stdout.write(escapeHidden(text)),
  err: text => void process.stderr.write(escapeHidden(text)),
}
