import { expect, test } from 'vitest'
import { temporaryFolder } from '../manual-world.ts'
import { runHere } from './command.ts'

async function hubOf(folder: string) {
  const hub = async (...args: string[]) => {
    const { code, out } = await runHere('hub', [...args, '--data', folder, '--json'])
    return { code, said: out === '' ? null : (JSON.parse(out) as unknown) }
  }
  await hub('store', 'add', 'HAR', '--name', 'Harbour', '--zone', 'Europe/Berlin', '--currency', 'EUR')
  return hub
}

test('a day that the calendar does not have is asked about', async () => {
  using folder = temporaryFolder()
  const hub = await hubOf(folder.path)
  for (const moment of ['2026-02-30T10:00', '2026-02-30T10:00Z', '2026-04-31T10:00+02:00']) {
    const said = await hub('contract', 'set', 'HAR', '--go-live', moment, '--by', 'Kim', '--why', 'counted')
    expect(said).toMatchObject({ code: 2, said: { error: { code: 'MOMENT_MALFORMED' } } })
  }
  expect((await hub('archive', '--before', '2025-02-30', '--to', folder.path)).code).toBe(2)
  expect(
    (await hub('store', 'hours', 'HAR', '--open', 'mon 9:00-12:00', '--closed', '2026-02-30')).code,
  ).not.toBe(0)
  expect((await hub('contract', 'show')).said).toMatchObject([{ versions: [] }])
})

const contract = ['contract', 'set', 'HAR', '--hand-over', 'checked', '--why', 'thefts'] as const
test.each([
  [...contract, '--by', ''],
  [...contract, '--by', '  '],
  ['stock', 'accept', 'HAR', 'MUG', '--why', 'counted', '--by', ''],
  ['stock', 'returned', 'HAR', 'MUG', '--same', '--why', 'seen', '--by', ' '],
  ['store', 'add', 'MIL', '--zone', 'Europe/Berlin', '--currency', 'EUR', '--name', ' '],
  ['enrol-code', 'HAR', '--till', ''],
  ['release', 'withdraw', '0.2.0', '--why', ' '],
  ['user', 'add', ''],
])('a name or a reason that says nothing is wrong usage: %s %s %s …', async (...args) => {
  using folder = temporaryFolder()
  const hub = await hubOf(folder.path)
  expect(await hub(...args)).toMatchObject({ code: 2, said: null })
  expect((await hub('contract', 'show')).said).toMatchObject([{ handOver: 'free', versions: [] }])
})

test.each([
  ['release', 'floor', '0.3.0', '--none'],
  ['release', 'store', 'HAR', '--canary', '--no-canary'],
  ['release', 'store', 'HAR', '--no-pause', '--pause'],
  ['release', 'store', 'HAR', '--pin', '0.2.0', '--unpin'],
  ['stock', 'returned', 'HAR', 'MUG', '--same', '--apart', '--by', 'Kim', '--why', 'seen'],
  ['recovery', 'judge', 'HAR', '--posted', '--not-posted', '--why', 'seen'],
  ['store', 'hours', 'HAR', '--open', 'mon 9:00-12:00', '--none'],
])('what contradicts itself is wrong usage: %s %s %s %s', async (...args) => {
  using folder = temporaryFolder()
  const hub = await hubOf(folder.path)
  expect(await hub(...args)).toMatchObject({ code: 2, said: null })
})

test.each([
  ['store', 'hours', 'HAR', '--closed', '2026-12-25'],
  ['store', 'hours', 'HAR', '--after', '60'],
  ['enrol-code', 'HAR', '--till', 'Till 1', '--force'],
  ['exceptions', '--why', 'seen'],
])('an option that would be ignored without another is wrong usage: %s %s %s …', async (...args) => {
  using folder = temporaryFolder()
  const hub = await hubOf(folder.path)
  expect(await hub(...args)).toMatchObject({ code: 2, said: null })
})
