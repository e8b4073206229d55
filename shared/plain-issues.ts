import type { z } from 'zod'

/** All that a schema objects to in settings, one line each: the field and what is expected. `whole`: how the whole is called. */
export function settingsMistakes(error: z.ZodError, whole: string): string[] {
  return error.issues.map(issue => `${issue.path.join('.') || whole}: ${plainIssue(issue)}`)
}

type Member = 'setting' | 'field'

const NOUNS: Readonly<Record<string, string>> = {
  string: 'a text in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list in [ ]',
}

function nounOf(type: string, member: Member): string | undefined {
  return type === 'object' || type === 'record' ? `a group of ${member}s in { }` : NOUNS[type]
}

/**
 * What a schema objects to, in words for people who correct what they wrote, with the values that are allowed.
 * @param member what the parts of a group are called
 */
export function plainIssue(issue: z.core.$ZodIssue, member: Member = 'setting'): string {
  switch (issue.code) {
    case 'invalid_type': {
      const noun = nounOf(issue.expected, member)
      if (!issue.message.startsWith('Invalid input')) return issue.message
      if (issue.expected === 'never') return 'is not allowed here'
      if (!issue.message.endsWith('received undefined')) return `must be ${noun ?? issue.expected}`
      return noun === undefined ? 'is missing' : `is missing; it must be ${noun}`
    }
    case 'invalid_value':
      if (!issue.message.startsWith('Invalid')) return issue.message
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`
    case 'unrecognized_keys':
      return issue.message.startsWith('Unrecognized')
        ? `has no ${member} ${issue.keys.map(key => `"${key}"`).join(', ')}`
        : issue.message
    case 'too_small':
      return bound(issue, issue.exact === true ? 'exactly' : 'at least', Number(issue.minimum))
    case 'too_big':
      return bound(issue, issue.exact === true ? 'exactly' : 'at most', Number(issue.maximum))
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`
    case 'invalid_format':
      return issue.message.startsWith('Invalid') ? formatWords(issue) : issue.message
    case 'invalid_union':
      return issue.message.startsWith('Invalid') ? unionWords(issue, member) : issue.message
    case 'invalid_key':
    case 'invalid_element':
      return nestedWords(issue.issues, member)
    default:
      return issue.message.startsWith('Invalid') ? 'has a value that is not allowed here' : issue.message
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  url: 'an address such as https://example.com',
  email: 'an e-mail address',
  date: 'a date written as 2026-07-18',
  datetime: 'a moment written as 2026-07-18T09:30:00Z',
  time: 'a time written as 09:30',
}

function formatWords(issue: z.core.$ZodIssueInvalidStringFormat): string {
  const noun = FORMATS[issue.format]
  if (noun !== undefined) return `must be ${noun}`
  if (issue.pattern === undefined) return 'is not written as it must be'
  return `has characters that are not allowed here; the pattern is ${issue.pattern}`
}

/** The forms that are allowed; of a group of settings, what the form that fits best lacks. */
function unionWords(issue: z.core.$ZodIssueInvalidUnion, member: Member): string {
  const forms = issue.errors.filter(form => form.length > 0)
  const [first] = forms
  if (first === undefined) {
    const known = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : []
    return known.length === 0 ? 'is not of a kind that is known here' : `must be one of ${known.join(', ')}`
  }
  const inside = forms
    .filter(form => form.every(({ path }) => path.length > 0))
    .toSorted((a, b) => a.length - b.length)
  const [closest] = inside
  if (closest !== undefined) return nestedWords(closest, member)
  const ofWhole = forms.flatMap(form => form.filter(({ path }) => path.length === 0))
  return [...new Set(ofWhole.map(each => plainIssue(each, member)))].join(', or ')
}

const nestedWords = (issues: readonly z.core.$ZodIssue[], member: Member): string =>
  issues
    .map(issue =>
      [...(issue.path.length === 0 ? [] : [issue.path.join('.')]), plainIssue(issue, member)].join(': '),
    )
    .join('; ')

function bound(
  { origin, inclusive }: { readonly origin: string; readonly inclusive?: boolean | undefined },
  side: 'at least' | 'at most' | 'exactly',
  limit: number,
): string {
  if (inclusive === false) return `must be ${side === 'at least' ? 'above' : 'below'} ${limit}`
  if (origin === 'string') return `must have ${side} ${limit} ${limit === 1 ? 'character' : 'characters'}`
  if (origin === 'array') return `must have ${side} ${limit} ${limit === 1 ? 'entry' : 'entries'}`
  return `must be ${side} ${limit}`
}

/** Where a text stops being JSON, counted from 1. */
export function jsonFault(text: string): { readonly line: number; readonly column: number } {
  let good = 0
  let bad = text.length + 1 // the shortest beginning that nothing behind it could make JSON
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2)
    if (mayGoOn(text.slice(0, middle))) good = middle
    else bad = middle
  }
  const lines = text.slice(0, good).split('\n')
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}

/** Whether more text could make this JSON: the parser's complaint is about its end. */
function mayGoOn(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    const said = error instanceof Error ? error.message : ''
    const at = /at position (\d+)/.exec(said)?.[1]
    return /^Unexpected end|^Unterminated/.test(said) || (at !== undefined && Number(at) >= text.length)
  }
}
