import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { canTrace } from '../shared/child.ts'
import { sides } from './sides.ts'
import { type Call, type Case, calls, errors, openSweep, type Result } from './sweep.ts'
import { tableOf } from './table.ts'

const HELP = `npm run sweep -- [options]

Fails each call on the database files of the agent and of the hub once, while 20 sales are made: each write, sync, open,
truncation and renaming, as a failing disk (EIO) and as a full one (ENOSPC). The program must then recover or end with a
message that names the cause. A start on a good disk must have all that was confirmed, and nothing twice.

  --side NAME      agent or hub alone
  --calls NAMES    these calls alone: --calls fsync,ftruncate
  --errors NAMES   EIO or ENOSPC alone
  --every N        only each Nth call of a kind
  --from N         begin at the Nth call of a kind
  --number N       only the Nth call of a kind, with what the process logged
  --jobs N         so many at a time (default: one a processor)
  --json           one line of JSON for each call that was failed, nothing else on stdout

Ends with 1 when something was wrong, with 3 when this machine has no strace.
`
const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    side: { type: 'string' },
    calls: { type: 'string' },
    errors: { type: 'string' },
    every: { type: 'string', default: '1' },
    from: { type: 'string', default: '1' },
    number: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    json: { type: 'boolean', default: false },
  },
})
const Count = z.coerce.number().int().min(1)
const every = Count.parse(values.every)
const from = Count.parse(values.from)
const jobs = Count.parse(values.jobs)
const number = values.number === undefined ? null : Count.parse(values.number)
/** A disk in memory: thousands of files are made durable here, and no disk has to. */
const within = existsSync('/dev/shm') ? '/dev/shm' : undefined

const say = (text: string) => void (values.json ? process.stderr : process.stdout).write(`${text}\n`)
const isAsked = (name: string, list: string | undefined) =>
  list === undefined || list.split(',').includes(name)

function casesOf(made: ReadonlyMap<Call, number>): Case[] {
  const asked = calls.filter(call => isAsked(call.replace('?', ''), values.calls))
  const numbers = (call: Call) => {
    if (number !== null) return [number]
    const all = Array.from({ length: made.get(call) ?? 0 }, (_, index) => index + 1)
    return all.filter(each => each >= from && (each - from) % every === 0)
  }
  return asked.flatMap(call =>
    numbers(call).flatMap(each =>
      errors.filter(error => isAsked(error, values.errors)).map(error => ({ call, number: each, error })),
    ),
  )
}

function tell(side: string, result: Result, done: number, of: number): void {
  if (values.json) process.stdout.write(`${JSON.stringify({ side, ...result })}\n`)
  const { call, number: at, error, wrong, failed, outcome, log } = result
  if (wrong.length > 0) {
    say(`WRONG  ${side}, ${call.replace('?', '')} number ${at}, ${error} (${outcome}): ${wrong.join('; ')}`)
    say(`       ${failed.slice(0, 160)}`)
  }
  if (number !== null) say(`${side}, ${call}, ${error}: ${outcome}\n${log}`)
  if (done % 25 === 0 || done === of) say(`${side}: ${done} of ${of} calls were failed`)
}

async function sweepSide(side: (typeof sides)[number]): Promise<Result[]> {
  using sweep = await openSweep(side, within)
  const cases = casesOf(await sweep.count())
  const results: Result[] = []
  const waiting = cases[Symbol.iterator]()
  const worker = async () => {
    for (const each of waiting) {
      const result = await sweep.fail(each)
      results.push(result)
      tell(side.name, result, results.length, cases.length)
    }
  }
  await Promise.all(Array.from({ length: jobs }, worker))
  return results
}

if (values.help === true) {
  process.stdout.write(HELP)
} else if (canTrace()) {
  const found = []
  for (const side of sides)
    if (isAsked(side.name, values.side))
      for (const result of await sweepSide(side)) found.push({ side: side.name, ...result })
  say(tableOf(found))
  if (found.some(({ wrong }) => wrong.length > 0)) process.exitCode = 1
} else {
  process.stderr.write(
    'The sweep needs strace, which this machine lacks or may not use: apt-get install strace.\n',
  )
  process.exitCode = 3
}
