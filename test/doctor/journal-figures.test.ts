import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { journalFigures } from '../../agent/doctor/journal-figures.ts'
import { packPosition } from '../../agent/journal/position.ts'
import { lightWorld, openTestJournal } from '../journal/test-journal.ts'
import { temporaryFolder } from '../manual-world.ts'

const refusal = (n: number) =>
  JSON.stringify({ source: 'pos', row: `T-${n}`, code: 'ROW_UNFIT', sentence: `Row ${n} has no total.` })

/** A journal of a long time: 2,500 events of two epochs, one in ten a refused row; 2,100 known rows; 1,200 prints. */
function longJournal(path: string) {
  const world = lightWorld()
  using journal = openTestJournal(world, path)
  expect(journal.failures).toEqual([])
  const db = world.files.database(path, { readOnly: false })
  const event = db.prepare(`INSERT INTO outbox VALUES (?, ?, ?, 0, '', ?)`)
  const known = db.prepare(
    `INSERT INTO source_known (source, key, fingerprint, state, sold_at, since) VALUES (?, ?, '', ?, '', 0)`,
  )
  const job = db.prepare(
    `INSERT INTO print_job (job, device, kind, pickup, order_name, made_at, state, sentence) VALUES (?, '', '', '', '', 0, ?, '')`,
  )
  db.transaction(() => {
    for (let n = 0; n < 2_500; n += 1) {
      const [kind, body] =
        n % 10 === 0 ? ['source.row-refused', refusal(n)] : ['sale.completed', '{"total": 1}']
      event.run(packPosition({ epoch: n < 900 ? 1 : 7, seq: n + 1 }), kind, 1_000 + n, body)
    }
    for (let n = 0; n < 2_100; n += 1) known.run(n % 2 === 0 ? 'Ä' : 'pos', `${n}`, n < 30 ? 'open' : 'told')
    for (let n = 0; n < 1_200; n += 1) job.run(`${n}`, n % 3 === 0 ? 'failed' : 'printed')
  })()
  db.close()
  return world
}

test('the figures of a long journal are read in slices, with other work between them', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.sqlite')
  const world = longJournal(path)
  let pauses = 0
  const timers = {
    ...world.timers,
    soon(run: () => void) {
      pauses += 1
      return world.timers.soon(run)
    },
  }
  const figures = await journalFigures({ files: world.files, timers }, path, false)
  expect(pauses).toBe(2 + 2 + 1) // 2,500 events, 2,100 known rows and 1,200 prints at 1,000 a slice
  expect(figures).toMatchObject({
    events: [
      { kind: 'sale.completed', count: 2_250, oldest: 1_001, newest: 3_499 },
      { kind: 'source.row-refused', count: 250, oldest: 1_000, newest: 3_490 },
    ],
    sources: expect.arrayContaining([
      { source: 'pos', state: 'open', count: 15 },
      { source: 'pos', state: 'told', count: 1_035 },
      { source: 'Ä', state: 'open', count: 15 },
      { source: 'Ä', state: 'told', count: 1_035 },
    ]),
    printJobs: expect.arrayContaining([
      { state: 'failed', count: 400 },
      { state: 'printed', count: 800 },
    ]),
  })
  expect(figures).not.toHaveProperty('integrity')
  const newest = Array.from({ length: 50 }, (_, i) => `T-${2_490 - 10 * i}`)
  expect(figures).toHaveProperty(
    'refused',
    newest.map(row => expect.objectContaining({ row, source: 'pos' })),
  )
})

test('a program of its own also has each page read', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.sqlite')
  expect(await journalFigures(longJournal(path), path, true)).toMatchObject({ integrity: 'ok' })
})

test('a journal that can’t be read is a sentence in the bundle, not its end', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.sqlite')
  writeFileSync(path, 'not a database at all, but longer than the head of one is'.repeat(100))
  expect(await journalFigures(lightWorld(), path, false)).toEqual({ problem: expect.stringMatching(/\S/) })
})
