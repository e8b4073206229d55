import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { type Mutant, mutants } from './mutant-list.ts'
import { simulatorNode } from './run-simulator.ts'

const HELP = `npm run mutants -- [WORDS] [--seeds N] [--short]

Puts one fault after the other into a copy of the product and runs the simulator there, until a seed fails.
Every one of them must be noticed within N seeds (default 50), or by the scenario that is made for it. Prints a table of
which seed noticed which, and how. A program that ends without a verdict proves nothing, and counts as not noticed.

  WORDS    only those whose names contain them
  --short  shorter days, as in npm test
`
const COPIED = ['agent', 'hub', 'shared', 'test', 'package.json', 'tsconfig.json']
const SHORT = ['--minutes', '4', '--sales', '5', '--orders', '2']
const Acted = z.object({ found: z.string().nullable() })
const Line = z.object({ seed: z.string(), failures: z.array(z.object({ invariant: z.string() })) })

/** A copy of the product that faults are put into, one at a time. */
function copyOfProduct(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tillbridge-mutant-'))
  for (const name of COPIED) cpSync(name, join(folder, name), { recursive: true })
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
  return folder
}

/** Puts a fault into the copy. @returns how to take it out again */
function putIn(folder: string, { file, find, replace }: Mutant): () => void {
  const path = join(folder, file)
  const text = readFileSync(path, 'utf8')
  if (text.split(find).length !== 2) throw new Error(`${file} does not hold this text once: ${find}`)
  writeFileSync(
    path,
    text.replace(find, () => replace),
  )
  return () => writeFileSync(path, text)
}

interface Noticed {
  readonly seed: string
  readonly by: string
  /** false: the program ended without a verdict, which proves nothing of the promises. */
  readonly isProof: boolean
}

/** Which seed or scenario noticed it, and by which promise; null when none did. */
function notice(
  folder: string,
  { scenario }: Mutant,
  how: { readonly seeds: string; readonly short: boolean },
): Noticed | null {
  if (scenario !== undefined) return noticeIn(folder, scenario)
  const last = Number(how.seeds)
  let ended: Noticed | null = null
  for (let from = 1; from <= last; ) {
    const range = ['--from', String(from), '--seeds', String(last - from + 1)]
    const { lines, crash } = simulate(folder, [
      '--again',
      '--no-shrink',
      ...range,
      ...(how.short ? SHORT : []),
    ])
    const runs = lines.map(line => Line.parse(line))
    const failed = runs.find(({ failures }) => failures.length > 0)
    if (failed !== undefined)
      return { seed: failed.seed, by: failed.failures[0]?.invariant ?? '', isProof: true }
    if (crash === null) return ended
    from += runs.length // the seed that had no verdict; those after it may have one
    ended ??= { seed: String(from), by: crash, isProof: false }
    from += 1
  }
  return ended
}

function noticeIn(folder: string, words: string): Noticed | null {
  const { lines, crash } = simulate(folder, ['--scenarios', words])
  const acted = lines.map(line => Acted.parse(line))
  const by = acted.find(({ found }) => found !== null)?.found
  if (by != null) return { seed: 'scenario', by, isProof: true }
  if (acted.length === 0 && crash === null) throw new Error(`no scenario says: ${words}`)
  return crash === null ? null : { seed: 'scenario', by: crash, isProof: false }
}

/** What the simulator in the copy said, and how it ended when it ended without a verdict. */
function simulate(
  folder: string,
  asked: readonly string[],
): { lines: readonly unknown[]; crash: string | null } {
  const { flags, env } = simulatorNode
  const command = [...flags, 'test/simulate/main.ts', '--json', ...asked]
  const { stdout, stderr, status } = spawnSync(process.execPath, command, {
    cwd: folder,
    encoding: 'utf8',
    env,
  })
  const lines = stdout
    .trim()
    .split('\n')
    .filter(line => line !== '')
    .map((line): unknown => JSON.parse(line))
  const said = stderr.split('\n').find(line => /^\w*Error/.test(line)) ?? stderr.slice(0, 200)
  return { lines, crash: status === 0 ? null : said }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean' },
    seeds: { type: 'string', default: '50' },
    short: { type: 'boolean', default: false },
  },
})
if (values.help === true) process.stdout.write(HELP)
else {
  const words = positionals.join(' ')
  const folder = copyOfProduct()
  let missed = 0
  process.stdout.write('| what was broken | seed | noticed by |\n| --- | --- | --- |\n')
  try {
    for (const mutant of mutants.filter(({ name }) => name.includes(words))) {
      const takeOut = putIn(folder, mutant)
      const noticed = notice(folder, mutant, values)
      takeOut()
      if (noticed?.isProof !== true) missed += 1
      const by = noticed?.isProof === false ? `NO PROOF, it ended: ${noticed.by}` : noticed?.by
      process.stdout.write(`| ${mutant.name} | ${noticed?.seed ?? 'none'} | ${by ?? 'NOT NOTICED'} |\n`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  process.exitCode = missed === 0 ? 0 : 1
}
