import { describe, expect, test } from 'vitest'
import { readSale } from '../../agent/codecs/receipt-templates/read-sale.ts'
import { context, refusalOf, saleIn } from './context.ts'
import { paper, templateOf } from './print.ts'

const HEAD = 'Brandt & Zoon\nReceipt 17\n25.11.2026 09:30\n'
const bill = (items: string, total: string) => `${HEAD}${items}\nTotal ${total}\nCash ${total}`
const plain = templateOf()
const noted = templateOf({ items: { lines: ['{name} {amount}'], details: ['{text}'], ignore: ['{rule}'] } })

describe('a number that the template does not read', () => {
  test.each([
    ['behind the name', 'Kerze rot x 3  14.85'],
    ['behind the name without a blank', 'Kerze rot x3  14.85'],
    ['in brackets', 'Kerze rot (3)  14.85'],
    ['before the name', '3 x Kerze rot  14.85'],
    ['before the name, with a unit', '3 Stk Kerze rot  14.85'],
    ['alone before the name', '3 Kerze rot  14.85'],
    ['in a column', 'Kerze rot     3     14.85'],
    ['with its price', 'Kerze rot 3 x 4.95  14.85'],
    ['behind an at sign', 'Kerze rot @ 4.95  14.85'],
    ['a weight', 'Appels 0,538 kg  14.85'],
    ['a price behind the name', 'Kerze rot 4.95  14.85'],
    ['a price behind a stroke', 'Kerze rot 3/4.95  14.85'],
    ['in brackets before the name', '(3) Kerze rot  14.85'],
    ['with a point before the name', '3. Kerze rot  14.85'],
    ['with a word', 'Qty 3 Kerze rot  14.85'],
    ['behind a colon', 'Kerze rot: 3  14.85'],
    ['with a unit in Estonian', 'Küünal 3tk  14.85'],
    ['with a unit in Romanian', 'Lumânare 3 buc  14.85'],
    ['with a unit in Croatian', '3 kom Svijeća  14.85'],
    ['with a unit in Greek', 'Κερί 3 τεμ  14.85'],
    ['with a unit in Russian', 'Свеча 3шт  14.85'],
    ['with a unit in Chinese', '蜡烛 3个  14.85'],
  ])('%s refuses the receipt by name', (_, line) => {
    expect(refusalOf(bill(line, '14.85'), plain)).toMatch(/^RECEIPT_UNPARSED .*looks like a quantity/)
  })

  test('behind the amount, where a tax mark may be', () => {
    const marked = (over: object) => templateOf({ items: { lines: ['{name} {amount}[ {mark}]'] }, ...over })
    for (const mark of ['x3', '3x', '3'])
      expect(refusalOf(bill(`Kerze rot  14.85 ${mark}`, '14.85'), marked({}))).toContain(
        `"${mark}" behind an amount may be a quantity`,
      )
    const told = marked({ taxes: { mode: 'none', marks: { 3: 21 } } })
    for (const [template, mark] of [
      [told, '3'],
      [marked({}), 'A'],
    ] as const)
      expect(saleIn(bill(`Kerze rot  14.85 ${mark}`, '14.85'), template).lines).toMatchObject([
        { title: 'Kerze rot', quantity: 1_000 },
      ])
  })

  test('on the line above the first item', () => {
    expect(refusalOf(bill('n.3 * 4.95\nCandela  14.85', '14.85'), plain)).toContain('line 4: "n.3 * 4.95"')
    for (const line of ['3 x', '3'])
      expect(refusalOf(bill(`${line}\nKerze  14.85`, '14.85'), plain)).toContain('does not read it')
    expect(refusalOf(bill('3 Stk x 4.95\nKerze  14.85', '14.85'), plain)).toContain('does not read')
  })

  test('on a line below that the template passes over', () => {
    expect(refusalOf(bill('Appels  1.05\n  met de hand 0,538 kg', '1.05'), noted)).toContain(
      '"met de hand 0,538 kg" may be a quantity or a weight',
    )
    expect(saleIn(bill('Appels  1.05\n  bio', '1.05'), noted).lines).toMatchObject([{ title: 'Appels' }])
  })

  test.each([
    'Melk 3,5%',
    'Koffie 500G',
    'Statiegeld 0,25 EURO',
    'Cola 1,5L',
    'Type 42',
    '4711 Echt',
    'Salad 3',
    'Best 5',
  ])('%s is a name', name => {
    expect(saleIn(bill(`${name}  2.00`, '2.00'), plain).lines).toMatchObject([
      { title: name, quantity: 1_000 },
    ])
  })

  test('a small number behind a name, where the names of a till have none', () => {
    const strict = templateOf({ items: { lines: ['{name} {amount}'], numberedNames: false } })
    expect(refusalOf(bill('Kerze 3  14.85', '14.85'), strict)).toContain('looks like a quantity')
  })

  test('a name that the template lists is a name', () => {
    const listed = templateOf({ items: { lines: ['{name} {amount}'], names: ['Batterijen x {number}'] } })
    expect(saleIn(bill('Batterijen x 4  6.00', '6.00'), listed).lines).toMatchObject([
      { title: 'Batterijen x 4', quantity: 1_000 },
    ])
  })

  test('nothing is asked of an item whose quantity its price proves', () => {
    const priced = templateOf({
      items: { lines: ['{quantity} x {name} {price} {amount}'], details: ['{text}'] },
    })
    const sale = saleIn(bill('2 x Batterijen x 4  3.00  6.00\n  maat 42', '6.00'), priced)
    expect(sale.lines).toMatchObject([{ title: 'Batterijen x 4', quantity: 2_000 }])
  })

  test('an item code of another form than those of the till', () => {
    const coded = templateOf({ items: { lines: ['{sku} {name} {amount}'], codeForms: ['A-0'] } })
    expect(saleIn(bill('KZ-07 Kerze rot  4.95', '4.95'), coded).lines).toMatchObject([{ sku: 'KZ-07' }])
    expect(refusalOf(bill('Kerze rot  4.95', '4.95'), coded)).toContain('"Kerze" does not have the form')
  })
})

