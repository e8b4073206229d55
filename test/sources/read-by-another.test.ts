import { expect, test } from 'vitest'
import { type ReadAgain, readOnce } from '../../agent/sources/read-by-another.ts'
import { SalesFolder } from '../sales-files/sales-folder.ts'
import { TestMemory } from './memory.ts'

const settings = {
  warehouse: 'HAR',
  decimal: '.',
  date: 'YYYY-MM-DD',
  rows: 'line',
  taxIncluded: true,
  refunds: 'signed',
  columns: { receipt: 'No', date: 'Date', sku: 'SKU', title: 'Item', quantity: 'Qty', amount: 'Amount' },
}
type Row = readonly [no: number, day: string, sku: string]
const textOf = (rows: readonly Row[]) =>
  [
    'No,Date,SKU,Item,Qty,Amount',
    ...rows.map(([no, day, sku]) => `${no},${day},${sku},${sku},1,9.90`),
    '',
  ].join('\n')

/** What another source has read. Its fingerprints hold its own name, so none of them is this one's. */
async function readBefore(rows: readonly Row[]): Promise<TestMemory> {
  const folder = new SalesFolder('csv', settings)
  folder.write('a.csv', textOf(rows))
  await folder.rest()
  expect(folder.memory.events).toHaveLength(rows.length)
  for (const [key, row] of folder.memory.rows)
    folder.memory.rows.set(key, { ...row, fingerprint: `of pos ${row.fingerprint}` })
  return folder.memory
}

/** A source that must not read what the other has. */
function readingOnce(others: () => readonly TestMemory[], isInUse = false) {
  const folder = new SalesFolder('csv', settings)
  const { memory } = folder
  const commit = memory.commit.bind(memory)
  const found: ReadAgain = { refusal: null }
  const once = readOnce(
    'again',
    {
      mark: () => memory.mark(),
      known: keys => memory.known(keys),
      knownBetween: (...between) => memory.knownBetween(...between),
      formerStoreAt: () => null,
      commit,
    },
    () => others().map(other => ({ source: 'pos', isInUse, memory: other })),
    found,
  )
  memory.commit = reading => once.commit(reading)
  return Object.assign(folder, { found, once })
}

const days = (many: number, sku = 'MUG'): Row[] =>
  Array.from({ length: many }, (_, at) => [at + 1, `2026-11-${String(10 + at)}`, sku])

test.each([
  ['many', days(6), days(6)],
  ['the only one', days(1), days(1)],
  [
    'few beside many new ones',
    days(2),
    [...days(2), ...days(9, 'TEE').map(([no, day, sku]): Row => [no + 2, day, sku])],
  ],
])('what another name stood for is not read: %s', async (_, before, now) => {
  const other = await readBefore(before)
  const folder = readingOnce(() => [other])
  folder.write('a.csv', textOf(now))
  await expect(folder.rest()).rejects.toMatchObject({
    code: 'SOURCE_READS_AGAIN',
    message: expect.stringContaining('was read as pos already'),
  })
  expect(folder.memory.events).toEqual([])
  expect(() => folder.once.mark()).toThrow('was read as pos already')
  expect([...folder.memory.rows.keys()].filter(key => key.startsWith('receipts/'))).toEqual([])
})

test.each<[string, Row[], Row[]]>([
  ['other goods under the same numbers and days', days(6), days(6, 'TEE')],
  ['other days', days(6), days(6).map(([no, , sku]): Row => [no, '2026-10-01', sku])],
  [
    'a few that are alike by chance',
    days(6),
    [...days(2), ...days(5, 'TEE').map(([no, day, sku]): Row => [no + 2, day, sku])],
  ],
])('what only looks alike is read: %s', async (_, before, now) => {
  const other = await readBefore(before)
  const folder = readingOnce(() => [other], true)
  folder.write('a.csv', textOf(now))
  expect(await folder.rest()).toHaveLength(now.length)
})

test('a receipt of a register in use that is alike by chance stops neither the first reading nor a later one', async () => {
  const other = await readBefore(days(2))
  const folder = readingOnce(() => [other], true)
  folder.write('a.csv', textOf(days(1)))
  expect(await folder.rest()).toHaveLength(1)
  folder.write('b.csv', textOf(days(2)))
  expect(await folder.rest()).toHaveLength(1)
})

test('a register in use, all of whose receipts come again, is not read twice', async () => {
  const other = await readBefore(days(6))
  const folder = readingOnce(() => [other], true)
  folder.write('a.csv', textOf(days(6)))
  await expect(folder.rest()).rejects.toMatchObject({ code: 'SOURCE_READS_AGAIN' })
})

test('what the other reads later is not this one’s either, and what may be counted again is read', async () => {
  const other = new TestMemory()
  const others = [other]
  const folder = readingOnce(() => others)
  for (const [key, row] of (await readBefore(days(4))).rows) other.rows.set(key, row)
  folder.write('a.csv', textOf(days(4)))
  await expect(folder.rest()).rejects.toMatchObject({ code: 'SOURCE_READS_AGAIN' })
  others.pop()
  folder.found.refusal = null
  folder.restart()
  expect(await folder.rest()).toHaveLength(4)
})
