import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { type Mutant, mutants } from './mutant-list.ts'

const HELP = `npm run mutants -- [WORDS] [--seeds N]

Puts one fault after the other into a copy of the product and runs the simulator there, until a seed fails.
Every one of them must be noticed within N seeds (default 50).

  WORDS   only those whose names contain them
`
const COPIED = ['agent', 'hub', 'shared', 'test', 'package.json', 'tsconfig.json']
const Line = z.object({ seed: z.string(), failures: z.array(z.object({ invariant: z.string() })) })

/** A copy of the product with one fault in it. */
function copyWith({ file, find, replace }: Mutant): string {
  const folder = mkdtempSync(join(tmpdir(), 'tillbridge-mutant-'))
  for (const name of COPIED) cpSync(name, join(folder, name), { recursive: true })
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
  const path = join(folder, file)
  const text = readFileSync(path, 'utf8')
  if (text.split(find).length !== 2) throw new Error(`${file} does not hold this text once: ${find}`)
  writeFileSync(
    path,
    text.replace(find, () => replace),
  )
  return folder
}

/** Which seed noticed it, and by which promise; null when none did. */
function notice(folder: string, seeds: number): { seed: string; by: string } | null {
  const options = ['test/simulate/main.ts', '--json', '--again', '--no-shrink', '--seeds', String(seeds)]
  const { stdout, stderr, status } = spawnSync(process.execPath, options, { cwd: folder, encoding: 'utf8' })
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
  options: { help: { type: 'boolean' }, seeds: { type: 'string', default: '50' } },
})
if (values.help === true) process.stdout.write(HELP)
else {
  const words = positionals.join(' ')
  let missed = 0
  for (const mutant of mutants.filter(({ name }) => name.includes(words))) {
    const folder = copyWith(mutant)
    try {
      const noticed = notice(folder, Number(values.seeds))
      if (noticed === null) missed += 1
      const found = noticed === null ? 'NOT NOTICED' : `seed ${noticed.seed}, ${noticed.by}`
      process.stdout.write(`${mutant.name}: ${found}\n`)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  process.exitCode = missed === 0 ? 0 : 1
}
