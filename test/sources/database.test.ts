import { copyFileSync, existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { only, Till } from './till.ts'

const mug = { lines: [{ sku: 'MUG-BLU', units: 1 }] }

test.each(['delete', 'wal'])(
  'a POS in %s mode is read while it writes, and is never kept waiting',
  async mode => {
    using till = new Till()
    till.pos.db.pragma(`journal_mode = ${mode}`)
    till.pos.db.pragma('busy_timeout = 0')
    till.pos.sell(mug)
    await till.poll()
    const reader = await till.open()
    for (let sale = 0; sale < 20; sale += 1) {
      // Between any two of the reader's steps the POS commits at once.
      till.pos.sell(mug)
      await reader.read()
      till.pos.sell(mug)
    }
    reader.close()
    await till.poll()
    expect(only('sale.completed', till.memory.events)).toHaveLength(41)
  },
)

test('while the POS holds its database for itself, reading waits without a word', async () => {
  using till = new Till()
  till.pos.sell(mug)
  await till.poll()
  till.pos.sell(mug)
  till.pos.db.exec('BEGIN EXCLUSIVE')
  till.pos.sell.call(till.pos, mug)
  expect(await till.news()).toEqual([])
  till.pos.db.exec('COMMIT')
  expect(await till.news()).toHaveLength(2)
})

test('nothing is written: the file stays byte for byte, and no other file appears', async () => {
  using till = new Till()
  till.pos.sell(mug)
  const before = statSync(till.file).mtimeMs
  await till.round()
  expect(statSync(till.file).mtimeMs).toBe(before)
  expect(existsSync(`${till.file}-wal`) || existsSync(`${till.file}-journal`)).toBe(false)
})

test('a file that is not there, no database, or one of something else is said in plain words', async () => {
  using till = new Till()
  const other = join(till.folder.path, 'other.db')
  await expect(till.open({ file: other })).rejects.toMatchObject({ code: 'POS_FILE_MISSING' })
  writeFileSync(other, 'this is not a database, and long enough to show it'.repeat(100))
  await expect(till.open({ file: other })).rejects.toMatchObject({ code: 'POS_FILE_UNREADABLE' })
  rmSync(other)
  const db = new SQLite(other)
  db.exec('CREATE TABLE receipts (id TEXT, datenew TEXT); CREATE TABLE people (id TEXT, name TEXT)')
  db.close()
  await expect(till.open({ file: other })).rejects.toMatchObject({
    code: 'POS_SCHEMA_UNKNOWN',
    message: expect.stringContaining('the column "receipts.money"'),
  })
  await expect(till.open({ file: other })).rejects.toThrow('the table "ticketlines"')
})

test('a schema that changes under way stops the source with the reason', async () => {
  using till = new Till()
  till.pos.sell(mug)
  await till.poll()
  till.pos.db.exec('ALTER TABLE receipts RENAME COLUMN datenew TO soldon')
  await expect(till.poll()).rejects.toMatchObject({ code: 'POS_FILE_UNREADABLE' })
  till.restart()
  await expect(till.poll()).rejects.toThrow('the column "receipts.datenew"')
})

test('a file that is taken away or replaced by a copy is noticed at the next poll', async () => {
  using till = new Till()
  till.pos.sell(mug)
  await till.poll()
  const copy = join(till.folder.path, 'copy.db')
  copyFileSync(till.file, copy)
  renameSync(till.file, join(till.folder.path, 'old.db'))
  await expect(till.poll()).rejects.toMatchObject({ code: 'POS_FILE_MISSING' })
  renameSync(copy, till.file)
  await expect(till.poll()).rejects.toMatchObject({ code: 'POS_FILE_REPLACED' })
  till.restart()
  await till.round()
  expect(till.memory.events).toHaveLength(1)
})

test('a POS that died in the middle of a change is left to the POS', async () => {
  using till = new Till()
  till.pos.sell(mug)
  const died = join(till.folder.path, 'died.db')
  till.pos.db.pragma('cache_size = 2')
  till.pos.db.exec('BEGIN; UPDATE products SET texttip = hex(randomblob(2000))')
  // The journal of a change under way, beside the file: what a power cut leaves.
  copyFileSync(till.file, died)
  copyFileSync(`${till.file}-journal`, `${died}-journal`)
  till.pos.db.exec('ROLLBACK')
  await expect(till.open({ file: died })).rejects.toMatchObject({ code: 'POS_MID_CHANGE' })
})

test('settings that are wrong are all named', async () => {
  using till = new Till()
  const open = async () => till.open({ zone: 'Mars/Olympus', currency: 'euro', extra: 1 })
  await expect(open()).rejects.toMatchObject({ code: 'SOURCE_SETTINGS_INVALID' })
  await expect(open()).rejects.toThrow(/zone.*currency|currency.*zone/)
})
