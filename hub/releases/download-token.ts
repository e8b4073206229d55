import { isSignedBy } from '../../shared/signing.ts'
import type { HubKey } from '../fleet/hub-key.ts'

/** How long a till may fetch what it was offered before it has to be told again. */
const VALID_MS = 24 * 3_600_000

/** Whether a token that was made at a moment can still be used: not after a day, nor when the clock was set back since. */
export function isTokenFresh(madeAt: number, now: number): boolean {
  return madeAt <= now && now < madeAt + VALID_MS
}

const signedDownload = (device: string, version: string, until: number) =>
  `tillbridge download 1\n${device}\n${version}\n${until}`

/** What lets one device fetch one release. The device must be enrolled when it does. */
export async function downloadToken(
  key: HubKey,
  { device, version, now }: { readonly device: string; readonly version: string; readonly now: number },
): Promise<string> {
  const until = now + VALID_MS
  const { signature } = await key.prove(signedDownload(device, version, until))
  return `${device}.${until}.${signature}`
}

/** @returns the device that a token was made for; null when it is not for this version, is too old, or not of this hub */
export async function deviceOfToken(
  key: HubKey,
  { token, version, now }: { readonly token: string; readonly version: string; readonly now: number },
): Promise<string | null> {
  const [device = '', until = '', signature = ''] = token.split('.')
  const end = Number(until)
  if (!(end > now) || end > now + VALID_MS) return null
  const isOurs = isSignedBy(await key.publicKey(), signedDownload(device, version, end), signature)
  return isOurs ? device : null
}
