import { defineError } from '../../shared/errors.ts'

export const locationMalformed = defineError(
  'LOCATION_MALFORMED',
  (f: { location: string }) =>
    `"${f.location}" is not the id of a Shopify location. Use the number at the end of the location's address in Shopify's admin, or gid://shopify/Location/NUMBER.`,
)
export const locationUnknown = defineError(
  'LOCATION_UNKNOWN',
  (f: { location: string; choice: string }) =>
    `Shopify has no active location ${f.location}. Its active locations: ${f.choice}.`,
)
export const currencyDiffers = defineError(
  'CURRENCY_DIFFERS',
  (f: { currency: string; shop: string }) =>
    `The shop's currency in Shopify is ${f.shop}, not ${f.currency}. A store uses its shop's currency.`,
)

const LOCATION = 'gid://shopify/Location/'

/** A location's global id. @param location that id or its number @throws LOCATION_MALFORMED */
export function locationId(location: string): string {
  const number = location.startsWith(LOCATION) ? location.slice(LOCATION.length) : location
  if (!/^[1-9]\d{0,19}$/.test(number)) throw locationMalformed({ location })
  return `${LOCATION}${number}`
}

interface Location {
  readonly id: string
  readonly name: string
  readonly isActive: boolean
}

/**
 * Finds a location among those that Shopify has.
 * @param location its global id or its number
 * @returns its name
 * @throws LOCATION_MALFORMED, LOCATION_UNKNOWN with the locations to choose from
 */
export function nameOfLocation(location: string, locations: readonly Location[]): string {
  const id = locationId(location)
  const active = locations.filter(({ isActive }) => isActive)
  const found = active.find(one => one.id === id)
  if (found !== undefined) return found.name
  const choice = active.map(one => `${one.name} (${one.id.slice(LOCATION.length)})`).join(', ')
  throw locationUnknown({ location: id, choice: choice === '' ? 'none that this app may see' : choice })
}

/** @throws CURRENCY_DIFFERS when the store's currency is not its shop's */
export function demandShopCurrency(currency: string, shop: string): void {
  if (currency !== shop) throw currencyDiffers({ currency, shop })
}

const currencies = new Set(Intl.supportedValuesOf('currency'))

/** Whether ISO 4217 has this currency code. */
export function isCurrency(code: string): boolean {
  return currencies.has(code)
}
