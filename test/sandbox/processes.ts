import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A part of the set-up as its own process, started again when it dies, as a service manager does. */
export interface Part {
  readonly name: string
  pid(): number | undefined
  /** How often it was started again. */
  restarts(): number
  stop(): Promise<void>
  /** Ends it at once, as a power cut does; it is started again unless `revive` is false. */
  kill(revive?: boolean): Promise<void>
  start(): Promise<void>
}

const RESTART_MS = 500
const STOP_MS = 8_000

/** Ending this process ends its parts: none outlives it. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGTERM')
})

/**
 * Starts a part and waits for the JSON line by which it says that it is ready.
 * @param ready called with that line at every start
 */
export async function startPart(options: {
  name: string
  args: readonly string[]
  env?: Readonly<Record<string, string>>
  /** Where the part's log goes. */
  log(line: string): void
  ready(line: string): void
}): Promise<Part> {
  let child: ChildProcess | null = null
  let wanted = true
  let starts = 0

  function launch(): Promise<void> {
    starts += 1
    const started = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...options.args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // a group of its own: Ctrl-C reaches the one that stops all in order, not every part at once
      env: { ...process.env, ...options.env },
    })
    child = started
    running.add(started)
    createInterface({ input: started.stderr }).on('line', options.log)
    const ended = new Promise<void>(resolve => started.once('exit', () => resolve()))
    void ended.then(() => {
      running.delete(started)
      if (!wanted || child !== started) return
      options.log(`${options.name} ended (${started.exitCode ?? started.signalCode}); it is started again`)
      setTimeout(() => {
        if (wanted) launch().catch((error: unknown) => options.log(String(error)))
      }, RESTART_MS)
    })
    return new Promise((resolve, reject) => {
      const lines = createInterface({ input: started.stdout })
      lines.once('line', line => {
        options.ready(line)
        resolve()
      })
      lines.on('line', options.log)
      void ended.then(() => reject(new Error(`${options.name} ended before it was ready; its log says why`)))
    })
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return
    const gone = new Promise<void>(resolve => ending.once('exit', () => resolve()))
    ending.kill(signal)
    const tooLong = setTimeout(() => ending.kill('SIGKILL'), STOP_MS)
    await gone
    clearTimeout(tooLong)
  }

  await launch()
  return {
    name: options.name,
    pid: () => child?.pid,
    restarts: () => starts - 1,
    async stop() {
      wanted = false
      await end('SIGTERM')
    },
    async kill(revive = true) {
      wanted = revive
      await end('SIGKILL')
    },
    async start() {
      wanted = true
      await launch()
    },
  }
}
