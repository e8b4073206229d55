import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { sourceFiles } from '../architecture/source-files.ts'
import { codeOf, type Page, page, pages } from './markdown.ts'

const Package = z.object({ scripts: z.record(z.string(), z.string()) })
/** Those that npm runs by itself, which nobody types. */
const isHook = (script: string) => /^(pre|post)/.test(script)

const { scripts } = Package.parse(JSON.parse(readFileSync('package.json', 'utf8')))

const commandLines = {
  agent: sourceFiles(['agent/cli.ts', 'agent/commands/*.ts'])
    .map(({ text }) => text)
    .join('\n'),
  hub: readFileSync('hub/cli.ts', 'utf8'),
  start: readFileSync('test/sandbox/start.ts', 'utf8'),
}
const shared = readFileSync('shared/command-line.ts', 'utf8')

/** Words of a command line: `store`, `add` … */
function wordsOf(source: string): ReadonlySet<string> {
  return new Set(
    [...source.matchAll(/\b(?:command|new Command)\(\s*'([a-z-]+)'/g)].map(([, word = '']) => word),
  )
}
function optionsOf(source: string): ReadonlySet<string> {
  const named = [...`${source}${shared}`.matchAll(/'(--[a-z-]+)/g)].map(([, name = '']) => name)
  return new Set([...named, '--help', '--version'])
}

interface Typed {
  readonly script: string
  readonly rest: string
}

/** What a reader is told to type: `npm run hub -- store list` is script `hub` with the rest behind the dashes. */
function typed(text: string): Typed[] {
  return codeOf(text).flatMap(line =>
    [...line.matchAll(/\bnpm (?:run (?:--silent )?)?(start|test|(?<=run )[a-z:]+)(?: -- ([^&;|#]*))?/g)].map(
      ([, script = '', rest = '']) => ({ script, rest }),
    ),
  )
}

function faults({ path, text }: Page): string[] {
  return typed(text).flatMap(({ script, rest }) => {
    if (scripts[script] === undefined) return [`${path}: package.json has no script ${script}`]
    const source = commandLines[script as keyof typeof commandLines]
    if (source === undefined) return []
    const options = [...rest.matchAll(/(?<=^|\s)--[a-z-]+/g)].map(([option]) => option)
    const bad = options.filter(option => !optionsOf(source).has(option))
    const known = wordsOf(source)
    const [first, second] = rest.split(/\s+/)
    if (script !== 'start' && first !== undefined && /^[a-z]/.test(first)) {
      const isGroup = source.includes(`new Command('${first}')`)
      if (!known.has(first)) bad.push(first)
      else if (isGroup && (second === undefined || !known.has(second))) bad.push(`${first} ${second ?? ''}`)
    }
    return bad.map(word => `${path}: ${script} has no "${word}" (${rest})`)
  })
}

test('every command that a page tells to type exists, with its options', () => {
  expect(pages().flatMap(faults)).toEqual([])
})

test('the README names each command', () => {
  const { text } = page('README.md')
  const said = new Set(typed(text).map(({ script }) => script))
  expect(Object.keys(scripts).filter(script => !said.has(script) && !isHook(script))).toEqual([])
  const spans = codeOf(text)
  const missing = (['agent', 'hub'] as const).flatMap(side =>
    [...wordsOf(commandLines[side])].filter(
      word => !word.startsWith('tillbridge-') && !spans.some(span => span.split(' ').includes(word)),
    ),
  )
  expect(missing).toEqual([])
})

test('the README opens with the two commands', () => {
  expect(page('README.md').text).toContain('```\nnpm ci && npm start\nnpm test\n```')
})

test('what does not exist is noticed', () => {
  const lines = [
    'npm run nothing',
    'npm run hub -- nothing',
    'npm run hub -- store nothing',
    'npm start -- --no',
  ]
  const text = lines.map(line => `\`${line}\``).join(' ')
  expect(faults({ path: 'x.md', text })).toHaveLength(4)
  expect(faults({ path: 'x.md', text: '`npm run hub -- store add HAR --name X --json`' })).toEqual([])
})
