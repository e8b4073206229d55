/** Receipts of tills in several countries, each layout with what a person reads on them. */

export interface LayoutItem {
  readonly name: string
  readonly sku: string
  readonly units: number
  /** Minor units, as are all amounts. */
  readonly price: number
}
export interface LayoutSale {
  readonly number: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly items: readonly LayoutItem[]
  readonly isCash: boolean
}

const goods = [
  ['KZ-07', 495],
  ['LM-12', 1250],
  ['BK-03', 899],
  ['TS-21', 2995],
  ['WN-40', 1450],
] as const

/** Eight sales that differ in items, quantities, days and payment. */
export function layoutSales(names: readonly string[]): readonly LayoutSale[] {
  return Array.from({ length: 8 }, (_, at) => ({
    number: 4410 + at,
    day: 13 + at,
    hour: 9 + at,
    minute: 4 + 6 * at,
    isCash: at % 2 === 0,
    items: Array.from({ length: 1 + (at % 3) }, (_, line) => {
      const which = (at * 2 + line) % goods.length
      const [sku, price] = goods[which] ?? ['', 0]
      return { name: names[which] ?? '', sku, price, units: ((at + line) % 3) + 1 }
    }),
  }))
}

interface Layout {
  readonly names: readonly string[]
  /** Whether item codes are printed. */
  readonly hasCodes: boolean
  /** Tax in percent, and whether it is inside the prices. */
  readonly tax: { readonly percent: number; readonly isIncluded: boolean }
  readonly currency: string | null
  print(sale: LayoutSale, sums: LayoutSums): string
}

export interface LayoutSums {
  readonly net: number
  readonly tax: number
  readonly items: number
  readonly total: number
  /** What is paid: cash is rounded in some countries. */
  readonly cash: number
  readonly given: number
}

export function sumsOf(sale: LayoutSale, { tax, currency }: Layout): LayoutSums {
  const items = sale.items.reduce((sum, item) => sum + item.units * item.price, 0)
  const amount = tax.isIncluded
    ? Math.round((items * tax.percent) / (100 + tax.percent))
    : Math.round((items * tax.percent) / 100)
  const total = tax.isIncluded ? items : items + amount
  const step = currency === 'SEK' || currency === 'NOK' ? 100 : currency === 'CHF' ? 5 : 1
  const cash = sale.isCash ? Math.round(total / step) * step : total
  return {
    items,
    tax: amount,
    net: tax.isIncluded ? items - amount : items,
    total,
    cash,
    given: Math.ceil(cash / 1000) * 1000,
  }
}

const point = (amount: number) => (amount / 100).toFixed(2)
const comma = (amount: number) => point(amount).replace('.', ',')
const two = (value: number) => String(value).padStart(2, '0')
const wide = (left: string, right: string, width = 36) =>
  left + ' '.repeat(Math.max(2, width - left.length - right.length)) + right
const when = (sale: LayoutSale) => `${two(sale.hour)}:${two(sale.minute)}`

