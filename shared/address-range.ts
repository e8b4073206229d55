import ipaddr from 'ipaddr.js'

export type Address = ipaddr.IPv4 | ipaddr.IPv6
/** A network and how many of its bits count. */
export type AddressRange = readonly [Address, number]

/** Whether a text names an address or a network: `10.0.0.7`, `10.0.0.0/8`, `fd00::/8`. */
export function isAddressRange(text: string): boolean {
  return rangeOf(text) !== null
}

/** Whether a text names the whole Internet, as `0.0.0.0/0` does. */
export function isEveryAddress(text: string): boolean {
  return rangeOf(text)?.[1] === 0
}

/** An address or a network, an IPv4 one as such also when it is written as IPv6; null for any other text. */
export function rangeOf(text: string): AddressRange | null {
  if (ipaddr.isValidCIDR(text)) {
    const [address, bits] = ipaddr.parseCIDR(text)
    const plain = ipaddr.process(address.toString()) // callers are compared in their plain form as well
    return address.kind() === plain.kind() ? [address, bits] : [plain, Math.max(0, bits - 96)]
  }
  const address = addressOf(text)
  return address === null ? null : [address, address.kind() === 'ipv4' ? 32 : 128]
}

/** An address as it is written in a header: an IPv4 one may carry a port, an IPv6 one brackets. */
export function addressOf(text: string): Address | null {
  const bare = text
    .trim()
    .replace(/^\[(.*)\](:\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1')
  const unzoned = bare.replace(/%.*$/, '')
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(unzoned) || ipaddr.IPv6.isValid(unzoned)
  return isAddress ? ipaddr.process(unzoned) : null
}
