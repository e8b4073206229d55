import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import { proposeSource } from '../../agent/tools/source-try/propose.ts'
import { SourceId } from '../../shared/ids.ts'
import { manualWorld } from '../manual-world.ts'
import { asked, linesOf } from './proposals.ts'

/** Two units in cash with something off, one by card, one that came back; amounts include tax. */
const exports = {
  Hungarian: {
    ...{ currency: 'HUF', encoding: 'windows-1250' },
    text: `Bizonylatszám;Dátum;Típus;Cikkszám;Megnevezés;Mennyiség;Egységár;Bruttó érték;ÁFA összeg;Fizetési mód
7001;2026.07.18. 09:10;Eladás;K-1;Bögre, őszi;2;1990;3600;765;Készpénz
7002;2026.07.18. 09:20;Eladás;K-2;Teáskanna;1;5490;5490;1167;Bankkártya
7003;2026.07.18. 09:30;Visszáru;K-2;Teáskanna;1;5490;5490;1167;Készpénz`,
    lines: ['2 K-1 2835', '1 K-2 4323', '-1 K-2 -4323'],
  },
  Ukrainian: {
    ...{ currency: 'UAH', encoding: 'windows-1251' },
    text: `№ чека;Дата;Тип;Код товару;Назва товару;Кількість;Ціна;Сума;ПДВ;Спосіб оплати
7001;18.07.2026 09:10;Продаж;K-1;Чашка;2;100,00;180,00;30,00;Готівка
7002;18.07.2026 09:20;Продаж;K-2;Чайник;1;540,00;540,00;90,00;Картка
7003;18.07.2026 09:30;Повернення;K-2;Чайник;1;540,00;540,00;90,00;Готівка`,
    lines: ['2 K-1 15000', '1 K-2 45000', '-1 K-2 -45000'],
  },
  Bulgarian: {
    ...{ currency: 'EUR', encoding: 'windows-1251' },
    text: `Номер на бон;Дата;Вид;Код;Артикул;Количество;Ед. цена;Сума;ДДС;Начин на плащане
7001;18.07.2026 09:10;Продажба;K-1;Чаша;2;10,00;18,00;3,00;В брой
7002;18.07.2026 09:20;Продажба;K-2;Чайник;1;54,00;54,00;9,00;Карта
7003;18.07.2026 09:30;Връщане;K-2;Чайник;1;54,00;54,00;9,00;В брой`,
    lines: ['2 K-1 1500', '1 K-2 4500', '-1 K-2 -4500'],
  },
} as const

describe.each(Object.entries(exports))('%s headings', (_, { currency, encoding, text, lines }) => {
  test('need a currency, and whether tax is within', async () => {
    const proposal = (answers: Record<string, string>) =>
      proposeSource(
        {
          ...{ file: 'sales.csv', folder: '/till', unread: 0, source: SourceId.parse('sales') },
          bytes: iconv.encode(text, encoding),
          store: { zone: 'Europe/Kyiv', warehouse: 'HAR' },
          answers: new Map(Object.entries(answers)),
        },
        manualWorld(),
      )
    const read = await proposal({ currency, taxIncluded: 'yes', amount: amountIn(text) })
    expect(read.questions).toEqual([])
    const sold = read.rows.flatMap(({ event }) =>
      event?.kind === 'sale.completed'
        ? event.lines.map(({ sku, quantity, net }) => `${quantity / 1_000} ${sku} ${net}`)
        : [],
    )
    expect(sold).toEqual(lines)
    const kinds = read.rows.flatMap(({ event }) =>
      event?.kind === 'sale.completed' ? event.tenders.map(({ kind }) => kind) : [],
    )
    expect(kinds).toEqual(['cash', 'card', 'cash'])
  })
})

const amountIn = (text: string) => /(?:Bruttó érték|Сума)/.exec(text)?.[0] ?? ''

test('a bare "Code" beside the number of an item is not the code of the item', async () => {
  const text = (code: string) => `Beleg;Datum;${code};Bezeichnung;Anz;Betrag;MWST-Betrag;Code;Zahlart
1;18.07.2026 09:10;4711;Uhr;1;299,00;22,40;A;Bar
2;18.07.2026 09:20;4712;Brot;1;4,95;0,13;B;Bar
`
  const said = { currency: 'CHF', taxIncluded: 'yes' }
  expect(await linesOf(text('Artikel'), said)).toEqual(['1: 1 4711 27660', '2: 1 4712 482'])
  expect(await linesOf(text('Art.-Nr.'), said)).toEqual(['1: 1 4711 27660', '2: 1 4712 482'])
})

test('payments make up amounts and all their taxes', async () => {
  const text = `Receipt no,Date,SKU,Qty,Net amount,CGST,SGST,Xa,Xb,Currency
1,2026-07-18 09:10,T-1,1,100.00,9.00,9.00,118.00,0.00,INR
2,2026-07-18 09:20,T-2,2,200.00,18.00,18.00,0.00,236.00,INR
`
  expect(await asked(text)).toEqual(expect.arrayContaining(['payment:Xa', 'payment:Xb']))
})
