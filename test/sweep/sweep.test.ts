import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { testWith } from '../shared/child.ts'
import { sides } from './sides.ts'
import { type Case, openSweep, type Result } from './sweep.ts'
import { tableOf } from './table.ts'

const within = existsSync('/dev/shm') ? '/dev/shm' : undefined

/** One of some sale in the middle of the script each; `npm run sweep` fails all of them. */
const cases: Readonly<Record<string, Case>> = {
  agent: { call: 'pwrite64', number: 250, error: 'ENOSPC' },
  hub: { call: 'fsync', number: 26, error: 'EIO' },
}

testWith('strace').each(sides)(
  'a call that fails once costs the $name no confirmed sale, and its cause is in the log',
  async side => {
    using sweep = await openSweep(side, within)
    const given = cases[side.name]
    if (given === undefined) return expect.unreachable()
    const results: Result[] = []
    // on a slow machine the first of them may be the sync of a note beside the database, without which the program goes on
    while (results.at(-1)?.outcome !== 'recovered' && results.length < 5)
      results.push(await sweep.fail({ ...given, number: given.number + results.length }))
    for (const { wrong, log, failed } of results) {
      expect(wrong, log).toEqual([])
      expect(failed).toContain(given.error)
    }
    expect(results.at(-1)).toMatchObject({
      outcome: 'recovered',
      log: expect.stringMatching(/SQLITE_(IOERR|FULL)/),
    })
  },
)

test('the table counts what came of the calls', () => {
  const of = { call: '?open', error: 'EIO', failed: '', log: '' } as const
  const table = tableOf([
    { side: 'hub', ...of, number: 1, outcome: 'ended', wrong: ['it hangs'] },
    { side: 'hub', ...of, number: 2, outcome: 'recovered', wrong: [] },
  ])
  expect(table.split('\n')).toEqual([
    'program  call  error  failed  went-on  recovered  ended  not-reached  wrong',
    'hub      open  EIO    2       0        1          1      0            1',
  ])
})
