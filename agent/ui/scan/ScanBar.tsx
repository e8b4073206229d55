import { StateIcon } from '../../../shared/ui/StateBadge.tsx'
import classes from './ScanBar.module.css'

/** What became of a scan. A new object for each scan, also when the words are the same. */
export interface ScanFeedback {
  readonly isRight: boolean
  readonly say: string
}

/** What the last scan was, always in view; `hint` while there was none. */
export function ScanBar({ feedback, hint }: { feedback: ScanFeedback | null; hint: string }) {
  return (
    <p
      className={classes['bar']}
      role="status"
      data-testid="scan"
      data-right={feedback === null ? undefined : feedback.isRight}
    >
      {feedback === null ? (
        hint
      ) : (
        <>
          <StateIcon look={feedback.isRight ? 'done' : 'wrong'} size={22} />
          <strong>{feedback.say}</strong>
        </>
      )}
    </p>
  )
}
