import type { ChildProcess } from 'node:child_process'
import { pause } from '../../shared/back-off.ts'
import type { World } from '../../shared/world.ts'

/** How long an agent may take to write down what it holds before it is ended. */
const STOP_MS = 25_000

/**
 * Asks an agent to end, and ends it when it takes too long. Leaves no timer behind: it would keep the launcher running.
 * @param of `ended` resolves when it has ended; `platform`: as Node names this machine's
 */
export async function endProgram(
  world: Pick<World, 'timers'>,
  child: Pick<ChildProcess, 'connected' | 'disconnect' | 'kill'>,
  { ended, platform }: { readonly ended: Promise<unknown>; readonly platform: string },
): Promise<void> {
  if (child.connected) child.disconnect() // an agent ends with its launcher; Windows has no other way to ask
  if (platform !== 'win32') child.kill('SIGTERM')
  const over = new AbortController()
  const isOver = ended.then(() => over.abort())
  await pause(world, STOP_MS, over.signal)
  if (!over.signal.aborted) child.kill('SIGKILL')
  await isOver
}
