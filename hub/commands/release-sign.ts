import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { type Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { answers, command, writeNamed } from '../../shared/command-line.ts'
import { defineError } from '../../shared/errors.ts'
import { EpochMs } from '../../shared/ids.ts'
import {
  parseRelease,
  type ReleaseFile,
  ReleaseManifest,
  releasePlatforms,
  releaseUnreadable,
  type SignedRelease,
  signedRelease,
} from '../../shared/releases.ts'
import { keyFingerprint, newSigningKey, signingKey } from '../../shared/signing.ts'
import { compareVersions } from '../../shared/version-order.ts'
import { demandVersion } from '../releases/releases.ts'
import { type HubCommandParts, wholeNumber } from './command-parts.ts'

export const releaseKeyThere = defineError(
  'RELEASE_KEY_THERE',
  (f: { path: string }) => `${f.path} exists already. A release key is never overwritten: give another file.`,
)
export const releaseKeyUnreadable = defineError(
  'RELEASE_KEY_UNREADABLE',
  (f: { path: string }) => `${f.path} holds no release key. Make one with: tillbridge-hub release key FILE.`,
)
export const packageNameUnknown = defineError(
  'PACKAGE_NAME_UNKNOWN',
  (f: { file: string }) =>
    `${f.file} is not named as our builds name their packages, so the machine that it is for is not known. Do not rename them.`,
)

export const packageTwice = defineError(
  'PACKAGE_TWICE',
  (f: { first: string; second: string }) =>
    `${f.first} and ${f.second} are packages of one kind for one machine. Give one for each machine.`,
)
export const releaseFromTooNew = defineError(
  'RELEASE_FROM_TOO_NEW',
  (f: { version: string; from: string }) =>
    `No older version could update to ${f.version}, as --from says ${f.from}. Give the oldest version that can update straight to it.`,
)

/** What the build says beside a package: what the manifest needs and the package alone does not tell. */
const BuildFacts = z.object({ version: z.string(), journal: z.int().min(1) })

export function releaseKeyCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'key',
    'make a key that signs releases; keep its file offline, and print the public half',
  ).argument('<file>', 'where to keep the private half; it must not exist yet')
  return answers<{ json?: boolean }>(of, terminal, async (_, file = '') => {
    if (existsSync(file)) throw releaseKeyThere({ path: file })
    const { privateKey, publicKey } = newSigningKey(world.random)
    writeNamed(file, path => world.files.writePrivate(path, `${privateKey}\n`))
    return { json: { publicKey, fingerprint: keyFingerprint(publicKey) }, text: publicKey }
  })
}

const MOST_DAYS = 3_650

function daysOfRelease(text: string): number {
  const days = wholeNumber(text)
  if (days < 1 || days > MOST_DAYS)
    throw new InvalidArgumentError(`it must be a whole number from 1 to ${MOST_DAYS}`)
  return days
}

interface SignOptions {
  json?: boolean
  key: string
  out: string
  from: string
  days: number
  rollBack?: boolean
}

export function signReleaseCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('sign', 'sign packages as one release, on the machine that has the key; needs no hub')
    .argument('<packages...>', 'the package files of one version, as they were built')
    .requiredOption('--key <file>', 'the private half of a release key')
    .requiredOption(
      '--out <file>',
      'where the signed manifest goes; a further key is added to one that is there',
    )
    .requiredOption('--from <version>', 'the oldest version that can update straight to this one')
    .option(
      '--days <days>',
      `for how many days tills may install it, at most ${MOST_DAYS}`,
      daysOfRelease,
      90,
    )
    .option('--roll-back', 'it may replace a newer version')
  return answers<SignOptions>(of, terminal, async ({ key, out, from, days, rollBack }, ...packages) => {
    const signer = readReleaseKey(key)
    const made = await manifestOf(packages, {
      updatesFrom: demandVersion(from),
      madeAt: EpochMs.parse(world.clock.now()),
      expiresAt: EpochMs.parse(world.clock.now() + days * 24 * 3_600_000),
      isRollBack: rollBack === true,
    })
    if (made.isRollBack === false && compareVersions(made.updatesFrom, made.version) >= 0)
      throw releaseFromTooNew({ version: made.version, from: made.updatesFrom })
    const before = existsSync(out) ? parseRelease(jsonInFile(out)) : null
    const isAdded = before !== null && sameFiles(before.manifest, made)
    const manifest = isAdded ? before.envelope.manifest : JSON.stringify(made)
    const others = isAdded ? before.envelope.signatures.filter(one => one.key !== signer.publicKey) : []
    const signature = signer.sign(signedRelease(manifest))
    const signed: SignedRelease = { manifest, signatures: [...others, { key: signer.publicKey, signature }] }
    writeNamed(out, path => writeFileSync(path, `${JSON.stringify(signed)}\n`))
    const { version, files } = made
    const text = `${version} with ${files.length === 1 ? 'one package' : `${files.length} packages`} is signed by ${keyFingerprint(signer.publicKey)}: ${out}`
    return { json: { version, files, signatures: signed.signatures.length, out }, text }
  })
}

