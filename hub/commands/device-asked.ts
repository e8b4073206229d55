import { type Command, InvalidArgumentError } from 'commander'
import { pause } from '../../shared/back-off.ts'
import {
  answers,
  type CommandResult,
  command,
  exitCodes,
  someWords,
  writeNamed,
} from '../../shared/command-line.ts'
import { FINDING_SIGNS, findingText, summaryOf } from '../../shared/findings.ts'
import { shownMinute } from '../../shared/shown-minute.ts'
import { LONGEST_LOG_MS, logLevels, type SupportAnswer, type SupportAsk } from '../../shared/support.ts'
import type { World } from '../../shared/world.ts'
import { type Db, transaction } from '../db/db.ts'
import { isTakenForConnected } from '../fleet/connected.ts'
import { demandTill } from '../fleet/till-named.ts'
import {
  type AskedTill,
  askTill,
  demandSupport,
  forgetSupport,
  listSupport,
  type SupportRequest,
  type SupportRequestWithAnswer,
} from '../support/support-requests.ts'
import {
  choiceOf,
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  wholeNumber,
  withDb,
} from './command-parts.ts'

interface AskOptions extends HubFolder {
  by: string
  wait: number
}

/** Long enough for a till's doctor: a till hears of a question within half a minute. */
const WAIT_S = 120
const LOOK_EVERY_MS = 1_000

const askCommand = (name: string, description: string) =>
  command(name, description)
    .argument('<till>', 'as STORE/TILL or by its device id')
    .requiredOption('--by <name>', 'who asks', someWords)
    .option('--wait <seconds>', 'how long to wait for the answer of a connected till', wholeNumber, WAIT_S)
    .option(...hubFolderOption)
    .option(...databaseOption)

export function askDoctorCommand({ terminal, world }: HubCommandParts): Command {
  const of = askCommand(
    'doctor',
    'have a till examine itself, and show what it found; exit code 1 when something is wrong, 3 when it has not answered',
  ).addHelpText('after', `\nMarks: ${FINDING_SIGNS}`)
  return answers<AskOptions>(of, terminal, async (options, till = '') =>
    resultOf(await ask({ terminal, world }, options, till, { is: 'doctor' })),
  )
}

export function askBundleCommand({ terminal, world }: HubCommandParts): Command {
  const of = askCommand(
    'bundle',
    'get a support bundle from a till: version, settings, findings, figures; no secrets, no customers',
  ).option('--out <file>', 'where to write it', someWords, 'tillbridge-support.json')
  return answers<AskOptions & { out: string }>(of, terminal, async ({ out, ...options }, till = '') =>
    resultOf(await ask({ terminal, world }, options, till, { is: 'bundle' }), { world, out }),
  )
}

export function askLogLevelCommand({ terminal, world }: HubCommandParts): Command {
  const of = askCommand('log-level', 'have a till write more or less into its log for a time')
    .argument('<level>', `one of: ${logLevels.join(', ')}; usual ends it`, choiceOf(logLevels))
    .option('--for <time>', 'for how long, at most 24h: 30m or 2h', duration, duration('2h'))
  return answers<AskOptions & { for: number }>(
    of,
    terminal,
    async ({ for: forMs, ...options }, till = '', level = '') => {
      const asked = { is: 'log-level', level: choiceOf(logLevels)(level), forMs } as const
      return resultOf(await ask({ terminal, world }, options, till, asked))
    },
  )
}

export function askedCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('asked', 'list what was asked of tills, by whom, and what waits for an answer')
    .option('--till <till>', 'only of this one, as STORE/TILL or by its device id', someWords)
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder & { till?: string }>(of, terminal, async ({ data, database, till }) => {
    const all = await withDb(world, { data, database }, async db => {
      const device = till === undefined ? undefined : (await demandTill(db, till)).device
      return listSupport(db, world.clock.now(), device)
    })
    return { json: { asked: all }, text: all.map(requestText).join('\n') || 'Nothing was asked of a till.' }
  })
}

export function answerCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('answer', 'show what a till answered; a support bundle goes into a file')
    .argument('<id>', 'as device asked shows it')
    .option('--out <file>', 'where to write a support bundle', someWords, 'tillbridge-support.json')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder & { out: string }>(of, terminal, async ({ data, database, out }, id = '') => {
    const found = await withDb(world, { data, database }, db => demandSupport(db, id, world.clock.now()))
    return resultOf(found, { world, out })
  })
}

export function forgetCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('forget', 'remove what was asked of a till, with its answer')
    .argument('<id>', 'as device asked shows it')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder>(of, terminal, async ({ data, database }, id = '') => {
    await withDb(world, { data, database }, db =>
      transaction(db, async tx => {
        await demandSupport(tx, id, world.clock.now())
        await forgetSupport(tx, id)
      }),
    )
    return { json: { id, state: 'removed' }, text: `${id} is removed.` }
  })
}

