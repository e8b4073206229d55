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
Every one of them must be noticed within N seeds (default 50). Prints a table of which seed noticed which, and how.

  WORDS    only those whose names contain them
  --short  shorter days, as in npm test
`
const COPIED = ['agent', 'hub', 'shared', 'test', 'package.json', 'tsconfig.json']
const SHORT = ['--minutes', '4', '--sales', '5', '--orders', '2']
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

/** Which seed noticed it, and by which promise; null when none did. */
function notice(folder: string, seeds: string, short: boolean): { seed: string; by: string } | null {
  const asked = ['--json', '--again', '--no-shrink', '--seeds', seeds, ...(short ? SHORT : [])]
  const { flags, env } = simulatorNode
  const command = [...flags, 'test/simulate/main.ts', ...asked]
  const { stdout, stderr, status } = spawnSync(process.execPath, command, {
    cwd: folder,
    encoding: 'utf8',
    env,
  })
  const lines = stdout
    .trim()
    .split('\n')
    .filter(line => line !== '')
    .map(line => Line.parse(JSON.parse(line)))
  const failed = lines.find(({ failures }) => failures.length > 0)
  if (failed !== undefined) return { seed: failed.seed, by: failed.failures[0]?.invariant ?? '' }
  const said = stderr.split('\n').find(line => /^\w*Error/.test(line)) ?? stderr.slice(0, 200)
  return status === 0 ? null : { seed: String(lines.length + 1), by: `it does not run: ${said}` }
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
      const noticed = notice(folder, values.seeds, values.short)
      takeOut()
      if (noticed === null) missed += 1
      process.stdout.write(
        `| ${mutant.name} | ${noticed?.seed ?? 'none'} | ${noticed?.by ?? 'NOT NOTICED'} |\n`,
      )
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  process.exitCode = missed === 0 ? 0 : 1
}
