import { defineError, type TillbridgeError } from '../../shared/errors.ts'

export const hubCertificateRefused = defineError(
  'HUB_CERTIFICATE_REFUSED',
  (f: { host: string; why: string }) =>
    `The certificate that ${f.host} shows is not accepted, so nothing is sent there: ${f.why} Sales are kept here meanwhile.`,
)
export const hubIsOther = defineError(
  'HUB_IS_OTHER',
  (f: { host: string; status: number }) =>
    `Something answers at ${f.host} with ${f.status}, but it is not the hub. Look for a sign-in page of this network, a proxy or a firewall, and let the hub’s address pass. Sales are kept here meanwhile.`,
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

/** What a failed connection says of the other end; null: only that none was reached. @param said an error, with its causes, or the words of one */
export function hubFault(url: string, said: unknown): TillbridgeError | null {
  const { host } = new URL(url)
  const text = wordsOf(said)
  const found = certificateFaults.find(([codes]) => codes.test(text))
  if (found !== undefined) return hubCertificateRefused({ host, why: found[1] })
  const status = /\bUnexpected server response: (\d{3})\b/.exec(text)?.[1] // ws's words
  return status === undefined ? null : otherAnswer(url, Number(status))
}

/** A hub that is starting, busy, or away behind its proxy answers with these as well. */
const mayBeHub = (status: number) => status === 429 || (status >= 500 && status !== 511)

/** What an answer that a hub does not give says of the other end; null: a hub's proxy may give it. */
export function otherAnswer(url: string, status: number): TillbridgeError | null {
  return mayBeHub(status) ? null : hubIsOther({ host: new URL(url).host, status })
}

function wordsOf(said: unknown): string {
  if (!(said instanceof Error)) return String(said)
  const code = 'code' in said ? `${said.code} ` : ''
  return `${code}${said.message} ${said.cause === undefined ? '' : wordsOf(said.cause)}`
}