/** Asks, and waits for the answer while the till is connected. */
function ask(
  { terminal, world }: Pick<HubCommandParts, 'terminal' | 'world'>,
  { data, database, by, wait }: AskOptions,
  till: string,
  asked: SupportAsk,
): Promise<SupportRequestWithAnswer> {
  return withDb(world, { data, database }, async db => {
    const { random, clock } = world
    const request = await transaction(db, tx =>
      askTill(tx, { till, ask: asked, by }, { random, now: clock.now() }),
    )
    const note = noteOf(request)
    if (note !== null) terminal.err(`${note}\n`)
    const isConnected = isTakenForConnected(await demandTill(db, request.device), clock.now())
    return waitForAnswer(world, db, request.id, isConnected ? wait : 0)
  })
}

/** What happens to the question beside being asked; null: nothing. */
function noteOf({ joined, replaced }: AskedTill): string | null {
  if (joined !== null)
    return `${joined.by} asked the same at ${shownMinute(joined.at)}, and the till has not answered yet. You get the same answer.`
  return replaced === null
    ? null
    : `This takes the place of the log level that ${replaced} asked for, which the till has not answered yet.`
}

async function waitForAnswer(
  world: World,
  db: Db,
  id: string,
  seconds: number,
): Promise<SupportRequestWithAnswer> {
  const end = world.clock.monotonicMs() + seconds * 1_000
  let found = await demandSupport(db, id, world.clock.now())
  while (found.state === 'waiting' && world.clock.monotonicMs() < end) {
    await pause(world, LOOK_EVERY_MS)
    found = await demandSupport(db, id, world.clock.now())
  }
  return found
}

/** @param into where a bundle is written */
function resultOf(
  { answer, ...request }: SupportRequestWithAnswer,
  into: { readonly world: Pick<World, 'files'>; readonly out: string } | null = null,
): CommandResult {
  if (answer === null) {
    const exitCode = request.state === 'waiting' ? exitCodes.waiting : exitCodes.failed
    return { json: { request, answer }, text: waitingText(request), exitCode }
  }
  if (answer.is === 'bundle' && into !== null) {
    const text = `${JSON.stringify(answer.bundle, null, 2)}\n`
    writeNamed(into.out, path => into.world.files.writePrivate(path, text))
    return {
      json: { request, file: into.out },
      text: `${into.out} holds the support bundle. Look through it before you send it.`,
    }
  }
  const isWrong = answer.is === 'problem' || (answer.is === 'doctor' && hasWrong(answer.findings))
  return {
    json: { request, answer },
    text: answerText(answer),
    exitCode: isWrong ? exitCodes.failed : exitCodes.ok,
  }
}

const hasWrong = (findings: readonly { readonly verdict: string }[]) =>
  findings.some(({ verdict }) => verdict === 'wrong')

function answerText(answer: SupportAnswer): string {
  switch (answer.is) {
    case 'doctor':
      return [FINDING_SIGNS, ...answer.findings.map(findingText), summaryOf(answer.findings)].join('\n')
    case 'bundle':
      return 'It is a support bundle.'
    case 'log-level':
      return answer.until === null
        ? 'The till writes its log as usual.'
        : `The till writes its log at level ${answer.level} until ${shownMinute(answer.until)} by its clock.`
    case 'problem':
      return `The till could not do it: ${answer.sentence} [${answer.code}]`
  }
}

function waitingText({ id, device, store, till, expiresAt, state }: SupportRequest): string {
  if (state === 'ended')
    return `${store} · ${till} (${device}) did not answer and does not connect any more: it was revoked, quarantined or enrolled again. Ask it by its name once it is enrolled.`
  if (state === 'expired') return `${store} · ${till} did not answer in time. Ask again.`
  return `${id} waits until ${store} · ${till} is connected and answers, until ${shownMinute(expiresAt)} at the latest. Look with: tillbridge-hub device answer ${id}.`
}

function requestText({ id, store, till, ask: asked, by, askedAt, expiresAt, state }: SupportRequest): string {
  const what = asked.is === 'log-level' ? `log-level ${asked.level}` : asked.is
  const until = state === 'waiting' ? ` until ${shownMinute(expiresAt)}` : ''
  return `${id}  ${store} · ${till}  ${what}  asked by ${by} at ${shownMinute(askedAt)}  ${state}${until}`
}

/** Parses `30m` or `2h` to ms. */
function duration(text: string): number {
  const [, count, unit] = /^(\d{1,4})(m|h)$/.exec(text) ?? []
  const ms = Number(count ?? 0) * (unit === 'h' ? 3_600_000 : 60_000)
  if (ms <= 0 || ms > LONGEST_LOG_MS)
    throw new InvalidArgumentError('it must be minutes or hours, such as 30m or 2h, at most 24h')
  return ms
}
