import { expect, test } from 'vitest'
import { databaseKinds } from '../../agent/sources/kinds.ts'
import { proposeDatabase } from '../../agent/tools/source-try/propose-database.ts'
import { looksLikeXml, proposePoslog } from '../../agent/tools/source-try/propose-poslog.ts'
import { serverNamed } from '../../agent/tools/source-try/server-named.ts'
import { tryText } from '../../agent/tools/source-try/try-text.ts'
import { SourceId } from '../../shared/ids.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { quietLog } from '../manual-world.ts'
import { grand, poslog, sale, simple, tender, transaction } from '../sales-files/poslog-text.ts'
import { Till } from '../sources/till.ts'

/** A POS that is known: its database, or a POSLog. */
const world = nodeWorld({ log: quietLog })
const about = (answers: Record<string, string>) => ({
  source: SourceId.parse('sales'),
  store: { zone: 'Europe/Berlin', warehouse: 'HAR' },
  answers: new Map(Object.entries(answers)),
})

const tryDatabase = (file: string, answers: Record<string, string> = {}) =>
  proposeDatabase(
    { ...about(answers), name: file, database: { product: 'sqlite', file } },
    world,
    databaseKinds,
  )

test('a database of uniCenta or Chromis is read with two answers, and its first sales are shown', async () => {
  using till = new Till()
  till.pos.sell({ lines: [{ sku: 'MUG-BLU', units: 2 }] })
  till.pos.sell({ lines: [{ sku: 'MUG-BLU', units: -1 }] })
  const open = await tryDatabase(till.file)
  expect(open.questions.map(({ id }) => id)).toEqual(['currency', 'pos'])
  const found = await tryDatabase(till.file, { currency: 'CHF', pos: 'chromis' })
  expect(found).toMatchObject({
    kind: 'chromis',
    settings: { database: { product: 'sqlite', file: till.file }, currency: 'CHF', zone: 'Europe/Berlin' },
    ...{ questions: [], isProven: true, fault: null },
  })
  const text = tryText(found, till.file)
  expect(text).toContain('the tables of chromis (sqlite)')
  expect(text).toMatch(/Read: 2 receipts, [\d.]+ CHF in all; 0 refused/)
  expect(text).toContain('2 x ')
})

test('a database of another POS, and an answer that fits nothing, are refused by name', async () => {
  using till = new Till()
  till.pos.sell({ lines: [{ sku: 'MUG-BLU', units: 1 }] })
  await expect(tryDatabase(till.file, { pos: 'other' })).rejects.toMatchObject({
    code: 'SOURCE_ANSWER_UNKNOWN',
  })
  await expect(tryDatabase(till.file, { 'tender:X': 'cash' })).rejects.toMatchObject({
    code: 'SOURCE_ANSWER_UNKNOWN',
  })
  till.sql('ALTER TABLE tickets RENAME TO other')
  await expect(tryDatabase(till.file)).rejects.toMatchObject({ code: 'SOURCE_DATABASE_UNKNOWN' })
})

test.each([
  [
    'mysql://till@pos-1/unicentaopos',
    { product: 'mysql', host: 'pos-1', user: 'till', database: 'unicentaopos' },
  ],
  [
    'postgres://till@[::1]:5433/pos',
    { product: 'postgres', host: '::1', port: 5433, user: 'till', database: 'pos' },
  ],
  ['mariadb://a%40b@pos/x', { product: 'mysql', host: 'pos', user: 'a@b', database: 'x' }],
  ['C:\\till\\pos.db', null],
  ['/till/pos.db', null],
  ['https://pos/x', null],
])('%s', (name, expected) => {
  expect(serverNamed(name)).toEqual(expected)
})

test('a password in the name of a server is refused', () => {
  expect(() => serverNamed('mysql://till:secret@pos/x')).toThrow(
    expect.objectContaining({
      code: 'SOURCE_PASSWORD_IN_NAME',
      message: expect.not.stringContaining('secret'),
    }),
  )
})

const tryPoslog = (text: string | Buffer, answers: Record<string, string> = {}, unread = 0) =>
  proposePoslog(
    { ...about(answers), file: 'TLOG0718.xml', folder: '/till', bytes: Buffer.from(text), unread },
    world,
  )

const returned = (item: string, amount: string) =>
  sale(item, amount).replace('<Sale ', '<Return ').replace('</Sale>', '</Return>')

test('a POSLog that names its currency leaves nothing open', async () => {
  const back = transaction({ sequence: 2, items: returned('MUG', '5.00') + tender('-5.00') + grand('-5.00') })
  const found = await tryPoslog(poslog(simple(1), back))
  expect(found).toMatchObject({
    kind: 'poslog',
    settings: { folder: '/till', files: ['TLOG*.xml'], currency: 'EUR', zone: 'Europe/Berlin' },
    ...{ questions: [], isProven: true },
  })
  expect(found.rows.map(({ event }) => event?.kind)).toEqual(['sale.completed', 'sale.completed'])
  expect(found.assumed.join('\n')).toContain('Sales reduce the stock of "HAR"')
})

test('a POSLog of several stores asks which of them is this one', async () => {
  const text = poslog(
    transaction({ store: '1', items: plainSale }),
    transaction({ store: '2', sequence: 2, items: plainSale }),
  )
  const open = await tryPoslog(text)
  expect(open.questions).toMatchObject([
    { id: 'store', options: [{ value: '1' }, { value: '2' }, { value: 'all' }] },
  ])
  const answered = await tryPoslog(text, { store: '2' })
  expect(answered.questions).toEqual([])
  expect(answered.settings).toMatchObject({ stores: { 1: 'elsewhere', 2: 'here' } })
  expect(answered.rows).toMatchObject([{ event: { kind: 'sale.completed', lines: [{ warehouse: '2' }] } }])
  const all = await tryPoslog(text, { store: 'all' })
  expect(all.rows).toHaveLength(2)
  expect(all.settings).not.toHaveProperty('stores')
})

const plainSale = sale('MUG', '5') + tender('5') + grand('5')

test('a POSLog without a currency asks for it, and reads by it', async () => {
  const text = poslog(transaction({ currency: '', items: sale('MUG', '5') + tender('5') + grand('5') }))
  expect((await tryPoslog(text)).questions.map(({ id }) => id)).toEqual(['currency'])
  const { questions, rows } = await tryPoslog(text, { currency: 'JPY' })
  expect(questions).toEqual([])
  expect(rows).toMatchObject([{ event: { currency: 'JPY', lines: [{ net: 5 }] } }])
})

test('a long POSLog is looked at without the transaction that its beginning breaks off in', async () => {
  const { rows } = await tryPoslog(poslog(simple(1), simple(2)).slice(0, -150), {}, 5_000)
  expect(rows.map(({ problem }) => problem)).toEqual([null])
})

test('XML is told from rows in any encoding', () => {
  const xml = '<?xml version="1.0"?><POSLog/>'
  const texts = [xml, `\ufeff ${xml}`].flatMap(text => [Buffer.from(text), Buffer.from(text, 'utf16le')])
  expect(texts.map(looksLikeXml)).toEqual(texts.map(() => true))
  expect(looksLikeXml(Buffer.from('No,At\n1,<b>'))).toBe(false)
})
