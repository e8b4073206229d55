import { describe, expect, test } from 'vitest'
import { asked, linesOf, propose } from './proposals.ts'

async function told(text: string, answers: Record<string, string>) {
  const { rows } = await propose(text, answers)
  return rows.map(({ event, problem }) =>
    event?.kind === 'sale.completed'
      ? [
          event.soldAt.wall.slice(0, 16),
          ...event.lines.map(({ sku, quantity, net }) => `${quantity / 1_000} ${sku} ${net}`),
          ...event.taxes.map(({ amount }) => `tax ${amount}`),
          ...event.tenders.map(({ kind, amount }) => `${kind} ${amount}`),
        ].join(', ')
      : problem?.code,
  )
}

describe('dates and times as countries write them', () => {
  const both = (date: string, time: string) => `Receipt no;Date;Time;SKU;Qty;Amount
1;${date};${time};T-1;2;9,00
`
  const one = (date: string) => `Receipt no;Date;SKU;Qty;Amount
1;${date};T-1;2;9,00
`
  test.each([
    [both('18.07.2026.', '13:05'), '13:05'],
    [both('18.7.2026.', '13:05'), '13:05'],
    [both('18. 7. 2026.', '13:05'), '13:05'],
    [both('18. 7. 2026', '13:05'), '13:05'],
    [one('18. 7. 2026. 13:05'), '13:05'],
    [both('18/7/2026', '1:05 μμ'), '13:05'],
    [both('18/7/2026', '1:05 μ.μ.'), '13:05'],
    [both('18/7/2026', '9:05 ΠΜ'), '09:05'],
    [one('18/7/2026 1:05:09 μμ'), '13:05'],
    [one('18.07.2026 1:05 ÖS'), '13:05'],
    [both('2026年7月18日', '13時05分'), '13:05'],
    [both('2026年7月18日', '13時5分9秒'), '13:05'],
    [one('2026年7月18日 13時5分'), '13:05'],
    [both('令和8年7月18日', '13:05'), '13:05'],
    [both('R8.07.18', '13:05'), '13:05'],
    [one('R08/7/18 13:05'), '13:05'],
    [one('㋿８年７月１８日　１３時５分'), '13:05'],
    [both('2026/07/18', '午後1:05'), '13:05'],
    [both('2026/07/18', '午前9時05分'), '09:05'],
    [both('２０２６／０７／１８', '１３：０５'), '13:05'],
    [one('２０２６年７月１８日　１３：０５'), '13:05'],
  ])('%s', async (text, time) => {
    const said = { currency: 'EUR' }
    const questions = await asked(text, said)
    expect(questions.filter(id => id !== 'date')).toEqual([])
    expect(await told(text, said)).toEqual([`2026-07-18T${time}, 2 T-1 900, other 900`])
  })
})

describe('Japanese columns', () => {
  test.each([
    ['現金支払額', 'カード支払額'],
    ['現金支払金額', 'クレジット決済額'],
    ['現金額', '電子マネー利用額'],
    ['現金お支払い額', 'QRコード決済金額'],
  ])('of payments: %s, %s', async (cash, card) => {
    const text = `レシート番号,日時,商品コード,数量,税込金額,${cash},${card},お釣り
1,2026/07/18 09:10,T-1,1,220,500,0,280
2,2026/07/18 09:20,T-2,2,1080,80,1000,0
3,2026/07/18 09:30,T-2,-1,-540,-540,0,0
`
    expect(await told(text, { currency: 'JPY' })).toEqual([
      '2026-07-18T09:10, 1 T-1 220, cash 220',
      '2026-07-18T09:20, 2 T-2 1080, cash 80, card 1000',
      '2026-07-18T09:30, -1 T-2 -540, cash -540',
    ])
  })

  test('digits that are wide throughout', async () => {
    const text = `レシート番号,日時,商品番号,数量,金額,お支払い方法
１００１,２０２６／０７／１８　０９：１０,Ｔ１,２,￥２２０,現金
１００３,２０２６／０７／１８　０９：３０,Ｔ２,－１,￥－３３０,現金
`
    expect((await told(text, { currency: 'JPY' })).map(each => each?.slice(0, 16))).toEqual([
      ...['2026-07-18T09:10', '2026-07-18T09:30'],
    ])
    expect((await propose(text, { currency: 'JPY' })).questions).toEqual([])
  })

  test('a minus behind the sign of the yen', async () => {
    const text = `取引ID,日付,時刻,SKU,数量,金額
tx1,2026/07/18,09:10:00,T-1,1,"￥1,100"
tx3,2026/07/18,09:30:00,T-1,-1,"￥-1,100"
`
    expect(await asked(text, { currency: 'JPY' })).toEqual([])
    expect(await linesOf(text, { currency: 'JPY' })).toEqual(['tx1: 1 T-1 1100', 'tx3: -1 T-1 -1100'])
    expect(await asked(text)).toEqual(['currency'])
  })
})

