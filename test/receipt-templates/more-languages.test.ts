import { describe, expect, test } from 'vitest'
import { saleReader } from '../../agent/codecs/receipt-templates/read-sale.ts'
import { proposeTemplate } from '../../agent/tools/receipt-learn/propose.ts'
import { Currency } from '../../shared/money.ts'
import { context } from './context.ts'
import { paper } from './print.ts'

interface Till {
  readonly currency: string
  readonly number: string
  readonly total: string
  readonly tax: string
  readonly cash: string
  readonly card: string
  readonly change: string
  /** Cents of an amount as the till prints them. */
  amount(cents: number): string
  /** Headings and what a print with one is. */
  readonly marks: readonly (readonly [heading: string, is: string])[]
}

const comma = (cents: number) => (cents / 100).toFixed(2).replace('.', ',')

const tills: Readonly<Record<string, Till>> = {
  Japanese: {
    ...{
      currency: 'JPY',
      number: 'レシートNo',
      total: '合計',
      tax: '内消費税等',
      cash: '現金',
      card: 'クレジット',
    },
    ...{ change: 'お釣り', amount: cents => `¥${(cents / 100).toLocaleString('en')}` },
    marks: [
      ['練習モード', 'training'],
      ['取引中止', 'void'],
      ['再発行', 'copy'],
      ['御見積書', 'quote'],
      ['見積書', 'quote'],
      ['仮レシート', 'proforma'],
      ['返品', 'refund'],
    ],
  },
  Turkish: {
    ...{
      currency: 'TRY',
      number: 'FİŞ NO',
      total: 'TOPLAM',
      tax: 'TOPKDV',
      cash: 'NAKİT',
      card: 'KREDİ KARTI',
    },
    ...{ change: 'PARA ÜSTÜ', amount: comma },
    marks: [
      ['EĞİTİM FİŞİ', 'training'],
      ['*** FİŞ İPTAL EDİLDİ ***', 'void'],
      ['KOPYA', 'copy'],
      ['TEKLİF', 'quote'],
      ['MALİ DEĞERİ YOKTUR', 'proforma'],
      ['BİLGİ FİŞİ', 'proforma'],
      ['İADE FİŞİ', 'refund'],
      ['IADE', 'refund'],
    ],
  },
  Romanian: {
    ...{
      currency: 'RON',
      number: 'BON NR',
      total: 'TOTAL LEI',
      tax: 'TOTAL TVA',
      cash: 'NUMERAR',
      card: 'CARD',
    },
    ...{ change: 'REST', amount: comma },
    marks: [
      ['MOD INSTRUIRE', 'training'],
      ['BON FISCAL ANULAT', 'void'],
      ['COPIE BON', 'copy'],
      ['OFERTĂ DE PREȚ', 'quote'],
      ['BON NEFISCAL', 'proforma'],
      ['NOTA DE PLATA', 'proforma'],
      ['BON DE RETUR', 'refund'],
    ],
  },
  Greek: {
    ...{
      currency: 'EUR',
      number: 'ΑΠΟΔΕΙΞΗ ΑΡ',
      total: 'ΣΥΝΟΛΟ',
      tax: 'ΣΥΝΟΛΟ ΦΠΑ',
      cash: 'ΜΕΤΡΗΤΑ',
      card: 'ΚΑΡΤΑ',
    },
    ...{ change: 'ΡΕΣΤΑ', amount: comma },
    marks: [
      ['ΛΕΙΤΟΥΡΓΙΑ ΕΚΠΑΙΔΕΥΣΗΣ', 'training'],
      ['ΑΚΥΡΩΜΕΝΗ ΑΠΟΔΕΙΞΗ', 'void'],
      ['ΑΝΤΙΓΡΑΦΟ', 'copy'],
      ['ΠΡΟΣΦΟΡΑ', 'quote'],
      ['ΔΕΝ ΕΙΝΑΙ ΑΠΟΔΕΙΞΗ', 'proforma'],
      ['ΑΠΟΔΕΙΞΗ ΕΠΙΣΤΡΟΦΗΣ', 'refund'],
    ],
  },
  Croatian: {
    ...{
      currency: 'EUR',
      number: 'RAČUN BR',
      total: 'UKUPNO EUR',
      tax: 'PDV UKUPNO',
      cash: 'NOVČANICE',
      card: 'KARTICA',
    },
    ...{ change: 'VRAĆENO', amount: comma },
    marks: [
      ['NAČIN OBUKE', 'training'],
      ['RAČUN STORNIRAN', 'void'],
      ['KOPIJA RAČUNA', 'copy'],
      ['PONUDA', 'quote'],
      ['OVO NIJE FISKALNI RAČUN', 'proforma'],
      ['POVRAT ROBE', 'refund'],
    ],
  },
  Estonian: {
    ...{
      currency: 'EUR',
      number: 'KVIITUNGI NR',
      total: 'KOKKU',
      tax: 'KÄIBEMAKS KOKKU',
      cash: 'SULARAHA',
      card: 'KAARDIMAKSE',
    },
    ...{ change: 'TAGASI', amount: comma },
    marks: [
      ['KOOLITUSREŽIIM', 'training'],
      ['TŠEKK TÜHISTATUD', 'void'],
      ['KOOPIA', 'copy'],
      ['HINNAPAKKUMINE', 'quote'],
      ['SEE EI OLE KVIITUNG', 'proforma'],
      ['KAUBA TAGASTUS', 'refund'],
    ],
  },
}

