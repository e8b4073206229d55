import { z } from 'zod'
import { maskJson } from './card-numbers/mask-texts.ts'
import { ToldFinding } from './findings.ts'
import { EpochMs } from './ids.ts'
import { visibleText } from './visible-text.ts'
import { withoutSecrets } from './without-secrets.ts'

/** What head office may ask of a till, and what the till answers. */

export const supportKinds = ['doctor', 'bundle', 'log-level'] as const

/** `usual`: as the agent was started. */
export const logLevels = ['debug', 'info', 'usual'] as const
export type LogLevel = (typeof logLevels)[number]

/** A till writes more into its log for at most so long: its disk fills up. */
export const LONGEST_LOG_MS = 24 * 3_600_000

/** UTF-16 units of one answer, as JSON. */
export const LONGEST_ANSWER = 256 * 1024

/** What is asked. `forMs`: after so long the level is the usual one again. */
export const SupportAsk = z.discriminatedUnion('is', [
  z.object({ is: z.literal('doctor') }),
  z.object({ is: z.literal('bundle') }),
  z.object({
    is: z.literal('log-level'),
    level: z.enum(logLevels),
    forMs: z.int().min(1_000).max(LONGEST_LOG_MS),
  }),
])
export type SupportAsk = z.infer<typeof SupportAsk>

const shown = (longest: number) => z.string().overwrite(text => visibleText(text).slice(0, longest))
const findings = z.array(ToldFinding).max(500)

/** What support needs to understand a till: no key, password or token, no receipt, no customer and no card number. */
const SupportBundle = z.object({
  tillbridge: shown(64),
  madeAt: shown(40),
  machine: z.record(shown(64), z.union([shown(200), z.number()])),
  settings: z.unknown(),
  device: z.unknown(),
  state: z.unknown(),
  findings,
  journal: z.unknown(),
})
export type SupportBundle = z.infer<typeof SupportBundle>

/** What a till answers. `until`: agent's clock, when its log is as usual again; null: it is already. */
export const SupportAnswer = z.discriminatedUnion('is', [
  z.object({ is: z.literal('doctor'), findings }),
  z.object({ is: z.literal('bundle'), bundle: SupportBundle }),
  z.object({ is: z.literal('log-level'), level: z.enum(logLevels), until: EpochMs.nullable() }),
  z.object({ is: z.literal('problem'), code: shown(64), sentence: shown(1_000) }),
])
export type SupportAnswer = z.infer<typeof SupportAnswer>

/** Whether an answer is one to this question: of its kind, and about the log level that was asked for. A problem always is. */
export function isAnswerTo(ask: SupportAsk, answer: SupportAnswer): boolean {
  if (answer.is === 'problem') return true
  if (ask.is !== 'log-level' || answer.is !== 'log-level') return ask.is === answer.is
  return answer.level === ask.level && (answer.until === null) === (ask.level === 'usual')
}

/** How deep what a till sends may be nested. */
const MOST_DEEP = 20

/**
 * What came as an answer, as it may be kept and shown: without secrets, card numbers and what would hide or drive a terminal.
 * @returns null: it can't be read, or is too large
 */
export function readSupportAnswer(said: unknown): SupportAnswer | null {
  if (isDeeper(said, MOST_DEEP) || (JSON.stringify(said) ?? '').length > LONGEST_ANSWER) return null
  const answer = SupportAnswer.safeParse(maskJson(withoutSecrets(visible(said)))).data ?? null
  return answer !== null && JSON.stringify(answer).length <= LONGEST_ANSWER ? answer : null
}

function isDeeper(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return most === 0 || Object.values(value).some(part => isDeeper(part, most - 1))
}

function visible(value: unknown): unknown {
  if (typeof value === 'string') return visibleText(value)
  if (Array.isArray(value)) return value.map(visible)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [visibleText(key), visible(part)]))
}
