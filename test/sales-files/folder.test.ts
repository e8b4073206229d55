import { expect, test } from 'vitest'
import { poslog, simple } from './poslog-text.ts'
import { only, SalesFolder } from './sales-folder.ts'

const numbers = (events: Parameters<typeof only>[1]) =>
  only('sale.completed', events).map(event => event.receiptNumber)
const many = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `${simple(from + index)}\n`)
const open = '<?xml version="1.0"?>\n<POSLog>\n'

test('a half-written file waits, and is read as it grows', async () => {
  const folder = new SalesFolder('poslog', {})
  const text = simple(1)
  folder.write('a.xml', open + text.slice(0, 300))
  expect(await folder.poll()).toEqual([])
  folder.append('a.xml', text.slice(300, 500))
  expect(await folder.poll()).toEqual([])
  folder.append('a.xml', text.slice(500))
  expect(numbers(await folder.poll())).toEqual(['1'])
  folder.append('a.xml', `${simple(2)}</POSLog>`)
  expect(numbers(await folder.rest())).toEqual(['2'])
})

test('what is not finished once the file rests is refused, and accepted when it goes on after all', async () => {
  const folder = new SalesFolder('poslog', { quietSeconds: 30 })
  const text = simple(1)
  folder.write('a.xml', open + text.slice(0, 300))
  expect(await folder.poll()).toEqual([])
  const refused = only('source.row-refused', await folder.rest())
  expect(refused).toMatchObject([{ code: 'RECORD_UNFINISHED', row: 'receipts/HAR/2/2026-11-25/1' }])
  expect(await folder.rest()).toEqual([])
  folder.append('a.xml', text.slice(300))
  expect((await folder.rest()).map(event => event.kind)).toEqual(['source.row-accepted', 'sale.completed'])
})

test('a refused record without a key is accepted once the file holds it no longer', async () => {
  const folder = new SalesFolder('poslog', {})
  folder.write('a.xml', poslog(simple(1), '<Transaction><Broken></Transaction>'))
  const [refused] = only('source.row-refused', await folder.rest())
  folder.append('a.xml', simple(3))
  expect(numbers(await folder.rest())).toEqual(['3'])
  folder.write('a.xml', poslog(simple(1), simple(2)))
  const events = await folder.rest()
  expect(only('source.row-accepted', events).map(event => event.row)).toEqual([refused?.row])
  expect(numbers(events)).toEqual(['2'])
})

const broken = (number: number) => simple(number).replace('<Amount>5.00', '<Amount>5,00')
const kinds = (events: Parameters<typeof only>[1]) => events.map(event => event.kind)

test('a refused receipt that its file shows again as it was is accepted, and no sale is told again', async () => {
  const folder = new SalesFolder('poslog', {})
  folder.write('a.xml', poslog(simple(1), simple(2)))
  expect(numbers(await folder.rest())).toEqual(['1', '2'])
  folder.write('a.xml', poslog(broken(1), simple(2)))
  expect(kinds(await folder.rest())).toEqual(['source.row-refused'])
  folder.write('a.xml', poslog(simple(1), simple(2)))
  expect(kinds(await folder.rest())).toEqual(['source.row-accepted'])
  folder.write('a.xml', poslog(simple(1), simple(2), simple(3)))
  expect(numbers(await folder.rest())).toEqual(['3'])
  folder.write('a.xml', poslog(simple(1, '6.00'), simple(2)))
  expect(only('sale.completed', await folder.rest())).toMatchObject([{ tenders: [{ amount: 600 }] }])
})

test('a correct record after the broken one in the same file closes the refusal', async () => {
  const folder = new SalesFolder('poslog', {})
  folder.write('a.xml', `${open}${simple(1)}${broken(1)}`)
  expect(kinds(await folder.rest())).toEqual(['sale.completed', 'source.row-refused'])
  folder.append('a.xml', simple(1))
  expect(kinds(await folder.rest())).toEqual(['source.row-accepted'])
})

