import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { type Db, transaction } from '../../hub/db/db.ts'
import { engine, openTestHubDb } from '../hub-engines.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

async function run(db: Db, statements: readonly string[]): Promise<void> {
  await transaction(db, async tx => {
    for (const statement of statements) await tx.rows(sql.raw(statement))
  })
}

const compare = (order: string) => `
  CREATE OR REPLACE FUNCTION amcheck_compare(a int4, b int4) RETURNS int4
  LANGUAGE sql IMMUTABLE AS 'SELECT ${order}'`

test.runIf(engine === 'postgres')(
  'with amcheck, an index whose order is broken is named; without it, that it was not looked at is said',
  async () => {
    using folder = temporaryFolder()
    const db = await openTestHubDb(manualWorld(), join(folder.path, 'amcheck.db'))
    expect(await db.unchecked()).toContain('amcheck is not installed')
    await run(db, [
      'CREATE EXTENSION amcheck',
      compare('CASE WHEN $1 < $2 THEN -1 WHEN $1 > $2 THEN 1 ELSE 0 END'),
      `CREATE OPERATOR CLASS amcheck_ops FOR TYPE int4 USING btree AS
         OPERATOR 1 < (int4, int4), OPERATOR 2 <= (int4, int4), OPERATOR 3 = (int4, int4),
         OPERATOR 4 >= (int4, int4), OPERATOR 5 > (int4, int4), FUNCTION 1 amcheck_compare(int4, int4)`,
      'CREATE TABLE amcheck_rows (number int4)',
      'INSERT INTO amcheck_rows SELECT generate_series(1, 100)',
      'CREATE INDEX amcheck_index ON amcheck_rows USING btree (number amcheck_ops)',
    ])
    try {
      expect(await db.unchecked()).toBeNull()
      expect(await db.check()).toEqual([])
      await run(db, [compare('CASE WHEN $1 < $2 THEN 1 WHEN $1 > $2 THEN -1 ELSE 0 END')])
      expect(await db.check()).toEqual([
        expect.stringContaining('amcheck_index: item order invariant violated'),
      ])
    } finally {
      await run(db, [
        'DROP TABLE amcheck_rows',
        'DROP OPERATOR FAMILY amcheck_ops USING btree CASCADE',
        'DROP FUNCTION amcheck_compare',
        'DROP EXTENSION amcheck',
      ])
      await db.destroy()
    }
  },
)
