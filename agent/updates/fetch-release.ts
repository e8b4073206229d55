import { join } from 'node:path'
import { defineError } from '../../shared/errors.ts'
import {
  isExpired,
  type ReleaseFile,
  type ReleaseManifest,
  readRelease,
  releaseUnreadable,
} from '../../shared/releases.ts'
import { compareVersions } from '../../shared/version-order.ts'
import type { World } from '../../shared/world.ts'
import { packageTampered } from './archive.ts'
import type { UpdateFiles } from './update-files.ts'
import { updatePaths } from './update-state.ts'

export const releaseOlder = defineError(
  'RELEASE_OLDER',
  (f: { version: string; newest: string }) =>
    `Release ${f.version} is older than ${f.newest}, which works here, and it is not signed as a roll-back. Nothing was changed.`,
)
export const releaseNotReachable = defineError(
  'RELEASE_NOT_REACHABLE',
  (f: { version: string; from: string; own: string }) =>
    `Release ${f.version} can be installed from ${f.from} on, and this till runs ${f.own}. Offer one in between first.`,
)
export const updateExpired = defineError(
  'UPDATE_EXPIRED',
  (f: { version: string; expired: string; today: string }) =>
    `Release ${f.version} can be installed until ${f.expired}, and this till's clock says ${f.today}. If the clock is wrong, set it; else offer a newer release. It is tried again.`,
)
export const updateNoSpace = defineError(
  'UPDATE_NO_SPACE',
  (f: { needed: number; free: number }) =>
    `The update needs ${Math.ceil(f.needed / MIB)} MiB of disk, and ${Math.floor(f.free / MIB)} MiB are free. The till goes on as it is. Make room; it is tried again.`,
)
export const updateUnfetched = defineError(
  'UPDATE_UNFETCHED',
  (f: { status: number }) => `The hub did not hand out the update (HTTP ${f.status}). It is tried again.`,
)

const MIB = 1024 * 1024
/** What must stay free for the journal and the PC, whatever an update takes. */
const RESERVE = 200 * MIB
const MANIFEST_BYTES = 256 * 1024

export interface FetchParts {
  readonly world: Pick<World, 'clock' | 'sockets' | 'log'>
  readonly disk: UpdateFiles
  /** The agent's data folder. */
  readonly folder: string
  readonly hubUrl: string
  /** The public keys that this program trusts. */
  readonly keys: readonly string[]
  readonly platform: string
  /** The version that runs. */
  readonly own: string
  /** Versions beside it that the launcher may start: they stay. */
  readonly kept: readonly string[]
  /** The newest version that has worked here. */
  readonly newest: string
  /** Bytes that the update will need beside itself: a copy of the journal. */
  extraBytes(manifest: ReleaseManifest): number
  /** The hub has said something else meanwhile. */
  readonly signal: AbortSignal
}

/**
 * Fetches what was offered and unpacks it beside the version that runs, which it leaves alone. May be killed at any point:
 * the next call goes on, with the bytes that are there.
 * @returns its manifest; its program is in `updates/versions/VERSION`
 * @throws RELEASE_UNREADABLE, RELEASE_UNSIGNED, RELEASE_OLDER, RELEASE_NOT_REACHABLE, PACKAGE_TAMPERED,
 * and what passes: UPDATE_EXPIRED, UPDATE_NO_SPACE, UPDATE_UNFETCHED, errors of the disk and the network
 */
export async function fetchRelease(
  parts: FetchParts,
  { version, token }: { readonly version: string; readonly token: string },
): Promise<ReleaseManifest> {
  const { disk, platform, extraBytes } = parts
  const paths = updatePaths(parts.folder)
  const manifest = await fetchManifest(parts, version, token)
  const file = manifest.files.find(one => one.kind === 'agent' && one.platform === platform)
  if (file === undefined) throw releaseUnreadable({ why: `it has no package for ${platform}` })
  disk.ensureFolder(paths.versions)
  dropOthers(parts, paths, { name: file.name, version })
  if (disk.sizeOf(paths.program(version)) !== null) {
    demandSpaceToStart(parts, paths, manifest)
    return manifest // unpacked before a kill
  }
  demandSpace(parts, paths.updates, packageBytes(disk, paths, file) + extraBytes(manifest))
  const archive = join(paths.updates, `${file.name}.part`)
  await fetchWhole(parts, { archive, file, version, token })
  await unpackWhole(parts, { archive, file, version })
  return manifest
}

async function fetchManifest(parts: FetchParts, version: string, token: string): Promise<ReleaseManifest> {
  const { world, own, newest } = parts
  const answer = await ask(parts, `/release/${version}/manifest`, token, {})
  const text = await limitedText(answer)
  const manifest = readRelease(jsonOf(text), parts.keys)
  demandFreshHere(manifest, world.clock.now())
  if (manifest.version !== version)
    throw releaseUnreadable({ why: `it is ${manifest.version}, and ${version} was offered` })
  if (compareVersions(own, manifest.updatesFrom) < 0)
    throw releaseNotReachable({ version, from: manifest.updatesFrom, own })
  const best = compareVersions(own, newest) > 0 ? own : newest
  if (compareVersions(version, best) < 0 && !manifest.isRollBack)
    throw releaseOlder({ version, newest: best })
  return manifest
}

/** The hub offers none that has expired by its own clock, so this till's is likely wrong. @throws UPDATE_EXPIRED */
function demandFreshHere(manifest: ReleaseManifest, now: number): void {
  if (!isExpired(manifest, now)) return
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
  throw updateExpired({ version: manifest.version, expired: day(manifest.expiresAt), today: day(now) })
}

