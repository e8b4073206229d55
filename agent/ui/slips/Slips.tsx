import { Button, Text } from '@mantine/core'
import { IconPrinter } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { ApiError } from '../../../shared/ui/json.ts'
import { useMessages } from '../../../shared/ui/language.tsx'
import { Problem } from '../../../shared/ui/Problem.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import classes from './Slips.module.css'
import { slipPanelMessages } from './slips.messages.ts'
import { printJobsQuery, usePrint } from './slips.query.ts'

/** The slip that a pickup needs now, and how the last one came out. */
export function Slips({ view }: { view: PickupView }) {
  const t = useMessages(slipPanelMessages)
  const jobs = useQuery(printJobsQuery)
  const print = usePrint(view.pickup)
  const slip = view.state === 'ready' || view.state === 'collected' ? 'collection-receipt' : 'pick-slip'
  const last = jobs.data?.find(job => job.pickup === view.pickup)
  return (
    <section className={classes['slips']}>
      <Button
        variant="default"
        leftSection={<IconPrinter size={22} aria-hidden />}
        aria-disabled={print.isPending}
        data-testid="print-slip"
        onClick={() => !print.isPending && print.mutate({ slip })}
      >
        {t.print[slip]}
      </Button>
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
