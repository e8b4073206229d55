import { Currency, minorDigits } from '../../../shared/money.ts'
import { type NumberOf, type NumberRules, plainNumber } from '../../sources/sales-files/number-text.ts'

/** One sign, then three digits: a decimal sign (`1.000` units, `0.538` kg), or one between thousands. */
const THREE_BEHIND = /^\D*\d{1,3}[.,]\d{3}\D*$/

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
 * The ways to write numbers that read all of these amounts, without those that only allow for more than is needed.
 * More than one: nothing tells a decimal comma from a comma between thousands.
 */
export function numberForms(money: readonly string[], currency: string): readonly NumberRules[] {
  const forms = formsOf(money, { currency })
  if (minorDigits(Currency.parse(currency)) > 0) return forms
  // `2,400` yen have no decimals
  const whole = forms.filter(({ decimal }) =>
    money.every(text => !(THREE_BEHIND.test(text) && text.includes(decimal))),
  )
  return whole.length > 0 ? whole : forms
}

function formsOf(values: readonly string[], of: NumberOf): readonly NumberRules[] {
  const texts = [...new Set(values)]
  const fitting = FORMS.filter(form => texts.every(text => isNumber(text, form, of)))
  return fitting.filter(
    form =>
      form.thousands === '' ||
      !fitting.some(other => other.thousands === '' && other.decimal === form.decimal),
  )
}

/**
 * The ways to write quantities that read all of these and read them differently; null for the way in which amounts
 * are written. Where all of them have three digits behind their sign they are decimals: goods are not sold by the
 * thousand on every line.
 */
export function quantityForms(units: readonly string[], money: NumberRules): readonly (NumberRules | null)[] {
  const texts = [...new Set(units)]
  const fitting = formsOf(texts, 'units')
  const doubtful = texts.filter(text => THREE_BEHIND.test(text))
  const isDecimal = (form: NumberRules) => doubtful.some(text => text.includes(form.decimal))
  const areDecimals = doubtful.length === texts.length || doubtful.some(text => /^\D*0[.,]/.test(text))
  const usable = doubtful.length > 0 && areDecimals ? fitting.filter(isDecimal) : fitting
  const byReading = new Map<string, NumberRules | null>()
  for (const form of usable) {
    const reading = readingOf(texts, form)
    if (!byReading.has(reading)) byReading.set(reading, form)
  }
  const ofMoney = readingOf(texts, money)
  if (byReading.has(ofMoney)) byReading.set(ofMoney, null)
  return [...byReading.values()]
}

function readingOf(texts: readonly string[], form: NumberRules): string {
  return texts
    .map(text => (isNumber(text, form, 'units') ? Number(plainNumber(text, '', form, 'units')) : '?'))
    .join(' ')
}

/** Whether a text is a number in one of the ways that tills write them. */
export function isSomeNumber(text: string): boolean {
  const bare = text.replace(/^[A-Z]{3} | [A-Z]{3}$/, '') // whatever currency it names
  return FORMS.some(form => isNumber(bare, form, 'money') || isNumber(bare, form, 'units'))
}

function isNumber(text: string, form: NumberRules, of: NumberOf): boolean {
  try {
    plainNumber(text, '', form, of)
    return true
  } catch {
    return false // the form is not this one
  }
}
