import { z } from 'zod'
import { maskJson, maskTexts } from './card-numbers/mask-texts.ts'
import { ToldFinding } from './findings.ts'
import { EpochMs } from './ids.ts'
import { visibleText } from './visible-text.ts'
import { textWithoutSecrets, withoutSecrets } from './without-secrets.ts'
import type { Timers } from './world.ts'

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

/** No text that helps is longer; the rest of it is left out. */
const LONGEST_TEXT = 4_000
/** So much text is looked through before others have their turn: the slowest takes some 2 µs a letter. */
const LETTERS_A_TURN = 10_000

/**
 * What came as an answer, in the form in which it may be kept and shown: without secrets, card numbers and what would hide or drive a
 * terminal. Who wrote it may have made it slow to look through, so it is done in turns.
 * @returns null: it can't be read, or is too large
 */
export async function readSupportAnswer(timers: Timers, said: unknown): Promise<SupportAnswer | null> {
  if (isDeeper(said, MOST_DEEP) || (JSON.stringify(said) ?? '').length > LONGEST_ANSWER) return null
  const shown = visible(said)
  const left = new Map<string, string>()
  let letters = 0
  for (const text of textsIn(shown)) {
    if (left.has(text)) continue
    left.set(text, maskTexts(textWithoutSecrets(text)))
    letters += text.length
    if (letters < LETTERS_A_TURN) continue
    letters = 0
    await new Promise<void>(resolve => void timers.after(0, resolve))
  }
  const clean = withoutSecrets(shown, text => left.get(text) ?? maskTexts(textWithoutSecrets(text)))
  const answer = SupportAnswer.safeParse(maskJson(clean, text => text)).data ?? null
  return answer !== null && JSON.stringify(answer).length <= LONGEST_ANSWER ? answer : null
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value !== 'object' || value === null ? [] : Object.values(value).flatMap(textsIn)
}

function isDeeper(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return most === 0 || Object.values(value).some(part => isDeeper(part, most - 1))
}

const cut = (text: string) => (text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}…`)

function visible(value: unknown): unknown {
  if (typeof value === 'string') return cut(visibleText(value))
  if (Array.isArray(value)) return value.map(visible)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [visibleText(key), visible(part)]))
}
