import { Command } from 'commander'
import { expect, test } from 'vitest'
import { answers, command, exitCodes, runCommandLine } from '../../shared/command-line.ts'
import { defineError } from '../../shared/errors.ts'

const shelfEmpty = defineError('SHELF_EMPTY', (f: { shelf: string }) => `Shelf ${f.shelf} is empty.`)

/** A command line with one command of each fate, and what it printed. */
async function run(...argv: string[]) {
  let out = ''
  let err = ''
  const terminal = {
    out(text: string) {
      out += text
    },
    err(text: string) {
      err += text
    },
  }
  const of = (name: string, work: (shelf: string) => Promise<{ json: unknown; text: string }>) =>
    answers(command(name, `${name}s`).argument('<shelf>'), terminal, (_options, shelf = '') => work(shelf))
  const program = new Command('shop')
    .version('1.2.3')
    .addCommand(of('look', async shelf => ({ json: { shelf, items: 3 }, text: `${shelf}: 3 items` })))
    .addCommand(of('tidy', async () => ({ json: { done: true }, text: '' })))
    .addCommand(
      of('take', async shelf => {
        throw shelfEmpty({ shelf })
      }),
    )
    .addCommand(
      of('drop', async () => {
        throw new TypeError('not a function')
      }),
    )
    .addCommand(new Command('stock').addCommand(of('count', async () => ({ json: [1], text: 'one' }))))
  const code = await runCommandLine(program, argv, terminal)
  return { code, out, err }
}

test('a command prints its text for people and its JSON, alone, for programs', async () => {
  expect(await run('look', 'A1')).toEqual({ code: 0, out: 'A1: 3 items\n', err: '' })
  expect(await run('look', 'A1', '--json')).toEqual({ code: 0, out: '{"shelf":"A1","items":3}\n', err: '' })
  expect(await run('stock', 'count', '--json', 'x')).toEqual({ code: 0, out: '[1]\n', err: '' })
  expect(await run('tidy', 'A1')).toEqual({ code: 0, out: '', err: '' })
})

test('an expected failure is exit code 1, a sentence with its code, and with --json an object too', async () => {
  const err = 'Shelf A1 is empty. [SHELF_EMPTY]\n'
  expect(await run('take', 'A1')).toEqual({ code: exitCodes.failed, out: '', err })
  const { code, out } = await run('take', 'A1', '--json')
  expect(code).toBe(1)
  expect(JSON.parse(out)).toEqual({ error: { code: 'SHELF_EMPTY', sentence: 'Shelf A1 is empty.' } })
  expect(out.split('\n')).toHaveLength(2)
})

test('an unexpected failure is exit code 1 and shows where', async () => {
  const { code, out, err } = await run('drop', 'A1', '--json')
  expect(code).toBe(1)
  expect(JSON.parse(out)).toEqual({ error: { code: 'UNEXPECTED', sentence: 'not a function' } })
  expect(err).toMatch(/^not a function \[UNEXPECTED\]\nTypeError: not a function\n\s+at /)
})

test.each([
  ['an unknown command', ['dance'], /unknown command 'dance'/],
  ['an unknown option', ['look', 'A1', '--fast'], /unknown option '--fast'/],
  ['a missing argument', ['look'], /missing required argument 'shelf'/],
  ['one argument too many', ['look', 'A1', 'B2'], /too many arguments/],
  ['no command at all', [], /Usage: shop/],
  ['half a command', ['stock'], /Usage: shop stock/],
])('%s is exit code 2, said on stderr', async (_what, argv, says) => {
  const { code, out, err } = await run(...argv)
  expect({ code, out }).toEqual({ code: exitCodes.usage, out: '' })
  expect(err).toMatch(says)
})

test.each([
  [['--help'], /Usage: shop/],
  [['look', '--help'], /Usage: shop look .*<shelf>[\s\S]*--json/],
  [['--version'], /^1\.2\.3\n$/],
])('%j is an answer, not a failure', async (argv, says) => {
  const { code, out, err } = await run(...argv)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(says)
})
