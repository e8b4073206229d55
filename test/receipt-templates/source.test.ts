import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { DecodedReceipt } from '../../agent/codecs/printer-commands/decoded.ts'
import { capturedReceiptTables, openCapturedReceipts } from '../../agent/sources/paper/captured-receipts.ts'
import { receiptReader } from '../../agent/sources/paper/reader.ts'
import { ReceiptSettings } from '../../agent/sources/paper/settings.ts'
import type { AgentEvent } from '../../shared/events.ts'
import { SourceId } from '../../shared/ids.ts'
import type { Log } from '../../shared/world.ts'
import { TestMemory } from '../sources/memory.ts'
import { templateOf } from './print.ts'

const DAY = 24 * 3_600_000
const quiet: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => quiet }

/** A printer's receipts on a real table, with files that a person may edit. */
function shop(over: object = {}) {
  const db = new Database(':memory:')
  db.exec(capturedReceiptTables)
  const store = openCapturedReceipts(db)
  const memory = new TestMemory()
  const files = new Map<string, string>()
  const clock = { now: 0 }
  files.set('t.json', JSON.stringify(templateOf({ notSales: [{ pattern: 'COPY', as: 'copy' }] })))
  const settings = ReceiptSettings.parse({
    printer: 'counter',
    template: 't.json',
    zone: 'Europe/Berlin',
    currency: 'EUR',
    warehouse: 'W1',
    till: 'till-1',
    ...over,
  })
  const captured = store.of('receipts', async work => work())
  const open = (from = captured) =>
    receiptReader(settings, {
      source: SourceId.parse('receipts'),
      memory,
      log: quiet,
      captured: from,
      clock: { monotonicMs: () => clock.now },
      files: { readText: path => files.get(path) ?? null },
    })
  const reader = open()
  return {
    db,
    store,
    memory,
    files,
    captured,
    open,
    reader,
    /** Time for the files to be looked at again. */
    later: () => {
      clock.now += 10_000
    },
    async readAll(by = reader) {
      while ((await by.read()) === 'more');
    },
    states: () => db.prepare('SELECT state, code FROM captured_receipt ORDER BY id').all(),
    told: () => memory.events.map(event => event.kind),
  }
}

function decoded(text: string, over: Partial<DecodedReceipt> = {}): DecodedReceipt {
  const lines = text === '' ? [] : text.split('\n')
  return {
    offset: 0,
    end: 0,
    lines: lines.map(line => ({ text: line, offset: 0, align: 'left', bold: false, width: 1, height: 1 })),
    codes: [],
    images: [],
    cuts: [],
    drawerKicks: [],
    statusRequests: [],
    codePages: [],
    codePageNumbers: [],
    unknown: [],
    unlisted: 0,
    notSeen: [],
    ...over,
  }
}

const receipt = (number: number, item = 'Tea 5.00') =>
  decoded(`Receipt ${number}\n25.11.2026 09:30:01\n${item}\nTotal 5.00\nCash 5.00`)
const refusedIn = (events: readonly AgentEvent[]) =>
  events.filter(event => event.kind === 'source.row-refused')

