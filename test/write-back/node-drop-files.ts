import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { DropFiles } from '../../agent/write-back/drop-files.ts'

/** A file drop's disk, on Node's own. */
export const nodeDropFiles: DropFiles = {
  isFolder: folder => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true,
  ensureFolder: folder => void mkdirSync(folder, { recursive: true }),
  write: (folder, name, text) => durably(folder, name, text, 'w'),
  create(folder, name, text) {
    try {
      durably(folder, name, text, 'wx')
      return true
    } catch (error) {
      if (isCode(error, 'EEXIST')) return false
      throw error
    }
  },
  read: (folder, name) => unlessMissing(() => readFileSync(join(folder, name), 'utf8')),
  move(fromFolder, toFolder, name, toName) {
    unlessMissing(() => renameSync(join(fromFolder, name), join(toFolder, toName)))
    syncFolder(toFolder)
    syncFolder(fromFolder)
  },
  list: folder =>
    readdirSync(folder).flatMap(name => {
      const found = statSync(join(folder, name), { throwIfNoEntry: false })
      return found?.isFile() === true ? [{ name, changed: found.mtimeMs }] : []
    }),
  remove: (folder, name) => rmSync(join(folder, name), { force: true }),
}

function durably(folder: string, name: string, text: string, flags: 'w' | 'wx'): void {
  const file = openSync(join(folder, name), flags, 0o644)
  try {
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  syncFolder(folder)
}

/** A name is only durable with its folder; Windows can't sync one, and does not need it. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const open = openSync(folder, 'r')
  try {
    fsyncSync(open)
  } finally {
    closeSync(open)
  }
}

function unlessMissing<T>(work: () => T): T | null {
  try {
    return work()
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null
    throw error
  }
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code
