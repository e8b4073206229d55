import fc from 'fast-check'

/** A sale to print, in minor units and thousandths; `taxes` per mark. */
export interface TestSale {
  readonly number: string
  readonly till: string
  readonly staff: string
  readonly date: string
  readonly time: string
  readonly items: readonly {
    name: string
    sku: string
    quantity: number
    price: number
    amount: number
    off: number
    mark: string
  }[]
  readonly wholeOff: number
  readonly subtotal: number
  readonly total: number
  readonly taxes: readonly { mark: string; percent: number; base: number; amount: number }[]
  readonly tenders: readonly { kind: 'cash' | 'card'; amount: number }[]
  readonly change: number
}

export function decimalOf(thousandths: number, decimal: string): string {
  const sign = thousandths < 0 ? '-' : ''
  const whole = Math.floor(Math.abs(thousandths) / 1000)
  const fraction = String(Math.abs(thousandths) % 1000)
    .padStart(3, '0')
    .replace(/0+$/, '')
  return `${sign}${whole}${fraction === '' ? '' : decimal + fraction}`
}

const words = ['Shirt', 'Tea', 'Kaffee', 'Crème', 'Blue', 'XL', 'Nº7', 'Öl', 'a/b', 'Set']
const name = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 3 }).map(parts => parts.join(' '))
const percents: Record<string, number> = { A: 19, B: 7 }

const item = fc
  .record({
    name,
    sku: fc.integer({ min: 1, max: 99_999 }).map(n => `S-${n}`),
    quantity: fc.oneof(
      fc.integer({ min: 1, max: 40 }).map(n => n * 1000),
      fc.integer({ min: -5, max: -1 }).map(n => n * 1000),
      fc.integer({ min: 1, max: 9_999 }),
    ),
    price: fc.integer({ min: 1, max: 250_000 }),
    offShare: fc.constantFrom(0, 0, 0, 0.1, 0.333),
    mark: fc.constantFrom('A', 'B'),
  })
  .map(({ offShare, ...each }) => {
    const amount = Math.sign(each.quantity) * Math.round((Math.abs(each.quantity) * each.price) / 1000)
    return { ...each, amount, off: Math.round(amount * offShare) + 0 } // never -0
  })
  // a line of nothing tells no sign
  .filter(each => each.amount !== 0)

/** Sales that add up, their tax inside (`included`), on top (`added`) or not printed. */
export function testSales(
  mode: 'included' | 'added' | 'none',
  withWholeOff: boolean,
): fc.Arbitrary<TestSale> {
  return fc
    .record({
      items: fc.array(item, { minLength: 1, maxLength: 12 }),
      number: fc.integer({ min: 1, max: 999_999 }).map(String),
      day: fc.integer({ min: 1, max: 28 }),
      hour: fc.integer({ min: 0, max: 23 }),
      cash: fc.integer({ min: 0, max: 50_000 }),
      wholeShare: fc.constantFrom(0, 0.05, 0.2),
      isCard: fc.boolean(),
    })
    .map(({ items, number, day, hour, cash, wholeShare, isCard }) => {
      const nets = items.map(each => each.amount - each.off)
      const subtotal = sum(nets)
      const wholeOff = withWholeOff && subtotal > 0 && mode === 'none' ? Math.round(subtotal * wholeShare) : 0
      const taxes = mode === 'none' ? [] : taxesOf(items, nets, mode)
      const added = mode === 'added' ? sum(taxes.map(tax => tax.amount)) : 0
      const total = subtotal - wholeOff + added
      const isPaidOver = total > 0 && !isCard && cash > 0
      return {
        items,
        number,
        till: 'till 3',
        staff: 'Ana María',
        date: `${String(day).padStart(2, '0')}.11.2026`,
        time: `${String(hour).padStart(2, '0')}:05:09`,
        wholeOff,
        subtotal,
        total,
        taxes,
        tenders: [
          { kind: isCard ? ('card' as const) : ('cash' as const), amount: total + (isPaidOver ? cash : 0) },
        ],
        change: isPaidOver ? cash : 0,
      }
    })
}

function taxesOf(items: readonly { mark: string }[], nets: readonly number[], mode: 'included' | 'added') {
  return ['A', 'B'].flatMap(mark => {
    const members = nets.filter((_, at) => items[at]?.mark === mark)
    if (members.length === 0) return []
    const percent = percents[mark] ?? 0
    const whole = sum(members)
    const amount =
      mode === 'added' ? Math.round((whole * percent) / 100) : Math.round((whole * percent) / (100 + percent))
    return [{ mark, percent, base: mode === 'added' ? whole : whole - amount, amount: amount + 0 }]
  })
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
