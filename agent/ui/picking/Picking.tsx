import { Button, Text, Title } from '@mantine/core'
import { IconAlertCircle, IconCircleCheck, IconMinus, IconPlus } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useMessages } from '../../../shared/ui/language.tsx'
import type { LineView, PickupView } from '../../till/api-schema.ts'
import { ItemPhoto } from '../pickups/ItemPhoto.tsx'
import { itemTitle } from '../scan/scan-meaning.ts'
import { openUnits, tallyOf } from './counts.ts'
import { isChosenOtherwise } from './held-rest.ts'
import classes from './Picking.module.css'
import { CountState, Progress } from './Progress.tsx'
import { pickingMessages } from './picking.messages.ts'

interface PickingProps {
  view: PickupView
  /** The line that is shown large; null once nothing is open and none was chosen. */
  line: LineView | null
  /** The line that was counted last, marked for a moment. */
  counted: string | null
  onLine: (line: string) => void
  /** Counts so many units of the large line by hand. */
  onCount: (more: number) => void
  /** What was missing of the large line has turned up. */
  onFound: () => void
  /** What else there is to do while picking, below the small list. */
  children: ReactNode
}

/** The item to look for, large, and all items of the order small beside it. */
export function Picking({ view, line, counted, onLine, onCount, onFound, children }: PickingProps) {
  return (
    <div className={classes['picking']}>
      <LineList lines={view.lines} current={line?.id ?? null} counted={counted} onLine={onLine}>
        {children}
      </LineList>
      {line === null ? (
        <AllCounted view={view} />
      ) : (
        <LargeLine line={line} onCount={onCount} onFound={onFound} />
      )}
    </div>
  )
}

function LineList(props: {
  lines: readonly LineView[]
  current: string | null
  counted: string | null
  onLine: (line: string) => void
  children: ReactNode
}) {
  const t = useMessages(pickingMessages)
  return (
    <section className={classes['aside']} aria-label={t.list}>
      <Progress tally={tallyOf(props.lines)} />
      <ul className={classes['lines']}>
        {props.lines.map(line => (
          <li key={line.id} data-card>
            <button
              type="button"
              className={classes['line']}
              aria-current={line.id === props.current}
              data-counted={line.id === props.counted || undefined}
              data-testid="pickup-line"
              data-line={line.id}
              onClick={() => props.onLine(line.id)}
            >
              <ItemPhoto url={line.imageUrl} title={line.title} size={56} />
              <span className={classes['name']}>{itemTitle(line)}</span>
              <CountState tally={tallyOf([line])} />
            </button>
          </li>
        ))}
      </ul>
      {props.children}
    </section>
  )
}

function LargeLine(props: { line: LineView; onCount: (more: number) => void; onFound: () => void }) {
  const t = useMessages(pickingMessages)
  const { line, onCount } = props
  const open = openUnits(line)
  return (
    <section className={classes['large']} aria-labelledby="item" data-testid="large-line" data-line={line.id}>
      <ItemPhoto key={line.id} url={line.imageUrl} title={line.title} size={240} />
      <div className={classes['words']}>
        <Title order={2} id="item" className={classes['item']}>
          {line.title}
        </Title>
        {line.variantTitle !== null && <Text size="lg">{line.variantTitle}</Text>}
        <Text c="dimmed" size="xs" className={classes['codes']}>
          {line.sku !== null && <span>{t.sku(line.sku)}</span>}
          {line.barcode !== null && <span>{t.barcode(line.barcode)}</span>}
        </Text>
        {line.missing !== null && <MissingOf line={line} onFound={props.onFound} />}
      </div>
      <div className={classes['counter']}>
        <Button
          variant="default"
          aria-label={t.back}
          aria-disabled={line.picked === 0}
          data-disabled={line.picked === 0}
          data-testid="count-back"
          data-count-back
          onClick={() => onCount(-1)}
        >
          <IconMinus size={28} aria-hidden />
        </Button>
        <output className={classes['units']} data-full={line.picked >= line.units} data-testid="large-count">
          {t.of(line.picked, line.units)}
        </output>
        <Button
          variant="default"
          aria-label={t.one}
          aria-disabled={line.picked >= line.units}
          data-disabled={line.picked >= line.units}
          data-testid="count-one"
          data-count-one
          onClick={() => onCount(1)}
        >
          <IconPlus size={28} aria-hidden />
        </Button>
        {open > 1 && (
          <Button variant="default" data-testid="count-all" onClick={() => onCount(open)}>
            {t.all(line.units - (line.missing?.units ?? 0))}
          </Button>
        )}
      </div>
    </section>
  )
}

/** What of a line can't be found, why, and the way back once it has turned up. */
export function MissingOf({ line, onFound }: { line: LineView; onFound: () => void }) {
  const t = useMessages(pickingMessages)
  if (line.missing === null) return null
  const { units, reason, said } = line.missing
  return (
    <div className={classes['missing']}>
      <Text fw={650}>{t.missingWhy(units, said ?? t.reason[reason])}</Text>
      <Button variant="default" data-testid="found" onClick={onFound}>
        {t.found}
      </Button>
    </div>
  )
}

function AllCounted({ view }: { view: PickupView }) {
  const t = useMessages(pickingMessages)
  const { picked, missing } = tallyOf(view.lines)
  const isNoneHere = view.state === 'short' && picked === 0
  const isLate = isChosenOtherwise(view)
  const [say, meaning] = isNoneHere
    ? [t.noneHere, t.noneHereMeaning]
    : isLate
      ? [t.foundLate, t.foundLateMeaning]
      : missing > 0
        ? [t.restMissing(picked, missing), t.restMissingMeaning]
        : [t.allHere, t.allHereMeaning]
  const Icon = missing > 0 || isLate ? IconAlertCircle : IconCircleCheck
  return (
    <section
      className={classes['counted']}
      data-look={missing > 0 || isLate ? 'missing' : 'full'}
      data-testid="all-counted"
    >
      <Icon size={96} stroke={1.25} aria-hidden />
      <Title order={2}>{say}</Title>
      <Text>{meaning}</Text>
    </section>
  )
}
