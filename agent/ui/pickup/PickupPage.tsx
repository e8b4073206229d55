import { Button, Text, Title } from '@mantine/core'
import { IconArrowLeft, IconQuestionMark } from '@tabler/icons-react'
import { type ReactNode, useEffect, useEffectEvent, useRef, useState } from 'react'
import { isEnded } from '../../../shared/pickup-moves.ts'
import { useMessages } from '../../../shared/ui/language.tsx'
import { Notice, Problem } from '../../../shared/ui/Problem.tsx'
import { StateBadge } from '../../../shared/ui/StateBadge.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import { useTapGuard } from '../guard/TapGuard.tsx'
import type { Tune } from '../notice/chime.ts'
import { HandOver, MarkReady, StartPicking } from '../pickups/actions.tsx'
import { pickupMessages } from '../pickups/pickups.messages.ts'
import { giveUpMove, primaryMove, shownState } from '../pickups/states.ts'
import { type Moves, useMoves } from '../pickups/useMoves.ts'
import { lookOfNotice, useNoticeWords } from '../pickups/word-notice.ts'
import { openList } from '../route.ts'
import { ScanBar, type ScanFeedback } from '../scan/ScanBar.tsx'
import { scanMessages } from '../scan/scan.messages.ts'
import { itemTitle, type ScanMeaning } from '../scan/scan-meaning.ts'
import { TillTop } from '../TillTop.tsx'
import { GiveUpDialog } from './GiveUpDialog.tsx'
import { PickupFacts } from './PickupFacts.tsx'
import { PickupItems } from './PickupItems.tsx'
import classes from './PickupPage.module.css'
import { pickupPageMessages } from './pickup.messages.ts'

/** A scan that was made while a pickup's page was open, or that opened it. A new object for each. */
export interface PageScan {
  readonly code: string
  readonly meaning: ScanMeaning
}

interface PickupPageProps {
  view: PickupView
  zone: string
  /** Whether this till can print slips. */
  prints: boolean
  scan: PageScan | null
  play: (tune: Tune) => void
  /** The till's header and notices, above the page's own. */
  above: ReactNode
}

/** One pickup: its items in large type, its status, and the next step. */
export function PickupPage({ view, zone, prints, scan, play, above }: PickupPageProps) {
  const t = useMessages(pickupPageMessages)
  const moves = useMoves(view)
  const guard = useTapGuard()
  const heading = useFocusedHeading()
  const feedback = useScanFeedback(view, scan, play)
  const words = useNoticeWords(zone)
  // Another till's step, or head office's, changes what the buttons here do.
  const shown = useRef(view.state)
  useEffect(() => {
    if (shown.current !== view.state) guard()
    shown.current = view.state
  }, [guard, view.state])
  return (
    <>
      <TillTop>
        {above}
        <Head view={view} moves={moves} heading={heading} />
        {!isEnded(view.state) && <ScanBar feedback={feedback.shown} hint={t.scanHint} />}
      </TillTop>
      <main className={classes['page']} data-testid="pickup" data-order={view.order.name}>
        <div className={classes['columns']}>
          <div className={classes['main']}>
            {moves.failed !== null && (
              <Problem say={moves.failed.say} meaning={moves.failed.sentence} error={moves.failed.error} />
            )}
            {view.notice !== null && (
              <Notice
                look={lookOfNotice(view.notice)}
                say={words.title(view.notice)}
                meaning={words.say(view.notice)}
              />
            )}
            <CustomerNote note={view.note} />
            <PickupItems view={view} scanned={feedback.line} />
          </div>
          <PickupFacts view={view} zone={zone} prints={prints} />
        </div>
        <Bottom view={view} moves={moves} zone={zone} onAct={feedback.clear} />
      </main>
    </>
  )
}

/** The page's heading, which takes the focus when the page opens, at the top. */
function useFocusedHeading() {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    window.scrollTo(0, 0)
    heading.current?.focus({ preventScroll: true })
  }, [])
  return heading
}

