import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { HostLink } from './host-link.ts'

/** Native calls that hang hold a thread each; the others must not wait for them. */
const POOL_THREADS = '16'

/**
 * The device host's own file: beside this one in the checkout; in the packed package this code lies in bin/, and the
 * host beside it as tillbridge-device-host.mjs.
 */
function hostEntry(): URL {
  const own = import.meta.url
  return new URL(own.endsWith('.ts') ? './host-process.ts' : './tillbridge-device-host.mjs', own)
}

/**
 * Starts a device host as a child process of the running Node. What it prints goes to the agent's own stderr.
 * @param entry another file that calls `runNodeHost`, for tests with kinds of their own
 */
export function forkHost(entry: URL = hostEntry()): HostLink & { readonly pid: number } {
  const child = fork(fileURLToPath(entry), [], {
    serialization: 'advanced',
    execArgv: [],
    env: { ...process.env, UV_THREADPOOL_SIZE: POOL_THREADS },
    stdio: ['ignore', 2, 2, 'ipc'],
    windowsHide: true,
  })
  return {
    /** -1: it could not be started. */
    pid: child.pid ?? -1,
    send(message) {
      if (child.connected) child.send(message, () => {}) // one that ended says so by `exit`
    },
    kill: () => void child.kill('SIGKILL'),
    listen({ message, ended }) {
      let isOver = false
      const end = (why: string): void => {
        if (isOver) return
        isOver = true
        ended(why)
      }
      child.on('message', message)
      child.on('error', error => end(error.message)) // it could not be started
      // `close` comes behind the last message, `exit` may come before it; a grandchild can't hold it open: no pipes
      child.on('close', (code, signal) => end(signal === null ? `exit code ${code}` : `signal ${signal}`))
    },
  }
}