export const layouts: Readonly<Record<string, Layout>> = {
  'Dutch, quantity first in a column, tax table with marks': {
    names: ['Kaars rood', 'Lamp klein', 'Beker blauw', 'Theedoek', 'Wijnglas'],
    hasCodes: false,
    tax: { percent: 21, isIncluded: true },
    currency: 'EUR',
    print: (sale, { total, tax, net, given }) =>
      [
        'WINKEL AAN DE GRACHT',
        `Bonnr: ${sale.number}  Kassa 2`,
        `${two(sale.day)}-07-2026 ${when(sale)}`,
        'Aantal Omschrijving          Bedrag',
        ...sale.items.map(item => wide(`${item.units}  ${item.name}`, `${comma(item.units * item.price)} H`)),
        '------------------------------------',
        wide('Totaal', `€ ${comma(total)}`),
        sale.isCash ? wide('Contant', `€ ${comma(given)}`) : wide('Bankpas', `€ ${comma(total)}`),
        ...(sale.isCash ? [wide('Wisselgeld', `€ ${comma(given - total)}`)] : []),
        `H  21%   ${comma(net)}   ${comma(tax)}   ${comma(total)}`,
        'Bedankt voor uw bezoek',
      ].join('\n'),
  },
  'Swedish, quantity and price below, cash rounded': {
    names: ['Ljus rött', 'Lampa liten', 'Mugg blå', 'Handduk', 'Vinglas'],
    hasCodes: false,
    tax: { percent: 25, isIncluded: true },
    currency: 'SEK',
    print: (sale, { total, tax, cash }) =>
      [
        'HAMNBODEN AB',
        'Org.nr 000000-0000',
        `Kvittonr: ${sale.number}`,
        `2026-07-${two(sale.day)} ${when(sale)}  Kassa: 1`,
        ...sale.items.flatMap(item => [
          wide(item.name, comma(item.units * item.price)),
          ...(item.units > 1 ? [`   ${item.units} st à ${comma(item.price)} kr`] : []),
        ]),
        wide('Totalt', `${comma(total)} kr`),
        ...(cash === total ? [] : [wide('Öresavrundning', comma(cash - total))]),
        sale.isCash ? wide('Kontant', `${comma(cash)} kr`) : wide('Swish', `${comma(total)} kr`),
        wide('varav moms 25%', comma(tax)),
        'Välkommen åter',
      ].join('\n'),
  },
  'Polish, quantity times price between name and amount': {
    names: ['Świeca czerwona', 'Lampa mała', 'Kubek', 'Ręcznik', 'Kieliszek'],
    hasCodes: false,
    tax: { percent: 23, isIncluded: true },
    currency: 'PLN',
    print: (sale, { total, tax, given }) =>
      [
        'SKLEP PORTOWY',
        'NIP 0000000000',
        `2026-07-${two(sale.day)} ${when(sale)}`,
        'PARAGON FISKALNY',
        ...sale.items.map(item =>
          wide(item.name, `${item.units} x ${comma(item.price)} ${comma(item.units * item.price)}A`, 44),
        ),
        wide('PTU A 23%', comma(tax)),
        wide('SUMA PLN', comma(total)),
        sale.isCash ? wide('Gotówka', comma(given)) : wide('Karta płatnicza', comma(total)),
        ...(sale.isCash ? [wide('Reszta', comma(given - total))] : []),
        `Nr wydr: ${sale.number}`,
      ].join('\n'),
  },
  'Czech, units and price below the name': {
    names: ['Svíčka červená', 'Lampa malá', 'Hrnek modrý', 'Utěrka', 'Sklenice na víno'],
    hasCodes: false,
    tax: { percent: 21, isIncluded: true },
    currency: 'CZK',
    print: (sale, { total, tax, given }) =>
      [
        'OBCHOD U PŘÍSTAVU',
        'DIČ CZ0000000000',
        `Účtenka č. ${sale.number}`,
        `${two(sale.day)}.07.2026 ${when(sale)}`,
        ...sale.items.flatMap(item => [
          item.name,
          wide(`  ${item.units} ks x ${comma(item.price)}`, comma(item.units * item.price)),
        ]),
        wide('Celkem Kč', comma(total)),
        sale.isCash ? wide('Hotově', comma(given)) : wide('Platba kartou', comma(total)),
        ...(sale.isCash ? [wide('Vráceno', comma(given - total))] : []),
        wide('DPH 21%', comma(tax)),
        'Děkujeme za nákup',
      ].join('\n'),
  },
  'Hungarian, units and price behind the name': {
    names: ['Piros gyertya', 'Asztali lámpa', 'Kék bögre', 'Konyharuha', 'Borospohár'],
    hasCodes: false,
    tax: { percent: 27, isIncluded: true },
    currency: null,
    print: (sale, { total, tax, given }) =>
      [
        'KIKÖTŐ BOLT',
        `Nyugtaszám: ${sale.number}`,
        `2026.07.${two(sale.day)} ${when(sale)}`,
        ...sale.items.map(item =>
          wide(`${item.name} ${item.units} db x ${comma(item.price)}`, comma(item.units * item.price), 44),
        ),
        wide('ÖSSZESEN', comma(total)),
        sale.isCash ? wide('KÉSZPÉNZ', comma(given)) : wide('BANKKÁRTYA', comma(total)),
        ...(sale.isCash ? [wide('VISSZAJÁRÓ', comma(given - total))] : []),
        wide('ÁFA 27%', comma(tax)),
        'Köszönjük a vásárlást',
      ].join('\n'),
  },
  'Swiss, code in brackets, quantity behind the name': {
    names: ['Kerze rot', 'Lampe klein', 'Becher blau', 'Küchentuch', 'Weinglas'],
    hasCodes: true,
    tax: { percent: 8.1, isIncluded: true },
    currency: 'CHF',
    print: (sale, { total, tax, cash }) =>
      [
        'LADEN AM QUAI',
        `Beleg Nr. ${sale.number}`,
        `${two(sale.day)}.07.2026 ${when(sale)}`,
        ...sale.items.flatMap(item => [
          wide(`${item.name} x ${item.units}`, point(item.units * item.price)),
          `  Art. ${item.sku} à ${point(item.price)}`,
        ]),
        wide('Total CHF', point(total)),
        ...(cash === total ? [] : [wide('Rundung', point(cash - total))]),
        sale.isCash ? wide('Bar', point(cash)) : wide('Twint', point(total)),
        wide('inkl. MWST 8.1%', point(tax)),
      ].join('\n'),
  },
  'French, quantity and price above': {
    names: ['Bougie rouge', 'Lampe petite', 'Tasse bleue', 'Torchon', 'Verre à vin'],
    hasCodes: false,
    tax: { percent: 20, isIncluded: true },
    currency: 'EUR',
    print: (sale, { total, tax, net, given }) =>
      [
        'LA BOUTIQUE DU PORT',
        `Ticket n° ${sale.number}`,
        `${two(sale.day)}/07/2026 ${when(sale)}`,
        'Caissière : Anne',
        ...sale.items.flatMap(item => [
          ...(item.units > 1 ? [`  ${item.units} X ${comma(item.price)}€`] : []),
          wide(item.name, `${comma(item.units * item.price)}€`),
        ]),
        wide('TOTAL TTC', `${comma(total)}€`),
        sale.isCash ? wide('Espèces', `${comma(given)}€`) : wide('Carte bancaire', `${comma(total)}€`),
        ...(sale.isCash ? [wide('Rendu', `${comma(given - total)}€`)] : []),
        `TVA 20,00%   ${comma(net)}€   ${comma(tax)}€`,
      ].join('\n'),
  },
  'Spanish, table with quantity, price and amount': {
    names: ['Vela roja', 'Lámpara', 'Taza azul', 'Paño', 'Copa de vino'],
    hasCodes: false,
    tax: { percent: 21, isIncluded: true },
    currency: 'EUR',
    print: (sale, { total, tax, net, given }) =>
      [
        'TIENDA DEL PUERTO',
        `Factura simplificada: ${sale.number}`,
        `Fecha: ${two(sale.day)}/07/2026  Hora: ${when(sale)}`,
        'Cant  Artículo        Precio   Importe',
        ...sale.items.map(item =>
          wide(`${item.units}  ${item.name}`, `${comma(item.price)}   ${comma(item.units * item.price)}`, 40),
        ),
        wide('TOTAL', `${comma(total)} €`),
        sale.isCash ? wide('Efectivo', `${comma(given)} €`) : wide('Tarjeta', `${comma(total)} €`),
        ...(sale.isCash ? [wide('Cambio', `${comma(given - total)} €`)] : []),
        `IVA 21%  Base ${comma(net)}  Cuota ${comma(tax)}`,
      ].join('\n'),
  },
  'English, code before the name, tax on top': {
    names: ['Candle red', 'Lamp small', 'Mug blue', 'Tea towel', 'Wine glass'],
    hasCodes: true,
    tax: { percent: 7, isIncluded: false },
    currency: null,
    print: (sale, { items, total, tax, given }) =>
      [
        'Quayside Store',
        `Receipt: R-${sale.number}   Station 4`,
        `07/${two(sale.day)}/2026 ${when(sale)}`,
        ...sale.items.flatMap(item => [
          wide(`${item.sku} ${item.name}`, `$${point(item.units * item.price)}`),
          ...(item.units > 1 ? [`    Qty ${item.units} @ $${point(item.price)} ea`] : []),
        ]),
        wide('Subtotal', `$${point(items)}`),
        wide('Sales Tax', `$${point(tax)}`),
        wide('Total', `$${point(total)}`),
        sale.isCash ? wide('Cash', `$${point(given)}`) : wide('Mastercard 5512', `$${point(total)}`),
        ...(sale.isCash ? [wide('Change', `$${point(given - total)}`)] : []),
      ].join('\n'),
  },
  'Norwegian, name and amount on lines of their own': {
    names: ['Lys rødt', 'Lampe liten', 'Krus blått', 'Håndkle', 'Vinglass'],
    hasCodes: false,
    tax: { percent: 25, isIncluded: true },
    currency: 'NOK',
    print: (sale, { total, tax, cash }) =>
      [
        'BRYGGEBUTIKKEN AS',
        'Salgskvittering',
        `Kvittering nr: ${sale.number}`,
        `${two(sale.day)}.07.2026 ${when(sale)}`,
        '------------------------------------',
        ...sale.items.flatMap(item => [
          item.name,
          wide(`  ${item.units} stk x ${comma(item.price)}`, comma(item.units * item.price)),
        ]),
        '------------------------------------',
        wide('Totalt', `kr ${comma(total)}`),
        ...(cash === total ? [] : [wide('Øreavrunding', comma(cash - total))]),
        sale.isCash ? wide('Kontant', `kr ${comma(cash)}`) : wide('Bankkort', `kr ${comma(total)}`),
        wide('Herav MVA 25%', comma(tax)),
      ].join('\n'),
  },
  'Danish, code below the name': {
    names: ['Lys rødt', 'Lampe lille', 'Krus blåt', 'Viskestykke', 'Vinglas'],
    hasCodes: true,
    tax: { percent: 25, isIncluded: true },
    currency: 'DKK',
    print: (sale, { total, tax, cash }) =>
      [
        'BUTIKKEN VED HAVNEN',
        `Bon nr. ${sale.number}`,
        `${two(sale.day)}-07-2026 kl. ${when(sale)}`,
        ...sale.items.flatMap(item => [
          wide(`${item.units} x ${item.name}`, comma(item.units * item.price)),
          `    ${item.sku}`,
        ]),
        wide('I alt', `${comma(total)} kr.`),
        sale.isCash ? wide('Kontant', `${comma(cash)} kr.`) : wide('Dankort', `${comma(total)} kr.`),
        wide('Heraf moms 25%', comma(tax)),
      ].join('\n'),
  },
  'Finnish, quantity below, tax table': {
    names: ['Kynttilä', 'Lamppu pieni', 'Muki sininen', 'Pyyhe', 'Viinilasi'],
    hasCodes: false,
    tax: { percent: 25.5, isIncluded: true },
    currency: 'EUR',
    print: (sale, { total, tax, net }) =>
      [
        'SATAMAKAUPPA OY',
        `Kuitti ${sale.number}`,
        `${sale.day}.7.2026 klo ${when(sale)}`,
        ...sale.items.flatMap(item => [
          wide(item.name, comma(item.units * item.price)),
          ...(item.units > 1 ? [`   ${item.units} kpl x ${comma(item.price)} €/kpl`] : []),
        ]),
        wide('YHTEENSÄ', comma(total)),
        sale.isCash ? wide('Käteinen', comma(total)) : wide('Pankkikortti', comma(total)),
        'ALV      Veroton    Vero    Verollinen',
        `25,5%    ${comma(net)}   ${comma(tax)}   ${comma(total)}`,
      ].join('\n'),
  },
}
