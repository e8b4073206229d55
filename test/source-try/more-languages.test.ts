import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import { proposeSource } from '../../agent/tools/source-try/propose.ts'
import { SourceId } from '../../shared/ids.ts'
import { manualWorld } from '../manual-world.ts'

interface Export {
  readonly currency: string
  readonly encoding: string
  /** As the proposal has to name it; left out: the bytes tell it. */
  readonly setting?: string
  readonly text: string
  /** What a person says besides. */
  readonly answers?: Readonly<Record<string, string>>
}

/** Two units in cash, one by card, one that came back in cash, and one that was taken back; 100 each, tax within. */
const exports: Readonly<Record<string, Export>> = {
  'Japanese in UTF-8': {
    ...{ currency: 'JPY', encoding: 'utf-8' },
    text: `レシート番号,取引日時,取引区分,商品コード,商品名,数量,単価,金額(税込),消費税額,合計金額,支払方法
R-41,2026/07/16 09:10,売上,K-1,急須,2,100,200,18,200,現金
R-42,2026/07/16 09:20,売上,K-2,ふきん,1,100,100,9,100,クレジット
R-43,2026/07/16 09:30,返品,K-2,ふきん,1,100,100,9,100,現金
R-44,2026/07/16 09:40,取消,K-2,ふきん,1,100,100,9,100,現金`,
    answers: { 'type:取消': 'void' },
  },
  'Japanese in the code page of its PCs': {
    ...{ currency: 'JPY', encoding: 'shift_jis', setting: 'shift_jis' },
    text: `伝票番号,会計日時,取引区分,品番,品名,個数,単価,金額（税込）,内税,お会計,決済方法
R-41,2026年7月16日 09:10,売上,K-1,ティーポット,2,100,200,18,200,現金
R-42,2026年7月16日 09:20,売上,K-2,ふきん,1,100,100,9,100,電子マネー
R-43,2026年7月16日 09:30,返品,K-2,ふきん,1,100,100,9,100,現金
R-44,2026年7月16日 09:40,取消,K-2,ふきん,1,100,100,9,100,現金`,
    answers: { 'type:取消': 'void' },
  },
  'Turkish in Windows-1254': {
    ...{ currency: 'TRY', encoding: 'windows-1254', setting: 'windows-1254' },
    text: `Fiş No;Tarih;Saat;İşlem Türü;Stok Kodu;Ürün Adı;Miktar;Birim Fiyat;Tutar;KDV Tutarı;Genel Toplam;Ödeme Şekli
R-41;16.07.2026;09:10;Satış;K-1;Çaydanlık;2;100,00;200,00;18,00;200,00;Nakit
R-42;16.07.2026;09:20;Satış;K-2;Mutfak bezi;1;100,00;100,00;9,00;100,00;Kredi Kartı
R-43;16.07.2026;09:30;İade;K-2;Mutfak bezi;1;100,00;100,00;9,00;100,00;Nakit
R-44;16.07.2026;09:40;İptal;K-2;Mutfak bezi;1;100,00;100,00;9,00;100,00;Nakit`,
    answers: { 'type:İptal': 'void' },
  },
  'Romanian in UTF-8': {
    ...{ currency: 'RON', encoding: 'utf-8' },
    text: `Nr. bon;Data și ora;Tip document;Cod produs;Denumire produs;Cantitate;Preț unitar;Valoare cu TVA;Valoare TVA;Total bon;Metodă de plată
R-41;16.07.2026 09:10;Vânzare;K-1;Ceainic;2;100,00;200,00;18,00;200,00;Numerar
R-42;16.07.2026 09:20;Vânzare;K-2;Prosop;1;100,00;100,00;9,00;100,00;Card bancar
R-43;16.07.2026 09:30;Retur;K-2;Prosop;1;100,00;100,00;9,00;100,00;Numerar
R-44;16.07.2026 09:40;Anulat;K-2;Prosop;1;100,00;100,00;9,00;100,00;Numerar`,
    answers: { 'type:Anulat': 'void' },
  },
  'Greek in Windows-1253': {
    ...{ currency: 'EUR', encoding: 'windows-1253', setting: 'windows-1253' },
    text: `Αριθμός απόδειξης;Ημερομηνία;Ώρα;Τύπος παραστατικού;Κωδικός είδους;Περιγραφή;Ποσότητα;Τιμή μονάδας;Αξία με ΦΠΑ;Ποσό ΦΠΑ;Πληρωτέο ποσό;Τρόπος πληρωμής
R-41;16/07/2026;09:10;Πώληση;K-1;Τσαγιέρα;2;100,00;200,00;18,00;200,00;Μετρητά
R-42;16/07/2026;09:20;Πώληση;K-2;Πετσέτα;1;100,00;100,00;9,00;100,00;Κάρτα
R-43;16/07/2026;09:30;Επιστροφή;K-2;Πετσέτα;1;100,00;100,00;9,00;100,00;Μετρητά
R-44;16/07/2026;09:40;Ακύρωση;K-2;Πετσέτα;1;100,00;100,00;9,00;100,00;Μετρητά`,
    answers: { 'type:Ακύρωση': 'void' },
  },
  'Croatian in Windows-1250': {
    ...{ currency: 'EUR', encoding: 'windows-1250', setting: 'windows-1250' },
    text: `Broj računa;Datum i vrijeme;Vrsta dokumenta;Šifra artikla;Naziv artikla;Količina;Jedinična cijena;Iznos s PDV-om;Iznos PDV-a;Ukupan iznos;Način plaćanja
R-41;16.07.2026 09:10;Račun;K-1;Čajnik;2;100,00;200,00;18,00;200,00;Gotovina
R-42;16.07.2026 09:20;Račun;K-2;Ručnik za suđe;1;100,00;100,00;9,00;100,00;Kartica
R-43;16.07.2026 09:30;Povrat;K-2;Ručnik za suđe;1;100,00;100,00;9,00;100,00;Gotovina
R-44;16.07.2026 09:40;Stornirano;K-2;Ručnik za suđe;1;100,00;100,00;9,00;100,00;Gotovina`,
    answers: { 'type:Stornirano': 'void' },
  },
  'Estonian in UTF-8': {
    ...{ currency: 'EUR', encoding: 'utf-8' },
    text: `Tšeki number;Kuupäev;Kellaaeg;Tehingu liik;Tootekood;Toote nimi;Kogus;Ühikuhind;Summa km-ga;Käibemaksu summa;Kokku tasuda;Makseviis
R-41;16.07.2026;09:10;Müük;K-1;Teekann;2;100,00;200,00;18,00;200,00;Sularaha
R-42;16.07.2026;09:20;Müük;K-2;Köögirätik;1;100,00;100,00;9,00;100,00;Pangakaart
R-43;16.07.2026;09:30;Tagastus;K-2;Köögirätik;1;100,00;100,00;9,00;100,00;Sularaha
R-44;16.07.2026;09:40;Tühistatud;K-2;Köögirätik;1;100,00;100,00;9,00;100,00;Sularaha`,
    answers: { 'type:Tühistatud': 'void' },
  },
}

