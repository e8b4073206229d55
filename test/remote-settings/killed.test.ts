import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { settingsInUse } from '../../agent/remote-settings/start-with-settings.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { quietLog, temporaryFolder } from '../manual-world.ts'

/** A process that is killed at each write of its settings' state, before, within and after it. */

const MOMENTS = ['before', 'half', 'after'] as const
const Kept = z.object({ kept: z.array(z.object({ name: z.string() })) })

async function live(folder: string, at: number, moment: string): Promise<{ killed: boolean; out: string }> {
  const child = spawn(
    process.execPath,
    ['test/remote-settings/killed.child.ts', folder, String(at), moment],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let out = ''
  child.stdout.on('data', chunk => {
    out += String(chunk)
  })
  return new Promise(resolve =>
    child.once('close', (_, signal) => resolve({ killed: signal === 'SIGKILL', out: out.trim() })),
  )
}

test('a till that is killed at any write has the old settings or the new ones, and ends with the new ones', async () => {
  using folder = temporaryFolder()
  const at = (name: string) => join(folder.path, name)
  const world = nodeWorld({ log: quietLog })
  const tell = (name: string, hours: number) =>
    writeFileSync(
      at('told.json'),
      JSON.stringify({
        kind: 'settings.put',
        at: 0,
        name,
        settings: { pickups: { hideCustomersAfterHours: hours } },
      }),
    )
  writeFileSync(
    at('agent.json'),
    JSON.stringify({ updates: { quietMinutes: 0, confirmMinutes: 0.001, giveUpMinutes: 30 } }),
  )
  writeFileSync(
    at('device.json'),
    JSON.stringify({
      device: 'dev_0123456789abcdefghij',
      hub: { id: 'hub_1', url: 'http://127.0.0.1:9' },
      store: 'HAR',
      storeName: 'Harbour',
      till: 'Till 1',
      zone: 'Europe/Berlin',
      privateKey: 'none',
    }),
  )
  tell('1-aaaaaa', 1)
  expect(await live(folder.path, 0, 'never')).toEqual({ killed: false, out: '1' })
  let hours = 1
  let step = 1
  for (let isKilled = true; isKilled; step += 1)
    for (const moment of MOMENTS) {
      const before = hours
      hours += 1
      tell(`${hours}-aaaaaa`, hours)
      const run = await live(folder.path, step, moment)
      isKilled = run.killed
      Kept.parse(JSON.parse(readFileSync(at('remote-settings.json'), 'utf8')))
      const { config } = settingsInUse({ world, folder: folder.path })
      expect([before, hours]).toContain(config.pickups.hideCustomersAfterHours)
      if (isKilled) expect(await live(folder.path, 0, 'never')).toEqual({ killed: false, out: String(hours) })
    }
  expect(step).toBe(5) // on trial, started, kept; the fourth write does not come
})
