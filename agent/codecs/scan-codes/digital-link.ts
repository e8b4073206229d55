import type { TillbridgeError } from '../../../shared/errors.ts'
import { type Ai, aiNumbered } from './ai-table.ts'
import { type ElementsRead, invalid, repeated, wrongInValue } from './element-string.ts'
import type { FoundElement } from './found-element.ts'
import type { Note } from './scan.ts'
import { linkIrregular, quoted, scanAiUnknown } from './scan-errors.ts'

/**
 * Reads a GS1 Digital Link URI, uncompressed (GS1 Digital Link Standard: URI Syntax, section 4): pairs of AI and value in
 * the path, and more of them behind the `?`. Elements' places are those of the values in the link, still percent-encoded.
 * @returns null: an address of another kind
 */
export function readDigitalLink(text: string): ElementsRead | null {
  const parts = /^https?:\/\/[^/?#\s]+(\/[^?#\s]*)(?:\?([^#\s]*))?(?:#\S*)?$/i.exec(text)
  if (parts === null) return null
  const path = parts[1] ?? ''
  const query = parts[2]
  const pathAt = text.indexOf('/', text.indexOf('//') + 2)
  const pairs = pathPairs(path, pathAt)
  const key = pairs?.[0]
  if (pairs === null || key === undefined) return null
  const found: FoundElement[] = []
  const warnings: Note[] = []
  let problem: TillbridgeError | null = null
  const take = (pair: Pair): void => {
    const value = decodedValue(pair)
    const wrong = value === null ? 'its percent signs are wrong' : wrongInValue(pair.ai, value)
    if (value !== null && wrong === null) found.push({ ai: pair.ai, value, from: pair.from, to: pair.to })
    else problem ??= invalid(pair.ai, value ?? pair.raw, wrong ?? '')
  }
  pairs.forEach(take)
  const misplaced = misplacedIn(key.ai, pairs.slice(1))
  if (misplaced !== null) warnings.push(linkIrregular(misplaced.ai.ai, 'where its key does not allow it'))
  for (const pair of queryPairs(query ?? '', pathAt + path.length + 1)) {
    if (pair.ai === null) problem ??= scanAiUnknown({ at: quoted(pair.name), after: null })
    else {
      if (!pair.ai.inLink) warnings.push(linkIrregular(pair.ai.ai, 'behind the question mark'))
      take({ ...pair, ai: pair.ai })
    }
  }
  return { found, problem: problem ?? repeated(found), warnings }
}

interface Pair {
  readonly ai: Ai
  readonly raw: string
  readonly from: number
  readonly to: number
  readonly inQuery: boolean
}

/** The pairs at the path's end, from the last AI on that may be a key; null: there is none. */
function pathPairs(path: string, pathAt: number): Pair[] | null {
  const segments: { text: string; at: number }[] = []
  let at = pathAt + 1
  for (const text of path.replace(/\/$/, '').split('/').slice(1)) {
    segments.push({ text, at })
    at += text.length + 1
  }
  for (let first = segments.length - 2; first >= 0; first -= 2) {
    const key = aiNumbered(segments[first]?.text ?? '')
    if (key?.linkPaths == null) {
      if (key === null) return null
      continue
    }
    // a page's own address may hold /01/: a month perhaps
    if (!looksLikeKey(key, segments[first + 1]?.text ?? '')) return null
    const pairs: Pair[] = []
    for (let i = first; i + 1 < segments.length; i += 2) {
      const ai = aiNumbered(segments[i]?.text ?? '')
      const value = segments[i + 1]
      if (ai === null || value === undefined) return null
      const to = value.at + value.text.length
      pairs.push({ ai, raw: value.text, from: value.at, to, inQuery: false })
    }
    return pairs
  }
  return null
}

function looksLikeKey(key: Ai, value: string): boolean {
  return key.parts[0]?.set === 'N' ? /^\d{8}/.test(value) : value.length >= 4
}

/** Pairs with a name of digits only: GS1 defines no others. Some older links separate them by semicolons. */
function queryPairs(query: string, queryAt: number): (Omit<Pair, 'ai'> & { ai: Ai | null; name: string })[] {
  let at = queryAt
  return query.split(/[&;]/).flatMap(part => {
    const equals = part.indexOf('=')
    const name = equals === -1 ? part : part.slice(0, equals)
    const from = at + name.length + 1
    const to = at + part.length
    at += part.length + 1
    if (!/^\d+$/.test(name)) return []
    return [{ ai: aiNumbered(name), name, raw: part.slice(name.length + 1), from, to, inQuery: true }]
  })
}

/** The value decoded. An item number, which links may hold in any of its lengths, is padded to 14 digits. */
function decodedValue({ ai, raw, inQuery }: Pair): string | null {
  const text = inQuery ? raw.replaceAll('+', ' ') : raw
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return null
  const value = text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return ai.ai === '01' && /^(\d{8}|\d{12,13})$/.test(value) ? value.padStart(14, '0') : value
}

/** The first AI of the path that is in none of the sequences which its key allows; AIs may be left out of one. */
function misplacedIn(key: Ai, qualifiers: readonly Pair[]): Pair | null {
  let farthest = -1
  for (const sequence of [...(key.linkPaths ?? []), []]) {
    let place = -1
    const wrong = qualifiers.findIndex(({ ai }) => {
      const next = sequence.indexOf(ai.ai)
      const isInOrder = next > place
      place = Math.max(place, next)
      return !isInOrder
    })
    if (wrong === -1) return null
    farthest = Math.max(farthest, wrong)
  }
  return qualifiers[farthest] ?? null
}