test('an old file that is dropped again, or read again, closes no refusal', async () => {
  const folder = new SalesFolder('poslog', {})
  folder.write('old.xml', poslog(simple(1)))
  await folder.rest()
  folder.write('new.xml', poslog(broken(1)))
  expect(kinds(await folder.rest())).toEqual(['source.row-refused'])
  folder.write('copy.xml', poslog(simple(1)))
  expect(await folder.rest()).toEqual([])
  folder.append('old.xml', simple(2))
  expect(numbers(await folder.rest())).toEqual(['2'])

  const both = new SalesFolder('poslog', {})
  both.write('a.xml', poslog(simple(1), broken(1)))
  expect(kinds(await both.rest())).toEqual(['sale.completed', 'source.row-refused'])
  both.restart({ startFrom: '2026-01-01' }) // with other settings it is read again
  expect(await both.rest()).toEqual([])
})

test('renamed, dropped again, copied, deleted: nothing is told twice, nothing is taken back', async () => {
  const folder = new SalesFolder('poslog', {})
  folder.write('a.xml', poslog(...many(1, 50)))
  expect(numbers(await folder.rest())).toHaveLength(50)
  const bytes = folder.held.get('a.xml')?.bytes ?? Buffer.alloc(0)
  folder.rename('a.xml', 'b.xml')
  expect(await folder.rest()).toEqual([])
  folder.write('c.xml', bytes)
  expect(await folder.rest()).toEqual([])
  folder.remove('b.xml')
  folder.remove('c.xml')
  expect(await folder.rest()).toEqual([])
  folder.restart()
  folder.write('a.xml', bytes)
  expect(await folder.rest()).toEqual([])
})

test('a renamed file is not read again', async () => {
  const folder = new SalesFolder('poslog', {})
  folder.write('a.xml', poslog(...many(1, 2_000)))
  await folder.rest()
  const before = folder.readBytes
  folder.rename('a.xml', 'b.xml')
  await folder.rest()
  expect(folder.readBytes - before).toBeLessThan(900_000)
  folder.append('b.xml', simple(3_000))
  expect(numbers(await folder.rest())).toEqual(['3000'])
})

test('an appended file is read from where it was left', async () => {
  const folder = new SalesFolder('poslog', {})
  folder.write('a.xml', open + many(1, 8_000).join(''))
  expect(numbers(await folder.rest())).toHaveLength(8_000)
  folder.restart()
  const before = folder.readBytes
  folder.append('a.xml', simple(9_000))
  expect(numbers(await folder.poll())).toEqual(['9000'])
  expect(folder.readBytes - before).toBeLessThan(1_700_000)
  expect(folder.held.get('a.xml')?.bytes.length).toBeGreaterThan(5_000_000)
})

test('rewritten in place: shorter, longer, or as long as before', async () => {
  const folder = new SalesFolder('poslog', {})
  folder.write('a.xml', poslog(simple(1), simple(2, '5.00')))
  expect(numbers(await folder.rest())).toEqual(['1', '2'])
  folder.write('a.xml', poslog(simple(3)))
  expect(numbers(await folder.rest())).toEqual(['3'])
  folder.write('a.xml', poslog(simple(4), simple(5), simple(6)))
  expect(numbers(await folder.rest())).toEqual(['4', '5', '6'])
  folder.write('a.xml', poslog(simple(4), simple(5), simple(6, '7.00')))
  expect(only('sale.completed', await folder.rest())).toMatchObject([
    { receiptNumber: '6', tenders: [{ amount: 700 }] },
  ])
})

test('a change within one tick of the clock is found when the file rests', async () => {
  const folder = new SalesFolder('poslog', {})
  folder.write('a.xml', poslog(simple(1, '5.00')))
  await folder.poll()
  const file = folder.held.get('a.xml')
  if (file === undefined) throw new Error('no file')
  file.bytes = Buffer.from(poslog(simple(1, '6.00')))
  expect(only('sale.completed', await folder.rest())).toMatchObject([{ tenders: [{ amount: 600 }] }])
})

