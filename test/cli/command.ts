import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { agentProgram } from '../../agent/commands/index.ts'
import { hubProgram, hubUsageErrors } from '../../hub/commands/index.ts'
import { runCommandLine } from '../../shared/command-line.ts'
import { jsonLog, nodeWorld } from '../../shared/node-world.ts'

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

const paths = { agent: 'agent/cli.mjs', hub: 'hub/cli.mjs' } as const
export type Program = keyof typeof paths

/** Runs one command to its end as a person would, in a process of its own. */
export function run(program: Program, args: readonly string[], stdin = ''): Promise<Ended> {
  const child = spawn(process.execPath, [paths[program], ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  child.stdout.on('data', chunk => {
    out += String(chunk)
  })
  child.stderr.on('data', chunk => {
    err += String(chunk)
  })
  child.stdin.end(stdin)
  return new Promise(resolve => child.once('close', code => resolve({ code, out, err })))
}

/** Runs one command to its end within this process, on the real world: a hundred times cheaper than `run`. */
export async function runHere(program: Program, args: readonly string[]): Promise<Ended> {
  const said: { out: string[]; err: string[] } = { out: [], err: [] }
  const terminal = {
    out: (text: string) => void said.out.push(text),
    err: (text: string) => void said.err.push(text),
  }
  const parts = {
    terminal,
    world: nodeWorld({ log: jsonLog('silent', {}) }),
    version: '0.0.0',
    pages: 'dist',
  }
  const made = program === 'agent' ? agentProgram(parts) : hubProgram(parts)
  const code = await runCommandLine(made, args, terminal, program === 'agent' ? [] : hubUsageErrors)
  return { code, out: said.out.join(''), err: said.err.join('') }
}

let typed: Promise<unknown> = Promise.resolve()

/** As `runHere`, of a command that reads what is typed; one after the other, as this process has one standard input. */
export function typeHere(program: Program, args: readonly string[], text: string): Promise<Ended> {
  const ended = typed.then(async () => {
    const own = Object.getOwnPropertyDescriptor(process, 'stdin') ?? {}
    const value = Readable.from(text === '' ? [] : [text])
    Object.defineProperty(process, 'stdin', { configurable: true, enumerable: true, value })
    try {
      return await runHere(program, args)
    } finally {
      Object.defineProperty(process, 'stdin', own)
    }
  })
  typed = ended.catch(() => undefined) // its own test fails
  return ended
}

/** Starts a command that goes on until it is told to stop, and waits for its first line. */
export async function start(program: Program, args: readonly string[]) {
  const child = spawn(process.execPath, [paths[program], ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  child.stderr.on('data', chunk => {
    log += String(chunk)
  })
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  const first = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    void ended.then(() => reject(new Error(`${program} ${args.join(' ')} ended at once: ${log}`)))
  })
  return {
    first,
    log: () => log,
    commandLine: child.spawnargs.join(' '),
    async stop(): Promise<number | null> {
      child.kill('SIGTERM')
      return ended
    },
    async [Symbol.asyncDispose](): Promise<void> {
      child.kill('SIGTERM')
      await ended
    },
  }
}