describe('a column of the tax in each amount, by any of its names', () => {
  test.each([
    'Sale tax',
    'Included VAT',
    'davon MwSt',
    'Dont TVA',
    'di cui IVA',
    'IVA incluida',
    'waarvan BTW',
    'varav moms',
    'w tym VAT',
    'KDV Toplamı',
    'din care TVA',
    'u tome PDV',
    'sellest KM',
    'うち消費税',
  ])('%s', async heading => {
    const text = `Receipt no;Date;SKU;Qty;Amount;${heading}
1;18.07.2026 09:10;T-1;1;11,00;1,00
2;18.07.2026 09:20;T-2;2;22,00;2,00
`
    const said = { currency: 'EUR', taxIncluded: 'yes' }
    expect(await told(text, said)).toEqual([
      '2026-07-18T09:10, 1 T-1 1000, tax 100, other 1100',
      '2026-07-18T09:20, 2 T-2 2000, tax 200, other 2200',
    ])
  })
  test('the two of Japan, by their rates', async () => {
    const text = `レシート番号,日時,商品コード,数量,税込金額,内消費税8%,内消費税10%
1,2026/07/18 09:10,T-1,1,1080,80,0
2,2026/07/18 09:20,T-2,1,1100,0,100
`
    expect(await told(text, { currency: 'JPY', taxIncluded: 'yes' })).toEqual([
      '2026-07-18T09:10, 1 T-1 1000, tax 80, other 1080',
      '2026-07-18T09:20, 1 T-2 1000, tax 100, other 1100',
    ])
  })
})

describe('numbers that begin again each day at the only till', () => {
  test('beside days', async () => {
    const text = `Beleg;Datum;Artikelnr;Menge;Betrag;Zahlart
1;17.07.2026;T-1;1;10,00;Bar
1;17.07.2026;T-2;1;12,00;Bar
2;17.07.2026;T-1;1;10,00;Karte
1;18.07.2026;T-2;1;12,00;Bar
2;18.07.2026;T-2;-1;-12,00;Bar
`
    const { settings } = await propose(text, { currency: 'EUR' })
    expect(settings.columns?.receipt).toEqual(['Datum', 'Beleg'])
    expect((await told(text, { currency: 'EUR' })).map(each => each?.slice(18))).toEqual([
      '1 T-1 1000, 1 T-2 1200, cash 2200',
      '1 T-1 1000, card 1000',
      '1 T-2 1200, cash 1200',
      '-1 T-2 -1200, cash -1200',
    ])
  })
  test('beside moments, where each receipt has one', async () => {
    const text = `Beleg;Datum;Artikelnr;Menge;Betrag;Zahlart
1;17.07.2026 10:00;T-1;1;10,00;Bar
1;17.07.2026 10:00;T-2;1;12,00;Bar
1;18.07.2026 10:05;T-2;1;12,00;Bar
2;18.07.2026 12:05;T-2;-1;-12,00;Bar
`
    expect((await told(text, { currency: 'EUR' })).map(each => each?.slice(18))).toEqual([
      '1 T-1 1000, 1 T-2 1200, cash 2200',
      '1 T-2 1200, cash 1200',
      '-1 T-2 -1200, cash -1200',
    ])
  })
})