describe('names and amounts on lines of their own', () => {
  const split = templateOf({
    items: {
      before: ['{sku} {name}'],
      lines: ['{quantity} @ {price} {amount}[ {mark}]'],
      codeForms: ['A-0'],
    },
  })
  test('the name with its code above', () => {
    const sale = saleIn(bill('KZ-07  Kerze rot\n   3 @ 4.95    14.85 T', '14.85'), split)
    expect(sale.lines).toMatchObject([{ sku: 'KZ-07', title: 'Kerze rot', quantity: 3_000, net: 1_485 }])
  })
  test('the amount above its name', () => {
    const below = templateOf({
      items: { lines: ['{quantity} x {price} {amount}'], details: ['{name}'], ignore: ['{rule}'] },
    })
    const sale = saleIn(bill('3 x 4.95  14.85\nKerze rot\n1 x 2.00  2.00\nTüte', '16.85'), below)
    expect(sale.lines).toMatchObject([
      { title: 'Kerze rot', quantity: 3_000 },
      { title: 'Tüte', quantity: 1_000 },
    ])
    expect(refusalOf(bill('3 x 4.95  14.85', '14.85'), below)).toContain('an item has no name')
  })
})

describe('taking back and taking off', () => {
  test('a line that takes an item back by its name has the code of that item', () => {
    const coded = templateOf({
      items: { lines: ['{quantity} x {name} {amount}'], details: ['{sku} @ {price}', '{sku}'] },
    })
    const body = '2 x Kopje   30.00\n KP-04 @ 15.00\nVOID 1 x Kopje  -15.00'
    expect(saleIn(bill(body, '15.00'), coded).lines).toMatchObject([
      { sku: 'KP-04', quantity: 2_000 },
      { sku: 'KP-04', title: 'Kopje', quantity: -1_000, net: -1_500 },
    ])
  })
  test.each(['*** SOFORTSTORNO ***', '-- CORRECTIE --', 'RETOUR', 'Annulation'])(
    '%s before an item',
    word => {
      const sale = saleIn(bill(`Kopje  8.00\nTee  5.00\n${word}\nTee  -5.00`, '8.00'), plain)
      expect(sale.lines.map(line => line.quantity)).toEqual([1_000, 1_000, -1_000])
    },
  )
  test('a reduced price is not a returned item', () => {
    const sale = saleIn(bill('Kopje  8.00\nKlantenkorting  -0.50', '7.50'), plain)
    expect(sale.lines).toMatchObject([{ title: 'Kopje', quantity: 1_000, net: 750, discount: 50 }])
  })
  test('a discount of another tax mark is shared by the items of that mark', () => {
    const marked = templateOf({
      items: {
        lines: ['{name} {amount} {mark}'],
        discounts: [{ pattern: 'App-korting {amount} {mark}', of: 'line', printed: 'negative' }],
      },
    })
    const sale = saleIn(bill('Brood 4.00 B\nZeep 3.00 A\nApp-korting -0.40 B', '6.60'), marked)
    expect(sale.lines.map(line => line.net)).toEqual([360, 300])
  })
  test('a rate whose items were taken back needs no row in the table of taxes', () => {
    const taxed = templateOf({
      items: { lines: ['{name} {amount} {mark}'], ignore: ['{rule}'] },
      taxes: { mode: 'included', rows: ['{mark} {rate}% {base} {tax} {gross}'], marks: { A: 21, B: 9 } },
    })
    const body = 'Brood 2.18 B\nZeep 1.21 A\nZeep -1.21 A\nTotal 2.18\nB 9% 2.00 0.18 2.18\nCash 2.18'
    expect(saleIn(HEAD + body, taxed).lines.map(line => line.net)).toEqual([200, 100, -100])
    const even = 'Zeep -1.21 A\nZeep roze 1.21 A\nTotal 0.00'
    expect(saleIn(HEAD + even, taxed)).toMatchObject({
      lines: [
        { quantity: -1_000, net: -100 },
        { quantity: 1_000, net: 100 },
      ],
      tenders: [],
    })
    expect(refusalOf(`${HEAD}Zeep 1.21 A\nTotal 1.21\nCash 1.21`, taxed)).toContain('no tax')
  })
})

