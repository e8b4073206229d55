import { describe, expect, test } from 'vitest'
import { asked, linesOf, propose } from './proposals.ts'

const euro = { currency: 'EUR' }

async function walls(text: string, answers: Record<string, string> = {}): Promise<string[]> {
  const { rows } = await propose(text, { ...euro, ...answers })
  return rows.flatMap(({ event, problem }) =>
    event?.kind === 'sale.completed'
      ? `${event.receiptNumber} ${event.soldAt.wall} ${event.businessDate} ${event.lines.length}`
      : (problem?.code ?? []),
  )
}

describe('times that are called UTC', () => {
  const file = (heading: string, moment: string) =>
    [
      `Receipt,${heading},SKU,Qty,Amount,Payment`,
      `1,2026-07-16 08:30:00,K-1,1,10.00,Cash`,
      `2,${moment},K-1,-1,-10.00,Cash`,
    ].join('\n')

  test.each(['Created at (UTC)', 'created_at_utc', 'createdAtUtc'])('a person says it: %s', async heading => {
    const late = file(heading, '2026-07-16 22:30:00')
    expect(await asked(late, euro)).toEqual(['clock'])
    expect(await walls(late, { clock: 'utc' })).toEqual([
      '1 2026-07-16T10:30:00 2026-07-16 1',
      '2 2026-07-17T00:30:00 2026-07-17 1',
    ])
    expect(await walls(late, { clock: 'store' })).toEqual([
      '1 2026-07-16T08:30:00 2026-07-16 1',
      '2 2026-07-16T22:30:00 2026-07-16 1',
    ])
    expect(await asked(late, { ...euro, clock: 'utc' })).toEqual([])
  })

  test('times that name their zone need no answer, nor do names that say nothing', async () => {
    const zoned = file('created_at_utc', '2026-07-16 22:30:00').replaceAll(/(:\d\d:00)/g, '$1Z')
    expect(await asked(zoned, euro)).toEqual([])
    expect(await asked(file('Created at', '2026-07-16 22:30:00'), euro)).toEqual([])
  })

  test('a time in a column of its own, and the store’s own business day', async () => {
    const apart = [
      'Receipt,Business date,Date UTC,Time UTC,SKU,Qty,Amount,Payment',
      '1,16-07-2026,16-07-2026,08:30,K-1,1,10.00,Cash',
      '2,16-07-2026,16-07-2026,22:30,K-1,-1,-10.00,Cash',
    ].join('\n')
    expect(await asked(apart, euro)).toEqual(['clock'])
    expect(await walls(apart, { clock: 'utc' })).toEqual([
      '1 2026-07-16T10:30:00 2026-07-16 1',
      '2 2026-07-17T00:30:00 2026-07-16 1',
    ])
  })
})

describe('numbers of credit notes on receipts without a minus', () => {
  const file = (sale: string, credit: string, amount = '10,00') =>
    [
      'Beleg;Datum;Artikelnr;Menge;Betrag;Zahlart',
      `${sale};16.07.2026 09:10;K-1;2;20,00;Bar`,
      `${credit};16.07.2026 09:20;K-1;${amount.startsWith('-') ? '-1' : '1'};${amount};Bar`,
    ].join('\n')

  test.each([
    ['RE-2001', 'GS-2002', 'GS*'],
    ['FT 7/1', 'NC 7/1', 'NC*'],
    ['INV-1', 'CN-1', 'CN*'],
    ['2001', '2002-R', null],
    ['P/2/2026', 'P/3/2026 Zwrot', '*Zwrot'],
    ['F1001', 'NC1001', 'NC*'],
  ])('%s beside %s', async (sale, credit, pattern) => {
    const both = file(sale, credit)
    if (pattern === null) {
      expect(await asked(both, euro)).toEqual([])
      return
    }
    const id = `series:${pattern}`
    expect(await asked(both, euro)).toEqual([id])
    expect(await linesOf(both, { ...euro, [id]: 'refund' })).toEqual([
      `${sale}: 2 K-1 2000`,
      `${credit}: -1 K-1 -1000`,
    ])
    expect(await linesOf(both, { ...euro, [id]: 'sale' })).toEqual([
      `${sale}: 2 K-1 2000`,
      `${credit}: 1 K-1 1000`,
    ])
  })

  test('with a minus they say it themselves, and a series of its own is that of the shop', async () => {
    expect(await asked(file('RE-2001', 'GS-2002', '-10,00'), euro)).toEqual([])
    expect(await asked(file('GS-2001', 'GS-2002'), euro)).toEqual([])
  })
})

describe('rows of one number at two moments', () => {
  const file = (...rows: string[]) => ['Bon;Datum;Artikelnr;Menge;Betrag;Zahlart', ...rows].join('\n')
  const late = file(
    '1;16.07.2026 23:10;K-1;1;12,00;Bar',
    '2;16.07.2026 23:50;K-1;1;12,00;Bar',
    '1;17.07.2026 00:10;K-2;1;21,00;Bar',
    '2;17.07.2026 00:40;K-2;1;21,00;Bar',
    '2;17.07.2026 00:40;K-1;-1;-12,00;Bar',
  )

  test('numbers that begin again at midnight', async () => {
    expect(await asked(late, euro)).toEqual(['moments'])
    expect(await walls(late, { moments: 'apart' })).toEqual([
      '1 2026-07-16T23:10:00 2026-07-16 1',
      '2 2026-07-16T23:50:00 2026-07-16 1',
      '1 2026-07-17T00:10:00 2026-07-17 1',
      '2 2026-07-17T00:40:00 2026-07-17 2',
    ])
  })

  test('a long receipt over midnight stays one where a person says so', async () => {
    const one = file('8;16.07.2026 23:50;K-1;1;12,00;Bar', '8;17.07.2026 00:02;K-2;1;21,00;Bar')
    expect(await walls(one, { moments: 'one' })).toEqual(['8 2026-07-16T23:50:00 2026-07-16 2'])
  })

  test('a number that is used twice on one day', async () => {
    const twice = file(
      '1;16.07.2026 09:10;K-1;1;12,00;Bar',
      '1;16.07.2026 09:10;K-2;1;21,00;Bar',
      '2;16.07.2026 09:20;K-1;1;12,00;Bar',
      '2;16.07.2026 09:20;K-2;1;21,00;Bar',
      '1;16.07.2026 10:05;K-2;1;21,00;Bar',
    )
    expect(await asked(twice, euro)).toEqual(['moments'])
    expect(await walls(twice, { moments: 'apart' })).toEqual([
      '1 2026-07-16T09:10:00 2026-07-16 2',
      '2 2026-07-16T09:20:00 2026-07-16 2',
      '1 2026-07-16T10:05:00 2026-07-16 1',
    ])
  })

  test('lines that all have times of their own ask for nothing', async () => {
    const each = file(
      '1;16.07.2026 09:10;K-1;1;12,00;Bar',
      '1;16.07.2026 09:12;K-2;1;21,00;Bar',
      '2;16.07.2026 09:20;K-1;1;12,00;Bar',
      '2;16.07.2026 09:23;K-2;1;21,00;Bar',
    )
    expect(await asked(each, euro)).toEqual([])
    expect(await walls(each)).toEqual([
      '1 2026-07-16T09:10:00 2026-07-16 2',
      '2 2026-07-16T09:20:00 2026-07-16 2',
    ])
  })
})
