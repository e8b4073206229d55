import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { agentPaths } from '../../agent/config.ts'
import { writeDeviceFile } from '../../agent/enrolment/device-file.ts'
import { DeviceId } from '../../shared/ids.ts'
import { holdInstance } from '../../shared/instance-lock.ts'
import { newSigningKey } from '../../shared/signing.ts'
import { DEVICE, lightWorld } from '../journal/test-journal.ts'
import { temporaryFolder } from '../manual-world.ts'
import { type ChildEnd, nodeWords, runToEnd } from './child.ts'

const command = (side: 'agent' | 'hub', ...args: string[]) =>
  nodeWords(new URL(`../../${side}/cli.mjs`, import.meta.url), ...args)

const refusal = (pid: number | null) => new Error(`held by ${pid}`)

/** Leaves a lock as a process did whose pid a living program has now: this one. */
function leaveLockOfLivingPid(path: string): void {
  holdInstance(lightWorld().files, { path, pid: process.pid, refusal })[Symbol.dispose]()
}

/** A started program that has written `ready` on its stdout. */
async function started(words: readonly string[], ready: RegExp) {
  const [program = '', ...args] = words
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  let out = ''
  await new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
      if (ready.test(out)) resolve()
    })
    void closed.then(([code]) => reject(new Error(`ended with ${code} before it was ready: ${out}`)))
  })
  return {
    pid: child.pid,
    async end(signal: NodeJS.Signals) {
      child.kill(signal)
      await closed
    },
  }
}

/** Starts `words`, starts them again beside the first, kills the first and starts them once more. */
async function startThrice(words: readonly string[], ready: RegExp) {
  const first = await started(words, ready)
  let second: ChildEnd
  try {
    second = await runToEnd([...words])
  } finally {
    await first.end('SIGKILL')
  }
  const third = await started(words, ready)
  await third.end('SIGTERM')
  return { pid: first.pid, second }
}

test('a second hub on a data folder is refused and told the first; one that was killed blocks no start', async () => {
  using folder = temporaryFolder()
  leaveLockOfLivingPid(`${folder.path}/hub.db.lock`)
  const { pid, second } = await startThrice(
    command('hub', 'serve', '--data', folder.path, '--port', '0'),
    /http/,
  )
  expect(second.code).toBe(1)
  expect(second.err).toContain(`already running here (${folder.path}/hub.db, pid ${pid})`)
})

test('a second agent on a data folder is refused and told the first; one that was killed blocks no start', async () => {
  using folder = temporaryFolder()
  const { files, random } = lightWorld()
  const paths = agentPaths(folder.path)
  leaveLockOfLivingPid(paths.lock)
  files.writePrivate(paths.config, '{"till":{"port":0}}')
  writeDeviceFile(files, paths.device, {
    device: DeviceId.parse(DEVICE),
    hub: { id: 'hub_1', url: 'http://127.0.0.1:9' },
    store: 'HAR',
    storeName: 'Harbour',
    till: 'Till 1',
    zone: 'Europe/Berlin',
    privateKey: newSigningKey(random).privateKey,
  })
  const { pid, second } = await startThrice(command('agent', 'run', '--data', folder.path), /http/)
  expect(second.code).toBe(1)
  expect(second.err).toMatch(new RegExp(`already running here .*pid ${pid}`))
})

test('a second npm start on a data folder is refused and leaves the first running; a killed one blocks no start', async () => {
  using folder = temporaryFolder()
  leaveLockOfLivingPid(`${folder.path}/start.lock`)
  const ports = ['hub', 'shopify', 'till'].flatMap(part => [`--${part}-port`, '0'])
  const words = nodeWords(
    new URL('../sandbox/start.ts', import.meta.url),
    ...['--data', folder.path, '--stores', '1', '--quiet-pos', ...ports],
  )
  const { pid, second } = await startThrice(words, /Ctrl-C stops all/)
  expect(second.code).toBe(1)
  expect(second.err).toContain(`already running here (${folder.path}, pid ${pid})`)
})
