import { GraphQLError } from 'graphql'
import type { Switches } from '../switches.ts'
import { notSimulated } from './fields.ts'
import { idOf, parseGid } from './gid.ts'

/** One `field:value` of a search query. */
export interface Term {
  readonly comparator: ':' | '>' | '>=' | '<' | '<='
  readonly value: string
}

/** The filters a list understands, by Shopify's name for them. `default`: a word without a name, looked for in several fields. */
export type Filters<T> = Readonly<Record<string, (item: T, term: Term) => boolean>>

type Token =
  | { readonly kind: '(' | ')' | 'AND' | 'OR' | 'NOT' }
  | { readonly kind: 'word'; readonly text: string; readonly term: Term | null; readonly field: string }

type Predicate<T> = (item: T) => boolean

/**
 * A predicate for Shopify's search syntax: terms, comparators, quotes, AND (also unsaid), OR, NOT or `-`, and
 * brackets. An unknown filter is an error unless `rules` say to ignore it: Shopify does, and answers too much.
 */
export function search<T>(
  query: string | null | undefined,
  filters: Filters<T>,
  rules: Pick<Switches, 'unknownSearchTerm' | 'forgottenSearchFields'>,
): Predicate<T> {
  if (query == null || query.trim() === '') return () => true
  const tokens = tokenize(query)
  let next = 0

  // An ignored term is undefined: what it is joined with counts alone.
  const either = (): Predicate<T> | undefined => {
    let left = both()
    while (tokens[next]?.kind === 'OR') {
      next += 1
      left = joined(left, both(), (a, b) => item => a(item) || b(item))
    }
    return left
  }
  const both = (): Predicate<T> | undefined => {
    let left = single()
    for (;;) {
      const kind = tokens[next]?.kind
      if (kind === undefined || kind === 'OR' || kind === ')') return left
      if (kind === 'AND') next += 1
      left = joined(left, single(), (a, b) => item => a(item) && b(item))
    }
  }
  const single = (): Predicate<T> | undefined => {
    const token = tokens[next]
    next += 1
    if (token === undefined) throw malformed(query)
    if (token.kind === 'NOT') {
      const inner = single()
      return inner === undefined ? undefined : item => !inner(item)
    }
    if (token.kind === '(') {
      const inner = either()
      if (tokens[next]?.kind !== ')') throw malformed(query)
      next += 1
      return inner
    }
    if (token.kind !== 'word') throw malformed(query)
    const { text } = token
    const isPlain = token.field === ''
    const name = isPlain ? 'default' : token.field
    const term = isPlain ? ({ comparator: ':', value: unquoted(text) } as const) : token.term
    const filter = Object.hasOwn(filters, name) ? filters[name] : undefined
    if (rules.forgottenSearchFields.includes(token.field)) return undefined
    if (term === null || filter === undefined) {
      if (rules.unknownSearchTerm === 'ignore') return undefined
      throw notSimulated(`The search term "${token.text}"`)
    }
    return item => filter(item, term)
  }

  const predicate = either()
  if (next < tokens.length) throw malformed(query)
  return predicate ?? (() => true)
}

function joined<T>(
  a: Predicate<T> | undefined,
  b: Predicate<T> | undefined,
  join: (a: Predicate<T>, b: Predicate<T>) => Predicate<T>,
): Predicate<T> | undefined {
  return a === undefined || b === undefined ? (a ?? b) : join(a, b)
}

const tokenPattern =
  /\s*(?:([()])|(AND|OR|NOT)(?=[\s(]|$)|(-)(?=\S)|((?:[\w.]+:\s*(?:>=|<=|>|<)?\s*)?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s()]+)))/y
const termPattern = /^([\w.]+):\s*(>=|<=|>|<)?\s*(.*)$/s

