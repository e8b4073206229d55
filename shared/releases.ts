import { z } from 'zod'
import { defineError } from './errors.ts'
import { EpochMs } from './ids.ts'
import { firstIssue } from './protocol.ts'
import { isSignedBy } from './signing.ts'
import { ReleaseVersion } from './version-order.ts'

/** The machines for which packages are built. */
export const releasePlatforms = [
  'linux-x64',
  'linux-arm64',
  'win32-x64',
  'win32-arm64',
  'darwin-x64',
  'darwin-arm64',
] as const

const ReleaseFile = z.object({
  platform: z.enum(releasePlatforms),
  /** `agent`: the program of the service, which the agent installs; `desktop`: an installer of the desktop app. */
  kind: z.enum(['agent', 'desktop']),
  /** A plain file name. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'a plain file name'),
  /** Bytes. */
  size: z.int().min(1).max(1_073_741_824),
  /** Of the file; base64url. */
  sha512: z.string().length(86),
  /** Bytes on the disk once it is unpacked. */
  unpacked: z.int().min(0).max(4_294_967_296),
})
export type ReleaseFile = z.infer<typeof ReleaseFile>

/** What is signed of a release. Fields are only added; another `format` is for a newer agent. */
export const ReleaseManifest = z.object({
  format: z.literal(1),
  version: ReleaseVersion,
  madeAt: EpochMs,
  /** From then on no till installs it: an old build with a known hole must not come back. */
  expiresAt: EpochMs,
  /** Older versions can't update straight to this one. */
  updatesFrom: ReleaseVersion,
  /** The form of the journal that it writes, see `journalForm`. */
  journal: z.int().min(1),
  /** It may replace a newer version. */
  isRollBack: z.boolean(),
  files: z.array(ReleaseFile).min(1).max(50),
})
export type ReleaseManifest = z.infer<typeof ReleaseManifest>

/** A manifest as it travels: the very text that was signed, and its signatures. */
export const SignedRelease = z.strictObject({
  manifest: z.string().min(2).max(65_536),
  /** `key`: SPKI DER, base64url; `signature`: Ed25519 over `signedRelease`, base64url. */
  signatures: z
    .array(z.strictObject({ key: z.string().max(200), signature: z.string().max(128) }))
    .min(1)
    .max(5),
})
export type SignedRelease = z.infer<typeof SignedRelease>

export const releaseUnreadable = defineError(
  'RELEASE_UNREADABLE',
  (f: { why: string }) => `The release can't be read: ${f.why}. Nothing was changed.`,
)
export const releaseUnsigned = defineError(
  'RELEASE_UNSIGNED',
  (f: { version: string }) =>
    `Release ${f.version} is not signed by a key that this program trusts. Nothing was changed. If your company did not make it, treat the hub as taken over.`,
)
export const releaseExpired = defineError(
  'RELEASE_EXPIRED',
  (f: { version: string; expired: string }) =>
    `Release ${f.version} could be installed until ${f.expired}. Nothing was changed. Offer a newer one, or sign it again.`,
)

/** What a release key signs. */
export const signedRelease = (manifest: string) => `tillbridge release 1\n${manifest}`

/**
 * Reads a release and proves that one of `keys` signed its very text.
 * @throws RELEASE_UNREADABLE, RELEASE_UNSIGNED
 */
export function readRelease(release: unknown, keys: readonly string[]): ReleaseManifest {
  const { envelope, manifest } = parseRelease(release)
  const isSigned = envelope.signatures.some(
    ({ key, signature }) =>
      keys.includes(key) && isSignedBy(key, signedRelease(envelope.manifest), signature),
  )
  if (!isSigned) throw releaseUnsigned({ version: manifest.version })
  return manifest
}

/** A release as it is, signed by any key. @throws RELEASE_UNREADABLE */
export function parseRelease(release: unknown): { envelope: SignedRelease; manifest: ReleaseManifest } {
  const envelope = SignedRelease.safeParse(release)
  if (!envelope.success) throw releaseUnreadable({ why: firstIssue(envelope.error) })
  const manifest = ReleaseManifest.safeParse(jsonIn(envelope.data.manifest))
  if (!manifest.success) throw releaseUnreadable({ why: firstIssue(manifest.error) })
  return { envelope: envelope.data, manifest: manifest.data }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw releaseUnreadable({ why: 'it is not JSON' }, cause)
  }
}

/** @param now ms */
export const isExpired = ({ expiresAt }: Pick<ReleaseManifest, 'expiresAt'>, now: number) => now >= expiresAt

/** @throws RELEASE_EXPIRED @param now ms */
export function demandFresh(manifest: ReleaseManifest, now: number): void {
  if (!isExpired(manifest, now)) return
  const { version, expiresAt } = manifest
  throw releaseExpired({ version, expired: new Date(expiresAt).toISOString().slice(0, 10) })
}
