import iconv from 'iconv-lite'
import type { EncodingName } from './encoding-names.ts'
import { countWords, type WordTally } from './misread.ts'

/** How a file's bytes become text. */
export interface Encoding {
  readonly unit: 1 | 2
  /** Which byte of a character of two comes first. */
  readonly isBigEndian: boolean
  readonly start: number
  decode(bytes: Uint8Array): string
  /** Counts the words of these bytes, where the code page was assumed: `misreadWord` says what they show. */
  count(bytes: Uint8Array, tally: WordTally): void
}

const MARKS = { 'utf-8': [0xef, 0xbb, 0xbf], 'utf-16le': [0xff, 0xfe], 'utf-16be': [0xfe, 0xff] } as const

export function encodingOf(head: Buffer, said: EncodingName): Encoding {
  const marked = (Object.keys(MARKS) as (keyof typeof MARKS)[]).find(name =>
    MARKS[name].every((byte, at) => head[at] === byte),
  )
  const name = said === 'auto' ? (marked ?? wideByZeros(head) ?? 'auto') : said
  const start = marked !== undefined && (marked === name || name === 'auto') ? MARKS[marked].length : 0
  if (name === 'utf-16le' || name === 'utf-16be') {
    const decoder = new TextDecoder(name)
    const isBigEndian = name === 'utf-16be'
    return { unit: 2, isBigEndian, start, decode: bytes => decoder.decode(bytes), count: () => undefined }
  }
  const one = { unit: 1, isBigEndian: false, start } as const
  if (name === 'auto') return { ...one, ...utf8OrWestern() }
  if (name !== 'utf-8') return { ...one, decode: bytes => iconv.decode(bytes, name), count: () => undefined }
  const decoder = new TextDecoder('utf-8')
  return { ...one, decode: bytes => decoder.decode(bytes), count: () => undefined }
}

/** UTF-8, and Windows-1252 for what is not valid UTF-8. */
function utf8OrWestern(): Pick<Encoding, 'decode' | 'count'> {
  const strict = new TextDecoder('utf-8', { fatal: true })
  const western = new TextDecoder('windows-1252')
  const inUtf8 = (bytes: Uint8Array): string | null => {
    try {
      return strict.decode(bytes)
    } catch (error) {
      if (error instanceof TypeError) return null
      throw error
    }
  }
  return {
    decode: bytes => inUtf8(bytes) ?? western.decode(bytes),
    count(bytes, tally) {
      if (inUtf8(bytes) === null) countWords(western.decode(bytes), tally)
    },
  }
}

/** So many bytes of headings tell UTF-16 without a byte order mark: every other byte is zero. */
const LOOKED_AT = 200
const FEWEST = 16

function wideByZeros(head: Buffer): 'utf-16le' | 'utf-16be' | null {
  const looked = head.subarray(0, LOOKED_AT - (Math.min(head.length, LOOKED_AT) % 2))
  if (looked.length < FEWEST) return null
  const zeros = [0, 0]
  for (const [at, byte] of looked.entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1
  const [first = 0, second = 0] = zeros
  // headings have a letter beyond Latin here and there, whose other byte is not zero
  const most = (looked.length / 2) * 0.8
  if (second >= most && first === 0) return 'utf-16le'
  return first >= most && second === 0 ? 'utf-16be' : null
}