function tokenize(query: string): readonly Token[] {
  const tokens: Token[] = []
  const text = query.trim()
  tokenPattern.lastIndex = 0
  while (tokenPattern.lastIndex < text.length) {
    const match = tokenPattern.exec(text)
    if (match === null) throw malformed(query)
    const [, bracket, word, minus, term] = match
    if (bracket === '(' || bracket === ')') tokens.push({ kind: bracket })
    else if (word === 'AND' || word === 'OR' || word === 'NOT') tokens.push({ kind: word })
    else if (minus !== undefined) tokens.push({ kind: 'NOT' })
    else if (term !== undefined) tokens.push(toTerm(term))
  }
  return tokens
}

function toTerm(text: string): Token {
  const [, field, comparator, value] = termPattern.exec(text) ?? []
  if (field === undefined || value === undefined) return { kind: 'word', text, field: '', term: null }
  return {
    kind: 'word',
    text,
    field,
    term: { comparator: (comparator ?? ':') as Term['comparator'], value: unquoted(value) },
  }
}

function unquoted(value: string): string {
  return /^(["']).*\1$/s.test(value) ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value
}

function malformed(query: string): GraphQLError {
  return new GraphQLError(`Invalid search query: ${query}`, { extensions: { code: 'INVALID_SEARCH_QUERY' } })
}

/** A time filter, to the second. A bare day is its first moment. */
export function timeMatches(at: number, term: Term, now: number): boolean {
  const wanted = term.value === 'now' ? now : Date.parse(term.value)
  if (Number.isNaN(wanted)) throw malformed(term.value)
  return compares(at, Math.floor(wanted / 1000) * 1000, term.comparator)
}

/** An id filter: the number, a range of it, or the global id. */
export function idMatches(id: number, term: Term, type: string): boolean {
  const wanted = parseGid(term.value) === undefined ? Number(term.value) : idOf(term.value, type)
  if (wanted === undefined || Number.isNaN(wanted)) return false
  return compares(id, wanted, term.comparator)
}

/** Equal but for case; a trailing `*` asks for a prefix. */
export function wordMatches(text: string | null, term: Term): boolean {
  if (text === null) return false
  const [held, wanted] = [text.toLowerCase(), term.value.toLowerCase()]
  return wanted.endsWith('*') ? held.startsWith(wanted.slice(0, -1)) : held === wanted
}

/** Whether one of some texts has a token like the term, or one that begins with it when it ends with `*`. */
export function anyTokenMatches(texts: readonly (string | null)[], term: Term): boolean {
  const wanted = term.value.toLowerCase()
  const tokens = texts.flatMap(text => (text === null ? [] : split(text)))
  return wanted.endsWith('*')
    ? tokens.some(token => token.startsWith(wanted.slice(0, -1)))
    : tokens.includes(wanted)
}

/**
 * Shopify's search is tokenised: `sku:MUG` also finds MUG-BLU, and case does not count. A caller that looks up one
 * SKU must compare exactly afterwards.
 */
export function tokensMatch(text: string | null, term: Term): boolean {
  if (text === null) return false
  if (wordMatches(text, term)) return true
  const [held, wanted] = [split(text), split(term.value)]
  if (wanted.length === 0) return false
  return held.some((_, start) => wanted.every((token, offset) => held[start + offset] === token))
}

function split(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(token => token !== '')
}

function compares(held: number, wanted: number, comparator: Term['comparator']): boolean {
  switch (comparator) {
    case ':':
      return held === wanted
    case '>':
      return held > wanted
    case '>=':
      return held >= wanted
    case '<':
      return held < wanted
    case '<=':
      return held <= wanted
  }
}

/** When the index last heard of a thing: behind by the lag, it still knows only its creation. */
export function indexedAt(
  thing: { createdAt: number; updatedAt: number },
  now: number,
  lagMs: number,
): number {
  return lagMs === 0 || thing.updatedAt <= now - lagMs ? thing.updatedAt : thing.createdAt
}

/** Whether the index has the thing at all. */
export function isIndexed(thing: { createdAt: number }, now: number, lagMs: number): boolean {
  return lagMs === 0 || thing.createdAt <= now - lagMs
}
