import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { findTemplate } from '../../agent/codecs/receipt-templates/load.ts'
import { AgentConfig } from '../../agent/config.ts'
import { mapped } from '../../agent/sources/mapped/mapped-source.ts'
import { mappingFile, mappingIn } from '../../agent/sources/mapped/mapping-file.ts'
import { previewSource } from '../../agent/sources/preview.ts'
import { nodeSalesFiles } from '../../agent/sources/sales-files/node-sales-files.ts'
import { checkPromises } from '../../agent/tools/source-check/promises.ts'
import { SourceId } from '../../shared/ids.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { quietLog, temporaryFolder } from '../manual-world.ts'

/** docs/adding-a-pos.md does one POS from start to end; its files are run as they are there. */
const text = readFileSync('docs/adding-a-pos.md', 'utf8')
function fileIn(language: string, at = 0): string {
  const found = [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, body]) => body,
  )
  return found[at] ?? ''
}
const yaml = fileIn('yaml')
const paper = fileIn('yaml', 1)
const problemsOf = async (source: string) =>
  (await checkPromises(mappingIn(source, 'x.yaml'))).flatMap(({ promise, problems }) =>
    problems.map(problem => `${promise}: ${problem}`),
  )

test.each([
  ['quayside.yaml', yaml, 4],
  ['quayside-export.json', fileIn('json'), 5],
  ['quayside-paper.yaml', paper, 2],
])('%s of the page holds all promises', async (name, source, promises) => {
  const checked = await checkPromises(mappingIn(source, name))
  expect(checked.map(({ problems }) => problems)).toEqual(Array(promises).fill([]))
})

test('the page’s settings read a database by the page’s mapping', async () => {
  using folder = temporaryFolder()
  const mapping = mappingIn(yaml, 'quayside.yaml')
  const [example] = mapping.examples
  const db = new SQLite(join(folder.path, 'quayside.db'))
  db.exec(example !== undefined && 'sql' in example ? example.sql : '')
  db.close()
  writeFileSync(join(folder.path, 'quayside.yaml'), yaml)
  const json = fileIn('json', 1).replaceAll(
    '"quayside.',
    `"${join(folder.path, 'quayside.').replaceAll('\\', '/')}`,
  )
  const { sources } = AgentConfig.parse(JSON.parse(json))
  const [source] = sources
  if (source === undefined) throw new Error('the page has no source')
  const rows = []
  for await (const row of previewSource(source, nodeWorld({ log: quietLog }), [mapped(nodeSalesFiles)]))
    rows.push(row)
  expect(rows.map(({ event }) => (event?.kind === 'sale.completed' ? event.receiptNumber : null))).toEqual([
    'Q-1',
    'Q-2',
  ])
})

test.each([
  [
    'a quantity that is read wrong',
    'bill_item.qty AS "units"',
    '1 AS "units"',
    'what was sold is read as it was: receipt Q-1: lines',
  ],
  [
    'tax that is not taken out',
    'bill_item.vat AS "included"',
    '0 AS "included"',
    'what was sold is read as it was: receipt Q-1: lines',
  ],
  [
    'a payment of another kind',
    'CASH: cash',
    'CASH: card',
    'what was sold is read as it was: receipt Q-1: paid by cash',
  ],
  ['a cancelled bill that counts', 'skip: state <> 1', 'skip: 1 = 0', 'receipt Q-3 is read and not expected'],
])('the suite notices %s', async (_, from, to, problem) => {
  const changed = yaml
    .replace(from, to)
    .replace(to === 'skip: 1 = 0' ? '9: void' : ' ', to === 'skip: 1 = 0' ? '9: sale' : ' ')
  expect(changed).not.toBe(yaml)
  expect((await problemsOf(changed)).join('\n')).toContain(problem)
})

test('the suite notices a file whose receipts hang on how it was written', async () => {
  const source = JSON.parse(fileIn('json'))
  source.examples[0].sales[0].lines[0].units = 3
  expect((await problemsOf(JSON.stringify(source))).join('\n')).toContain(
    'a file that is written in pieces is read as it is: receipt Q-1',
  )
})

test.each([
  ['a quantity that is read wrong', 'units: 2,', 'units: 3,', 'receipt Q-1: lines'],
  ['a sale that is not there', 'receipt: Q-2', 'receipt: Q-9', 'receipt Q-9 is read 0 times'],
  ['tax that is not read', 'rows: ["VAT {rate}% {tax}"]', 'rows: []', 'what was sold is read as it was'],
  ['a training that counts', '*** TRAINING ***', 'Good day', 'receipt Q-3 is read and not expected'],
  [
    'a copy of another amount',
    'CHANGE 6.20\n      - |\n        *** COPY ***',
    'CHANGE 6.10\n      - |\n        -',
    'refused',
  ],
])('the suite notices in prints: %s', async (_, from, to, problem) => {
  expect(paper).toContain(from)
  expect((await problemsOf(paper.replace(from, to))).join('\n')).toContain(problem)
})

test('a mapping of prints is the template of a printer, and not a source', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'quayside-paper.yaml')
  writeFileSync(file, paper)
  const world = nodeWorld({ log: quietLog })
  expect(findTemplate(file, world.files)).toMatchObject({ name: 'quayside', currency: 'EUR' })
  expect(() => findTemplate(file, { readText: () => paper.replace('name: quayside', 'nom: x') })).toThrow(
    expect.objectContaining({ code: 'RECEIPT_TEMPLATE_INVALID' }),
  )
  expect(() => findTemplate(file, { readText: () => 'a: [' })).toThrow(
    expect.objectContaining({ code: 'RECEIPT_TEMPLATE_INVALID', message: expect.stringContaining('YAML') }),
  )
  const rows = previewSource(
    { source: SourceId.parse('pos'), kind: 'mapping', settings: { mapping: file } },
    world,
    [mapped(nodeSalesFiles)],
  )
  await expect(rows[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'MAPPING_OF_PRINTS' })
})

test.each([
  ['no such file', null, 'MAPPING_MISSING', ''],
  ['no YAML', 'a: [', 'MAPPING_INVALID', ''],
  ['an alias, which could hold a huge value', 'tillbridge: &a 1\npos: *a\n', 'MAPPING_INVALID', ''],
  ['another form', yaml.replace('tillbridge: 1', 'tillbridge: 2'), 'MAPPING_INVALID', 'tillbridge'],
  ['a query that could return all rows', yaml.replaceAll(' LIMIT ?', ''), 'MAPPING_INVALID', 'LIMIT'],
  ['a query that asks for no keys', yaml.replaceAll('IN {keys}', '> 0'), 'MAPPING_INVALID', 'IN {keys}'],
  [
    'two statements',
    yaml.replace('SELECT bill.id', 'DELETE FROM bill; SELECT bill.id'),
    'MAPPING_INVALID',
    'semicolon',
  ],
  ['a field that is not known', `${yaml}colour: red\n`, 'MAPPING_INVALID', 'colour'],
])('refused by name: %s', (_, source, code, named) => {
  expect(() => mappingIn(source, 'x.yaml')).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(named) }),
  )
})

test('an example whose SQL is wrong is named', async () => {
  await expect(problemsOf(yaml.replace('CREATE TABLE bill (', 'CREATE BILL ('))).rejects.toMatchObject({
    code: 'MAPPING_EXAMPLE_UNSOUND',
  })
})

test('the published schema is that of the code', async () => {
  const schema = z.toJSONSchema(mappingFile, { io: 'input', unrepresentable: 'any' })
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(
    '../../docs/schemas/pos-mapping.schema.json',
  )
})
