import { createHash } from 'node:crypto'
import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { syncFolder } from '../../shared/node-move.ts'
import { type ArchiveSink, packageTampered, readArchive } from './archive.ts'
import type { UpdateFiles } from './update-files.ts'

/** The real disk. */
export const nodeUpdateFiles: UpdateFiles = {
  freeBytes(folder) {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  },
  ensureFolder: folder => void mkdirSync(folder, { recursive: true, mode: 0o700 }),
  sizeOf: path => statSync(path, { throwIfNoEntry: false })?.size ?? null,
  append(path, bytes) {
    const file = openSync(path, 'a', 0o600)
    try {
      writeAll(file, bytes)
    } finally {
      closeSync(file)
    }
  },
  async sha512(path) {
    const digest = createHash('sha512')
    await pipeline(createReadStream(path), digest)
    return digest.digest('base64url')
  },
  async unpack(archive, folder, mostBytes) {
    mkdirSync(folder, { mode: 0o700 })
    const laid = new Set([folder])
    const sink = folderSink(folder, laid)
    try {
      await pipeline(createReadStream(archive), createGunzip(), pieces =>
        readArchive(pieces, sink, mostBytes),
      )
    } catch (error) {
      sink.abandon()
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      throw code.startsWith('Z_')
        ? packageTampered({ why: 'it is not compressed as it should be' }, error)
        : error
    }
    for (const each of laid) syncFolder(each)
  },
  rename(from, to) {
    renameSync(from, to)
    syncFolder(dirname(to))
  },
  remove: path => rmSync(path, { recursive: true, force: true }),
  list: folder => (existsSync(folder) ? readdirSync(folder) : []),
}

/** Lays files below a folder, each of them new: an archive can't write into what is there. */
function folderSink(folder: string, laid: Set<string>): ArchiveSink & { abandon(): void } {
  let file: number | null = null
  return {
    begin({ path, isProgram }) {
      const to = join(folder, path)
      const above = dirname(to)
      if (!laid.has(above)) mkdirSync(above, { recursive: true, mode: 0o700 })
      laid.add(above)
      file = openSync(to, 'wx', isProgram ? 0o700 : 0o600)
    },
    write(bytes) {
      if (file !== null) writeAll(file, bytes)
    },
    end() {
      if (file === null) return
      fsyncSync(file)
      closeSync(file)
      file = null
    },
    abandon() {
      if (file !== null) closeSync(file)
      file = null
    },
  }
}

/** All of it or an error: a disk that is nearly full writes what fits and reports nothing. */
function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
}
