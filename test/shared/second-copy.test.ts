import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { agentPaths } from '../../agent/config.ts'
import { newDeviceKey, writeDeviceFile } from '../../agent/enrolment/device-file.ts'
import { DeviceId } from '../../shared/ids.ts'
import { DEVICE, lightWorld } from '../journal/test-journal.ts'
import { temporaryFolder } from '../manual-world.ts'
import { nodeWords, runToEnd } from './child.ts'

const command = (side: 'agent' | 'hub', ...args: string[]) =>
  nodeWords(new URL(`../../${side}/cli.mjs`, import.meta.url), ...args)

/** Starts `words`, waits until it says that it is ready, and starts them again. */
async function startTwice(words: readonly string[]) {
  const [program = '', ...args] = words
  const first = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    await once(first.stdout, 'data')
    return { pid: first.pid, second: await runToEnd([...words]) }
  } finally {
    first.kill('SIGKILL')
    await once(first, 'close')
  }
}

test('a second hub on a data folder is refused and names the first', async () => {
  using folder = temporaryFolder()
  const { pid, second } = await startTwice(command('hub', 'serve', '--data', folder.path, '--port', '0'))
  expect(second.code).toBe(1)
  expect(second.err).toContain(`already running here (${folder.path}/hub.db, pid ${pid})`)
}, 120_000)

test('a second agent on a data folder is refused and names the first', async () => {
  using folder = temporaryFolder()
  const { files, random } = lightWorld()
  const paths = agentPaths(folder.path)
  files.writePrivate(paths.config, '{"till":{"port":0}}')
  writeDeviceFile(files, paths.device, {
    device: DeviceId.parse(DEVICE),
    hub: { id: 'hub_1', url: 'http://127.0.0.1:9' },
    store: 'HAR',
    storeName: 'Harbour',
    till: 'Till 1',
    zone: 'Europe/Berlin',
    privateKey: newDeviceKey(random).privateKey,
  })
  const { pid, second } = await startTwice(command('agent', 'run', '--data', folder.path))
  expect(second.code).toBe(1)
  expect(second.err).toMatch(new RegExp(`already running here .*pid ${pid}`))
}, 120_000)
