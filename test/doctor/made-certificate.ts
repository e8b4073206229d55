import { generateKeyPairSync, sign } from 'node:crypto'

/** A certificate that nothing trusts, of an address or of `hub.test` alone, for a TLS server of a test. Times: ms since 1970, whole seconds. */
export function madeCertificate({
  from,
  ends,
  address = '127.0.0.1',
}: {
  readonly from: number
  readonly ends: number
  readonly address?: string
}): {
  readonly cert: string
  readonly key: string
} {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const algorithm = der(0x30, der(0x06, Buffer.from([0x2b, 0x65, 0x70])))
  const commonName = der(0x30, der(0x06, Buffer.from([0x55, 0x04, 0x03])), der(0x0c, Buffer.from('hub.test')))
  const name = der(0x30, der(0x31, commonName))
  const told = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm,
    name,
    der(0x30, time(from), time(ends)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, addressOf(address))),
  )
  const signature = der(0x03, Buffer.from([0]), sign(null, told, privateKey))
  const base64 = der(0x30, told, algorithm, signature).toString('base64')
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** The extension subjectAltName with one address. */
function addressOf(address: string): Buffer {
  const names = der(0x30, der(0x87, Buffer.from(address.split('.').map(Number))))
  return der(0x30, der(0x06, Buffer.from([0x55, 0x1d, 0x11])), der(0x04, names))
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const length = content.length
  const head = length < 128 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(head), content])
}

/** GeneralizedTime. */
const time = (at: number) =>
  der(0x18, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]|\..*$/g, '')}Z`))
