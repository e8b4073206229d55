import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../manual-world.ts'
import { run, runHere } from './command.ts'

const WHO = ['--by', 'Kim Adler', '--why', 'who did what is to be known']
const STORE = ['--name', 'Harbour', '--zone', 'Europe/Berlin', '--currency', 'EUR']

test('units that were held back and were not can’t be said at once', async () => {
  const both = ['--held', '--not-held', '--by', 'Kim', '--why', 'x']
  expect(await runHere('hub', ['stock', 'decide-held', 'HAR', 'MUG', ...both])).toMatchObject({
    code: 2,
    err: expect.stringContaining("option '--held' cannot be used with option '--not-held'"),
  })
})

test('staff get a PIN and a badge, and a store requires them; neither is shown, kept in clear or given as an argument', async () => {
  using folder = temporaryFolder()
  const hub = (...args: string[]) => runHere('hub', [...args, '--data', folder.path])
  const json = async (...args: string[]): Promise<unknown> => JSON.parse((await hub(...args, '--json')).out)
  const pinFile = join(folder.path, 'pin')
  const cardFile = join(folder.path, 'card')
  writeFileSync(pinFile, '480213\n')
  writeFileSync(cardFile, '0047110815\n')
  await hub('store', 'add', 'HAR', ...STORE)

  expect((await hub('staff', 'list')).out).toContain('There are no staff yet.')
  expect(await hub('staff', 'add', 'M17', '--name', 'Maya')).toMatchObject({ code: 2 })
  expect((await hub('contract', 'set', 'HAR', '--staff-pin', 'required', ...WHO)).err).toContain(
    'STAFF_PIN_MISSING',
  )
  expect((await hub('staff', 'add', 'M17', '--name', 'Maya', '--store', 'HAR')).out).toContain(
    'Maya (M17) works in HAR. Set a PIN with: tillbridge-hub staff pin M17.',
  )
  await hub('staff', 'add', 'T2', '--name', 'Tom', '--all-stores')

  const pinned = await run('hub', ['staff', 'pin', 'M17', '--data', folder.path, '--json'], '480213\n')
  expect(JSON.parse(pinned.out)).toEqual({ staff: 'M17', hasPin: true })
  expect(pinned.err).not.toContain('480213')
  const easy = await run('hub', ['staff', 'pin', 'M17', '--data', folder.path], '1234')
  expect(easy).toMatchObject({ code: 2, err: expect.stringContaining('PIN_REFUSED') })
  expect(await hub('staff', 'pin', 'X1', '--pin-file', pinFile)).toMatchObject({ code: 1 })

  expect(await json('staff', 'badge', 'T2', '--alone')).toMatchObject({
    badge: 'alone',
    code: expect.stringMatching(/^TBS[0-9A-Z]{16}$/),
  })
  expect(await json('staff', 'badge', 'M17', '--code-file', cardFile)).toEqual({
    staff: 'M17',
    badge: 'with-pin',
    code: null,
  })
  expect((await hub('staff', 'badge', 'M17', '--code-file', cardFile, '--alone')).err).toContain(
    'BADGE_NEEDS_PIN',
  )

  const listed = await hub('staff', 'list', '--store', 'HAR')
  expect(listed.out).toBe('M17  Maya  HAR  PIN  badge with PIN\nT2  Tom  every store  no PIN  badge alone\n')
  expect(JSON.stringify(await json('staff', 'list'))).not.toContain('argon2id')

  const agreed = await hub('contract', 'set', 'HAR', '--staff-pin', 'required', '--pin-idle', '7', ...WHO)
  expect(agreed.out).toContain('needs a PIN or a badge, which is asked for again after 7 minutes')
  expect(await json('contract', 'show')).toMatchObject([{ staffPin: 'required', pinIdleMinutes: 7 }])
  for (const minutes of ['0', '61', 'x'])
    expect(await hub('contract', 'set', 'HAR', '--pin-idle', minutes, ...WHO)).toMatchObject({ code: 2 })

  await hub('staff', 'remove', 'T2')
  expect((await hub('staff', 'remove', 'M17')).err).toContain('STAFF_LAST_ONE')
  expect((await hub('staff', 'pin', 'M17', '--none')).err).toContain('STAFF_LAST_ONE')
  await hub('contract', 'set', 'HAR', '--staff-pin', 'off', ...WHO)
  expect((await hub('staff', 'pin', 'M17', '--none')).out).toContain('M17 has no PIN now.')
  expect((await hub('staff', 'badge', 'M17', '--none')).out).toContain('M17 has no badge now.')
})