test('the same receipt with other content replaces, and an old copy does not bring it back', async () => {
  const folder = new SalesFolder('poslog', {})
  folder.write('1.xml', poslog(simple(1, '5.00')))
  await folder.rest()
  folder.write('2.xml', poslog(simple(1, '6.00')))
  expect(only('sale.completed', await folder.rest())).toMatchObject([{ tenders: [{ amount: 600 }] }])
  folder.write('3.xml', poslog(simple(1, '5.00')))
  expect(await folder.rest()).toEqual([])
})

test('a file that the POS holds is tried again, and refused only when it rests', async () => {
  const folder = new SalesFolder('poslog', {})
  folder.locked.add('a.xml')
  folder.write('a.xml', poslog(simple(1)))
  expect(await folder.poll()).toEqual([])
  expect(await folder.rest()).toMatchObject([
    { kind: 'source.row-refused', row: 'file/a.xml', code: 'JOURNAL_FILE_UNREADABLE' },
  ])
  expect(await folder.rest()).toEqual([])
  folder.locked.clear()
  const events = await folder.rest()
  expect(events.map(event => event.kind).sort()).toEqual(['sale.completed', 'source.row-accepted'])
})

test('other files are left alone', async () => {
  const folder = new SalesFolder('poslog', { files: ['TLOG*.xml'] })
  folder.write('other.xml', poslog(simple(1)))
  folder.write('tlog-1.XML', poslog(simple(2)))
  folder.write('tlog-1.xml.tmp', poslog(simple(3)))
  expect(numbers(await folder.rest())).toEqual(['2'])
})

test('with other settings every file is read again, and only what differs is told', async () => {
  const folder = new SalesFolder('poslog', {})
  folder.write('a.xml', poslog(simple(1)))
  await folder.rest()
  folder.restart({ pollSeconds: 2 })
  expect(await folder.rest()).toEqual([])
  folder.restart({ warehouse: 'SHOP' })
  expect(only('sale.completed', await folder.rest())).toMatchObject([{ lines: [{ warehouse: 'SHOP' }] }])
})

test('a file of nothing but refusals is given up as a whole', async () => {
  const folder = new SalesFolder('poslog', {})
  folder.write('a.xml', poslog(...many(1, 3_000).map(text => text.replace('<Amount>5.00', '<Amount>5,00'))))
  const events = await folder.rest()
  expect(events.length).toBeLessThan(1_300)
  expect(events.at(-1)).toMatchObject({ row: 'file/a.xml', code: 'JOURNAL_FILE_UNREADABLE' })
  folder.write('b.xml', poslog(simple(5_000)))
  expect(numbers(await folder.rest())).toEqual(['5000'])
})

test('each step is bounded, and its position is kept with what it read', async () => {
  const folder = new SalesFolder('poslog', {})
  folder.write('a.xml', poslog(...many(1, 3_000)))
  let told = 0
  for (let steps = 0; steps < 200; steps += 1) {
    folder.pass(5_000)
    const before = { events: folder.memory.events.length, bytes: folder.readBytes }
    const next = await folder.step()
    expect(folder.memory.events.length - before.events).toBeLessThanOrEqual(400)
    expect(folder.readBytes - before.bytes).toBeLessThanOrEqual(1_200_000)
    told = numbers(folder.memory.events).length
    if (next === 'idle') break
    if (steps % 7 === 6) folder.restart()
  }
  expect(told).toBe(3_000)
  expect(new Set(numbers(folder.memory.events)).size).toBe(3_000)
})

test('a folder of many files is read to the end', async () => {
  const folder = new SalesFolder('poslog', {})
  for (let file = 1; file <= 500; file += 1) folder.write(`t${file}.xml`, poslog(simple(file)))
  expect(numbers(await folder.rest())).toHaveLength(500)
  folder.restart()
  const before = folder.readBytes
  expect(await folder.rest()).toEqual([])
  expect(folder.readBytes).toBe(before)
})
