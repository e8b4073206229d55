import { createHash } from 'node:crypto'
import { EpochMs } from '../../shared/ids.ts'
import type { ReleaseFile, ReleaseManifest, SignedRelease } from '../../shared/releases.ts'
import { signedRelease } from '../../shared/releases.ts'
import { newSigningKey } from '../../shared/signing.ts'
import { manualWorld } from '../manual-world.ts'

export const releaseKey = newSigningKey(manualWorld({ seed: 7 }).random)
const DAY_MS = 24 * 3_600_000

/** What a manifest says of these bytes. */
export function listed(name: string, bytes: Uint8Array, over: Partial<ReleaseFile> = {}): ReleaseFile {
  const sha512 = createHash('sha512').update(bytes).digest('base64url')
  return { platform: 'linux-x64', kind: 'agent', name, size: bytes.length, sha512, unpacked: 1_000, ...over }
}

/** A release as a signing machine makes it; `now`: when. */
export function madeRelease(
  version: string,
  now: number,
  over: Partial<ReleaseManifest> = {},
  key = releaseKey,
): SignedRelease {
  const manifest = JSON.stringify({
    format: 1,
    version,
    madeAt: EpochMs.parse(now),
    expiresAt: EpochMs.parse(now + 90 * DAY_MS),
    updatesFrom: '0.1.0',
    journal: 30,
    isRollBack: false,
    files: [listed(`tillbridge-agent-${version}-linux-x64.update.tgz`, Buffer.from(`program ${version}`))],
    ...over,
  })
  return { manifest, signatures: [{ key: key.publicKey, signature: key.sign(signedRelease(manifest)) }] }
}
