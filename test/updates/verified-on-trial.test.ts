import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { agentPaths } from '../../agent/config.ts'
import { runAgent } from '../../agent/run.ts'
import { nodeSalesFiles } from '../../agent/sources/sales-files/node-sales-files.ts'
import { updatePaths } from '../../agent/updates/update-state.ts'
import { nodeDropFiles } from '../../agent/write-back/node-drop-files.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { newSigningKey } from '../../shared/signing.ts'
import type { Log, Timers } from '../../shared/world.ts'
import { temporaryFolder } from '../manual-world.ts'

/** Nothing happens by time here: what is watched is how the agent begins. */
const still: Pick<Timers, 'after'> = { after: () => () => undefined }

/** Starts the version 0.2.0 on a journal that is there, and stops it; says whether it read every page of its journal. */
async function startsWith(trial: string | null): Promise<boolean> {
  using folder = temporaryFolder()
  const log: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log }
  const real = nodeWorld({ log })
  const asked: string[] = []
  const files = {
    ...real.files,
    reserve: () => true,
    database(...given: Parameters<typeof real.files.database>) {
      const db = real.files.database(...given)
      const { pragma } = db
      return Object.assign(db, {
        pragma(...args: Parameters<typeof pragma>) {
          asked.push(args[0])
          return pragma.apply(db, args)
        },
      })
    },
  }
  const world = { ...real, files, timers: { ...real.timers, ...still } }
  const { config, device } = agentPaths(folder.path)
  const hub = { id: 'hub_test', url: 'http://127.0.0.1:1' }
  const place = { store: 'HAR', storeName: 'Harbour', zone: 'UTC', till: 'Till 1' }
  const { privateKey } = newSigningKey(real.random)
  writeFileSync(device, JSON.stringify({ device: 'dev_0123456789abcdef', ...place, hub, privateKey }))
  writeFileSync(config, JSON.stringify({ till: { port: 0 } }))
  const runOnce = async () => {
    const stop = Promise.withResolvers<void>()
    await runAgent({
      ...{ pid: process.pid, folder: folder.path, version: '0.2.0', pages: folder.path, desk: null },
      launchHost: () => {
        throw new Error('this till has no peripherals')
      },
      dropFiles: nodeDropFiles,
      salesFiles: nodeSalesFiles,
      updates: null,
      world,
      stop: stop.promise,
      ready: () => stop.resolve(),
    })
  }
  await runOnce() // makes the journal
  if (trial !== null) {
    const { state } = updatePaths(folder.path)
    const staged = { version: trial, offered: `${trial}#1`, journal: 0, worked: [], starts: 1 }
    mkdirSync(dirname(state), { recursive: true })
    writeFileSync(state, JSON.stringify({ current: trial, trial: staged }))
  }
  asked.length = 0
  await runOnce()
  return asked.some(text => text.startsWith('quick_check'))
}

test('an update on trial reads every page of the journal before it records; other starts do not', async () => {
  expect(await startsWith('0.2.0')).toBe(true)
  expect(await startsWith('0.1.9')).toBe(false)
  expect(await startsWith(null)).toBe(false)
})
