import { Button, Text } from '@mantine/core'
import { IconPrinter } from '@tabler/icons-react'
import { formatMoney } from '../../../shared/money.ts'
import { useLanguage, useMessages } from '../../../shared/ui/language.tsx'
import { Problem } from '../../../shared/ui/Problem.tsx'
import { RelativeTime } from '../../../shared/ui/RelativeTime.tsx'
import { StateBadge } from '../../../shared/ui/StateBadge.tsx'
import type { StateLook } from '../../../shared/ui/theme.ts'
import type { ReturnView } from '../../till/api-schema.ts'
import { itemTitle } from '../scan/scan-meaning.ts'
import classes from './Returns.module.css'
import { returnMessages } from './returns.messages.ts'
import { usePrintReturn } from './returns.query.ts'

const lookOf: Readonly<Record<ReturnView['state'], StateLook>> = {
  recorded: 'caution',
  waiting: 'waiting',
  done: 'done',
  owed: 'waiting',
  refused: 'wrong',
}

/** One return: what came back, how far it is, and its slip. */
export function ReturnRow({ view, zone, prints }: { view: ReturnView; zone: string; prints: boolean }) {
  const t = useMessages(returnMessages)
  const print = usePrintReturn(view.returnId)
  const isUndone = view.problem === 'undone'
  return (
    <li className={classes['taken']} data-testid="return-row" data-state={view.state}>
      <div className={classes['words']}>
        <Text fw={600}>
          {view.orderName} · <RelativeTime at={view.madeAt} zone={zone} />
        </Text>
        <Text>{view.lines.map(line => goodsWords(line, t.isDamaged)).join(', ')}</Text>
        <Text c="dimmed" size="sm">
          {t.by(view.staff, view.till)}
        </Text>
        <ReturnMeaning view={view} />
        {view.undoTooLate && <Text fw={600}>{t.undoTooLate}</Text>}
        {print.isError && <Problem say={t.slipFailed} error={print.error} />}
      </div>
      <StateBadge
        look={isUndone ? 'quiet' : lookOf[view.state]}
        word={t.state[isUndone ? 'undone' : view.state]}
        testId="return-state"
      />
      {prints && !isUndone && (
        <Button
          variant="default"
          leftSection={<IconPrinter size={22} aria-hidden />}
          aria-disabled={print.isPending}
          data-testid="return-slip"
          onClick={() => !print.isPending && print.mutate()}
        >
          {t.slip}
        </Button>
      )}
    </li>
  )
}

function goodsWords(line: ReturnView['lines'][number], damaged: string): string {
  const goods = `${line.units} × ${itemTitle(line)}`
  return line.condition === 'damaged' ? `${goods} (${damaged})` : goods
}

/** What the state means for the customer and the money. */
function ReturnMeaning({ view }: { view: ReturnView }) {
  const t = useMessages(returnMessages)
  const { locale } = useLanguage()
  const { state, officePays, refunded, problem } = view
  if (state === 'refused') return <Text>{t.problem[problem ?? 'other']}</Text>
  if (state === 'done' && officePays) return <Text>{t.meaning.owed}</Text>
  if (state !== 'done') return <Text>{officePays ? t.officePays : t.meaning[state]}</Text>
  if (refunded === null) return <Text>{t.nothingDue}</Text>
  return <Text fw={600}>{t.refunded(formatMoney(refunded.minor, refunded.currency, locale))}</Text>
}
