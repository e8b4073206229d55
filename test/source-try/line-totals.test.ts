import { describe, expect, test } from 'vitest'
import { asked, linesOf } from './proposals.ts'

/** A line's amount under the word for a total, beside the price before the line's discount. */
const headings = [
  ['German', 'Belegnr;Datum;Artikelnr;Menge;Einzelpreis', 'Summe', 'Bar'],
  ['German', 'Belegnr;Datum;Artikelnr;Menge;Einzelpreis', 'Gesamtbetrag', 'Bar'],
  ['English', 'Receipt no;Date;SKU;Qty;Unit price', 'Total amount', 'Cash'],
  ['Dutch', 'Bonnr;Datum;Artikelcode;Aantal;Prijs', 'Totaal', 'Contant'],
  ['Swedish', 'Kvittonr;Datum;Artikelnr;Antal;Pris', 'Totalt', 'Kontant'],
  ['Finnish', 'Kuitti;Pvm;Tuotekoodi;Määrä;Hinta', 'Yhteensä', 'Käteinen'],
  ['Polish', 'Nr paragonu;Data;Kod towaru;Ilość;Cena', 'Razem', 'Gotówka'],
  ['Spanish', 'Ticket;Fecha;Código;Cantidad;Precio', 'Importe total', 'Efectivo'],
  ['Czech', 'Číslo účtenky;Datum;Kód;Množství;Cena', 'Celkem', 'Hotově'],
  ['Greek', 'Αρ. απόδειξης;Ημερομηνία;Κωδικός;Ποσότητα;Τιμή μονάδας', 'Σύνολο', 'Μετρητά'],
  ['Turkish', 'Fiş No;Tarih;Stok Kodu;Miktar;Birim Fiyat', 'Toplam', 'Nakit'],
  ['Turkish', 'Fiş No;Tarih;Stok Kodu;Miktar;Birim Fiyat', 'Toplam Tutar', 'Nakit'],
  ['Turkish', 'Fiş No;Tarih;Stok Kodu;Miktar;Birim Fiyat', 'Fiş Tutarı', 'Nakit'],
  ['Romanian', 'Nr. bon;Data;Cod produs;Cantitate;Preț', 'Valoare totală', 'Numerar'],
  ['Croatian', 'Broj računa;Datum;Šifra;Količina;Cijena', 'Ukupno', 'Gotovina'],
  ['Croatian', 'Broj računa;Datum;Šifra;Količina;Cijena', 'Ukupan iznos', 'Gotovina'],
  ['Serbian', 'Broj računa;Datum;Šifra artikla;Količina;Cena', 'Svega', 'Gotovina'],
  ['Slovene', 'Broj računa;Datum;Šifra artikla;Količina;Cena', 'Skupaj', 'Gotovina'],
  ['Estonian', 'Tšeki nr;Kuupäev;Kood;Kogus;Hind', 'Kokku', 'Sularaha'],
  ['Japanese', 'レシート番号;日時;商品コード;数量;単価', '合計', '現金'],
  ['Japanese', 'レシート番号;日時;商品コード;数量;単価', '合計金額', '現金'],
] as const

const severalRows = (heads: string, total: string, cash: string) => `${heads};${total};Payment method
1;18.07.2026 09:10;N-1;4;2,50;9,00;${cash}
1;18.07.2026 09:10;N-2;1;7,00;7,00;${cash}
2;18.07.2026 09:20;N-1;1;2,50;2,50;${cash}
3;18.07.2026 09:30;N-1;-1;2,50;-2,50;${cash}
`

describe("a line's amount under the word for a total is not dropped for the price before its discount", () => {
  test.each(headings)('%s %s, %s: several rows a receipt', async (_, heads, total, cash) => {
    const text = severalRows(heads, total, cash)
    const said = { currency: 'EUR' }
    expect(await asked(text, said)).toEqual(['amount'])
    expect(await linesOf(text, { ...said, amount: total })).toEqual([
      ...['1: 4 N-1 900', '1: 1 N-2 700', '2: 1 N-1 250', '3: -1 N-1 -250'],
    ])
  })
  test.each(headings.filter(([, , total]) => total !== 'Fiş Tutarı'))(
    '%s %s, %s: one row a receipt',
    async (_, heads, total, cash) => {
      const text = `${heads};${total};Payment method
1;18.07.2026 09:10;N-1;4;2,50;9,00;${cash}
2;18.07.2026 09:20;N-2;1;7,00;7,00;${cash}
3;18.07.2026 09:30;N-1;-1;2,50;-2,50;${cash}
`
      expect(await asked(text, { currency: 'EUR' })).toEqual(['amount'])
      expect(await linesOf(text, { currency: 'EUR', amount: total })).toEqual([
        ...['1: 4 N-1 900', '2: 1 N-2 700', '3: -1 N-1 -250'],
      ])
    },
  )
  test.each(headings)('%s %s, %s: without a price', async (_, heads, total, cash) => {
    const bare = heads.split(';').slice(0, 4).join(';')
    const text = severalRows(bare, total, cash).replaceAll(/;-?\d,\d\d(?=;-?\d,\d\d;)/g, '')
    expect(await linesOf(text, { currency: 'EUR' })).toEqual([
      ...['1: 4 N-1 900', '1: 1 N-2 700', '2: 1 N-1 250', '3: -1 N-1 -250'],
    ])
  })
})
