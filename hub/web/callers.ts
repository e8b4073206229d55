import type { IncomingHttpHeaders } from 'node:http'
import ipaddr from 'ipaddr.js'
import { type Address, type AddressRange, addressOf, rangeOf } from '../../shared/address-range.ts'

/** What is known of a request before it is read. */
interface Arrived {
  /** The other end of the connection. */
  readonly peer: string
  readonly headers: IncomingHttpHeaders
}

/** Tells who calls: the other end of a connection, or whom a trusted proxy names. */
export interface Callers {
  /** The caller as limits count it: an IPv4 address, or the /64 network of an IPv6 one. */
  of(arrived: Arrived): string
  /** Whether the other end is a proxy of ours. */
  isProxy(peer: string): boolean
  /** Whether a program on this machine calls, and no proxy in between. */
  isLocal(arrived: Arrived): boolean
  /** Whether connections of this address are not limited: it stands for many callers, or may do so. */
  isShared(peer: string): boolean
}

function isWithin(address: Address, ranges: readonly AddressRange[]): boolean {
  return ranges.some(([network, bits]) => address.kind() === network.kind() && address.match(network, bits))
}

function counted(address: Address): string {
  if (address.kind() === 'ipv4') return address.toString()
  return `${ipaddr.fromByteArray([...address.toByteArray().slice(0, 8), ...Array(8).fill(0)]).toString()}/64`
}

/** What proxies add to the requests that they pass on. */
const FORWARDED = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'] as const

const isLoopback = (address: Address) => address.range() === 'loopback'

/**
 * @param trustedProxies addresses and networks of our own proxies: what they say in X-Forwarded-For counts, read from the
 * right, up to the first address that is not one of them. What a stranger writes there counts for nothing.
 */
export function openCallers(trustedProxies: readonly string[]): Callers {
  const ranges = trustedProxies.map(rangeOf).filter(range => range !== null)
  const isProxy = (peer: string) => {
    const address = addressOf(peer)
    return address !== null && isWithin(address, ranges)
  }
  return {
    isProxy,
    of({ peer, headers }) {
      let caller = addressOf(peer)
      if (caller === null) return peer
      const named = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',')
      while (isWithin(caller, ranges)) {
        const before = addressOf(named.pop() ?? '')
        if (before === null) break
        caller = before
      }
      return counted(caller)
    },
    isLocal({ peer, headers }) {
      const address = addressOf(peer)
      const isForwarded = FORWARDED.some(name => headers[name] !== undefined)
      return address !== null && isLoopback(address) && !isProxy(peer) && !isForwarded
    },
    isShared(peer) {
      const address = addressOf(peer)
      if (address === null || isWithin(address, ranges)) return true
      return ranges.length === 0 && isLoopback(address)
    },
  }
}
