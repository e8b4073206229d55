import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { dirname } from 'node:path'

/**
 * What moves an SQLite file with its log, step by step. After each step, one of the two names has the file whole: its
 * log is under both names before the file has its new one. Begun again after a kill, all steps are safe.
 */
export function databaseMove(from: string, to: string): readonly (() => void)[] {
  if (!existsSync(from)) return []
  const log = `${from}-wal`
  return [
    // of an earlier file of that name, or of an earlier try
    () => rmSync(`${to}-wal`, { force: true }),
    () => rmSync(`${to}-shm`, { force: true }),
    () => existsSync(log) && secondName(log, `${to}-wal`),
    () => syncFolder(dirname(to)),
    () => renameSync(from, to),
    () => syncFolder(dirname(to)),
    () => rmSync(log, { force: true }),
    () => rmSync(`${from}-shm`, { force: true }), // SQLite makes its own
  ]
}

function secondName(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch {
    copyWhole(from, to) // a file system without hard links
  }
}

function copyWhole(from: string, to: string): void {
  copyFileSync(from, to)
  const file = openSync(to, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** A rename is durable once its folder is; Windows has no such call and needs none. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
