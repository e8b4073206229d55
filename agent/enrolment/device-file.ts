import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import { z } from 'zod'
import { defineError } from '../../shared/errors.ts'
import { DeviceId } from '../../shared/ids.ts'
import type { Files, Random } from '../../shared/world.ts'

/** What this agent is: kept in one file that only its user can read. The private key never leaves it. */
const Identity = z.strictObject({
  device: DeviceId,
  hub: z.object({ id: z.string(), url: z.url() }),
  store: z.string(),
  storeName: z.string(),
  till: z.string(),
  zone: z.string(),
  /** Ed25519, PKCS #8 DER, base64url. */
  privateKey: z.string(),
  /** The newest epoch of its events; left out: the first. It outlives the journal. */
  epoch: z.int().min(1).optional(),
  /** Agent clock, ms: when it was enrolled; left out: by a version that did not note it. */
  enrolledAt: z.int().optional(),
})
const DeviceFile = Identity.extend({
  /** What this PC was enrolled as before, oldest first: unsent records of another store are handed over as that device. */
  former: z.array(Identity).optional(),
})
export type Identity = z.infer<typeof Identity>
export type DeviceFile = z.infer<typeof DeviceFile>

export const deviceFileUnreadable = defineError(
  'DEVICE_FILE_UNREADABLE',
  (f: { path: string }) =>
    `${f.path} is damaged. Enrol this till again with a new code and --again; sales already read stay safe.`,
)

export interface DeviceKey {
  /** SPKI DER, base64url: what the hub keeps. */
  readonly publicKey: string
  readonly privateKey: string
  /** Ed25519 signature, base64url. */
  sign(text: string): string
}

/** PKCS #8's header for an Ed25519 private key (RFC 8410, section 7); the 32 secret bytes follow it. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex')

/** Draws a new key pair. In the real world `random` is the system's own generator. */
export function newDeviceKey(random: Random): DeviceKey {
  const der = Buffer.concat([PKCS8_ED25519, random.bytes(32)])
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  return {
    publicKey: createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64url'),
    privateKey: der.toString('base64url'),
    sign: text => signText(privateKey, text),
  }
}

function signText(key: KeyObject, text: string): string {
  return sign(null, Buffer.from(text), key).toString('base64url')
}

/** A signer for the key in a device file. */
export function signerOf(file: Identity): (text: string) => string {
  const key = createPrivateKey({
    key: Buffer.from(file.privateKey, 'base64url'),
    format: 'der',
    type: 'pkcs8',
  })
  return text => signText(key, text)
}

/** Null when this agent was never enrolled. @throws DEVICE_FILE_UNREADABLE */
export function readDeviceFile(files: Files, path: string): DeviceFile | null {
  const text = files.readText(path)
  if (text === null) return null
  try {
    return DeviceFile.parse(JSON.parse(text))
  } catch (cause) {
    throw deviceFileUnreadable({ path }, cause)
  }
}

/** The most former identities that are kept. */
const MOST_FORMER = 10

/** Writes the device file. The identity that it replaces is kept in it as a former one. */
export function writeDeviceFile(files: Files, path: string, file: DeviceFile): void {
  const former = formerOf(files, path, file)
  files.writePrivate(path, `${JSON.stringify(former.length === 0 ? file : { ...file, former }, null, 2)}\n`)
}

function formerOf(files: Files, path: string, file: DeviceFile): readonly Identity[] {
  let before: DeviceFile | null
  try {
    before = readDeviceFile(files, path)
  } catch (error) {
    if (deviceFileUnreadable.is(error)) return file.former ?? []
    throw error
  }
  if (before === null || before.device === file.device) return file.former ?? before?.former ?? []
  const { former = [], ...identity } = before
  return [...former, identity].filter(({ device }) => device !== file.device).slice(-MOST_FORMER)
}
