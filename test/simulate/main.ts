import { rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { allFaults, faults } from './faults/index.ts'
import { startHubServer } from './hub-on-postgres.ts'
import { known } from './known.ts'
import { ProcessDead } from './process.ts'
import { replayCommand } from './replay.ts'
import { type Outcome, type RunOptions, run, smallScale } from './run.ts'
import { scenarios } from './scenarios.ts'
import { noneYet, readPassed, runSources, writePassed } from './seeds-passed.ts'
import { shrink } from './shrink.ts'
import { storyOf } from './story.ts'
import { tryFaults } from './try-faults.ts'

const HELP = `npm run simulate -- [options]

Runs the real hub and the real agents with a pretend Shopify, in one process under one virtual clock.

  --seed N        one seed, with its story when it fails
  --seeds N       seeds 1 to N (default 20); goes on where it was interrupted
  --from N        begins at this seed and remembers nothing
  --stores S --tills T --days D --minutes M --sales N --orders N --faults N
                  the size of the company and of its days
  --until STEP    end at this step
  --postgres      the hub keeps its data on a PostgreSQL server; a seed then runs alike, not to the byte
  --open          keep the databases and say where they are
  --trace         print every line of the trace
  --json          one line of JSON for each seed, nothing else on stdout
  --all-faults    strike with what is switched off as well (test/simulate/faults/switched-off.ts)
  --without N,N   leave out these faults, by the order in which they were drawn: what shrinking found
  --only NAMES    strike with these alone: --only hub-killed,torn-page
  --try-faults    let each fault strike once and say whether it came about
  --known [IDS]   act out what is known to go wrong, or some of it: --known security-1
  --scenarios [WORDS]
                  act out what must hold, or what of it has these words in its title
  --no-shrink     end at the first failing seed
  --keep-going    tell of each failing seed and go on
  --again         forget how far an earlier --seeds came; any change of the sources does so as well
`

// What a program that was killed leaves behind: its promises end in the error by which it learns that it is dead.
process.on('unhandledRejection', error => {
  if (error instanceof ProcessDead || /database connection is not open/.test(String(error))) return
  throw error
})

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean' },
    seed: { type: 'string' },
    seeds: { type: 'string', default: '20' },
    from: { type: 'string' },
    stores: { type: 'string' },
    tills: { type: 'string' },
    days: { type: 'string' },
    minutes: { type: 'string' },
    sales: { type: 'string' },
    orders: { type: 'string' },
    faults: { type: 'string' },
    until: { type: 'string' },
    open: { type: 'boolean', default: false },
    postgres: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    known: { type: 'boolean', default: false },
    'all-faults': { type: 'boolean', default: false },
    only: { type: 'string' },
    without: { type: 'string' },
    'try-faults': { type: 'boolean', default: false },
    scenarios: { type: 'boolean', default: false },
    again: { type: 'boolean', default: false },
    'keep-going': { type: 'boolean', default: false },
    'no-shrink': { type: 'boolean', default: false },
  },
})

const Count = z.coerce.number().int().min(0)
const count = (given: string | undefined, otherwise: number): number =>
  given === undefined ? otherwise : Count.parse(given)

/** The faults that were asked for. */
function chosen() {
  const names = values.only?.split(',')
  if (names !== undefined) return allFaults.filter(({ name }) => names.includes(name))
  return values['all-faults'] ? allFaults : faults
}

const server = values.postgres ? await startHubServer() : null
if (values.postgres && server === null) process.exit(1)

function optionsFor(seed: string): RunOptions {
  const scale = smallScale
  const keep = `.simulation/seed-${seed}`
  if (values.open) rmSync(keep, { recursive: true, force: true })
  return {
    seed,
    stores: count(values.stores, scale.stores),
    tills: count(values.tills, scale.tills),
    days: count(values.days, scale.days),
    minutes: count(values.minutes, scale.minutes),
    sales: count(values.sales, scale.sales),
    orders: count(values.orders, scale.orders),
    faults: count(values.faults, scale.faults),
    among: chosen(),
    ...(values.without === undefined
      ? {}
      : { without: new Set(values.without.split(',').map(one => Count.parse(one))) }),
    ...(values.until === undefined ? {} : { until: Count.parse(values.until) }),
    ...(values.open ? { keep } : {}),
    ...(server === null ? {} : { postgres: server }),
    ...(values.trace ? { onLine: (line: string) => void process.stdout.write(line) } : {}),
  }
}

function say(text: string): void {
  if (!values.json) process.stdout.write(`${text}\n`)
}

