import { useLanguage, useMessages } from '../../../shared/ui/language.tsx'
import type { Live } from '../../../shared/ui/live.ts'
import { useNow } from '../../../shared/ui/now.tsx'
import { StateIcon } from '../../../shared/ui/StateBadge.tsx'
import { clockOrDate } from '../../../shared/ui/time-words.ts'
import type { TillState } from '../../till/api-schema.ts'
import classes from './StateLine.module.css'
import { stateMessages } from './state.messages.ts'
import { stateSentence } from './state-sentence.ts'

/** Top right: whether all is well with this till, in one sentence. */
export function StateLine({ state, live }: { state: TillState; live: Live }) {
  const t = useMessages(stateMessages)
  const { locale } = useLanguage()
  const now = useNow()
  const clock = (at: number) => clockOrDate(at, now, { zone: state.zone, locale })
  const { look, sentence } = stateSentence(state, live, t, clock)
  return (
    <p className={classes['line']} data-look={look} data-testid="state-line" role="status">
      <StateIcon look={look} size={20} />
      <span>{sentence}</span>
    </p>
  )
}
