/**
 * Why an address can't be a proxy's; null: it can. The address may hold a password, so nothing of it is repeated but its
 * kind. @returns the end of a sentence, without its full stop
 */
export function proxyAddressFault(address: string): string | null {
  if (!address.includes('://') || !URL.canParse(address))
    return 'it is not an address such as http://proxy.example.com:3128'
  const { protocol, username, password, pathname } = new URL(address)
  if (!/^https?:$/.test(protocol)) return `it is for ${protocol.slice(0, -1)}. ${ONLY_HTTP}`
  if (/\.(pac|dat)$/i.test(pathname))
    return 'it leads to a PAC file, which is not read here. Write the address of the proxy that this file names'
  return isDecodable(username) && isDecodable(password)
    ? null
    : 'a % in its name or password must be written as %25'
}

const ONLY_HTTP =
  'Only proxies that are spoken to by HTTP can be used: name one, or have the network let the connection pass without it'

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false // what can't be decoded is what was asked
  }
}
