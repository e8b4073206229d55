import { describe, expect, test } from 'vitest'
import { proposeJson } from '../../agent/tools/source-try/propose-json.ts'
import { SourceId } from '../../shared/ids.ts'
import { manualWorld } from '../manual-world.ts'
import { asked, linesOf, propose } from './proposals.ts'

/** Two sales in JSON of a thousandth of 500 units, or half a unit. */
function tried(whole: object, small: object, ...answers: readonly (readonly [string, string])[]) {
  const line = (no: number, quantity: number, unit: object) => ({
    ...{ number: no, date: `2026-07-18T09:1${no}:00`, total: 9 },
    items: [{ sku: 'T-2', quantity, amount: 9, ...unit }],
  })
  return proposeJson(
    {
      ...{ file: 'sales.json', folder: '/till', unread: 0, source: SourceId.parse('sales') },
      bytes: Buffer.from(JSON.stringify([line(1, 0.5, whole), line(2, 500, small)])),
      store: { zone: 'Europe/Berlin', warehouse: 'HAR' },
      answers: new Map([['currency', 'EUR'], ...answers]),
    },
    manualWorld(),
  )
}

/** Pieces, the whole unit that goods are weighed in, and a smaller one, as each country's tills write them. */
const languages = [
  ['Receipt no;Date;SKU;Qty;Unit;Amount;Payment method', 'ea', 'kg', 'g'],
  ['Receipt no;Date;SKU;Qty;Unit of measure;Amount;Payment method', 'PCE', 'L', 'ML'],
  ['Belegnr;Datum;Artikelnr;Menge;Einheit;Betrag;Zahlart', 'Stk', 'kg', 'dag'],
  ['Belegnr;Datum;Artikelnr;Menge;ME;Betrag;Zahlart', 'Stück', 'm', 'cm'],
  ['Ticket;Date;Référence;Quantité;Unité de mesure;Montant;Paiement', 'pièce', 'kg', 'grammes'],
  ['Scontrino;Data;Codice;Quantità;U.M.;Importo;Pagamento', 'PZ', 'KG', 'GR'],
  ['Ticket;Fecha;Código;Cantidad;Unidad;Importe;Forma de pago', 'ud', 'kg', 'gramos'],
  ['Recibo;Data;Código;Quantidade;Unidade;Valor;Pagamento', 'un', 'kg', 'gr'],
  ['Bonnr;Datum;Artikelcode;Aantal;Eenheid;Bedrag;Betaling', 'stuks', 'kg', 'gram'],
  ['Kvittonr;Datum;Artikelnr;Antal;Enhet;Belopp;Betalning', 'st', 'kg', 'hg'],
  ['Kuitti;Pvm;Tuotekoodi;Määrä;Yksikkö;Summa;Maksu', 'kpl', 'kg', 'g'],
  ['Nr paragonu;Data;Kod towaru;Ilość;J.m.;Kwota;Płatność', 'szt', 'kg', 'dkg'],
  ['Αρ. απόδειξης;Ημερομηνία;Κωδικός;Ποσότητα;Μ.Μ.;Αξία;Τρόπος πληρωμής', 'ΤΕΜ', 'ΚΙΛ', 'ΓΡ'],
  ['Fiş No;Tarih;Stok Kodu;Miktar;Birim;Tutar;Ödeme Şekli', 'ADET', 'KG', 'GR'],
  ['Fiş No;Tarih;Stok Kodu;Miktar;Ölçü Birimi;Tutar;Ödeme Şekli', 'AD', 'LT', 'CL'],
  ['Nr. bon;Data;Cod produs;Cantitate;UM;Valoare;Metodă de plată', 'BUC', 'KG', 'GR'],
  ['Broj računa;Datum;Šifra;Količina;Jedinica mjere;Iznos;Način plaćanja', 'kom', 'kg', 'G'],
  ['Чек;Дата;Код товара;Кол-во;Ед. изм.;Сумма;Оплата', 'шт', 'кг', 'г'],
  ['Tšeki nr;Kuupäev;Kood;Kogus;Ühik;Summa;Makseviis', 'tk', 'kg', 'g'],
  ['レシート番号;日時;商品コード;数量;単位;金額;支払方法', '個', 'kg', 'グラム'],
] as const

