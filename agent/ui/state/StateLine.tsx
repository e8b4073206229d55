import { useLanguage, useMessages } from '../../../shared/ui/language.tsx'
import type { Live } from '../../../shared/ui/live.ts'
import { useNow } from '../../../shared/ui/now.tsx'
import { StateIcon } from '../../../shared/ui/StateBadge.tsx'
import type { StateLook } from '../../../shared/ui/theme.ts'
import { clockOrDate } from '../../../shared/ui/time-words.ts'
import type { TillState } from '../../till/api-schema.ts'
import classes from './StateLine.module.css'
import { stateMessages } from './state.messages.ts'
import { stateSentence } from './state-sentence.ts'

/** Whether all is well with this till, in one sentence. */
export function useStateSentence(state: TillState, live: Live): { look: StateLook; sentence: string } {
  const t = useMessages(stateMessages)
  const { locale } = useLanguage()
  const now = useNow()
  const clock = (at: number) => clockOrDate(at, now, { zone: state.zone, locale })
  return stateSentence(state, live, t, clock)
}

/** That sentence: small in the header while all is well, else as wide as the screen. */
export function StateLine({ look, sentence }: { look: StateLook; sentence: string }) {
  return (
    <p className={classes['line']} data-look={look} data-testid="state-line" role="status">
      <StateIcon look={look} size={20} />
      <span>{sentence}</span>
    </p>
  )
}
