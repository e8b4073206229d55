import type { ChildProcess } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterAll } from 'vitest'

/**
 * Ends the programs that a file's tests started and left: a failed test does not come as far as ending its own, and one
 * that lives on holds the run's output open, so that the run never ends.
 */
const running = new Set<ChildProcess>()

function note(message: unknown): void {
  const { process: child } = message as { process: ChildProcess }
  running.add(child)
  child.once('exit', () => running.delete(child))
}

// Each file of a worker runs this once more: what an earlier one began to watch would be watched twice.
subscribe('child_process', note)
afterAll(() => {
  unsubscribe('child_process', note)
  for (const child of running) child.kill('SIGKILL')
})