function tell(outcome: Outcome): void {
  const { seed, hash, steps, did, failures, counts } = outcome
  if (values.json)
    process.stdout.write(
      `${JSON.stringify({ seed, hash, steps, did, failures, counts: Object.fromEntries(counts) })}\n`,
    )
  else if (failures.length === 0)
    say(
      `seed ${seed}  ${hash}  ${steps} steps, ${did.sales} sales, ${did.orders} orders, ${did.handOvers} handed over`,
    )
}

async function one(seed: string): Promise<boolean> {
  const options = optionsFor(seed)
  const outcome = await run(options)
  tell(outcome)
  if (values.open) say(`The databases are in ${options.keep ?? ''}`)
  if (outcome.failures.length === 0) return true
  say(storyOf(outcome, replayCommand(options)))
  return false
}

const MEMORY = '.simulation/passed.json'

async function many(seeds: number): Promise<boolean> {
  const { seed: _, postgres, ...scaled } = optionsFor('0')
  const remembers = values.from === undefined
  const of = JSON.stringify({
    ...scaled,
    on: postgres === undefined ? 'sqlite' : 'postgres',
    sources: remembers ? runSources() : '',
  })
  const before = remembers && !values.again ? readPassed(MEMORY, of) : noneYet
  const begun = values.from === undefined ? before.passed : Count.parse(values.from) - 1
  const totals = new Map(before.struck)
  let failed = 0
  if (begun >= seeds) say(`Seeds 1 to ${seeds} passed before; --again runs them again.`)
  for (let seed = begun + 1; seed <= seeds; seed += 1) {
    const options = optionsFor(String(seed))
    const outcome = await run(options)
    tell(outcome)
    for (const [name, times] of outcome.counts) totals.set(name, (totals.get(name) ?? 0) + times)
    if (outcome.failures.length > 0) {
      say(storyOf(outcome, replayCommand(options)))
      failed += 1
      if (values['keep-going']) continue
      if (values['no-shrink']) return false
      const smaller = await shrink(options, outcome)
      const left = smaller.outcome.faults - (smaller.options.without?.size ?? 0)
      const story = storyOf(smaller.outcome, replayCommand(smaller.options))
      say(`\nSmaller: ${smaller.options.days} days, ${left} faults.\n${story}`)
      return false
    }
    if (remembers && failed === 0) writePassed(MEMORY, of, { passed: seed, struck: totals })
  }
  const idle = chosen()
    .filter(({ name }) => (totals.get(name) ?? 0) === 0)
    .map(({ name }) => name)
  say([...totals].map(([name, times]) => `${name} ${times}`).join(', '))
  const judgesFaults = remembers && seeds >= 100
  if (judgesFaults && idle.length > 0) say(`These faults never struck: ${idle.join(', ')}`)
  if (failed > 0) say(`${failed} seeds failed.`)
  return failed === 0 && (!judgesFaults || idle.length === 0)
}

/** Says of each known problem what it still does. True when all of them are still there. */
async function actOut(only: readonly string[]): Promise<boolean> {
  let isAsListed = true
  for (const { finding, says, scenario } of known) {
    if (only.length > 0 && !only.includes(finding)) continue
    const found = await scenario()
    isAsListed &&= found !== null
    if (values.json) process.stdout.write(`${JSON.stringify({ finding, says, found })}\n`)
    else
      say(`${finding}: ${says}.\n  ${found ?? 'It holds now: take it off the list in test/simulate/known.'}`)
  }
  return isAsListed
}

/** Plays each scenario. True when all of them end well. */
async function playAll(words: string | undefined): Promise<boolean> {
  let isGood = true
  for (const { says, play } of scenarios) {
    if (words !== undefined && !says.includes(words)) continue
    const found = await play()
    isGood &&= found === null
    if (values.json) process.stdout.write(`${JSON.stringify({ says, found })}\n`)
    else say(`${says}: ${found ?? 'it holds'}`)
  }
  return isGood
}

if (values.help === true) process.stdout.write(HELP)
else if (values['try-faults']) {
  const tried = await tryFaults(chosen())
  for (const { name, came } of tried)
    process.stdout.write(values.json ? `${JSON.stringify({ name, came })}\n` : `${name} ${came}\n`)
  process.exitCode = tried.every(({ came }) => came > 0) ? 0 : 1
} else if (values.known) process.exitCode = (await actOut(positionals)) ? 0 : 1
else if (values.scenarios) process.exitCode = (await playAll(positionals[0])) ? 0 : 1
else {
  const isGood = values.seed === undefined ? await many(Count.parse(values.seeds)) : await one(values.seed)
  process.exitCode = isGood ? 0 : 1
}
await server?.[Symbol.asyncDispose]()
