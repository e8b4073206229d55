import { defineError, type TillbridgeError } from '../../../shared/errors.ts'
import { isFarEndAway, type ProxyFault, proxyFault } from '../../../shared/proxy-fault.ts'
import type { ProxySwitch } from '../../../shared/world.ts'

export const shopifyProxyRefuses = defineError(
  'SHOPIFY_PROXY_REFUSES',
  (f: { host: string; status: number; isNamed: boolean }) => whyRefused(f),
)
export const shopifyProxyUnreachable = defineError(
  'SHOPIFY_PROXY_UNREACHABLE',
  (f: { proxy: string }) =>
    `The proxy ${f.proxy}, through which the hub reaches Shopify, can't be reached. Check HTTPS_PROXY in the hub's environment, and the network.`,
)
export const shopifyProxySilent = defineError(
  'SHOPIFY_PROXY_SILENT',
  (f: { proxy: string; host: string; seconds: number }) =>
    `No answer of ${f.host} came through the proxy ${f.proxy} within ${f.seconds} s. Check that proxy first: it may take connections and lead nowhere.`,
)

function whyRefused({ host, status, isNamed }: { host: string; status: number; isNamed: boolean }): string {
  if (isFarEndAway(status))
    return `The proxy on the way to Shopify does not reach ${host}: it answers ${status}. Look at the proxy's own line and its log if this stays.`
  if (status !== 407)
    return `The proxy on the way to Shopify does not let the hub through to ${host}: it answers ${status}. Ask its operator to allow CONNECT to ${host}.`
  const what = isNamed
    ? 'refuses the name and the password of HTTPS_PROXY. Correct them and restart the hub.'
    : 'asks for a name and a password. Give them in HTTPS_PROXY as http://name:password@host:port, and restart the hub.'
  return `The proxy on the way to Shopify ${what} A proxy that takes only NTLM or Kerberos can't be used: ask its operator to let Shopify's addresses pass without signing in.`
}

const kinds = [shopifyProxyRefuses, shopifyProxyUnreachable, shopifyProxySilent]
/** Whether a proxy on the way to Shopify is what failed. */
export const isOfProxy = (value: unknown): value is TillbridgeError => kinds.some(kind => kind.is(value))

/** A request had no answer in time. */
export class NoAnswerInTime extends Error {
  readonly seconds: number

  constructor(timeoutMs: number) {
    super('no answer in time')
    this.seconds = timeoutMs / 1_000
  }
}

/** What a failed request says of the proxy, for people; null: nothing, or there is no proxy. */
export function proxyWords(
  failure: unknown,
  { host, proxy }: { readonly host: string; readonly proxy: ProxySwitch | null },
): TillbridgeError | null {
  const shown = proxy?.shown() ?? null
  if (failure instanceof NoAnswerInTime)
    return shown === null
      ? null
      : shopifyProxySilent({ proxy: shown, host, seconds: failure.seconds }, failure)
  const fault = proxyFault(failure, proxy)
  return fault === null ? null : inWords(fault, host, failure)
}

function inWords(fault: ProxyFault, host: string, failure: unknown): TillbridgeError {
  if (fault.kind === 'unreachable') return shopifyProxyUnreachable({ proxy: fault.proxy }, failure)
  const { status, credentials } = fault
  return shopifyProxyRefuses({ host, status, isNamed: credentials !== null }, failure)
}
