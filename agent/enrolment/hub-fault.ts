import { defineError, type TillbridgeError } from '../../shared/errors.ts'
import { isFarEndAway, proxyFault, wordsOfFailure } from '../../shared/proxy-fault.ts'
import type { ProxyCredentials, ProxySwitch } from '../../shared/world.ts'

/** Said only where an agent runs that keeps them. */
const kept = (isEnrolled: boolean) => (isEnrolled ? ' Sales are kept here meanwhile.' : '')

export const hubCertificateRefused = defineError(
  'HUB_CERTIFICATE_REFUSED',
  (f: { host: string; why: string; isEnrolled: boolean }) =>
    `The certificate that ${f.host} shows is not accepted, so nothing is sent there: ${f.why}${kept(f.isEnrolled)}`,
)
export const hubIsOther = defineError(
  'HUB_IS_OTHER',
  (f: { host: string; status: number; isEnrolled: boolean }) =>
    `Something answers at ${f.host} with ${f.status}, but it is not the hub. Look for a sign-in page of this network, a proxy or a firewall, and let the hub’s address pass.${kept(f.isEnrolled)}`,
)

export const hubProxyRefused = defineError(
  'HUB_PROXY_REFUSED',
  (f: { host: string; status: number; credentials: ProxyCredentials | null; isEnrolled: boolean }) =>
    `${f.status === 407 ? unknownToProxy(f.credentials) : `The proxy on the way to the hub does not let this till through to ${f.host}: it answers ${f.status}. Ask its operator to allow CONNECT to ${f.host}.`}${kept(f.isEnrolled)}`,
)

const NO_NTLM =
  ' A proxy that takes only NTLM or Kerberos can’t be used: ask its operator to let the hub’s address pass without signing in.'

function unknownToProxy(credentials: ProxyCredentials | null): string {
  if (credentials === null)
    return `The proxy on the way to the hub asks for a name and a password. Give them in agent.json: "network": { "proxy": { "url", "user", "passwordFile" } }; the agent must be able to read that file.${NO_NTLM}`
  if (!credentials.isRead)
    return `The proxy on the way to the hub asks for a password, and the agent can't read one in ${credentials.from}: the file is not there, is empty, or is not for the user that runs the agent. Put it right; it is read again within seconds.`
  return `The proxy on the way to the hub refuses the name and the password of ${credentials.from}. Correct them${credentials.from === 'HTTPS_PROXY' ? ' and restart the agent' : ''}.${NO_NTLM}`
}
export const hubProxyUnreachable = defineError(
  'HUB_PROXY_UNREACHABLE',
  (f: { proxy: string; isEnrolled: boolean }) =>
    `The proxy ${f.proxy}, through which this till reaches the hub, does not answer. Check "network" in agent.json, HTTPS_PROXY and the network.${kept(f.isEnrolled)}`,
)

/** Words for what TLS finds wrong, by OpenSSL's and Node's codes. */
const certificateFaults: readonly (readonly [codes: RegExp, why: string])[] = [
  [
    /\bCERT_HAS_EXPIRED\b/,
    'it has ended. Check this PC’s clock; if that is right, head office’s IT must renew it.',
  ],
  [/\bCERT_NOT_YET_VALID\b/, 'it is not valid yet. Check this PC’s clock.'],
  [
    /\bERR_TLS_CERT_ALTNAME_INVALID\b/,
    'it is for another name. Check the hub’s address, and look for a sign-in page or a proxy of this network.',
  ],
  [
    /\b(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE)\b/,
    'this PC does not know who issued it. Name the company’s own authority in NODE_EXTRA_CA_CERTS; a proxy that decrypts TLS must leave out the hub’s address.',
  ],
  [/\b(CERT_[A-Z_]+|CRL_[A-Z_]+|INVALID_CA|HOSTNAME_MISMATCH)\b/, 'ask head office’s IT to look at it.'],
]

/** Which way a connection was to go, and from where. */
interface Way {
  /** Through which proxy, if it went through one. */
  readonly proxy: Pick<ProxySwitch, 'shown' | 'credentials'> | null
  /** An agent runs here, or will: it keeps what is sold. */
  readonly isEnrolled: boolean
}

/**
 * What a failed connection says of the other end; null: only that none was reached.
 * @param said an error, with its causes, or the words of one
 */
export function hubFault(url: string, said: unknown, { proxy, isEnrolled }: Way): TillbridgeError | null {
  const { host } = new URL(url)
  const text = wordsOfFailure(said)
  const fault = proxyFault(said, proxy)
  if (fault?.kind === 'unreachable') return hubProxyUnreachable({ proxy: fault.proxy, isEnrolled })
  if (fault !== null) {
    const { status, credentials } = fault
    return isFarEndAway(status) ? null : hubProxyRefused({ host, status, credentials, isEnrolled })
  }
  const found = certificateFaults.find(([codes]) => codes.test(text))
  if (found !== undefined) return hubCertificateRefused({ host, why: found[1], isEnrolled })
  const status = /\bUnexpected server response: (\d{3})\b/.exec(text)?.[1] // ws's words
  return status === undefined ? null : otherAnswer(url, Number(status), isEnrolled)
}

/** A hub that is starting, busy, or away behind its proxy answers with these as well. */
const mayBeHub = (status: number) => status === 429 || (status >= 500 && status !== 511)

/** What an answer that a hub does not give says of the other end; null: a hub's proxy may give it. */
export function otherAnswer(url: string, status: number, isEnrolled: boolean): TillbridgeError | null {
  return mayBeHub(status) ? null : hubIsOther({ host: new URL(url).host, status, isEnrolled })
}