describe('money below the items', () => {
  const rounded = templateOf({
    totals: {
      total: ['Total {amount}'],
      rounding: { patterns: ['Rounding {amount}'], where: 'after-total' },
    },
  })
  test.each([
    ['0.02', 'Total 4.98\nRounding 0.02\nCash 10.00\nChange 5.00', 2, 500],
    ['-0.03', 'Total 4.98\nRounding -0.03\nCash 4.95', -3, 495],
    ['0.03 without its minus', 'Total 4.98\nRounding 0.03\nCash 4.95', -3, 495],
    ['with the new total', 'Total 4.98\nRounding 0.02\nTotal 5.00\nCash 5.00', 2, 500],
  ])('cash rounding %s', (_, body, rounding, cash) => {
    expect(saleIn(`${HEAD}Tee 4.98\n${body}`, rounded)).toMatchObject({
      rounding,
      tenders: [{ kind: 'cash', amount: cash }],
    })
  })
  test.each([
    ['Öresavrundning 0.02\nKontant 5.00', 2, 'cash'],
    ['Afronding -0.03\nContant 4.95', -3, 'cash'],
    ['Pyöristys 0.02\nKäteinen 5.00', 2, 'cash'],
    ['Swish 4.98', 0, 'card'],
    ['Bancomat 4.98', 0, 'card'],
    ['Karta płatnicza 4.98', 0, 'card'],
    ['Geschenkkarte 4.98', 0, 'voucher'],
  ])('%j is read though no pattern names it', (body, rounding, kind) => {
    const sale = saleIn(`${HEAD}Tee 4.98\nTotal 4.98\n${body}`, plain)
    expect(sale).toMatchObject({ rounding, tenders: [{ kind }] })
    expect(refusalOf(`${HEAD}Tee 4.98\nTotal 4.98\n${body}`, templateOf({ knownWords: false }))).toContain(
      'RECEIPT_',
    )
  })
  test.each([
    ['Trinkgeld', '2.00'],
    ['Pourboire', '2.00'],
    ['Tip', '2.00'],
    ['Card surcharge 1.5%', '2.00'],
  ])('%s after the total is a line that moves no stock', (name, amount) => {
    const body = `Tee 4.98\nTotal 4.98\n${name}  ${amount}\nCard 6.98`
    expect(saleIn(HEAD + body, plain)).toMatchObject({
      lines: [{ title: 'Tee' }, { title: name, sku: null, quantity: 1_000, net: 200 }],
      tenders: [{ kind: 'card', amount: 698 }],
    })
  })
  test('a surcharge above the total is part of it', () => {
    const template = templateOf({
      totals: { total: ['Total {amount}'], extras: [{ pattern: 'Service fee {amount}' }] },
    })
    const sale = saleIn(`${HEAD}Tee 4.98\nService fee 1.00\nTotal 5.98\nCard 5.98`, template)
    expect(sale.lines).toMatchObject([{ net: 498 }, { title: 'Service fee', net: 100 }])
  })
  test.each([
    'Auszahlung 4.98',
    'Remboursement 4.98',
    'Cash refund 4.98',
    'Cash 4.98',
    'Change 4.98',
    'Cash -4.98',
  ])('a return paid out by %j', payment => {
    expect(saleIn(`${HEAD}Tee -4.98\nTotal -4.98\n${payment}`, plain)).toMatchObject({
      lines: [{ quantity: -1_000, net: -498 }],
      tenders: [{ kind: 'cash', amount: -498 }],
    })
  })
  test('an exchange with money back', () => {
    const body = 'Tee -4.98\nKopje 3.00\nTotal -1.98\nAuszahlung 1.98'
    expect(saleIn(HEAD + body, plain)).toMatchObject({ tenders: [{ kind: 'cash', amount: -198 }] })
  })
  test('what does not come out to the cent is refused', () => {
    for (const body of ['Total 4.98\nTip 2.00\nCard 6.97', 'Total 4.98\nRounding 0.02\nCash 4.97'])
      expect(refusalOf(`${HEAD}Tee 4.98\n${body}`, rounded)).toMatch(/^RECEIPT_/)
  })
})

