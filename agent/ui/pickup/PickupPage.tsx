import { Button, Text, Title } from '@mantine/core'
import { IconArrowBackUp, IconArrowLeft, IconQuestionMark, IconX } from '@tabler/icons-react'
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react'
import { isEnded } from '../../../shared/pickup-moves.ts'
import { useMessages } from '../../../shared/ui/language.tsx'
import { Notice, Problem } from '../../../shared/ui/Problem.tsx'
import { StateBadge } from '../../../shared/ui/StateBadge.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import { AskedOfCustomer } from '../asked/AskedOfCustomer.tsx'
import { useTapGuard } from '../guard/TapGuard.tsx'
import type { Tune } from '../notice/chime.ts'
import { CantFindDialog } from '../picking/CantFindDialog.tsx'
import { openUnits } from '../picking/counts.ts'
import { FinishAction } from '../picking/FinishAction.tsx'
import { Picking } from '../picking/Picking.tsx'
import { pickingMessages } from '../picking/picking.messages.ts'
import { isPicking, type PickingWork, usePicking } from '../picking/usePicking.ts'
import { HandOver, PutBack, StartPicking } from '../pickups/actions.tsx'
import { DueTime } from '../pickups/DueTime.tsx'
import { pickupMessages } from '../pickups/pickups.messages.ts'
import { SameCustomer } from '../pickups/SameCustomer.tsx'
import { primaryMove, shownState, wayOut } from '../pickups/states.ts'
import { type Moves, useMoves } from '../pickups/useMoves.ts'
import { lookOfNotice, useNoticeWords } from '../pickups/word-notice.ts'
import { KeptAt } from '../place/KeptAt.tsx'
import { PlaceButton } from '../place/PlaceButton.tsx'
import { RemindButton } from '../remind/RemindButton.tsx'
import { Reminded } from '../remind/Reminded.tsx'
import { openBack } from '../route.ts'
import { ScanBar } from '../scan/ScanBar.tsx'
import { itemTitle, type PageScan } from '../scan/scan-meaning.ts'
import { PrintSlip, SlipState } from '../slips/Slips.tsx'
import { usePrint } from '../slips/slips.query.ts'
import { TillTop } from '../TillTop.tsx'
import { PickupFacts } from './PickupFacts.tsx'
import { PickupItems } from './PickupItems.tsx'
import classes from './PickupPage.module.css'
import { pickupPageMessages } from './pickup.messages.ts'
import { WayOutDialog } from './WayOutDialog.tsx'

interface PickupPageProps {
  view: PickupView
  zone: string
  /** Whether this till can print slips. */
  prints: boolean
  scan: PageScan | null
  play: (tune: Tune) => void
  /** Where the goods will be kept once they are packed; null: not said. Kept above the page, which is left in between. */
  place: string | null
  onPlace: (place: string | null) => void
  /** The till's header and notices, above the page's own. */
  above: ReactNode
}

/** One pickup: what to do next with it, its items in large type, and its status. */
export function PickupPage(props: PickupPageProps) {
  const { view, zone, prints, scan, play, place, onPlace, above } = props
  const t = useMessages(pickupPageMessages)
  const moves = useMoves(view)
  const guard = useTapGuard()
  const heading = useFocusedHeading()
  const work = usePicking(view, scan, moves, play)
  const print = usePrint(view.pickup)
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
        <Head view={view} zone={zone} moves={moves} heading={heading} />
        {!isEnded(view.state) && <ScanBar feedback={work.feedback} hint={t.scanHint} />}
      </TillTop>
      <main className={classes['page']} data-testid="pickup" data-order={view.order.name}>
        <div className={classes['main']}>
          <Told view={view} zone={zone} moves={moves} />
          {prints && <SlipState view={view} print={print} />}
          {isPicking(view) ? (
            <>
              <Picking
                view={work.view}
                line={work.line}
                counted={work.counted}
                onLine={work.choose}
                onCount={work.count}
                onFound={() => work.miss(null)}
              >
                <PlaceButton order={view.order.name} place={place} onPlace={onPlace} />
              </Picking>
              <PickupFacts view={view} zone={zone} />
            </>
          ) : (
            <div className={classes['columns']}>
              <PickupItems view={view} scanned={work.counted} />
              <PickupFacts view={view} zone={zone}>
                <KeptAt place={view.keptAt ?? null} />
                <Reminded view={view} zone={zone} />
              </PickupFacts>
            </div>
          )}
        </div>
        <Bottom work={work} moves={moves} zone={zone} place={place} print={prints ? print : null} />
      </main>
    </>
  )
}

