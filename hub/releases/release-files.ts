import { join } from 'node:path'
import { Readable } from 'node:stream'
import { defineError } from '../../shared/errors.ts'
import type { FileBytes, World } from '../../shared/world.ts'
import { type Db, transaction } from '../db/db.ts'
import { readDevice } from '../fleet/devices.ts'
import type { HubKey } from '../fleet/hub-key.ts'
import { deviceOfToken } from './download-token.ts'
import { demandRelease, type Release } from './releases.ts'

export const downloadRefused = defineError(
  'DOWNLOAD_REFUSED',
  () =>
    'This download is not for this device, or it was offered more than a day ago. The hub offers it again if it is still due.',
)
export const downloadsBusy = defineError(
  'DOWNLOADS_BUSY',
  () => 'Enough tills are fetching an update from this hub at the moment. The till tries again soon.',
)

/** Downloads at a time: an update of a thousand tills must not keep their sales waiting. */
const AT_ONCE = 20
const PIECE = 256 * 1024

/** Where a hub keeps the files of a release. */
export const releaseFolder = (folder: string, version: string) => join(folder, version)

export interface ReleaseDownloads {
  /** The signed manifest. @throws DOWNLOAD_REFUSED */
  manifest(version: string, token: string): Promise<unknown>
  /**
   * A file from a byte on. @throws DOWNLOAD_REFUSED, DOWNLOADS_BUSY
   * @returns null when the release has no such file, or this hub does not hold it
   */
  file(asked: {
    readonly version: string
    readonly name: string
    readonly from: number
    readonly token: string
  }): Promise<{ readonly size: number; readonly bytes: Readable } | null>
}

/** Serves releases to the devices that they were offered to, and to nothing else. */
export function releaseDownloads(parts: {
  readonly world: Pick<World, 'clock' | 'files'>
  readonly db: Db
  readonly key: HubKey
  readonly folder: string
}): ReleaseDownloads {
  const { world, db, key } = parts
  let running = 0

  async function admit(version: string, token: string): Promise<Release> {
    const device = await deviceOfToken(key, { token, version, now: world.clock.now() })
    if (device === null) throw downloadRefused({})
    const release = await transaction(db, async tx => {
      const known = await readDevice(tx, device)
      return known?.state === 'active' ? demandRelease(tx, version) : null
    })
    if (release === null || release.state === 'withdrawn') throw downloadRefused({})
    return release
  }

  return {
    manifest: async (version, token) => (await admit(version, token)).signed,
    async file({ version, name, from, token }) {
      const { manifest } = await admit(version, token)
      const listed = manifest.files.find(file => file.name === name)
      if (listed === undefined) return null
      if (running >= AT_ONCE) throw downloadsBusy({})
      const file = world.files.openBytes(join(releaseFolder(parts.folder, version), listed.name))
      if (file === null) return null
      running += 1
      const bytes = Readable.from(pieces(file, from), { objectMode: false, highWaterMark: PIECE })
      bytes.once('close', () => {
        running -= 1
        file[Symbol.dispose]()
      })
      return { size: file.size, bytes }
    },
  }
}

function* pieces(file: FileBytes, from: number): Generator<Buffer> {
  for (let at = from; at < file.size; ) {
    const piece = file.read(at, Math.min(PIECE, file.size - at))
    if (piece === null || piece.length === 0) throw new Error('a file of a release could not be read')
    yield Buffer.from(piece)
    at += piece.length
  }
}
