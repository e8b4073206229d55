import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { newRepeats, type PlacedSource, sourcesThatShare } from '../../agent/source-names.ts'
import { SourceId } from '../../shared/ids.ts'

/** `/link` leads to `/pos`. */
const realPath = (path: string) => resolve(path).replace(/^\/link(?=\/|$)/, '/pos')

type Entry = Omit<PlacedSource, 'source'> & { readonly source?: string }
const entry = (of: Entry, name: string): PlacedSource => ({
  ...of,
  source: SourceId.parse(of.source ?? name),
})
const files = (kind: string, settings: object = {}): Entry => ({
  kind,
  settings: { folder: '/pos', ...settings },
})
const server = (kind: string, database: object, more: object = {}): Entry => ({
  kind,
  settings: { database: { product: 'mysql', host: 'pos', database: 'shop', ...database }, ...more },
})

test.each<[what: string, Entry, Entry, boolean]>([
  ['one folder', files('csv'), files('csv'), true],
  ['a link to the folder', files('csv'), files('csv', { folder: '/link/' }), true],
  ['another folder', files('csv'), files('csv', { folder: '/pos/bar' }), false],
  ['the usual names, written out', files('csv'), files('csv', { files: ['*.csv'] }), true],
  ['names that overlap', files('csv', { files: ['*.csv'] }), files('csv', { files: ['Sales?.CSV'] }), true],
  ['names apart', files('csv', { files: ['day1*'] }), files('csv', { files: ['day2*'] }), false],
  ['two formats', files('csv'), files('poslog'), false],
  ['a mapping of the same files', files('json'), files('mapping', { mapping: '/m.json' }), true],
  ['one database', server('nexopos', {}), server('nexopos', { port: 3_306, user: 'other' }), true],
  ['two kinds that read one database', server('unicenta', {}), server('chromis', {}), true],
  ['two databases of a server', server('nexopos', {}), server('nexopos', { database: 'other' }), false],
  [
    'two shops of a database',
    server('nexopos', {}, { tablePrefix: 'a_' }),
    server('nexopos', {}, { tablePrefix: 'b_' }),
    false,
  ],
  [
    'two mappings of a database',
    server('mapping', {}, { mapping: '/a' }),
    server('mapping', {}, { mapping: '/b' }),
    false,
  ],
  [
    'one mapping twice',
    server('mapping', {}, { mapping: '/a' }),
    server('mapping', {}, { mapping: '/a' }),
    true,
  ],
  [
    'one file of SQLite',
    { kind: 'unicenta', settings: { file: '/pos/a.db' } },
    { kind: 'unicenta', settings: { database: { product: 'sqlite', file: '/link/a.db' } } },
    true,
  ],
  [
    'what one printer prints',
    { kind: 'receipts', settings: { printer: 'p' } },
    { kind: 'receipts', settings: { printer: 'p' } },
    true,
  ],
  [
    'two printers',
    { kind: 'receipts', settings: { printer: 'p' } },
    { kind: 'receipts', settings: { printer: 'q' } },
    false,
  ],
  [
    'what is posted to two addresses',
    { kind: 'http', settings: { zone: 'UTC' } },
    { kind: 'http', settings: { zone: 'UTC' } },
    false,
  ],
  ['settings that can’t be right', { kind: 'csv', settings: null }, { kind: 'csv', settings: null }, false],
  ['a witness', files('csv'), { ...files('csv'), witnessOf: 'one' }, false],
])('two sources: %s', (_, one, other, share) => {
  const pair = [entry(one, 'one'), entry(other, 'two')]
  expect(sourcesThatShare(pair, realPath)).toEqual(share ? [{ was: 'one', is: 'two' }] : [])
  expect(sourcesThatShare(pair.toReversed(), realPath)).toHaveLength(share ? 1 : 0)
  const renamed = newRepeats([entry(one, 'one')], new Set(['one']), [entry(other, 'two')], realPath).renamed
  const isRead = share && one.kind !== 'receipts'
  expect(renamed).toEqual(isRead || other.witnessOf !== undefined ? renamed : [])
  if (isRead) expect(renamed).toEqual([{ was: 'one', is: 'two' }])
})

test('what was so before may stay, what may be counted again is read, and what was never read can’t be read once more', () => {
  const both = [entry(files('csv'), 'one'), entry(files('csv'), 'two')]
  expect(newRepeats(both, new Set(['one', 'two']), both, realPath)).toEqual({
    renamed: [],
    pairs: [],
    rekeyed: [],
  })
  const again = { ...entry(files('csv'), 'two'), countsAgain: ['one'] }
  const one = [entry(files('csv'), 'one')]
  expect(newRepeats(one, new Set(['one']), [again], realPath).renamed).toEqual([])
  const other = [entry(files('csv'), 'two')]
  const beside = entry(files('csv', { folder: '/db' }), 'db')
  const witness = (name: string) => [{ ...entry(files('csv'), name), witnessOf: 'db' }, beside]
  expect(newRepeats(witness('one'), new Set(['one', 'db']), witness('two'), realPath).renamed).toEqual([])
  expect(newRepeats(one, new Set(['one']), other, realPath).renamed).toHaveLength(1)
  expect(newRepeats(one, new Set(), other, realPath).renamed).toEqual([])
})

const numbered = (receipt: unknown, more: object = {}): Entry =>
  files('csv', { columns: { receipt }, ...more })

test.each<[what: string, Entry, Entry, string[]]>([
  ['another column', numbered('No'), numbered(['Date', 'No']), ['pos']],
  ['the same column in a list', numbered('No'), numbered(['No']), []],
  ['from another day on', numbered('No'), numbered(['Date', 'No'], { startFrom: '2026-12-01' }), []],
  ['of other files', numbered('No'), numbered('Number', { folder: '/other' }), []],
  ['and counted again', numbered('No'), { ...numbered('Number'), countsAgain: ['pos'] }, []],
  [
    'a field',
    files('json', { fields: { receipt: 'id' } }),
    files('json', { fields: { receipt: 'no' } }),
    ['pos'],
  ],
])('receipt numbers of %s', (_, was, is, rekeyed) => {
  expect(newRepeats([entry(was, 'pos')], new Set(['pos']), [entry(is, 'pos')], realPath)).toMatchObject({
    rekeyed,
    renamed: [],
  })
})
