import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const hasSocat = spawnSync('socat', ['-V']).status === 0

/** For a test's name, so that a skipped one says why. */
export const needsSocat = hasSocat ? '' : ' (SKIPPED: socat is not installed; apt-get install socat)'
export { hasSocat }

/** Two pseudo-terminals, each the other end of the other: what a serial cable is to two computers. */
export interface PtyPair extends AsyncDisposable {
  readonly a: string
  readonly b: string
  /** Both ends vanish, as a USB adapter that is pulled out. */
  unplug(): Promise<void>
  plug(): Promise<void>
}

export async function ptyPair(folder: string, name: string): Promise<PtyPair> {
  const a = join(folder, `${name}-a`)
  const b = join(folder, `${name}-b`)
  let socat: ChildProcess | null = null

  async function plug(): Promise<void> {
    const started = spawn('socat', ['-d', '-d', `pty,raw,echo=0,link=${a}`, `pty,raw,echo=0,link=${b}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    socat = started
    let said = ''
    for await (const chunk of started.stderr) {
      said += String(chunk)
      if (said.includes('starting data transfer')) break
    }
    if (!said.includes('starting data transfer')) throw new Error(`socat did not start: ${said}`)
  }

  async function unplug(): Promise<void> {
    const running = socat
    socat = null
    if (running === null || running.exitCode !== null || running.signalCode !== null) return
    running.kill('SIGTERM')
    await once(running, 'exit')
  }

  await plug()
  return { a, b, plug, unplug, [Symbol.asyncDispose]: unplug }
}
