import { isDiscountName } from '../../codecs/receipt-templates/words.ts'
import { isNamed } from './name-patterns.ts'

/** What a line says of itself, with the signs that the file gives it. */
interface NamedLine {
  /** Its type, codes and title, as far as it has them. */
  readonly names: readonly (string | null)[]
  /** Thousandths. */
  readonly quantity: number
  /** Minor units. */
  readonly amount: number
}

/** Whether a line is a service, a gift card or a discount: it has money, and goods neither leave nor come back. */
export function movesNoStock({ names, quantity, amount }: NamedLine, services: readonly string[]): boolean {
  const said = names.filter(name => name !== null)
  if (said.some(name => services.some(pattern => isNamed(name, pattern)))) return true
  return quantity > 0 && amount < 0 && said.some(isDiscountName)
}
