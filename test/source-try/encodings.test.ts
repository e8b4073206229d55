import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import { csvSettings } from '../../agent/sources/sales-files/csv/settings.ts'
import { proposeSource } from '../../agent/tools/source-try/propose.ts'
import { SourceId } from '../../shared/ids.ts'
import { manualWorld } from '../manual-world.ts'
import { SalesFolder } from '../sales-files/sales-folder.ts'

const propose = (bytes: Buffer, answers: Record<string, string> = {}) =>
  proposeSource(
    {
      file: 'sales.csv',
      folder: '/till',
      bytes,
      source: SourceId.parse('sales'),
      store: { zone: 'Europe/Berlin', warehouse: 'HAR' },
      unread: 0,
      answers: new Map(Object.entries({ currency: 'EUR', ...answers })),
    },
    manualWorld(),
  )

async function read(bytes: Buffer, answers: Record<string, string> = {}) {
  const { rows, questions, settings } = await propose(bytes, answers)
  const titles = rows.flatMap(({ event }) =>
    event?.kind === 'sale.completed' ? event.lines.map(({ sku, title }) => `${sku} ${title}`) : [],
  )
  return { titles, asked: questions.map(({ id }) => id), encoding: settings.encoding }
}

const file = (...names: readonly (readonly [sku: string, title: string])[]) =>
  `Bon;Datum;Artikelnummer;Bezeichnung;Menge;Betrag;Zahlart\n${names
    .map(([sku, title], at) => `${at + 1};18.07.2026 10:0${at};${sku};${title};1;12,50;Bar\n`)
    .join('')}`

describe('the code page of a file that does not name it', () => {
  test.each([
    ['cp850', 'BÄ-1', 'Tasse grün'],
    ['cp437', 'A-1', 'Müsli für Käse'],
    ['windows-1250', 'A-1', 'Kubek żółty'],
    ['cp852', 'A-1', 'Kubek żółty'],
    ['windows-1251', 'A-1', 'Кружка синяя'],
    ['cp866', 'A-1', 'Кружка синяя'],
    ['windows-1253', 'A-1', 'Καφές ελληνικός'],
    ['macintosh', 'A-1', 'Crème brûlée à la française'],
    ['windows-1252', 'A-1', 'Crème brûlée'],
  ])(
    '%s is found, or asked about with its own words, and never read as another',
    async (encoding, sku, title) => {
      const bytes = iconv.encode(file([sku, title], ['A-2', 'Tee']), encoding)
      const found = await read(bytes)
      const told = found.asked.includes('encoding') ? await read(bytes, { encoding }) : found
      expect(told.titles).toEqual([`${sku} ${title}`, 'A-2 Tee'])
    },
  )

  test.each([
    ['windows-1253', 'Άρωμα', undefined],
    ['iso-8859-7', 'Άρωμα', undefined],
    ['iso-8859-7', 'Καφές', '4,00 €'],
    ['windows-1254', 'Kağıt', undefined],
    ['windows-1250', 'Cană', undefined],
  ])('%s with %s is told apart without a question', async (encoding, title, amount) => {
    const text = {
      'windows-1253': 'Αρ. Απόδειξης;Ημερομηνία;Κωδικός;Περιγραφή;Ποσότητα;Αξία;Πληρωμή',
      'iso-8859-7': 'Αρ. Απόδειξης;Ημερομηνία;Κωδικός;Περιγραφή;Ποσότητα;Αξία;Πληρωμή',
      'windows-1254': 'Fiş No;Tarih;Stok Kodu;Ürün Adı;Miktar;Tutar;Ödeme',
      'windows-1250': 'Nr. bon;Data;Cod;Denumire;Cantitate;Valoare;Mod de plata',
    }[encoding]
    const pay = encoding === 'windows-1250' ? 'Numerar' : encoding === 'windows-1254' ? 'Nakit' : 'Μετρητά'
    const row = `1;18.07.2026 10:00;A-1;${title};1;${amount ?? '4,00'};${pay}\n`
    const more = row.replace(title, 'T').replace(/^1/, '2')
    const found = await read(iconv.encode(`${text}\n${row}${more}`, encoding))
    expect(found).toEqual({ titles: [`A-1 ${title}`, 'A-1 T'], asked: [], encoding })
  })

  test('a question has more than one answer', async () => {
    const bytes = iconv.encode(file(['Ａ－１', 'ﾏｸﾞｶｯﾌﾟ'], ['A-2', 'Bücher']).replace('ü', '本'), 'shift_jis')
    const { questions } = await propose(bytes)
    for (const { id, options } of questions) if (id === 'encoding') expect(options.length).toBeGreaterThan(1)
  })

  test.each(['utf-16le', 'utf-16be'])('%s without a byte order mark needs no setting', async encoding => {
    const bytes = iconv.encode(file(['BÄ-1', 'Čaj žlutý'], ['A-2', 'Tee']), encoding)
    expect(await read(bytes)).toEqual({
      titles: ['BÄ-1 Čaj žlutý', 'A-2 Tee'],
      asked: [],
      encoding: undefined,
    })
  })

  test('what fits several code pages is asked, with the words as each has them', async () => {
    const bytes = iconv.encode(file(['A-1', 'Kočka'], ['A-2', 'Med']), 'windows-1250')
    const { questions } = await propose(bytes)
    expect(questions[0]).toMatchObject({
      id: 'encoding',
      options: expect.arrayContaining([{ value: 'windows-1250', means: expect.stringContaining('Kočka') }]),
    })
    expect(await read(bytes, { encoding: 'windows-1250' })).toMatchObject({ encoding: 'windows-1250' })
  })
})