interface Item {
  readonly name: string
  readonly units: number
  readonly cents: number
}
const POT: Item = { name: 'Pot Blue', units: 1, cents: 240_000 }
const CLOTH: Item = { name: 'Cloth', units: 3, cents: 30_000 }

function printOf(
  till: Till,
  number: number,
  items: readonly Item[],
  way: 'cash' | 'card',
  heading = '',
): string {
  const sum = items.reduce((all, { units, cents }) => all + units * cents, 0)
  const line = (label: string, cents: number) => `${label.padEnd(24)}${till.amount(cents).padStart(14)}`
  const given = Math.ceil(sum / 1_000_000) * 1_000_000
  return [
    ...[
      'MARKET',
      ...(heading === '' ? [] : [heading]),
      `${till.number} ${number}   16.07.2026 09:1${number % 10}`,
    ],
    ...items.map(({ name, units, cents }) =>
      line(`${units} x ${name}  ${till.amount(cents)}`, units * cents),
    ),
    line(till.total, sum),
    ...(way === 'card' ? [line(till.card, sum)] : [line(till.cash, given), line(till.change, given - sum)]),
  ].join('\n')
}

describe.each(Object.entries(tills))('%s tills', (_, till) => {
  const samples = [
    printOf(till, 101, [{ ...POT, units: 2 }], 'card'),
    printOf(till, 102, [POT, CLOTH], 'cash'),
    printOf(till, 103, [POT], 'cash'),
    printOf(till, 104, [CLOTH], 'card'),
    printOf(till, 105, [POT, CLOTH, POT], 'cash'),
  ]
  const { template, questions, coverage } = proposeTemplate(
    samples.map(text => paper(text)),
    {
      currency: Currency.parse(till.currency),
    },
  )
  const read = saleReader(template, { ...context, currency: Currency.parse(till.currency) })

  test('sales are learned with their payments and change', () => {
    expect(questions).toEqual([])
    expect(coverage.results.filter(({ is }) => is !== 'sale')).toEqual([])
    const reading = read(paper(printOf(till, 106, [POT, CLOTH], 'cash')))
    const factor = till.currency === 'JPY' ? 100 : 1
    expect(reading).toMatchObject({
      is: 'sale',
      sale: {
        receiptNumber: '106',
        lines: [{ quantity: 1_000 }, { quantity: 3_000 }],
        tenders: [{ kind: 'cash', amount: 330_000 / factor }],
      },
    })
  })

  test.each(till.marks)('%s is a %s', (heading, is) => {
    const reading = read(paper(printOf(till, 107, [POT], 'card', heading)))
    if (is === 'refund')
      expect(reading).toMatchObject({ is: 'sale', sale: { lines: [{ quantity: -1_000 }] } })
    else expect(reading).toMatchObject({ is: 'none', why: is })
  })
})
