import { z } from 'zod'
import { visibleText } from './visible-text.ts'

const shown = (longest: number) => z.string().overwrite(text => visibleText(text).slice(0, longest))

/** One finding of a till's doctor, as it is told. `look`: it works, but needs attention; `unseen`: it can't be tested there. */
export const ToldFinding = z.object({
  check: shown(64),
  subject: shown(500),
  verdict: z.enum(['ok', 'look', 'wrong', 'unseen']),
  sentence: shown(1_500),
  advice: shown(3_000).nullable(),
})
export type ToldFinding = z.infer<typeof ToldFinding>

/** What the signs before findings mean. */
export const FINDING_SIGNS =
  'ok: it works. LOOK: it works and needs attention. WRONG: it does not work. ?: it could not be tested here.'
const signs = { ok: 'ok   ', look: 'LOOK ', wrong: 'WRONG', unseen: '?    ' } as const

/** A finding as a person reads it in a terminal. */
export function findingText({ check, subject, verdict, sentence, advice }: ToldFinding): string {
  return `${signs[verdict]}  ${check} ${subject}: ${sentence}${advice === null ? '' : `\n         → ${advice}`}`
}

/** The last line that a person reads. */
export function summaryOf(findings: readonly Pick<ToldFinding, 'verdict'>[]): string {
  const wrong = findings.filter(finding => finding.verdict === 'wrong').length
  const look = findings.filter(finding => finding.verdict === 'look').length
  const unseen = findings.filter(finding => finding.verdict === 'unseen').length
  const untested = unseen === 0 ? '' : ` ${unseen} marked "?" could not be tested.`
  if (wrong + look === 0) return unseen === 0 ? 'All is well.' : `Nothing wrong was found.${untested}`
  const parts = [
    ...(wrong === 0 ? [] : [`${wrong} ${wrong === 1 ? 'thing is' : 'things are'} wrong`]),
    ...(look === 0 ? [] : [`${look} to look at`]),
  ]
  return `${parts.join(', ')}. Each arrow says what to do.${untested}`
}
