import { globSync, readFileSync } from 'node:fs'
import type { SourceFile } from './source-files.ts'

/** A phrase that no native speaker would write here, what is fine all the same, and what to write instead. */
interface Phrase {
  readonly refused: RegExp
  /** Where this matches around the phrase, it is plain English. */
  readonly fine?: RegExp
  readonly instead: string
}

export const phrases: readonly Phrase[] = [
  {
    refused:
      /\b(?:is|are|was|were|be) no (?!longer\b|more\b|later\b|less\b|sooner\b|fewer\b|different\b)[a-z]+/gi,
    fine: /\b(?:there|where) (?:is|are|was|were|may be|might be|can be|must be|will be|should be|could be) no [a-z]+/gi,
    instead: 'say what it is, or "is not a …"',
  },
  {
    refused: /\b(?:is|are|was|were|be) none\b/gi,
    fine: /\bthere (?:is|are|was|were|may be|might be|can be|will be) none\b/gi,
    instead: 'say what there is, or "there is none"',
  },
  { refused: /\bby (?:itself|themselves)\b/gi, instead: '"automatically", or nothing' },
  { refused: /\banew\b/gi, instead: '"again", or a verb with re-' },
  { refused: /\bmend(?:s|ed|ing)?\b/gi, instead: '"fix", "repair", "correct"' },
  {
    refused: /\b(?:stands|stood)\b/gi,
    fine: /\b(?:stands|stood) (?:for|by|in for|out)\b/gi,
    instead: '"is", "applies", "blocks"',
  },
  { refused: /\b(?:nobody|somebody|whoever)\b/gi, instead: 'name who: staff, IT, head office, a customer' },
  { refused: /\bcomes to\b/gi, fine: /\bwhen it comes to\b/gi, instead: '"reaches", "arrives", "happens"' },
  { refused: /\bwhat holds\b/gi, instead: '"what applies", or the thing itself' },
  { refused: /\b(?:none|one|ones) of (?:its|their|his) own\b/gi, instead: '"its own …", "has none"' },
  {
    refused: /\barticles?\b/gi,
    fine: /\bEuropean Article Numbers?\b|\barticles? of (?:law|the)\b/gi,
    instead: '"item", the word of this field',
  },
]

export interface Finding {
  readonly path: string
  readonly line: number
  readonly found: string
  readonly instead: string
}

/** Refused phrases in a file: in comments and texts of code, in the prose of Markdown. */
export function refusedEnglish({ path, text }: Pick<SourceFile, 'path' | 'text'>): Finding[] {
  const prose = path.endsWith('.md') ? proseOfMarkdown(text) : proseOfCode(inEnglish(path, text))
  return phrases.flatMap(({ refused, fine, instead }) => {
    const plain = fine === undefined ? prose : prose.replace(acrossLines(fine), blanked)
    return [...plain.matchAll(acrossLines(refused))].map(match => ({
      path,
      line: lineAt(text, match.index),
      found: match[0],
      instead,
    }))
  })
}

/** From a file's French and Spanish words, with what is defined just before them, to its end. */
const TRANSLATED = /^(?:const [^\n]*\n)*const (?:fr|es)\b[\s\S]*/m
const inEnglish = (path: string, text: string) =>
  path.endsWith('.messages.ts') ? text.replace(TRANSLATED, blanked) : text

/** Words of a phrase may be far apart: a line's end between them was blanked. */
const acrossLines = (phrase: RegExp) => new RegExp(phrase.source.replaceAll(' ', ' +'), phrase.flags)

const lineAt = (text: string, index: number) => text.slice(0, index).split('\n').length

/** As long as the text, so that a place in the one is the same place in the other. */
const blanked = (text: string) => text.replace(/[^\n]/g, ' ')

const CODE_IN_MARKDOWN = /```[\s\S]*?```|`[^`\n]*`|\]\([^)\n]*\)/g
const proseOfMarkdown = (text: string) => joined(text.replace(CODE_IN_MARKDOWN, blanked))

/** Comments, texts with a blank, and JSX text; names and code are blanked. */
const PROSE =
  /\/\*[\s\S]*?\*\/|(?<![:\w])\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|>[^<>{}=;\n]*\s[^<>{}=;\n]*</g
function proseOfCode(text: string): string {
  let prose = ''
  let end = 0
  for (const { 0: found, index } of text.matchAll(PROSE)) {
    const isProse = /^\/|\s/.test(found) && !/^[`'"]\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE)\b/.test(found)
    const kept = isProse ? found.replace(/(?<=.)`[^`\n]*`(?=.)|\$\{[^}]*\}/g, blanked) : blanked(found)
    prose += blanked(text.slice(end, index)) + kept
    end = index + found.length
  }
  return joined(prose + blanked(text.slice(end)))
}

/** A phrase may go over the end of a line: line ends and a comment's stars become blanks. */
const joined = (prose: string) => prose.replace(/\n[ \t]*(?:\*|\/\/)?/g, found => ' '.repeat(found.length))

/** This rule's own files name what they refuse. */
const own = /^test\/architecture\/english/

/** Refused phrases in all that the project's own people wrote, below `folder` if one is given. */
export function findingsOf(folder = ''): Finding[] {
  return globSync(['{agent,hub,shared,test,bench}/**/*.{ts,tsx,md}', 'docs/**/*.md', '*.md'])
    .map(path => path.replaceAll('\\', '/'))
    .filter(path => path.startsWith(folder) && !path.includes('.generated.') && !own.test(path))
    .sort()
    .flatMap(path => refusedEnglish({ path, text: readFileSync(path, 'utf8') }))
}