/** @throws RELEASE_KEY_UNREADABLE */
function readReleaseKey(path: string) {
  try {
    return signingKey(readFileSync(path, 'utf8').trim())
  } catch (cause) {
    throw releaseKeyUnreadable({ path }, cause)
  }
}

const sameFiles = (one: ReleaseManifest, other: ReleaseManifest) =>
  one.version === other.version && JSON.stringify(one.files) === JSON.stringify(other.files)

/** @throws RELEASE_UNREADABLE, PACKAGE_NAME_UNKNOWN */
async function manifestOf(
  packages: readonly string[],
  given: Pick<ReleaseManifest, 'updatesFrom' | 'madeAt' | 'expiresAt' | 'isRollBack'>,
): Promise<ReleaseManifest> {
  const facts = packages.map(file => {
    const beside = join(dirname(file), `${basename(file)}.json`)
    const read = existsSync(file) && existsSync(beside) ? BuildFacts.safeParse(jsonInFile(beside)) : null
    if (read?.data === undefined)
      throw releaseUnreadable({ why: `${file} is missing, or ${beside}, which the build writes` })
    return read.data
  })
  const [first] = facts
  if (
    first === undefined ||
    facts.some(one => one.version !== first.version || one.journal !== first.journal)
  )
    throw releaseUnreadable({ why: 'the packages are of different versions' })
  const files = await Promise.all(packages.map(releaseFileOf))
  demandOneForEachMachine(files)
  const sorted = files.sort((one, other) => (one.name < other.name ? -1 : 1))
  const { version, journal } = first
  const made = ReleaseManifest.safeParse({ format: 1, version, journal, ...given, files: sorted })
  if (!made.success) throw releaseUnreadable({ why: made.error.issues[0]?.message ?? 'unknown' })
  return made.data
}

/** @throws PACKAGE_TWICE */
function demandOneForEachMachine(files: readonly ReleaseFile[]): void {
  const seen = new Map<string, string>()
  for (const { kind, platform, name } of files) {
    const first = seen.get(`${kind} ${platform}`)
    if (first !== undefined) throw packageTwice({ first, second: name })
    seen.set(`${kind} ${platform}`, name)
  }
}

/** @throws RELEASE_UNREADABLE when it is missing or is not JSON */
export function jsonInFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw releaseUnreadable({ why: `${path} is missing, or is not JSON` }, cause)
  }
}

const AGENT_PACKAGE = /^tillbridge-agent-\d+\.\d+\.\d+-([a-z0-9]+-[a-z0-9]+)\.update\.tgz$/
const DESKTOP_PACKAGE = /^Tillbridge-Setup-\d+\.\d+\.\d+\.exe$/

async function releaseFileOf(file: string): Promise<ReleaseFile> {
  const name = basename(file)
  const named = AGENT_PACKAGE.exec(name)?.[1] ?? (DESKTOP_PACKAGE.test(name) ? 'win32-x64' : '')
  const platform = releasePlatforms.find(one => one === named)
  if (platform === undefined) throw packageNameUnknown({ file })
  const kind = AGENT_PACKAGE.test(name) ? 'agent' : 'desktop'
  const unpacked = kind === 'agent' ? await unpackedBytes(file) : 0
  return { platform, kind, name, ...(await digestOf(file)), unpacked }
}

/** A file's length and its SHA-512. */
export async function digestOf(file: string): Promise<{ readonly size: number; readonly sha512: string }> {
  const digest = createHash('sha512')
  let size = 0
  await pipeline(createReadStream(file), async (pieces: AsyncIterable<Buffer>) => {
    for await (const piece of pieces) {
      size += piece.length
      digest.update(piece)
    }
  })
  return { size, sha512: digest.digest('base64url') }
}

async function unpackedBytes(file: string): Promise<number> {
  let bytes = 0
  await pipeline(createReadStream(file), createGunzip(), async (pieces: AsyncIterable<Buffer>) => {
    for await (const piece of pieces) bytes += piece.length
  })
  return bytes
}
