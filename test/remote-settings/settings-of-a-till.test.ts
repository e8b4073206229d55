import { expect, test } from 'vitest'
import { hubAndTill } from './till-with-settings.ts'

/** A real hub, a real agent: what head office sets arrives, proves itself or is gone back from. */

test('a setting of one store arrives at its till, proves itself there, and the hub hears of it', async () => {
  await using set = await hubAndTill()
  await using agent = set.agent()
  await set.set({ pickups: { hideCustomersAfterHours: 5 } }, '--store', 'HAR')
  await expect.poll(() => set.version(1), { interval: 300 }).toMatchObject({ healthy: 1, failed: 0 })
  const till = await set.till()
  expect(till).toMatchObject({ state: 'running', runs: till?.wanted })
  expect(set.kept()).toMatchObject({
    trial: null,
    kept: [{ settings: { pickups: { hideCustomersAfterHours: 5 } } }],
  })
  await set.hub('config', 'drop', '1', '--why', 'not wanted')
  await expect.poll(() => set.till(), { interval: 300 }).toMatchObject({ runs: 'none', state: 'running' })
  expect(agent.log()).not.toContain('"level":60')
})

test('a till that a new setting cuts off goes back, says why, and the hub stops the roll-out', async () => {
  const own = {
    updates: { quietMinutes: 0, confirmMinutes: 0.02, giveUpMinutes: 0.1 },
    remote: { allow: ['sources'] },
  }
  await using set = await hubAndTill(own)
  await using _ = set.agent()
  await set.set(
    { sources: [{ source: 'pos', kind: 'no-such-kind', settings: {} }] },
    '--fleet',
    '--to',
    'all',
  )
  await expect.poll(() => set.version(1), { interval: 300 }).toMatchObject({ failed: 1 })
  await expect.poll(() => set.till(), { interval: 300 }).toMatchObject({ state: 'running', runs: 'none' })
  expect(set.kept()).toMatchObject({ trial: null, kept: [{ name: 'none', settings: {} }] })
})

test('what the till does not allow is refused by name, and the till goes on as before', async () => {
  await using set = await hubAndTill()
  await using _ = set.agent()
  await set.set({ till: { port: 1234 } }, '--till', 'HAR/Till 1')
  await expect.poll(() => set.version(1), { interval: 300 }).toMatchObject({ state: 'stopped', failed: 1 })
})

test('a mistake made in agent.json during a trial counts against no version: the trial begins again', async () => {
  const updates = { quietMinutes: 0, confirmMinutes: 30, giveUpMinutes: 60 }
  await using set = await hubAndTill({ updates })
  {
    await using _ = set.agent()
    await set.set({ pickups: { hideCustomersAfterHours: 24 } }, '--store', 'HAR')
    await expect.poll(() => set.till(), { interval: 300 }).toMatchObject({ state: 'trial' })
  }
  expect(set.kept().trial).not.toBeNull()
  set.configure({ till: { port: 0 }, pickups: { hideCustomersAfterHours: 9 } })
  await using agent = set.agent()
  await expect.poll(() => agent.log(), { interval: 300 }).toContain('the trial begins again')
  await expect.poll(() => set.till(), { interval: 300 }).toMatchObject({ runs: '', sentence: null })
  expect(set.kept().failed).toBeNull()
  expect(await set.version(1)).toMatchObject({ state: 'offered', failed: 0 })
})