interface HeadProps {
  view: PickupView
  moves: Moves
  heading: React.RefObject<HTMLHeadingElement | null>
}

function Head({ view, moves, heading }: HeadProps) {
  const words = useMessages(pickupMessages)
  const state = shownState(view, words)
  return (
    <section className={classes['head']} aria-labelledby="order">
      <BackButton />
      <Title order={1} id="order" ref={heading} tabIndex={-1} className={classes['order']}>
        {view.order.name} <span className={classes['customer']}>{view.customer.name}</span>
      </Title>
      <StateBadge look={state.look} word={state.word} testId="pickup-state" />
      {/* Not where "Mark ready" will be: a second tap must not reach it. */}
      {primaryMove(view.state) === 'pick' && (
        <div className={classes['start']}>
          <StartPicking view={view} moves={moves} />
        </div>
      )}
    </section>
  )
}

/** What the last scan was, until staff do something else. */
function useScanFeedback(view: PickupView, scan: PageScan | null, play: (tune: Tune) => void) {
  const t = useMessages(scanMessages)
  const words = useMessages(pickupMessages)
  const [feedback, setFeedback] = useState<(ScanFeedback & { line: string | null }) | null>(null)
  const tell = useEffectEvent(({ code, meaning }: PageScan) => {
    const isRight = meaning.is === 'line' || meaning.is === 'same'
    play(isRight ? 'right' : 'wrong')
    const line = meaning.is === 'line' ? meaning.line.id : null
    setFeedback({ isRight, line, say: wordScan(t, view, words.state[view.state], code, meaning) })
  })
  useEffect(() => {
    if (scan !== null) tell(scan)
  }, [scan])
  return { shown: feedback, line: feedback?.line ?? null, clear: () => setFeedback(null) }
}

function wordScan(
  t: (typeof scanMessages)['en'],
  view: PickupView,
  state: string,
  code: string,
  meaning: ScanMeaning,
): string {
  switch (meaning.is) {
    case 'line':
      return t.right(itemTitle(meaning.line))
    case 'same':
    case 'pickup':
      return t.same(view.order.name)
    case 'elsewhere':
      return t.elsewhere(meaning.title, meaning.orders.join(', '))
    case 'command':
      return t.notNow(code, state)
    case 'several':
    case 'unknown':
      return t.unknown(code)
  }
}

function CustomerNote({ note }: { note: string | null }) {
  const t = useMessages(pickupPageMessages)
  if (note === null) return null
  return (
    <div className={classes['note']}>
      <Text size="xs" fw={600}>
        {t.note}
      </Text>
      <Text className={classes['noteText']}>{note}</Text>
    </div>
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

interface BottomProps {
  view: PickupView
  moves: Moves
  zone: string
  /** Called when staff do something, which ends what was said about the last scan. */
  onAct: () => void
}

/** The way out at the left, the next step at the right. */
function Bottom({ view, moves, zone, onAct }: BottomProps) {
  if (isEnded(view.state)) return null
  const move = primaryMove(view.state)
  return (
    <div className={classes['bottom']} onClickCapture={onAct}>
      <GiveUp view={view} moves={moves} />
      {move === 'finish' && <MarkReady moves={moves} onDone={openList} />}
      {move === 'collect' && <HandOver view={view} moves={moves} zone={zone} onDone={openList} />}
    </div>
  )
}

function GiveUp({ view, moves }: { view: PickupView; moves: Moves }) {
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
        data-guarded
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
            void moves.make({ move, reason })
          }}
        />
      )}
    </>
  )
}

/** Instead of a pickup that this store does not have (any more). */
export function PickupGone({ above }: { above: ReactNode }) {
  const t = useMessages(pickupPageMessages)
  return (
    <>
      <TillTop>{above}</TillTop>
      <main className={classes['gone']}>
        <Title order={1}>{t.gone}</Title>
        <Text>{t.goneMeaning}</Text>
        <BackButton />
      </main>
    </>
  )
}
