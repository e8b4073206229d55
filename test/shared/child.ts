import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { test } from 'vitest'

/** What this machine lets a test do to a process. Without it the tests that need it are skipped, and say so. */
export type Power = 'strace' | 'namespaces'

const attempts: Readonly<Record<Power, readonly [string, ...string[]]>> = {
  strace: ['strace', '-qq', '-e', 'trace=none', 'true'],
  namespaces: ['unshare', '-rm', 'sh', '-c', 'mount -t tmpfs none /mnt'],
}

function has(power: Power): boolean {
  const [command, ...args] = attempts[power]
  return process.platform === 'linux' && spawnSync(command, args).status === 0
}

/** Whether strace works here. */
export const canTrace = (): boolean => has('strace')

/** `test`, or a skip that names what is missing. */
export function testWith(power: Power): typeof test {
  if (has(power)) return test
  console.warn(
    `SKIPPED for want of ${power} (${attempts[power].join(' ')}): faults of the disk are not tried here`,
  )
  return test.skip as typeof test
}

export interface ChildEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly err: string
}

/** The words that start a TypeScript file of ours as a process. */
export const nodeWords = (script: URL, ...args: readonly string[]): string[] => [
  process.execPath,
  '--disable-warning=ExperimentalWarning',
  fileURLToPath(script),
  ...args,
]

/** Wraps a command so that `folder` is a disk of its own, of `size` (as `300k`), gone with the command. */
export function onSmallDisk(folder: string, size: string, words: readonly string[]): string[] {
  const mount = `mount -t tmpfs -o size=${size} none "$0" && exec "$@"`
  return ['unshare', '-rm', 'sh', '-c', mount, folder, ...words]
}

/** Runs a command to its end. */
export function runToEnd(
  words: readonly string[],
  options: { env?: Readonly<Record<string, string>>; stdin?: string; cwd?: string } = {},
): Promise<ChildEnd> {
  const [command = '', ...args] = words
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
    cwd: options.cwd,
    timeout: 600_000, // only ends one that hangs
    killSignal: 'SIGKILL',
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  child.stdin.on('error', () => {}).end(options.stdin ?? '')
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, out, err }))
  })
}