function propose(bytes: Buffer, currency: string, answers: Readonly<Record<string, string>> = {}) {
  return proposeSource(
    {
      ...{ file: 'sales.csv', folder: '/till', bytes, unread: 0, source: SourceId.parse('sales') },
      store: { zone: 'Europe/Berlin', warehouse: 'HAR' },
      answers: new Map(Object.entries({ currency, ...answers })),
    },
    manualWorld(),
  )
}

describe('exports are read in the language of their headings', () => {
  test.each(Object.entries(exports))('%s', async (_, { currency, encoding, setting, text, answers = {} }) => {
    const bytes = iconv.encode(text, encoding)
    const open = await propose(bytes, currency)
    // a void under a number of its own is for a person to say
    expect(open.questions.map(({ id }) => id)).toEqual(Object.keys(answers))
    const { rows, questions, settings, isProven } = await propose(bytes, currency, answers)
    expect({ questions, isProven, encoding: settings.encoding, tax: settings.taxIncluded }).toEqual({
      ...{ questions: [], isProven: true, encoding: setting, tax: true },
    })
    const cents = currency === 'JPY' ? 1 : 100
    const sales = rows.map(({ event, problem }) =>
      event?.kind === 'sale.completed'
        ? [
            event.soldAt.wall.slice(11, 16),
            ...event.lines.map(({ sku, quantity, net }) => `${quantity / 1_000} ${sku} ${net / cents}`),
            ...event.taxes.map(({ amount }) => `tax ${amount / cents}`),
            ...event.tenders.map(({ kind, amount }) => `${kind} ${amount / cents}`),
          ].join(', ')
        : (problem?.code ?? event?.kind ?? 'nothing'),
    )
    expect(sales).toEqual([
      '09:10, 2 K-1 182, tax 18, cash 200',
      '09:20, 1 K-2 91, tax 9, card 100',
      '09:30, -1 K-2 -91, tax -9, cash -100',
    ])
  })

  test('the minus of Japanese books', async () => {
    const text = `レシート番号,日時,商品コード,数量,金額,支払方法
R-41,2026/07/16 09:10,K-1,2,"2,400",現金
R-42,2026/07/16 09:20,K-1,▲1,"▲1,200",現金
R-43,2026/07/16 09:30,K-1,△1,"△1,200",交通系IC`
    const { rows, questions } = await propose(Buffer.from(text), 'JPY')
    expect(questions).toEqual([])
    expect(rows.map(({ event }) => event?.kind === 'sale.completed' && event.tenders)).toMatchObject([
      [{ kind: 'cash', amount: 2_400 }],
      [{ kind: 'cash', amount: -1_200 }],
      [{ kind: 'card', amount: -1_200 }],
    ])
    await expect(propose(Buffer.from(text), 'EUR')).rejects.toMatchObject({ code: 'SOURCE_VALUES_UNKNOWN' })
  })

  test('narrow kana and wide letters are the same words', async () => {
    const text = `ﾚｼｰﾄ番号,日時,商品ｺｰﾄﾞ,ＪＡＮコード,数量,金額,支払方法
R-41,2026/07/16 09:10,K-1,4901234567894,2,200,現金
R-42,2026/07/16 09:20,K-1,4901234567894,-1,-100,ｸﾚｼﾞｯﾄ`
    const { rows, questions } = await propose(iconv.encode(text, 'shift_jis'), 'JPY')
    expect(questions).toEqual([])
    expect(rows.map(({ event }) => event?.kind === 'sale.completed' && event.lines[0])).toMatchObject([
      { sku: 'K-1', barcode: '4901234567894', quantity: 2_000 },
      { sku: 'K-1', quantity: -1_000 },
    ])
  })
})