describe('prints that are not sales', () => {
  const sale = 'Tee 4.98\nTotal 4.98\nCash 4.98'
  test.each([
    ['*** TRAINING ***', 'training'],
    ['T R A I N I N G', 'training'],
    ['Schulungsmodus', 'training'],
    ['ÖVNING', 'training'],
    ['MODE ÉCOLE', 'training'],
    ['HARJOITUS', 'training'],
    ['** VOID ** VOID **', 'void'],
    ['BON STORNIERT', 'void'],
    ['Paragon anulowany', 'void'],
    ['BON ANNULLERET', 'void'],
    ['KOPIE 2', 'copy'],
    ['Duplicata', 'copy'],
    ['KVITTOKOPIA', 'copy'],
    ['OFFERTE', 'quote'],
    ['Presupuesto', 'quote'],
    ['SCONTRINO REGALO', 'gift'],
    ['PRO FORMA', 'proforma'],
    ['Kundenbestellung', 'order'],
    ['TESTITULOSTE', 'test'],
  ])('%s', (mark, why) => {
    const word = why === 'order' ? sale.replace('\nCash 4.98', '') : sale
    for (const text of [`${mark}\n${HEAD}${word}`, `${HEAD}${word}\n${mark}`])
      expect(readSale(paper(text), plain, context)).toMatchObject({ is: 'none', why })
  })

  test('words that sales print too do not hide a sale', () => {
    for (const line of ['CUSTOMER COPY', 'Kundenbeleg', 'Order 17', 'VISA CONTACTLESS', 'Personal Training'])
      expect(saleIn(`${HEAD}${sale}\n${line}`, plain).lines).toHaveLength(1)
    // VOID among the items takes back a line, not the receipt
    expect(saleIn(bill('Tee 4.98\nTee 1.00\nVOID\nTee -1.00', '4.98'), plain).lines).toHaveLength(3)
  })

  test('a line that this till prints on sales is listed in the template', () => {
    const text = `DUPLICATE\n${HEAD}${sale}`
    expect(saleIn(text, templateOf({ onSales: ['DUPLICATE'] })).lines).toHaveLength(1)
  })

  test.each([
    ['slip', 'MERCHANT COPY\nCORNER CAFE\nTERMINAL 555\nVISA\nAMOUNT EUR 12.40\nAPPROVED 0012'],
    ['slip', 'Händlerbeleg\nTerminal-ID 4455\nBetrag EUR 12,40\nZahlung erfolgt'],
    ['no-sale', '- KEIN VERKAUF -\n28.11.2026 11:34 Ida'],
    ['drawer', 'LADE GEÖFFNET\n28.11.2026 11:34 Ida'],
    ['report', 'Z-Bericht Nr. 14\n28.11.2026 18:00\nBar 3 59.70\nKarte 2 39.80\nSumme 99.50'],
    ['report', 'DAGRAPPORT\nDranken 12.00\nTotaal 12.00'],
    ['order', 'KÜCHE\nTisch 7\n2 x Suppe'],
    ['voucher', 'GUTSCHEIN\nEUR 25.00\nCode 8F3K-22LL\ngültig bis 28.11.2029'],
    ['test', 'TESTDRUCK\nTM-T20III 1.04 ESC/POS'],
    ['timesheet', 'STEMPELUNG Ida 09:00:12 28.11.2026'],
    ['no-amount', 'Bitte Regal 4 auffüllen\nDanke'],
  ])('beside sales: %s', (why, text) => {
    expect(readSale(paper(text), plain, context)).toMatchObject({ is: 'none', why })
  })

  test('a sale that the template can not read is not put aside for a card slip below it', () => {
    const text = `${HEAD}Tee 4.98\nSpeciaal 1.00 extra 3\nTotal 5.98\nCard 5.98\nMERCHANT COPY\nAPPROVED 0012`
    expect(refusalOf(text, plain)).toContain('RECEIPT_')
    expect(refusalOf('Receipt 9', plain)).toContain('RECEIPT_UNPARSED')
  })

  test('a report is read as the till’s own total of the day', () => {
    const text = 'Z-Bericht\nNr. 14\n28.11.2026 18:00\nBar 3 59.70\nKarte 2 39.80\nSumme 99.50'
    expect(readSale(paper(text), plain, context)).toMatchObject({
      why: 'report',
      report: {
        kind: 'z',
        number: '14',
        date: '2026-11-28',
        time: '18:00',
        currency: 'EUR',
        total: 9_950,
        tenders: [
          { kind: 'cash', amount: 5_970 },
          { kind: 'card', amount: 3_980 },
        ],
      },
    })
  })
})
