import { Button, Text } from '@mantine/core'
import { IconPrinter } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { ApiError } from '../../../shared/ui/json.ts'
import { useMessages } from '../../../shared/ui/language.tsx'
import { Problem } from '../../../shared/ui/Problem.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import classes from './Slips.module.css'
import { slipPanelMessages } from './slips.messages.ts'
import { printJobsQuery, type usePrint } from './slips.query.ts'

type Printing = ReturnType<typeof usePrint>

/** Prints the slip that a pickup needs now. It lies in the bar at the bottom, which is always in view. */
export function PrintSlip({ view, print }: { view: PickupView; print: Printing }) {
  const t = useMessages(slipPanelMessages)
  const slip = view.state === 'ready' || view.state === 'collected' ? 'collection-receipt' : 'pick-slip'
  return (
    <Button
      variant="default"
      leftSection={<IconPrinter size={22} aria-hidden />}
      aria-disabled={print.isPending}
      data-testid="print-slip"
      onClick={() => !print.isPending && print.mutate({ slip })}
    >
      {t.print[slip]}
    </Button>
  )
}

/** How the last slip of a pickup came out, above its items. One that was printed is said to the person who printed it now. */
export function SlipState({ view, print }: { view: PickupView; print: Printing }) {
  const t = useMessages(slipPanelMessages)
  const jobs = useQuery(printJobsQuery)
  const last = jobs.data?.find(job => job.subject === view.pickup)
  const isOld = last?.state === 'printed' && last.job !== print.data?.job
  if ((last === undefined || isOld) && !print.isError) return null
  return (
    <section className={classes['slips']}>
      {print.isError && (
        <Problem
          say={t.failed}
          meaning={
            print.error instanceof ApiError && print.error.failure === 'refused'
              ? print.error.message
              : t.noAnswer
          }
          error={print.error}
        />
      )}
      {last !== undefined && (
        <div role="status" data-testid="print-job" data-state={last.state}>
          <Text fw={600}>{t.state[last.state]}</Text>
          {last.state !== 'printed' && <Text>{last.sentence}</Text>}
          {(last.state === 'maybe' || last.state === 'failed') && (
            <Button
              variant="default"
              data-testid="print-again"
              onClick={() => print.mutate({ again: last.job })}
            >
              {t.again}
            </Button>
          )}
        </div>
      )}
    </section>
  )
}
