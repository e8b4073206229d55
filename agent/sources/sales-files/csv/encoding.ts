import type { CsvSettings } from './settings.ts'

/** How a file's bytes become text. */
export interface Encoding {
  readonly unit: 1 | 2
  readonly start: number
  decode(bytes: Uint8Array): string
}

export function encodingOf(head: Buffer, said: CsvSettings['encoding']): Encoding {
  const isMarked8 = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf
  const isMarked16 = head[0] === 0xff && head[1] === 0xfe
  if (said === 'utf-16le' || (said === 'auto' && isMarked16)) {
    const decoder = new TextDecoder('utf-16le')
    return { unit: 2, start: isMarked16 ? 2 : 0, decode: bytes => decoder.decode(bytes) }
  }
  const start = isMarked8 ? 3 : 0
  const western = new TextDecoder('windows-1252')
  if (said === 'windows-1252') return { unit: 1, start, decode: bytes => western.decode(bytes) }
  const strict = new TextDecoder('utf-8', { fatal: said === 'auto' })
  return {
    unit: 1,
    start,
    decode(bytes) {
      try {
        return strict.decode(bytes)
      } catch (error) {
        if (error instanceof TypeError) return western.decode(bytes)
        throw error
      }
    },
  }
}
