import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { type Db, transaction } from '../../hub/db/db.ts'
import { writeSetting } from '../../hub/db/setting.ts'
import { engine, openTestHubDb } from '../hub-engines.ts'
import { manualWorld } from '../manual-world.ts'

const onServer = engine === 'postgres'

/** The statements that a reader's session keeps. */
const kept = async (db: Db) =>
  (
    await db.rows(
      sql<{ name: string; statement: string }>`SELECT name, statement FROM pg_prepared_statements`,
    )
  ).map(({ statement }) => statement)

test.runIf(onServer)(
  'a session keeps a statement that is used again, and not one that is used once',
  async () => {
    const db = await openTestHubDb(manualWorld(), 'named-once')
    const read = (names: readonly string[]) =>
      db.selectFrom('setting').select('value').where('key', 'in', names).execute()
    await read(['a', 'b'])
    expect(await kept(db)).toEqual([])
    for (let use = 0; use < 3; use += 1) await read(['a'])
    expect(await kept(db)).toEqual([expect.stringMatching(/"key" in \(\$1\)/)])
    await db.destroy()
  },
)

test.runIf(onServer)(
  'a session keeps no more than 400 statements, and those that came into use last are among them',
  async () => {
    const db = await openTestHubDb(manualWorld(), 'named-many')
    await transaction(db, tx => writeSetting(tx, 'a', 'one'))
    const read = (values: number) => {
      const names = Array.from({ length: values }, () => 'a')
      return db.selectFrom('setting').select('key').where('key', 'in', names).execute()
    }
    let most = 0
    for (let values = 1; values <= 450; values += 1) {
      for (let use = 0; use < 2; use += 1) expect(await read(values)).toEqual([{ key: 'a' }])
      if (values % 25 === 0) most = Math.max(most, (await kept(db)).length)
    }
    expect(most).toBe(400)
    for (let use = 0; use < 2; use += 1) await read(1)
    const texts = await kept(db)
    expect(texts.length).toBeLessThan(100)
    expect(texts.filter(text => /"key" in \(\$1\)/.test(text))).toHaveLength(1)
    expect(texts.filter(text => text.includes('$450)'))).toHaveLength(1)
    await db.destroy()
  },
)

test.runIf(onServer)(
  'another node changes a table: what was kept about it is made new, in reads and in writes',
  async () => {
    const db = await openTestHubDb(manualWorld(), 'named-changed')
    await transaction(db, tx => tx.rows(sql`CREATE TABLE shelf (name text, units int)`))
    await transaction(db, tx => tx.rows(sql`INSERT INTO shelf VALUES ('mug', 3)`))
    const all = sql`SELECT * FROM shelf WHERE name = ${'mug'}`
    const written = () => transaction(db, tx => tx.rows(all))
    for (let use = 0; use < 3; use += 1) {
      expect(await db.rows(all)).toEqual([{ name: 'mug', units: 3 }])
      expect(await written()).toEqual([{ name: 'mug', units: 3 }])
    }
    await transaction(db, tx => tx.rows(sql`ALTER TABLE shelf ADD COLUMN place text`))
    expect(await db.rows(all)).toEqual([{ name: 'mug', units: 3, place: null }])
    expect(await written()).toEqual([{ name: 'mug', units: 3, place: null }])
    await db.destroy()
  },
)

test.runIf(onServer)(
  'another node changes many tables: a transaction that keeps statements about all of them runs once more',
  async () => {
    const db = await openTestHubDb(manualWorld(), 'named-many-changed')
    const tables = Array.from({ length: 8 }, (_, n) => sql.table(`shelf_${n}`))
    for (const table of tables)
      await transaction(db, tx => tx.rows(sql`CREATE TABLE ${table} (name text, units int)`))
    let runs = 0
    const readAll = () =>
      transaction(db, async tx => {
        runs += 1
        const found = []
        for (const table of tables)
          found.push(await tx.rows(sql`SELECT * FROM ${table} WHERE name = ${'mug'}`))
        return found.flat()
      })
    for (let use = 0; use < 3; use += 1) await readAll()
    for (const table of tables)
      await transaction(db, tx => tx.rows(sql`ALTER TABLE ${table} ADD COLUMN place text`))
    await transaction(db, tx => tx.rows(sql`INSERT INTO shelf_7 VALUES ('mug', 3)`))
    runs = 0
    expect(await readAll()).toEqual([{ name: 'mug', units: 3, place: null }])
    expect(runs).toBe(2)
    await db.destroy()
  },
)
