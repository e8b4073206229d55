import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../manual-world.ts'
import { nodeWords, runToEnd } from '../shared/child.ts'
import { openPosDatabase, type PosDatabase } from './engines.ts'

const script = new URL('./write.child.ts', import.meta.url)
const units = async (pos: PosDatabase) => (await pos.rows('SELECT units FROM stockcurrent'))[0]?.['units']
const entries = async (pos: PosDatabase) => (await pos.rows('SELECT COUNT(*) AS n FROM stockdiary'))[0]?.['n']

function told(journal: string): string[] {
  const db = new SQLite(journal, { readonly: true })
  const events = db.prepare('SELECT event FROM told').pluck().all() as string[]
  db.close()
  return events.map(event => String(JSON.parse(event).externalId)).sort()
}

test('killed between the POS’s commit and its own note of it, again and again: each thing is written and told once', async () => {
  using folder = temporaryFolder()
  await using pos = await openPosDatabase('sqlite', null)
  const journal = join(folder.path, 'journal.db')
  const file = String(pos.database['file'])
  for (const kill of [1, 1, 3]) {
    const end = await runToEnd(nodeWords(script, journal, file, '8', String(kill)))
    expect(end.signal, end.err).toBe('SIGKILL')
  }
  expect(told(journal)).toHaveLength(2)
  expect(await entries(pos)).toBe(3)
  expect((await runToEnd(nodeWords(script, journal, file, '8', '0'))).out).toMatch(/done$/)
  expect(await entries(pos)).toBe(8)
  expect(await units(pos)).toBe(18)
  expect(told(journal)).toEqual(Array.from({ length: 8 }, (_, i) => `tillbridge:return:${i}`))
})

test('killed at any moment: each thing is written once', async () => {
  using folder = temporaryFolder()
  await using pos = await openPosDatabase('sqlite', null)
  const journal = join(folder.path, 'journal.db')
  const words = nodeWords(script, journal, String(pos.database['file']), '150', '0')
  for (const reached of [17, 41]) {
    const [command = '', ...args] = words
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] })
    let written = 0
    child.stdout.on('data', (dots: Buffer) => {
      written += dots.length
      if (written >= reached) child.kill('SIGKILL')
    })
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
    expect(signal).toBe('SIGKILL')
  }
  expect((await runToEnd(words)).out).toMatch(/done$/)
  expect(await entries(pos)).toBe(150)
  expect(await units(pos)).toBe(160)
  expect(told(journal)).toHaveLength(150)
})

test('two agents as two processes over one SQLite file leave each thing once', async () => {
  using folder = temporaryFolder()
  await using pos = await openPosDatabase('sqlite', null)
  const file = String(pos.database['file'])
  const ends = await Promise.all(
    ['dev_one', 'dev_two'].map(device =>
      runToEnd(nodeWords(script, join(folder.path, `${device}.db`), file, '60', '0', device)),
    ),
  )
  for (const end of ends) expect(end.out, end.err).toMatch(/done$/)
  expect(await entries(pos)).toBe(60)
  expect(await units(pos)).toBe(70)
})