describe('a source without the setting', () => {
  const settings = {
    columns: { receipt: 'Bon', date: 'Datum', sku: 'Artikelnummer', title: 'Bezeichnung', amount: 'Betrag' },
    warehouse: 'HAR',
    rows: 'line',
    decimal: ',',
    date: 'DD.MM.YYYY HH:mm',
    refunds: 'signed',
  }
  test.each([
    ['cp850', 'Tasse grün'],
    ['macintosh', 'Straße nach Süden'],
    ['windows-1250', 'Kubek żółty'],
  ])(
    'reads nothing of a file in %s and says why, then all of it with the setting',
    async (encoding, title) => {
      const bytes = iconv.encode(file(['A-1', title]), encoding)
      const folder = new SalesFolder('csv', settings)
      folder.write('a.csv', bytes)
      expect(await folder.rest()).toMatchObject([{ row: 'file/a.csv', code: 'CSV_ENCODING_UNSURE' }])
      folder.restart({ encoding })
      expect((await folder.rest()).filter(({ kind }) => kind === 'sale.completed')).toMatchObject([
        { lines: [{ title }] },
      ])
    },
  )

  test('counts every row of a receipt, whatever one of them looks like', async () => {
    const folder = new SalesFolder('csv', settings)
    const western = ['Größe L', 'Crème', 'Süßes', 'Öl'].map((title, at): [string, string] => [
      `W-${at}`,
      title,
    ])
    folder.write(
      'a.csv',
      iconv.encode(file(...western, ['A-1', 'T-Shirt¤Rot'], ['A-2', 'Tee']), 'windows-1252'),
    )
    const sales = (await folder.rest()).filter(event => event.kind === 'sale.completed')
    expect(sales.flatMap(sale => sale.lines.map(({ title }) => title))).toEqual([
      ...western.map(([, title]) => title),
      'T-Shirt¤Rot',
      'Tee',
    ])
    expect(folder.faults).toEqual([])
  })

  test.each([
    'LEGO™City',
    'Tee…Mix',
    'miniÉclair',
    '20m²Folie',
    'BüroÖko',
    'T-Shirt¦Größe',
    'H²O',
    'Ofen 200°C',
  ])('takes "%s" for the joined words and signs that it is', async title => {
    const folder = new SalesFolder('csv', settings)
    folder.write('a.csv', iconv.encode(file(['A-1', title]), 'windows-1252'))
    expect(await folder.rest()).toMatchObject([{ lines: [{ title }] }])
  })

  test.each(['Müller® Crème', 'Schraube ½" 30 m² à 5 €', 'L’eau « vive »', 'Jalapeño – mild'])(
    'reads "%s" in Windows-1252 as before',
    async title => {
      const folder = new SalesFolder('csv', { ...settings, quote: "'" })
      folder.write('a.csv', iconv.encode(file(['A-1', title]), 'windows-1252'))
      expect(await folder.rest()).toMatchObject([{ lines: [{ title }] }])
      expect(folder.faults).toEqual([])
    },
  )
})

test('an encoding that is not known is refused by the settings', () => {
  const { error } = csvSettings.safeParse({ encoding: 'klingon' })
  expect(error?.issues.map(({ path }) => path.join('.'))).toContain('encoding')
})
