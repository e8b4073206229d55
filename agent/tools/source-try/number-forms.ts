import { type NumberOf, type NumberRules, plainNumber } from '../../sources/sales-files/number-text.ts'

/** Ways to write numbers, those without a sign between thousands first. */
const FORMS: readonly NumberRules[] = [
  { decimal: '.', thousands: '' },
  { decimal: ',', thousands: '' },
  { decimal: '.', thousands: ',' },
  { decimal: ',', thousands: '.' },
  { decimal: '.', thousands: ' ' },
  { decimal: ',', thousands: ' ' },
  { decimal: '.', thousands: "'" },
  { decimal: ',', thousands: "'" },
]

/**
 * The ways to write numbers that read all of these amounts and quantities, without those that only allow for more than is needed.
 * More than one: nothing tells a decimal comma from a comma between thousands.
 */
export function numberForms(
  money: readonly string[],
  units: readonly string[],
  currency: string,
): readonly NumberRules[] {
  const [amounts, quantities] = [[...new Set(money)], [...new Set(units)]]
  const fitting = FORMS.filter(
    form =>
      amounts.every(text => isNumber(text, form, { currency })) &&
      quantities.every(text => isNumber(text, form, 'units')),
  )
  return fitting.filter(
    form =>
      form.thousands === '' ||
      !fitting.some(other => other.thousands === '' && other.decimal === form.decimal),
  )
}

/** Whether a text is a number in one of the ways that tills write them. */
export function isSomeNumber(text: string): boolean {
  const bare = text.replace(/^[A-Z]{3} | [A-Z]{3}$/, '') // whatever currency it names
  return FORMS.some(form => isNumber(bare, form, { currency: 'EUR' }) || isNumber(bare, form, 'units'))
}

function isNumber(text: string, form: NumberRules, of: NumberOf): boolean {
  try {
    plainNumber(text, '', form, of)
    return true
  } catch {
    return false // the form is not this one
  }
}
