import { describeError } from '../../shared/errors.ts'

/** One finding of the doctor. `look`: it works, but needs attention; `unseen`: it can't be tested here. */
export interface Finding {
  readonly check:
    | 'enrolment'
    | 'settings'
    | 'journal'
    | 'disk'
    | 'hub'
    | 'proxy'
    | 'certificate'
    | 'source'
    | 'pos'
    | 'serial'
    | 'usb'
    | 'network-printer'
    | 'peripheral'
  readonly subject: string
  readonly verdict: 'ok' | 'look' | 'wrong' | 'unseen'
  /** What was found, in plain words. */
  readonly sentence: string
  /** What to do about it; null: nothing. */
  readonly advice: string | null
}

export const ok = (check: Finding['check'], subject: string, sentence: string): Finding => ({
  check,
  subject,
  verdict: 'ok',
  sentence,
  advice: null,
})

/** An error as a finding: its sentence, and nothing to advise. */
export function wrongBecause(check: Finding['check'], subject: string, error: unknown): Finding {
  return { check, subject, verdict: 'wrong', sentence: describeError(error).sentence, advice: null }
}
