import { defineError, type TillbridgeError } from '../../shared/errors.ts'

export const hubAddressUnsafe = defineError(
  'HUB_ADDRESS_UNSAFE',
  (f: { url: string }) =>
    `${f.url} is not encrypted, so anyone on the network could read sales or pose as the hub. Nothing was sent. Use the hub's https address: tillbridge-agent enrol --again --hub https://…; plain http works only on this PC (127.0.0.1, localhost).`,
)

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** Why a hub's address must not be used: plain http leaves this PC. Null when it may be. */
export function unsafeAddress(url: string): TillbridgeError | null {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed?.protocol === 'https:') return null
  if (parsed?.protocol === 'http:' && LOOPBACK.test(parsed.hostname)) return null
  return hubAddressUnsafe({ url })
}

/** @throws HUB_ADDRESS_UNSAFE */
export function demandSafeAddress(url: string): void {
  const unsafe = unsafeAddress(url)
  if (unsafe !== null) throw unsafe
}
