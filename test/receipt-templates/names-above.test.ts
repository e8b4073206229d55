import { expect, test } from 'vitest'
import { proposeTemplate } from '../../agent/tools/receipt-learn/propose.ts'
import { Currency } from '../../shared/money.ts'
import { eight, row } from './learned-tills.ts'
import { paper } from './print.ts'

const goods = [
  ['Krus Havn', 129],
  ['Kaffe mork', 64],
  ['Postkort', 15],
] as const

/** A Danish till: the name on a line; quantity, price and amount below it. */
function danish(number: number, unit: string): string {
  const [name, price] = goods[number % 3] ?? goods[0]
  const units = 1 + (number % 2)
  const total = `${price * units},00`
  return [
    'Havnebutikken ApS',
    row(`Bon: ${910 + number}`, 'Kasse: 3'),
    row('Dato: 18-07-2026', `Kl. 1${number}:05`),
    '',
    name,
    row(`  ${units} ${unit} ${price},00`, total),
    row('I ALT DKK', total),
    row('Dankort', total),
    row('Heraf moms 25%', (price * units * 0.2).toFixed(2).replace('.', ',')),
  ].join('\n')
}

test.each(['stk á', 'stk. à', 'stk x', 'kpl á'])(
  'a name above its amount is the name, not the words between quantity and price: %s',
  unit => {
    const prints = eight.map(number => paper(danish(number, unit)))
    const { coverage, questions } = proposeTemplate(prints, { currency: Currency.parse('DKK') })
    const read = coverage.results.map(
      result => result.read?.items.map(item => `${item.quantity / 1_000} ${item.name}`).join() ?? result.why,
    )
    const right = eight.map(number => `${1 + (number % 2)} ${goods[number % 3]?.[0]}`)
    expect({ read, questions: questions.map(each => each.id) }).toEqual({ read: right, questions: [] })
  },
)
