import { z } from 'zod'
import { fingerprintOf } from '../fingerprint.ts'
import type { KnownRow } from '../source.ts'
import { FilePosition } from './file-reading.ts'
import type { SalesFile } from './sales-files.ts'

/** What is remembered of one file, beside its entries. */
export const FileMemory = z.object({
  /** Hash of the settings it was read with: with other settings it is read again. */
  rules: z.string(),
  /** Null: to be read from its beginning. */
  position: FilePosition.nullable(),
  /** How often reading began from its start. */
  pass: z.int().min(0),
  /** The file as it was when its end was reached; null: not reached yet. */
  seen: z.object({ bytes: z.int(), writtenMs: z.number(), identity: z.string() }).nullable(),
  /** Whether the file rested and its end was read as final. */
  isFinished: z.boolean(),
  /** Refused records of this file and where they are. One without a key counts as corrected once it is gone. */
  unread: z.array(z.object({ row: z.string(), offset: z.int() })),
  /** The error for which the whole file is refused, and the row of that refusal. */
  refusal: z.object({ code: z.string(), row: z.string() }).nullable(),
})
export type FileMemory = z.infer<typeof FileMemory>

export function newFile(rules: string): FileMemory {
  return { rules, position: null, pass: 0, seen: null, isFinished: false, unread: [], refusal: null }
}

export function fileRowName(file: string): string {
  const name = `file/${file}`
  return name.length <= 255 ? name : `${name.slice(0, 210)}~${fingerprintOf([file])}`
}

/** Whether a known row is bookkeeping about a file, rather than something the POS wrote. */
export function isFileRow({ key, state }: Pick<KnownRow, 'key' | 'state'>): boolean {
  return state === 'waiting' && /^file(-id)?\//.test(key)
}

/** As a known row. A file never counts as complete: the POS may append to it. */
export function fileRow(file: string, memory: FileMemory, now: number): KnownRow {
  const key = fileRowName(file)
  return {
    key,
    fingerprint: memory.refusal?.code ?? '',
    state: memory.refusal?.row === key ? 'refused' : 'waiting',
    soldAt: ` ${key}`,
    since: now,
    told: JSON.stringify(memory),
  }
}

/** What is remembered, as far as it is valid under these settings. */
export function underRules(memory: FileMemory, rules: string): FileMemory {
  if (memory.rules === rules) return memory
  // Read again from the beginning under the new settings; refusals stay known, so that they can be closed.
  const { pass, unread, refusal } = memory
  return { ...newFile(rules), pass, unread, refusal }
}

export function isSameFile(seen: FileMemory['seen'], file: SalesFile): boolean {
  return (
    seen !== null &&
    seen.bytes === file.bytes &&
    seen.writtenMs === file.writtenMs &&
    seen.identity === file.identity
  )
}

/** The row that leads from a file's identity to its name, so that a renamed file with open refusals is found again. */
export function identityRowName(identity: string): string {
  return `file-id/${identity}`
}

export function identityRow(file: SalesFile, now: number): KnownRow {
  const key = identityRowName(file.identity)
  return { key, fingerprint: '', state: 'waiting', soldAt: ` ${key}`, since: now, told: file.name }
}
