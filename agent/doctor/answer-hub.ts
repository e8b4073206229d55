import { defineError, describeError } from '../../shared/errors.ts'
import type { Frame, SupportReport } from '../../shared/protocol.ts'
import {
  LONGEST_ANSWER,
  readSupportAnswer,
  type SupportAnswer,
  SupportAsk,
  supportKinds,
} from '../../shared/support.ts'
import type { World } from '../../shared/world.ts'
import { agentPaths } from '../config.ts'
import type { Finding } from './finding.ts'
import { openLogLevel } from './log-level.ts'
import { supportBundle } from './support-bundle.ts'

const askUnknown = defineError(
  'SUPPORT_ASK_UNKNOWN',
  () => 'This version of the agent does not know what is asked of it. Update the agent.',
)
const answerTooLarge = defineError(
  'SUPPORT_ANSWER_TOO_LARGE',
  (f: { most: number }) =>
    `The till’s answer is longer than ${f.most} characters, or it can’t be read. Make the bundle at the till: tillbridge-agent export.`,
)
const doctorSlow = defineError(
  'DOCTOR_SLOW',
  (f: { minutes: number }) =>
    `The doctor did not end within ${f.minutes} minutes. Run it at the till: tillbridge-agent doctor.`,
)

/** How a running agent examines its till. */
export interface SupportHost {
  /** `running`: what the agent says of itself. */
  examine(): Promise<{ readonly findings: readonly Finding[]; readonly running: unknown }>
  machine(): Readonly<Record<string, string | number>>
}

/** Answers what head office asks of this till, one thing at a time. */
export interface SupportAnswers extends Disposable {
  report(): SupportReport
  asked(frame: Extract<Frame, { t: 'inspect' }>): void
}

const MOST_MS = 3 * 60_000

export function answerSupport(parts: {
  readonly world: Pick<World, 'clock' | 'timers' | 'files' | 'log'>
  readonly folder: string
  readonly version: string
  /** Left out: only the log level can be set. */
  readonly host: SupportHost | null
  /** Sends it on the connection that there is; what can't be sent is asked for again. */
  answer(frame: Extract<Frame, { t: 'inspected' }>): void
}): SupportAnswers {
  const { world, host } = parts
  const level = openLogLevel(world, agentPaths(parts.folder).logLevel)
  const takes = supportKinds.filter(kind =>
    kind === 'log-level' ? world.log.setLevel !== undefined : host !== null,
  )
  /** What was answered last: the hub asks again for what a lost connection took. */
  let last: Extract<Frame, { t: 'inspected' }> | null = null
  let busyWith: string | null = null
  let isEnded = false
  /** What was asked last while the till was busy: it is done next. */
  let next: Extract<Frame, { t: 'inspect' }> | null = null

  async function work(ask: SupportAsk): Promise<unknown> {
    if (ask.is === 'log-level')
      return { is: 'log-level', level: ask.level, until: level.set(ask.level, ask.forMs) }
    if (host === null) return problemOf(askUnknown({}))
    const { findings, running: state } = await withinTime(world, host.examine())
    if (ask.is === 'doctor') return { is: 'doctor', findings }
    const { folder, version } = parts
    const of = { folder, version, machine: host.machine(), findings, state, readsAll: false }
    return { is: 'bundle', bundle: await supportBundle(world, of) }
  }

  async function answerTo(id: string, raw: unknown): Promise<void> {
    const ask = SupportAsk.safeParse(raw).data
    world.log.info({ id, ask: ask?.is ?? 'unknown' }, 'head office asks something of this till')
    const said: unknown =
      ask === undefined
        ? problemOf(askUnknown({}))
        : await work(ask).catch((error: unknown) => problemOf(describeError(error)))
    const answer =
      (await readSupportAnswer(world.timers, said)) ?? problemOf(answerTooLarge({ most: LONGEST_ANSWER }))
    last = { t: 'inspected', id, answer }
    parts.answer(last)
  }

  function asked(frame: Extract<Frame, { t: 'inspect' }>): void {
    const { id, ask } = frame
    if (last?.id === id) parts.answer(last)
    else if (busyWith === null) begin(id, ask)
    else if (busyWith !== id) next = frame
  }

  function begin(id: string, ask: unknown): void {
    busyWith = id
    void answerTo(id, ask)
      .catch((error: unknown) =>
        world.log.error({ error, id }, 'what head office asked could not be answered'),
      )
      .finally(() => {
        busyWith = null
        const then = next
        next = null
        if (then !== null && !isEnded) asked(then)
      })
  }

  return {
    report: () => ({ takes: [...takes] }),
    asked,
    [Symbol.dispose]() {
      isEnded = true
      level[Symbol.dispose]()
    },
  }
}

function problemOf({
  code,
  ...said
}: { readonly code: string } & (
  | { readonly message: string }
  | { readonly sentence: string }
)): SupportAnswer {
  return { is: 'problem', code, sentence: 'message' in said ? said.message : said.sentence }
}

async function withinTime<T>({ timers }: Pick<World, 'timers'>, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const cancel = timers.after(MOST_MS, () => late.reject(doctorSlow({ minutes: MOST_MS / 60_000 })))
  try {
    return await Promise.race([work, late.promise])
  } finally {
    cancel()
  }
}
