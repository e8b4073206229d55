import { defineError } from '../../shared/errors.ts'
import { type Hello, signedHello } from '../../shared/protocol.ts'
import { isSignedBy } from '../../shared/signing.ts'
import type { ReadDb } from '../db/db.ts'
import { type DeviceRow, readDevice } from '../fleet/devices.ts'

export const deviceUnknown = defineError(
  'DEVICE_UNKNOWN',
  (f: { device: string }) => `This hub does not know device ${f.device}. Enrol the till with a new code.`,
)
export const signatureWrong = defineError(
  'SIGNATURE_WRONG',
  (f: { device: string }) =>
    `The answer of device ${f.device} is not signed with its key. Re-enrol the till if its data folder was moved.`,
)
export const challengeStale = defineError(
  'CHALLENGE_STALE',
  (f: { device: string }) => `Device ${f.device} answered too late. It reconnects automatically.`,
)
export const deviceQuarantined = defineError(
  'DEVICE_QUARANTINED',
  (f: { device: string; reason: string }) =>
    `Device ${f.device} is quarantined: ${f.reason} Re-enrol the till; nothing received before is lost.`,
)
export const deviceRevoked = defineError(
  'DEVICE_REVOKED',
  (f: { device: string }) =>
    `Device ${f.device} was revoked by head office. Re-enrol the till if that was a mistake.`,
)

/** Checks that a hello comes from the holder of an enrolled device's key, for this very connection. */
export async function authenticate(
  db: ReadDb,
  hub: string,
  challenge: { readonly nonce: string; readonly fresh: boolean },
  hello: Hello,
): Promise<DeviceRow> {
  const device = await readDevice(db, hello.device)
  if (device === undefined) throw deviceUnknown({ device: hello.device })
  const { signature, t: _, ...said } = hello
  if (!isSignedBy(device.public_key, signedHello(hub, challenge.nonce, said), signature))
    throw signatureWrong({ device: hello.device })
  if (!challenge.fresh) throw challengeStale({ device: hello.device })
  if (device.state === 'revoked') throw deviceRevoked({ device: hello.device })
  if (device.state === 'quarantined')
    throw deviceQuarantined({ device: hello.device, reason: device.state_reason ?? 'its stream forked.' })
  return device
}
