import { isBlank, skipBlanks } from './blanks.ts'
import { type Field, type FieldKind, type FieldScan, fieldKinds, isField, MOST_LINE } from './fields.ts'

/**
 * The pattern language of receipt templates, matched in linear time: no raw regular expressions, since one nested
 * repetition in a template and one hostile line would hold the agent up for ever.
 *
 * A pattern stands for a whole line. A blank stands for one blank or more, `{field}` for a field (fields.ts), `[…]` for
 * something that may be missing, `{@17}` for column 17 (the first is 0); `{{ }} [[ ]]` are the signs themselves. Letters
 * match in either case. Blanks at both ends of the line never matter. A text field takes as little as it can.
 */
export type PatternPart =
  | { readonly is: 'literal'; readonly text: string }
  | { readonly is: 'blank' }
  | { readonly is: 'column'; readonly at: number }
  | { readonly is: 'field'; readonly field: Field }
  | { readonly is: 'optional'; readonly parts: readonly PatternPart[] }

/** Why a text can't be used as a pattern. */
export interface PatternProblem {
  readonly problem: string
}

const MOST_PATTERN = 300
const MOST_COLUMN = MOST_LINE

/** A pattern's parts, or what is wrong with it. */
export function parsePattern(pattern: string): readonly PatternPart[] | PatternProblem {
  if (pattern.trim() === '') return { problem: 'it is empty' }
  if (pattern.length > MOST_PATTERN) return { problem: `it is longer than ${MOST_PATTERN} characters` }
  const parts: PatternPart[] = []
  const seen = new Set<Field>()
  let group: PatternPart[] | null = null
  for (let at = 0; at < pattern.length; ) {
    const into: PatternPart[] = group ?? parts
    const character = pattern.charAt(at)
    if ('{}[]'.includes(character) && pattern[at + 1] === character) {
      addLiteral(into, character)
      at += 2
    } else if (character === '{') {
      const end = pattern.indexOf('}', at)
      if (end < 0) return { problem: 'a { has no }' }
      const name = pattern.slice(at + 1, end)
      const part = partNamed(name)
      if (part === null) return { problem: `there is no field {${name}}` }
      if (part.is === 'field' && isKept(part.field) && seen.has(part.field))
        return { problem: `{${name}} is in it twice` }
      if (part.is === 'field') seen.add(part.field)
      const before = into.at(-1)
      if (part.is === 'field' && before?.is === 'field' && isText(part.field) && isText(before.field))
        return { problem: `nothing parts {${before.field}} from {${name}}` }
      into.push(part)
      at = end + 1
    } else if (character === '[') {
      if (group !== null) return { problem: 'a [ is inside another' }
      group = []
      at += 1
    } else if (character === ']') {
      if (group === null || group.length === 0) return { problem: 'a ] has no [ or nothing before it' }
      parts.push({ is: 'optional', parts: group })
      group = null
      at += 1
    } else if (character === '}') return { problem: 'a } has no {' }
    else if (isBlank(character)) {
      into.push({ is: 'blank' })
      at = skipBlanks(pattern, at)
    } else {
      addLiteral(into, character)
      at += 1
    }
  }
  return group === null ? trimmed(parts) : { problem: 'a [ has no ]' }
}

/** The fields that a pattern names, those that may be missing too. */
export function fieldsOf(parts: readonly PatternPart[]): readonly Field[] {
  return parts.flatMap(part =>
    part.is === 'field' ? [part.field] : part.is === 'optional' ? fieldsOf(part.parts) : [],
  )
}

/** What a line gave for the fields of a pattern; a field that was missing is left out. */
export type Matched = Partial<Record<Field, string>>

export interface Matcher {
  /** Null: the line is not of this pattern. */
  match(line: string): Matched | null
  /** What `{text}` and `{word}` took of a line that matches, as far as it holds digits. */
  passedOver(line: string): string
}

type Node =
  | { readonly is: 'literal'; readonly text: string }
  | { readonly is: 'blank' }
  | { readonly is: 'column'; readonly at: number }
  | { readonly is: 'scan'; readonly field: Field; readonly scan: FieldScan }
  /** A text's first character, and its later ones, of which there may be none. */
  | { readonly is: 'text'; readonly field: Field }
  | { readonly is: 'more'; readonly field: Field }
  /** The way on, or to the node `or`. */
  | { readonly is: 'fork'; readonly or: number }

/**
 * Makes a matcher of a pattern's parts. It walks over pairs of (part, place in the line), each at most once, so that a
 * match takes no more steps than the line has characters times the pattern has parts.
 */
export function compilePattern(
  parts: readonly PatternPart[],
  scanners: Readonly<Record<Exclude<FieldKind, 'text'>, FieldScan>>,
): Matcher {
  const nodes: Node[] = []
  const add = (list: readonly PatternPart[]): void => {
    for (const part of list) {
      if (part.is === 'optional') {
        const fork = nodes.length
        nodes.push({ is: 'fork', or: fork })
        add(part.parts)
        nodes[fork] = { is: 'fork', or: nodes.length }
      } else if (part.is === 'field') {
        const kind: FieldKind = fieldKinds[part.field]
        if (kind === 'text') nodes.push({ is: 'text', field: part.field }, { is: 'more', field: part.field })
        else nodes.push({ is: 'scan', field: part.field, scan: scanners[kind] })
      } else nodes.push(part)
    }
  }
  add(parts)
  const needed = neededLiteral(parts)
  return {
    match(line) {
      const text = withoutTrailingBlanks(line)
      if (text.length > MOST_LINE || text === '') return null
      const lower = lowered(text)
      return lower.includes(needed) ? (walk(nodes, text, lower)?.kept ?? null) : null
    },
    passedOver(line) {
      const text = withoutTrailingBlanks(line)
      return text.length > MOST_LINE ? '' : (walk(nodes, text, lowered(text))?.passed ?? '')
    },
  }
}

