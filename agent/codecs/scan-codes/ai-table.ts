import type { AiRow } from './ai-row.ts'
import { aiRows } from './ai-table.generated.ts'
import type { CheckName } from './value-checks.ts'

/** A part of an element's value. `set`: digits (N), GS1's sets 82 (X) and 39 (Y), base64url (Z). */
export interface AiPart {
  readonly set: 'N' | 'X' | 'Y' | 'Z'
  readonly least: number
  readonly most: number
  readonly optional: boolean
  readonly checks: readonly CheckName[]
}

/** A GS1 application identifier. */
export interface Ai {
  readonly ai: string
  readonly label: string
  readonly parts: readonly AiPart[]
  /** Length of the whole value at most. */
  readonly most: number
  /** False: its length is known beforehand, so that no FNC1 need follow. */
  readonly separated: boolean
  /** Each must be met: one of its alternatives, all AIs of the alternative. `n` stands for any digit. */
  readonly needs: readonly (readonly (readonly string[])[])[]
  readonly excludes: readonly string[]
  /** May stand behind the `?` of a Digital Link. */
  readonly inLink: boolean
  /** May begin a Digital Link; with the sequences of AIs that may follow in its path. Null: may not. */
  readonly linkPaths: readonly (readonly string[])[] | null
}

const byNumber = new Map(aiRows.flatMap(aisOfRow).map(ai => [ai.ai, ai]))

/** The AI that a text begins with. No AI is the beginning of another, so there is one at most. */
export function aiAt(text: string, at: number): Ai | null {
  for (let length = 2; length <= 4; length += 1) {
    const found = byNumber.get(text.slice(at, at + length))
    if (found !== undefined) return found
  }
  return null
}

export function aiNumbered(number: string): Ai | null {
  return byNumber.get(number) ?? null
}

/**
 * All AIs, in the order of their numbers.
 * @internal for tests
 */
export function allAis(): readonly Ai[] {
  return [...byNumber.values()]
}

function aisOfRow(row: AiRow): Ai[] {
  const [numbers, flags, form, needs, excludes, linkKey, title] = row
  const parts = form.split(' ').map(partOf)
  const [first = '', last = first] = numbers.split('-')
  const count = Number(last) - Number(first) + 1
  return Array.from({ length: count }, (_, step) => ({
    ai: String(Number(first) + step).padStart(first.length, '0'),
    label: title,
    parts,
    most: parts.reduce((sum, part) => sum + part.most, 0),
    separated: !flags.includes('*'),
    needs: needs.map(need => need.split(',').map(group => group.split('+'))),
    excludes: excludes.split(',').filter(Boolean),
    inLink: flags.includes('?'),
    linkPaths: linkKey === null ? null : linkKey.split('|').map(path => path.split(',').filter(Boolean)),
  }))
}

/** `N13,csum`, `X..20`, `[N..12]`, `[N6],yymmdd`. */
function partOf(word: string): AiPart {
  const [head = '', ...checks] = word.split(',')
  const [, set = 'X', upTo, size = '0'] = /([NXYZ])(\.\.)?(\d+)/.exec(head) ?? []
  return {
    set: set as AiPart['set'],
    least: upTo === undefined ? Number(size) : 1,
    most: Number(size),
    optional: head.startsWith('['),
    checks: checks as CheckName[], // a test compares the names in the table with those that are known
  }
}