describe('grams are not units of stock unless a person says so', () => {
  test.each(languages)('%s', async (heads, piece, whole, small) => {
    const text = (unit: string, quantity: string) => `${heads}
1;18.07.2026 09:10;T-1;3;${piece};24,00;Cash
2;18.07.2026 09:20;T-2;0,4;${whole};11,20;Cash
3;18.07.2026 09:30;T-2;${quantity};${unit};8,40;Cash
`
    const said = { currency: 'EUR' }
    expect(await asked(text(whole, '0,3'), said)).toEqual([])
    expect(await asked(text(small, '300'), said)).toEqual([`unit:${small}`])
    expect(await linesOf(text(small, '300'), { ...said, [`unit:${small}`]: 'refuse' })).toEqual([
      ...['1: 3 T-1 2400', '2: 0.4 T-2 1120', 'RECORD_MARKED'],
    ])
    expect(await linesOf(text(small, '300'), { ...said, [`unit:${small}`]: 'thousandths' })).toEqual([
      ...['1: 3 T-1 2400', '2: 0.4 T-2 1120', '3: 0.3 T-2 840'],
    ])
    expect(await linesOf(text(small, '300'), { ...said, [`unit:${small}`]: 'counts' })).toEqual([
      ...['1: 3 T-1 2400', '2: 0.4 T-2 1120', '3: 300 T-2 840'],
    ])
  })

  test('a price per gram does not say what the shop online counts', async () => {
    const text = `Receipt no,Date,SKU,Qty,Unit,Unit price,Line total,Payment method,Currency
1,2026-07-18 09:10,T-1,3,ea,8.00,24.00,Cash,EUR
2,2026-07-18 09:20,T-2,300,g,0.03,9.00,Cash,EUR
`
    expect(await asked(text)).toEqual(['unit:g'])
  })

  test.each([
    ['a price of a kilogram', '30.00', '9.00', '2: 0.3 T-2 900'],
    ['a price of a gram', '0.03', '9.00', '2: 0.3 T-2 900'],
    ['a price of neither', '2000.00', '9.00', 'RECORD_VALUE_UNREADABLE'],
    ['a price of which nothing proves what it is of', '30.00', '', 'RECORD_FIELD_MISSING'],
  ])('grams that are thousandths of a unit, with %s', async (_, price, amount, read) => {
    const text = `Receipt no,Date,SKU,Qty,Unit,Unit price,Line total,Payment method,Currency
1,2026-07-18 09:10,T-1,3,ea,8.00,24.00,Cash,EUR
2,2026-07-18 09:20,T-2,300,g,${price},${amount},Cash,EUR
3,2026-07-18 09:30,T-2,-200,g,0.03,-6.00,Cash,EUR
`
    const lines = await linesOf(text, { 'unit:g': 'thousandths' })
    expect(lines).toEqual(['1: 3 T-1 2400', read, '3: -0.2 T-2 -600'])
    const { assumed } = await propose(text, { 'unit:g': 'thousandths' })
    expect(assumed.join()).toMatch(/is "g", 1,000 of the quantity are one unit/)
  })

  test('a box is not thousandths of anything, and a part of a thousandth is refused', async () => {
    const text = (
      unit: string,
      quantity: string,
    ) => `Receipt no,Date,SKU,Qty,Unit,Amount,Payment method,Currency
1,2026-07-18 09:10,T-1,3,ea,24.00,Cash,EUR
2,2026-07-18 09:20,T-2,${quantity},${unit},9.00,Cash,EUR
`
    const { questions } = await propose(text('box of 12', '1'))
    expect(questions.flatMap(({ options }) => options.map(({ value }) => value))).toEqual([
      'counts',
      'refuse',
    ])
    expect(await linesOf(text('g', '12.5'), { 'unit:g': 'thousandths' })).toEqual([
      ...['1: 3 T-1 2400', 'RECORD_VALUE_UNREADABLE'],
    ])
  })

  test('many units that are known hide no gram', async () => {
    const units = ['ea', 'pcs', 'kg', 'l', 'm', 'lb', 'yd', 'ft', 'hr', 'oz']
    const rows = units.map((unit, at) => `${at + 1},2026-07-18 09:1${at},T-${at},2,${unit},8.00,Cash,EUR`)
    const text = `Receipt no,Date,SKU,Qty,Unit,Amount,Payment method,Currency\n${rows.join('\n')}\n`
    expect(await asked(text)).toEqual(['unit:oz'])
    expect((await propose(text, { 'unit:oz': 'counts' })).settings.columns?.marks).toHaveLength(1)
  })

  test.each([
    [{ uom: 'kg' }, { uom: 'g' }],
    [{ unitOfMeasure: 'L' }, { unitOfMeasure: 'ml' }],
    [{ quantityUnit: 'kg' }, { quantityUnit: 'gram' }],
    [{ product: { unit: 'kg' } }, { product: { unit: 'GR' } }],
  ])('JSON lines with %j and %j', async (whole, small) => {
    const { questions } = await tried(whole, small)
    const id = questions.find(each => each.id.startsWith('unit:'))?.id ?? ''
    expect(id).toMatch(/^unit:(?:g|ml|gram|GR)$/)
    const { rows } = await tried(whole, small, [id, 'thousandths'])
    expect(rows.map(({ event }) => event?.kind === 'sale.completed' && event.lines[0]?.quantity)).toEqual([
      ...[500, 500],
    ])
  })
})
