import { type Argument, Command } from 'commander'
import { expect, test } from 'vitest'
import { command } from '../../shared/command-line.ts'
import { codeOf, page } from '../docs/markdown.ts'
import { programs, type Verb, verbsOf } from './programs.ts'

const { agent, hub, run } = programs()
const all = [
  ...verbsOf(agent).map(verb => ['agent', verb.words, verb] as const),
  ...verbsOf(hub).map(verb => ['hub', verb.words, verb] as const),
]

/** What a command lacks that every command has. */
function lacking({ description, arguments: given, options }: Verb): string[] {
  return [
    ...(description === '' ? ['a description'] : []),
    ...(options.some(({ long }) => long === '--json') ? [] : ['--json']),
    ...given.filter(one => one.description === '').map(one => `a description of <${one.name()}>`),
    ...options.filter(one => one.description === '').map(one => `a description of ${one.long}`),
  ]
}

test('both command lines have their commands', () => {
  expect(all.map(([side, words]) => `${side} ${words}`)).toEqual(
    expect.arrayContaining(['agent run', 'agent sources check', 'hub serve', 'hub store map', 'hub audit']),
  )
})

test.each(all)(
  '%s %s describes itself, its arguments and its options, and takes --json',
  (_side, _words, verb) => {
    expect(lacking(verb)).toEqual([])
  },
)

test.each(all)(
  '%s %s --help ends with 0; wrong usage ends with 2 and says why on stderr alone',
  async (side, words, verb) => {
    const help = await run(side, [...words.split(' '), '--help'])
    expect(help).toMatchObject({ code: 0, err: '' })
    expect(help.out).toContain('--json')
    const said = help.out.replaceAll(/\s+/g, ' ')
    for (const { description, mandatory } of verb.options)
      if (mandatory) expect(said).toContain(`${description} (required)`)
    expect(await run(side, [...words.split(' '), '--no-such-option'])).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/--no-such-option|required option/),
    })
  },
)

test('doctor’s help explains its marks', async () => {
  const { out } = await run('agent', ['doctor', '--help'])
  for (const mark of ['ok: ', 'LOOK: ', 'WRONG: ', '?: ']) expect(out).toContain(mark)
})

/** An argument as `--help` writes it: `<file>`, or `[files...]` where it may be left out. */
function written(one: Argument): string {
  const name = one.variadic ? `${one.name()}...` : one.name()
  return one.required ? `<${name}>` : `[${name}]`
}

/** The line of docs/commands.md for a command. */
const rowOf = (side: string, { words, description, arguments: given }: Verb) =>
  `| \`${[side, words, ...given.map(written)].join(' ')}\` | ${description} |`

test('docs/commands.md has one line for each command, in the program’s own words, and no other', () => {
  const rows = page('docs/commands.md').text.match(/^\| `(agent|hub) .*$/gm) ?? []
  expect(rows.map(row => row.replace(/ +/g, ' '))).toEqual(all.map(([side, , verb]) => rowOf(side, verb)))
})

test('a page that reads a command’s JSON through npm says --silent, so that npm’s banner is not part of it', () => {
  const noisy = (text: string) =>
    codeOf(text).filter(line => /npm run (?!--silent)(agent|hub) .*--json/.test(line))
  const read = [
    'README.md',
    'docs/commands.md',
    'docs/operations.md',
    'docs/scans.md',
    'docs/receipt-templates.md',
  ]
  expect(read.flatMap(path => noisy(page(path).text))).toEqual([])
  expect(noisy('`npm run agent -- status --json`')).toHaveLength(1)
})

test('what a command lacks is noticed', () => {
  const bare = new Command('x').addCommand(new Command('y').argument('<z>').option('--w'))
  expect(verbsOf(bare).map(lacking)).toEqual([
    ['a description', '--json', 'a description of <z>', 'a description of --w'],
  ])
  expect(verbsOf(new Command('x').addCommand(command('y', 'says why'))).map(lacking)).toEqual([[]])
})
