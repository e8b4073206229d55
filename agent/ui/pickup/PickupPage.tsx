import { Button, Text, Title } from '@mantine/core'
import { IconArrowLeft, IconQuestionMark } from '@tabler/icons-react'
import { useState } from 'react'
import { isEnded } from '../../../shared/pickup-moves.ts'
import { useMessages } from '../../../shared/ui/language.tsx'
import { Problem } from '../../../shared/ui/Problem.tsx'
import { RelativeTime } from '../../../shared/ui/RelativeTime.tsx'
import { StateBadge, StateIcon } from '../../../shared/ui/StateBadge.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import { PrimaryAction } from '../pickups/PrimaryAction.tsx'
import { PromisedTime } from '../pickups/PromisedTime.tsx'
import { pickupMessages } from '../pickups/pickups.messages.ts'
import { lineWithCode } from '../pickups/search.ts'
import { giveUpMove, stateLook } from '../pickups/states.ts'
import { ToPay } from '../pickups/ToPay.tsx'
import { useMoves } from '../pickups/useMoves.ts'
import { useNoticeWords } from '../pickups/word-notice.ts'
import { openList } from '../route.ts'
import { Slips } from '../slips/Slips.tsx'
import { GiveUpDialog } from './GiveUpDialog.tsx'
import { Journey } from './Journey.tsx'
import { PickupItems } from './PickupItems.tsx'
import classes from './PickupPage.module.css'
import { pickupPageMessages } from './pickup.messages.ts'

interface PickupPageProps {
  view: PickupView
  zone: string
  /** The last code that was scanned while this page was open. */
  scanned: string | null
  /** Whether this till can print slips. */
  prints: boolean
}

/** One pickup: its items in large type, its status, and the next step at the bottom right. */
export function PickupPage({ view, zone, scanned, prints }: PickupPageProps) {
  const t = useMessages(pickupPageMessages)
  const words = useMessages(pickupMessages)
  const moves = useMoves(view)
  const worded = useNoticeWords(zone)
  const line = scanned === null ? undefined : lineWithCode(view, scanned)
  return (
    <main className={classes['page']} data-testid="pickup" data-order={view.order.name}>
      <div className={classes['head']}>
        <BackButton />
        <Title order={1}>
          {view.order.name} <span className={classes['customer']}>{view.customer.name}</span>
        </Title>
        <StateBadge look={stateLook[view.state]} word={words.state[view.state]} testId="pickup-state" />
      </div>
      <div className={classes['columns']}>
        <div className={classes['main']}>
          {moves.failed !== null && (
            <Problem say={moves.failed.say} meaning={moves.failed.sentence} error={moves.failed.error} />
          )}
          {view.notice !== null && <Problem say={t.notice} meaning={worded(view.notice)} />}
          {scanned !== null && (
            <div role="status" className={classes['scan']} data-right={line !== undefined}>
              <StateIcon look={line === undefined ? 'wrong' : 'done'} size={22} />
              <span>{line === undefined ? t.notInOrder(scanned) : t.inOrder(line.title)}</span>
            </div>
          )}
          {view.note !== null && (
            <div className={classes['note']}>
              <Text size="xs" fw={600}>
                {t.note}
              </Text>
              <Text className={classes['noteText']}>{view.note}</Text>
            </div>
          )}
          <PickupItems view={view} scanned={line?.id ?? null} />
        </div>
        <Facts view={view} zone={zone} prints={prints} />
      </div>
      {!isEnded(view.state) && (
        <div className={classes['bottom']}>
          <GiveUp view={view} make={moves.make} />
          <PrimaryAction view={view} moves={moves} zone={zone} />
        </div>
      )}
    </main>
  )
}

function BackButton() {
  const t = useMessages(pickupPageMessages)
  return (
    <Button
      variant="default"
      leftSection={<IconArrowLeft size={22} aria-hidden />}
      onClick={openList}
      data-testid="back"
    >
      {t.back}
    </Button>
  )
}

function Facts({ view, zone, prints }: { view: PickupView; zone: string; prints: boolean }) {
  const t = useMessages(pickupPageMessages)
  const words = useMessages(pickupMessages)
  return (
    <aside className={classes['facts']}>
      <PromisedTime view={view} zone={zone} />
      <ToPay view={view} />
      {view.customer.phoneEnd !== null && <Text>{t.phone(view.customer.phoneEnd)}</Text>}
      <div className={classes['fact']}>
        <Text c="dimmed" size="xs">
          {t.ordered}
        </Text>
        <RelativeTime at={view.order.placedAt} zone={zone} />
      </div>
      {view.movedBy !== null && view.movedAt !== null && (
        <div className={classes['fact']} data-testid="moved-by">
          <Text c="dimmed" size="xs">
            {t.movedBy(words.state[view.state], view.movedBy)}
          </Text>
          <RelativeTime at={view.movedAt} zone={zone} />
        </div>
      )}
      <Journey view={view} />
      {prints && <Slips view={view} />}
    </aside>
  )
}

function GiveUp({ view, make }: { view: PickupView; make: ReturnType<typeof useMoves>['make'] }) {
  const t = useMessages(pickupPageMessages)
  const [asking, setAsking] = useState(false)
  const move = giveUpMove(view.state)
  if (move === null) return <span />
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconQuestionMark size={22} aria-hidden />}
        data-testid="give-up"
        onClick={() => setAsking(true)}
      >
        {t.giveUp[move]}
      </Button>
      {asking && (
        <GiveUpDialog
          move={move}
          order={view.order.name}
          onKeep={() => setAsking(false)}
          onReason={reason => {
            setAsking(false)
            void make(move, reason)
          }}
        />
      )}
    </>
  )
}

/** Instead of a pickup that this store does not have (any more). */
export function PickupGone() {
  const t = useMessages(pickupPageMessages)
  return (
    <main className={classes['gone']}>
      <Title order={1}>{t.gone}</Title>
      <Text>{t.goneMeaning}</Text>
      <BackButton />
    </main>
  )
}
