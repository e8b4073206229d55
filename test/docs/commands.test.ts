import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { programs, verbsOf } from '../cli/programs.ts'
import { startProgram } from '../sandbox/start-options.ts'
import { codeOf, type Page, page, pages } from './markdown.ts'

const Package = z.object({ scripts: z.record(z.string(), z.string()) })
/** Those that npm runs itself, which people do not type. */
const isHook = (script: string) => /^(pre|post)/.test(script)

const { scripts } = Package.parse(JSON.parse(readFileSync('package.json', 'utf8')))
const { agent, hub } = programs()
const commandLines: Readonly<Record<string, Command>> = { agent, hub, start: startProgram() }

interface Typed {
  readonly script: string
  readonly rest: string
}

/** What a reader is told to type: `npm run hub -- store list` is script `hub` with the rest behind the dashes. */
function typed(text: string): Typed[] {
  return codeOf(text).flatMap(line =>
    [
      ...line.matchAll(
        /\bnpm (?:run (?:--silent )?)?(start|test|(?<=run )[a-z:]+|(?<=--silent )[a-z:]+)(?: -- ([^&;|#]*))?/g,
      ),
    ].map(([, script = '', rest = '']) => ({ script, rest })),
  )
}

/** What of a typed command line its program does not know. */
function unknownWords(program: Command, rest: string): string[] {
  const words = rest.split(/\s+/).filter(word => word !== '')
  let of = program
  for (const word of words) {
    if (of.commands.length === 0) break
    const next = of.commands.find(one => one.name() === word || one.aliases().includes(word))
    if (next !== undefined) of = next
    else if (/^[a-z]/.test(word)) return [word]
    else break
  }
  if (of !== program && of.commands.length > 0) return [`${of.name()} without a command`]
  const known = new Set([...of.options.map(({ long }) => long), '--help', '--version'])
  return words.filter(word => /^--[a-z-]+$/.test(word) && !known.has(word))
}

function faults({ path, text }: Page): string[] {
  return typed(text).flatMap(({ script, rest }) => {
    if (scripts[script] === undefined) return [`${path}: package.json has no script ${script}`]
    const program = commandLines[script]
    if (program === undefined) return []
    return unknownWords(program, rest).map(word => `${path}: ${script} has no "${word}" (${rest})`)
  })
}

test('every command that a page tells readers to type exists, with its options', () => {
  expect(pages().flatMap(faults)).toEqual([])
})

test('the README names each command', () => {
  const { text } = page('README.md')
  const said = new Set(typed(text).map(({ script }) => script))
  expect(Object.keys(scripts).filter(script => !said.has(script) && !isHook(script))).toEqual([])
  const spans = new Set(codeOf(text))
  const named = [agent, hub].flatMap(program => verbsOf(program).map(({ words }) => words))
  expect(named.filter(words => !spans.has(words))).toEqual([])
})

test('the README opens with the two commands', () => {
  expect(page('README.md').text).toContain('```\nnpm ci && npm start\nnpm test\n```')
})

test('what does not exist is noticed', () => {
  const lines = [
    'npm run nothing',
    'npm run hub -- nothing',
    'npm run hub -- store nothing',
    'npm run hub -- store',
    'npm run hub -- audit --zone X',
    'npm start -- --no',
  ]
  const text = lines.map(line => `\`${line}\``).join(' ')
  expect(faults({ path: 'x.md', text })).toHaveLength(lines.length)
  const known = '`npm run hub -- store add HAR --name X --json` `npm run --silent agent -- status --json`'
  expect(typed(known)).toHaveLength(2)
  expect(faults({ path: 'x.md', text: known })).toEqual([])
})