/** What the states of one walk lead back to, kept between walks; a state counts when its stamp is the walk's. */
const scratch = { from: new Int32Array(0), stamp: new Int32Array(0), walk: 0 }

/** What a walk through a line took: for fields that are kept, and, where it holds digits, for text that is not. */
interface Walked {
  readonly kept: Matched
  readonly passed: string
}

function walk(nodes: readonly Node[], text: string, lower: string): Walked | null {
  const width = text.length + 1
  const states = (nodes.length + 1) * width
  if (scratch.from.length < states || scratch.walk > 2 ** 30) {
    const size = Math.max(states, scratch.from.length)
    scratch.from = new Int32Array(size)
    scratch.stamp = new Int32Array(size)
    scratch.walk = 0
  }
  scratch.walk += 1
  const { from, stamp, walk: current } = scratch
  // pairs of a state and the one before it; the last one pushed is tried first
  const stack: number[] = [skipBlanks(text, 0), -1]
  while (stack.length > 0) {
    const before = stack.pop() ?? -1
    const state = stack.pop() ?? 0
    if (stamp[state] === current) continue
    stamp[state] = current
    from[state] = before
    const index = Math.floor(state / width)
    const at = state - index * width
    const node = nodes[index]
    const on = (index + 1) * width
    if (node === undefined) {
      if (at === text.length) return captured(nodes, text, from, state, width)
    } else if (node.is === 'literal') {
      if (lower.startsWith(node.text, at)) stack.push(on + at + node.text.length, state)
    } else if (node.is === 'blank') {
      const end = skipBlanks(text, at)
      // a line's end is as good as a blank before something that may be missing
      if (end > at || at === text.length || isBlank(text[at - 1])) stack.push(on + end, state)
    } else if (node.is === 'column') {
      if (at === node.at) stack.push(on + at, state)
    } else if (node.is === 'scan') {
      const end = node.scan(text, at)
      if (end >= at) stack.push(on + end, state)
    } else if (node.is === 'fork') stack.push(node.or * width + at, state, on + at, state)
    else if (node.is === 'text') {
      if (at < text.length && !isBlank(text[at])) stack.push(on + at + 1, state)
    } else {
      // the shortest text first
      if (at < text.length) stack.push(state + 1, state)
      if (!isBlank(text[at - 1])) stack.push(on + at, state)
    }
  }
  return null
}

/** Follows the way back from the end, and takes what lay between the places where a field began and ended. */
function captured(
  nodes: readonly Node[],
  text: string,
  from: Int32Array,
  end: number,
  width: number,
): Walked {
  const result: Matched = {}
  const passed: string[] = []
  let later = text.length
  for (let state = end; state >= 0; ) {
    const index = Math.floor(state / width)
    const at = state - index * width
    const node = nodes[index]
    if (node?.is === 'scan' || node?.is === 'text') {
      const taken = text.slice(at, later)
      if (isKept(node.field)) result[node.field] = taken
      else if ((node.field === 'text' || node.field === 'word') && /\d/.test(taken)) passed.push(taken)
      later = at
    } else if (node !== undefined && node.is !== 'more') later = at
    else if (node === undefined) later = at
    state = from[state] ?? -1
  }
  return { kept: result, passed: passed.toReversed().join(' ') }
}

function partNamed(name: string): PatternPart | null {
  if (isField(name)) return { is: 'field', field: name }
  if (!/^@\d{1,3}$/.test(name)) return null
  const at = Number(name.slice(1))
  return at <= MOST_COLUMN ? { is: 'column', at } : null
}

function isText(field: Field): boolean {
  return fieldKinds[field] === 'text'
}

/** Fields that are read and forgotten may stand in a pattern as often as they like. */
function isKept(field: Field): boolean {
  return !['text', 'word', 'unit', 'count', 'rule', 'gap', 'spaces', 'number', 'money'].includes(field)
}

function addLiteral(parts: PatternPart[], character: string): void {
  const last = parts.at(-1)
  const text = lowered(character)
  if (last?.is === 'literal') parts[parts.length - 1] = { is: 'literal', text: last.text + text }
  else parts.push({ is: 'literal', text })
}

/** Blanks at a pattern's ends say nothing: a line's own don't count. */
function trimmed(parts: PatternPart[]): PatternPart[] {
  const start = parts[0]?.is === 'blank' ? 1 : 0
  const end = parts.at(-1)?.is === 'blank' ? parts.length - 1 : parts.length
  return parts.slice(start, end)
}

/** The longest text that every line of the pattern holds: most lines are told apart by it alone. */
function neededLiteral(parts: readonly PatternPart[]): string {
  return parts.reduce(
    (longest, part) => (part.is === 'literal' && part.text.length > longest.length ? part.text : longest),
    '',
  )
}

function withoutTrailingBlanks(line: string): string {
  let end = line.length
  while (end > 0 && isBlank(line[end - 1])) end -= 1
  return end === line.length ? line : line.slice(0, end)
}

/** Lower case, character for character: `İ` would become two, and places in the line would not fit any more. A sigma is one wherever it is in a word. */
function lowered(text: string): string {
  const lower = text.toLowerCase().replaceAll('ς', 'σ')
  if (lower.length === text.length) return lower
  return Array.from({ length: text.length }, (_, at) => {
    const one = text.charAt(at).toLowerCase()
    return one.length === 1 ? one : text.charAt(at)
  }).join('')
}