describe('from the printer to the hub', () => {
  test('a receipt becomes a sale once it is read, not when it is taken', async () => {
    const { reader, memory, readAll, states } = shop()
    expect(await reader.take(receipt(1), 'counter', 1_000)).toBe(true)
    expect(memory.events).toEqual([])
    await readAll()
    expect(memory.events).toMatchObject([
      {
        kind: 'sale.completed',
        at: 1_000,
        source: 'receipts',
        receiptNumber: '1',
        lines: [{ title: 'Tea', net: 500, warehouse: 'W1' }],
        tenders: [{ kind: 'cash', amount: 500 }],
        unexplained: 0,
      },
    ])
    expect(states()).toEqual([{ state: 'sold', code: null }])
  })

  test('another printer’s receipts, a drawer kick and a bare cut are not kept', async () => {
    const { reader, states } = shop()
    expect(await reader.take(receipt(1), 'kitchen', 1)).toBe(false)
    expect(await reader.take(decoded(''), 'counter', 1)).toBe(false)
    expect(states()).toEqual([])
  })

  test('the same receipt printed again is one sale; others are their own', async () => {
    const { reader, readAll, told, states } = shop()
    for (const each of [receipt(1), receipt(1), receipt(2)]) await reader.take(each, 'counter', 1)
    await readAll()
    await reader.take(receipt(1), 'counter', 2)
    await readAll()
    expect(told()).toEqual(['sale.completed', 'sale.completed'])
    expect(states()).toEqual(['sold', 'copy', 'sold', 'copy'].map(state => ({ state, code: null })))
  })

  test('a receipt of which the printer printed a part from its memory is named, never counted', async () => {
    const { reader, readAll, memory } = shop()
    await reader.take({ ...receipt(1), notSeen: [9] }, 'counter', 1)
    await reader.take(decoded('', { notSeen: [0] }), 'counter', 2)
    await readAll()
    expect(memory.events.map(event => event.kind)).toEqual(['source.row-refused', 'source.row-refused'])
    expect(refusedIn(memory.events)).toMatchObject([{ code: 'PRINT_NOT_SEEN' }, { code: 'PRINT_NOT_SEEN' }])
  })

  test('a copy that says so is not a sale', async () => {
    const { reader, readAll, told, states } = shop()
    await reader.take(decoded(`* COPY *\nReceipt 1\nTotal 5.00`), 'counter', 1)
    await readAll()
    expect(told()).toEqual([])
    expect(states()).toEqual([{ state: 'none', code: 'copy' }])
  })

  test('the same number, moment and total with other items is refused, not swallowed', async () => {
    const { reader, readAll, memory } = shop()
    await reader.take(receipt(1), 'counter', 1)
    await reader.take(receipt(1, 'Mug 5.00'), 'counter', 2)
    await readAll()
    expect(memory.events.map(event => event.kind)).toEqual(['sale.completed', 'source.row-refused'])
    expect(refusedIn(memory.events)).toMatchObject([{ code: 'RECEIPT_DIFFERS' }])
  })

  test('what does not add up is refused once, with its masked text', async () => {
    const { reader, readAll, memory } = shop()
    const bad = decoded(
      'Receipt 1\n25.11.2026 09:30:01\nTea 5.00\nTotal 6.00\nCash 6.00\nVISA 4111 1111 1111 1111',
    )
    await reader.take(bad, 'counter', 1)
    await reader.take(bad, 'counter', 2)
    await readAll()
    expect(memory.events).toHaveLength(1)
    const [event] = refusedIn(memory.events)
    expect(event).toMatchObject({ code: 'RECEIPT_DOES_NOT_ADD_UP', what: 'receipt', source: 'receipts' })
    expect(event?.kind === 'source.row-refused' && event.payload).toContain('VISA **** **** **** 1111')
  })

  test('two pictures are two refusals: they cannot be told apart', async () => {
    const { reader, readAll, memory } = shop()
    const image = { kind: 'raster' as const, width: 464, height: 900, key: null, offset: 0, line: 0 }
    await reader.take(decoded('', { images: [image] }), 'counter', 1)
    await reader.take(decoded('', { images: [image] }), 'counter', 2)
    await readAll()
    expect(refusedIn(memory.events).map(event => event.kind === 'source.row-refused' && event.code)).toEqual([
      'RECEIPT_IS_IMAGE',
      'RECEIPT_IS_IMAGE',
    ])
  })

  test('no card number reaches the table', async () => {
    const { reader, db } = shop()
    await reader.take(
      decoded('4111111111111111', {
        codes: [{ symbology: 'QR', data: '4111111111111111', offset: 0, line: 0 }],
      }),
      'counter',
      1,
    )
    const bytes = db.serialize().toString('latin1')
    expect(bytes).toContain('************1111')
    expect(bytes).not.toContain('41111111')
  })

  test('a receipt longer than what is kept is refused, whatever its beginning says', async () => {
    const { reader, readAll, memory } = shop()
    const long = `Receipt 1\n25.11.2026 09:30:01\nTea 5.00\nTotal 5.00\nCash 5.00\n${'note\n'.repeat(4_000)}`
    await reader.take(decoded(long), 'counter', 1)
    await readAll()
    expect(refusedIn(memory.events)).toMatchObject([{ code: 'RECEIPT_UNPARSED' }])
  })
})

