import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMessages } from '../../../shared/ui/language.tsx'
import { StepHead } from '../page/StepHead.tsx'
import { openList } from '../route.ts'
import { ReturnRow } from './ReturnRow.tsx'
import classes from './Returns.module.css'
import { returnMessages } from './returns.messages.ts'
import { returnsQuery } from './returns.query.ts'

interface TakenBackProps {
  returnId: string
  zone: string
  prints: boolean
  onNext: () => void
}

/** What has become of the return that was just recorded, as it goes on. */
export function TakenBack({ returnId, zone, prints, onNext }: TakenBackProps) {
  const t = useMessages(returnMessages)
  const { data = [] } = useQuery(returnsQuery)
  const view = data.find(one => one.returnId === returnId)
  return (
    <main className={classes['page']}>
      <div className={classes['main']}>
        <StepHead title={t.title} back={t.back} onBack={openList} testId="return-back" />
        {view !== undefined && (
          <ul className={classes['list']}>
            <ReturnRow view={view} zone={zone} prints={prints} />
          </ul>
        )}
      </div>
      <div className={classes['bottom']}>
        <Button data-guarded data-primary data-testid="return-next" onClick={onNext}>
          {t.next}
        </Button>
      </div>
    </main>
  )
}