async function ask(
  { world, hubUrl, signal }: Pick<FetchParts, 'world' | 'hubUrl' | 'signal'>,
  path: string,
  token: string,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const answer = await world.sockets.fetch(new URL(path, hubUrl).href, {
    redirect: 'error',
    signal,
    headers: { authorization: `Bearer ${token}`, ...headers },
  })
  if (answer.ok) return answer
  await answer.body?.cancel()
  throw updateUnfetched({ status: answer.status })
}

/** A manifest is small: an answer that does not end is cut. */
async function limitedText({ body }: Response): Promise<string> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of body ?? []) {
    size += piece.length
    if (size > MANIFEST_BYTES) throw releaseUnreadable({ why: 'it is too long' })
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw releaseUnreadable({ why: 'it is not JSON' }, cause)
  }
}

/** What earlier downloads left, versions that nothing goes back to, and one that was being unpacked when this till lost power. */
function dropOthers(
  { disk, own, kept }: FetchParts,
  paths: ReturnType<typeof updatePaths>,
  { name, version }: { readonly name: string; readonly version: string },
): void {
  for (const left of disk.list(paths.updates))
    if (left.endsWith('.part') && left !== `${name}.part`) disk.remove(join(paths.updates, left))
  const used = new Set([version, own, ...kept])
  for (const left of disk.list(paths.versions)) if (!used.has(left)) disk.remove(paths.version(left))
}

/** Bytes that a package will take until it is unpacked, beside those that are there. */
function packageBytes(
  disk: UpdateFiles,
  { updates }: ReturnType<typeof updatePaths>,
  file: ReleaseFile,
): number {
  const held = disk.sizeOf(join(updates, `${file.name}.part`)) ?? 0
  return Math.max(0, file.size - held) + file.unpacked
}

/** @throws UPDATE_NO_SPACE @param bytes that are still to be written, beside what must stay free */
function demandSpace({ disk }: Pick<FetchParts, 'disk'>, folder: string, bytes: number): void {
  const needed = bytes + RESERVE
  const free = disk.freeBytes(folder)
  if (free < needed) throw updateNoSpace({ needed, free })
}

/** An update that is there and finds no room to be started gives back what it takes, unless the till may go back to it. */
function demandSpaceToStart(
  { disk, kept, own, extraBytes }: FetchParts,
  paths: ReturnType<typeof updatePaths>,
  manifest: ReleaseManifest,
): void {
  const { version } = manifest
  try {
    demandSpace({ disk }, paths.updates, extraBytes(manifest))
  } catch (error) {
    if (version !== own && !kept.includes(version)) disk.remove(paths.version(version))
    throw error
  }
}

interface Wanted {
  readonly archive: string
  readonly file: ReleaseFile
  readonly version: string
  readonly token: string
}

/** Fetches the file, from the byte on that is there. One that was put together from pieces and is wrong is fetched once more. */
async function fetchWhole(parts: FetchParts, wanted: Wanted): Promise<void> {
  const { archive, file } = wanted
  const held = parts.disk.sizeOf(archive) ?? 0
  await fetchRest(parts, wanted)
  if (await isWhole(parts, archive, file)) return
  parts.disk.remove(archive)
  if (held > 0) {
    await fetchRest(parts, wanted)
    if (await isWhole(parts, archive, file)) return
    parts.disk.remove(archive)
  }
  throw packageTampered({ why: 'its size or its hash is another' })
}

async function fetchRest(parts: FetchParts, { archive, file, version, token }: Wanted): Promise<void> {
  const { disk } = parts
  if ((disk.sizeOf(archive) ?? 0) > file.size) disk.remove(archive)
  const from = disk.sizeOf(archive) ?? 0
  if (from === file.size) return
  const headers: Record<string, string> = from === 0 ? {} : { range: `bytes=${from}-` }
  const answer = await ask(parts, `/release/${version}/file/${file.name}`, token, headers)
  if (from > 0 && answer.status !== 206) {
    await answer.body?.cancel()
    disk.remove(archive)
    throw updateUnfetched({ status: answer.status })
  }
  let size = from
  for await (const piece of answer.body ?? []) {
    size += piece.length
    if (size > file.size) {
      disk.remove(archive)
      throw packageTampered({ why: 'it is longer than was signed' })
    }
    appendOrDrop(disk, archive, piece)
  }
  if (size < file.size) throw updateUnfetched({ status: answer.status })
}

/** A disk that is full is given back what the download took. */
function appendOrDrop(disk: UpdateFiles, archive: string, piece: Uint8Array): void {
  try {
    disk.append(archive, piece)
  } catch (error) {
    if (isFull(error)) disk.remove(archive)
    throw error
  }
}

const isFull = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOSPC'

async function isWhole(
  { disk }: FetchParts,
  archive: string,
  { size, sha512 }: ReleaseFile,
): Promise<boolean> {
  return disk.sizeOf(archive) === size && (await disk.sha512(archive)) === sha512
}

async function unpackWhole(
  { disk, folder }: FetchParts,
  { archive, file, version }: Pick<Wanted, 'archive' | 'file' | 'version'>,
): Promise<void> {
  const paths = updatePaths(folder)
  const fresh = `${paths.version(version)}.part`
  disk.remove(fresh)
  try {
    await disk.unpack(archive, fresh, file.unpacked)
    const program = join(fresh, 'bin', 'tillbridge-agent.mjs')
    if (disk.sizeOf(program) === null) throw packageTampered({ why: 'it holds no agent' })
  } catch (error) {
    disk.remove(fresh)
    if (packageTampered.is(error) || isFull(error)) disk.remove(archive)
    throw error
  }
  disk.remove(paths.version(version)) // one whose program is gone
  disk.rename(fresh, paths.version(version))
  disk.remove(archive)
}