describe('when a template changes', () => {
  const unknown = decoded('Bon 7\n25.11.2026 09:30:01\nTee 5.00\nSumme 5.00\nBar 5.00')
  const german = {
    header: ['Bon {receipt}', '{date} {time}'],
    totals: { total: ['Summe {amount}'] },
    tenders: { rows: [{ pattern: 'Bar {amount}', kind: 'cash' as const }] },
  }

  test('what was refused is read again: accepted first, then sold', async () => {
    const { reader, readAll, memory, files, later, told, states } = shop()
    await reader.take(unknown, 'counter', 1)
    await readAll()
    await readAll()
    expect(told()).toEqual(['source.row-refused'])
    files.set('t.json', JSON.stringify(templateOf(german)))
    await readAll()
    expect(told()).toHaveLength(1)
    later()
    await readAll()
    expect(told()).toEqual(['source.row-refused', 'source.row-accepted', 'sale.completed'])
    const rows = memory.events.flatMap(event => ('row' in event ? [event.row] : []))
    expect(new Set(rows).size).toBe(1)
    expect(states()).toEqual([{ state: 'sold', code: null }])
  })

  test('sales that are told stay as they are', async () => {
    const { reader, readAll, files, later, told } = shop()
    await reader.take(receipt(1), 'counter', 1)
    await readAll()
    files.set('t.json', JSON.stringify(templateOf(german)))
    later()
    await readAll()
    expect(told()).toEqual(['sale.completed'])
  })

  test('another reason is told, the same is not', async () => {
    const { reader, readAll, files, later, memory } = shop()
    await reader.take(unknown, 'counter', 1)
    await readAll()
    files.set('t.json', JSON.stringify(templateOf({ about: 'a word more' })))
    later()
    await readAll()
    expect(memory.events).toHaveLength(1)
    files.set('t.json', JSON.stringify(templateOf({ totals: { total: ['Summe {amount}'] } })))
    later()
    await readAll()
    expect(refusedIn(memory.events)).toHaveLength(2)
  })

  test.each([
    ['a broken file', '{', 'RECEIPT_TEMPLATE_INVALID'],
    ['a wrong pattern', JSON.stringify({ ...templateOf(), header: ['{nmber}'] }), 'RECEIPT_TEMPLATE_INVALID'],
    [
      'something undecided',
      JSON.stringify({ ...templateOf(), undecided: ['the date'] }),
      'RECEIPT_TEMPLATE_UNDECIDED',
    ],
    ['no file', null, 'RECEIPT_TEMPLATE_UNKNOWN'],
  ])('%s stops reading, not taking; receipts wait', async (_, text, code) => {
    const { reader, files, later, readAll, told } = shop()
    const good = files.get('t.json') ?? ''
    if (text === null) files.delete('t.json')
    else files.set('t.json', text)
    await reader.take(receipt(1), 'counter', 1)
    await expect(reader.read()).rejects.toMatchObject({ code })
    files.set('t.json', good)
    later()
    await readAll()
    expect(told()).toEqual(['sale.completed'])
  })
})

describe('item codes from a catalogue', () => {
  test('a name known letter for letter gets its code, all others none; a new catalogue makes no copy a new sale', async () => {
    const { reader, readAll, files, memory, later, told } = shop({ catalogue: 'c.json' })
    files.set('c.json', '{"Tea  green": "T-1"}')
    await reader.take(receipt(1, 'Tea green 5.00'), 'counter', 1)
    await reader.take(receipt(2, 'Tea 5.00'), 'counter', 1)
    await readAll()
    const skus = memory.events.map(event => event.kind === 'sale.completed' && event.lines[0]?.sku)
    expect(skus).toEqual(['T-1', null])
    files.set('c.json', '{"Tea green": "T-2"}')
    later()
    await reader.take(receipt(1, 'Tea green 5.00'), 'counter', 2)
    await readAll()
    expect(told()).toHaveLength(2)
  })

  test.each(['[]', '{"a": 1}', 'x', '{"a b": "1", "a  b": "2"}'])('%s is not a catalogue', async text => {
    const { reader, files } = shop({ catalogue: 'c.json' })
    files.set('c.json', text)
    await expect(reader.read()).rejects.toMatchObject({ code: 'RECEIPT_CATALOGUE_INVALID' })
  })
})

describe('what survives', () => {
  test('killed between telling and noting it: read again, told once', async () => {
    const { reader, captured, open, readAll, told, states } = shop()
    await reader.take(receipt(1), 'counter', 1)
    await reader.take(decoded('Receipt 9'), 'counter', 1)
    const dying = open({ ...captured, close: async () => Promise.reject(new Error('killed')) })
    await expect(dying.read()).rejects.toThrow('killed')
    expect(told()).toEqual(['sale.completed', 'source.row-refused'])
    await readAll(open())
    expect(told()).toEqual(['sale.completed', 'source.row-refused'])
    expect(states().map(row => (row as { state: string }).state)).toEqual(['copy', 'refused'])
  })

  test('30 days and 5,000 receipts are kept, and none that was not read is dropped', async () => {
    const { db, store, captured, reader, readAll } = shop()
    const body = { lines: ['x'], codes: [], images: [], cut: false }
    const count = () => db.prepare('SELECT count(*) FROM captured_receipt').pluck().get()
    for (let at = 0; at < 5_100; at += 1) await captured.add({ printer: 'counter', at: DAY, body })
    expect(count()).toBe(5_100)
    await readAll()
    store.prune('receipts', DAY)
    expect(count()).toBe(5_000)
    await reader.take(receipt(1), 'counter', 40 * DAY)
    store.prune('receipts', 40 * DAY)
    expect(count()).toBe(1)
    expect(store.newest('receipts', 10).map(row => row.body.lines[0])).toEqual(['Receipt 1'])
  })
})
