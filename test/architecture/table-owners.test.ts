import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { compare, type Exceptions } from './exceptions.ts'
import { codeOf, type SourceFile, sourceFile, sourceFiles } from './source-files.ts'

/** The POS's own tables: what write-back writes there is the POS's, not ours. */
const notOurs = /^agent\/write-back\/mappings\//

/** Tables that more than one folder writes today, with those folders. They go as the code moves; nothing may be added. */
const sharedToday: Exceptions = {}

/** Kysely's builders and `insertRows(tx, 'table', …)`, which name their table in a string. */
const BUILDER =
  /\b(?:(?:insertInto|updateTable|deleteFrom|replaceInto|mergeInto)\s*\(|insertRows\s*\(\s*\w+\s*,)\s*'([a-z_]+)/g
/** SQL in a text. Keywords are capitals in ours, so that prose is not read as SQL. */
const SQL =
  /\b(?:INSERT(?: OR [A-Z]+)? INTO|REPLACE INTO|UPDATE(?: OR [A-Z]+)?|DELETE FROM|COPY)\s+"?([a-z][a-z0-9_]*)"?/g

/** SQL that writes a table whose name it is given: no name is in the text, so only the folder that owns it may hold such SQL. */
const GIVEN = /\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+\$\{sql\.table\(/
/** Folders that write tables by a name that they are given; all of these are their own. */
const writesGiven: readonly string[] = ['hub/sales']

/** Tables and the folders that write them, as `agent: outbox ← agent/journal`. */
function writers(files: readonly SourceFile[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const { path, text } of files) {
    if (notOurs.test(path) || path.includes('/migrations/')) continue
    const code = codeOf(text)
    const [side = ''] = path.split('/')
    for (const [, table = ''] of [...code.matchAll(BUILDER), ...code.matchAll(SQL)]) {
      const key = `${side}: ${table}`
      found.set(key, (found.get(key) ?? new Set()).add(folderOf(path)))
    }
  }
  return found
}
/** `hub/shopify/stock/plan.ts` → `hub/shopify`. */
const folderOf = (path: string) => dirname(path).split('/').slice(0, 2).join('/')

function violations(files: readonly SourceFile[]): string[] {
  return [...writers(files)]
    .filter(([, folders]) => folders.size > 1)
    .map(([table, folders]) => `${table} ← ${[...folders].sort().join(', ')}`)
}

test('each table is written by one folder', () => {
  const files = sourceFiles(['agent/**/*.ts', 'hub/**/*.ts'])
  expect(writers(files).size).toBeGreaterThan(30) // the patterns still find them
  expect(compare(violations(files), sharedToday)).toEqual([])
})

test('a table that is named by a variable is written by the folder that owns it', () => {
  const files = sourceFiles(['agent/**/*.ts', 'hub/**/*.ts'])
  const found = files.filter(({ text }) => GIVEN.test(codeOf(text))).map(({ path }) => folderOf(path))
  expect([...new Set(found)].sort()).toEqual(writesGiven)
})

test.each([
  ["tx.insertInto('item').values(row)", "await tx.updateTable('item').set({ title })"],
  ["tx.deleteFrom('item')", 'const PUT = `INSERT INTO item (sku) VALUES (@sku)`'],
  ['db.prepare("UPDATE item SET title = @title")', 'sql`DELETE FROM item WHERE sku = 1`'],
  ["insertRows(tx, 'item', rows)", 'sql`INSERT OR IGNORE INTO "item" (sku) VALUES (1)`'],
])('the rule sees that two folders write one table: %s and %s', (one, other) => {
  const files = [sourceFile('hub/sales/x.ts', one), sourceFile('hub/shopify/stock/y.ts', other)]
  expect(violations(files)).toEqual(['hub: item ← hub/sales, hub/shopify'])
})

test.each([
  ["tx.selectFrom('item')", "tx.insertInto('item')"],
  ['// INSERT INTO item', "tx.insertInto('item')"],
  ["'Update item 5 under Catalogue.'", "tx.insertInto('item')"],
])('a reader, a comment or a sentence does not count as writing: %s', (one, other) => {
  const files = [sourceFile('hub/sales/x.ts', one), sourceFile('hub/shopify/stock/y.ts', other)]
  expect(violations(files)).toEqual([])
})