/** What staff must know before they go on. */
function Told({ view, zone, moves }: { view: PickupView; zone: string; moves: Moves }) {
  const words = useNoticeWords(zone)
  return (
    <>
      {moves.failed !== null && (
        <Problem say={moves.failed.say} meaning={moves.failed.sentence} error={moves.failed.error} />
      )}
      {view.notice !== null && (
        <Notice
          look={lookOfNotice(view.notice)}
          say={words.title(view.notice)}
          meaning={words.say(view.notice, view)}
        />
      )}
      <AskedOfCustomer view={view} zone={zone} />
      {!isEnded(view.state) && <SameCustomer view={view} isLink />}
      <CustomerNote note={view.note} />
    </>
  )
}

/** The page's heading, which takes the focus when the page opens, at the top. */
function useFocusedHeading() {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    window.scrollTo(0, 0)
    // Zoomed in, the till's header and notices would fill the screen. Else they stay in place above all that follows.
    if (window.matchMedia('(max-height: 560px)').matches)
      heading.current?.closest('section')?.scrollIntoView({ block: 'start' })
    heading.current?.focus({ preventScroll: true })
  }, [])
  return heading
}

interface HeadProps {
  view: PickupView
  zone: string
  moves: Moves
  heading: RefObject<HTMLHeadingElement | null>
}

function Head({ view, zone, moves, heading }: HeadProps) {
  const words = useMessages(pickupMessages)
  const state = shownState(view, words)
  return (
    <section className={classes['head']} aria-labelledby="order">
      <BackButton />
      <Title order={1} id="order" ref={heading} tabIndex={-1} className={classes['order']}>
        {view.order.name} <span className={classes['customer']}>{view.customer.name}</span>
      </Title>
      <StateBadge look={state.look} word={state.word} testId="pickup-state" />
      <div className={classes['due']}>
        <DueTime view={view} zone={zone} />
      </div>
      {/* Not where "Mark ready" will be: a second tap must not reach it. */}
      {primaryMove(view.state) === 'pick' && (
        <div className={classes['start']}>
          <StartPicking view={view} moves={moves} />
        </div>
      )}
    </section>
  )
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
      onClick={openBack}
      data-testid="back"
    >
      {t.back}
    </Button>
  )
}

interface BottomProps {
  work: PickingWork
  moves: Moves
  zone: string
  /** Where the goods will be kept once they are packed; null: not said. */
  place: string | null
  /** Null: this till can't print slips. */
  print: ReturnType<typeof usePrint> | null
}

/** The way out at the left, the next step at the right. Pressing either ends what was said about the last scan. */
function Bottom({ work, moves, zone, place, print }: BottomProps) {
  const { view } = work
  const move = primaryMove(view.state)
  return (
    <div className={classes['bottom']} onClickCapture={work.forget}>
      <div className={classes['ways']}>
        {isPicking(view) && <CantFind work={work} />}
        <WayOut view={view} moves={moves} />
        <RemindButton view={view} zone={zone} isEarly />
        {print !== null && <PrintSlip view={view} print={print} />}
      </div>
      {isPicking(view) && <FinishAction work={work} moves={moves} place={place} onDone={openBack} />}
      {view.toAcknowledge && <PutBack view={view} />}
      {move === 'collect' && <HandOver view={view} moves={moves} zone={zone} onDone={openBack} />}
    </div>
  )
}

/** Reports that the item shown large can't be found. */
function CantFind({ work }: { work: PickingWork }) {
  const t = useMessages(pickingMessages)
  const [asking, setAsking] = useState(false)
  const { line } = work
  if (line === null || openUnits(line) === 0) return null
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconQuestionMark size={22} aria-hidden />}
        data-testid="cant-find"
        data-guarded
        onClick={() => setAsking(true)}
      >
        {t.cantFind}
      </Button>
      {asking && (
        <CantFindDialog
          title={itemTitle(line)}
          units={openUnits(line)}
          onMissing={missing => {
            setAsking(false)
            work.miss(missing)
          }}
          onCancel={() => setAsking(false)}
        />
      )}
    </>
  )
}

/** Gives the order up, or takes a ready one back to picking: both ask why. */
function WayOut({ view, moves }: { view: PickupView; moves: Moves }) {
  const t = useMessages(pickupPageMessages)
  const [asking, setAsking] = useState(false)
  const move = wayOut(view.state)
  if (move === null) return null
  const Icon = move === 'reopen' ? IconArrowBackUp : IconX
  return (
    <>
      <Button
        variant="default"
        leftSection={<Icon size={22} aria-hidden />}
        data-testid={move === 'reopen' ? 'reopen' : 'give-up'}
        data-guarded
        onClick={() => setAsking(true)}
      >
        {t.wayOut[move]}
      </Button>
      {asking && (
        <WayOutDialog
          move={move}
          order={view.order.name}
          onKeep={() => setAsking(false)}
          onReason={async reason => {
            setAsking(false)
            if ((await moves.make({ move, reason })) && move === 'refuse') openBack()
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
