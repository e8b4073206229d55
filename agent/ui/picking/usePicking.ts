import { useEffect, useEffectEvent, useState } from 'react'
import { stateAfter } from '../../../shared/pickup-moves.ts'
import { useMessages } from '../../../shared/ui/language.tsx'
import type { LineView, PickRequest, PickupView } from '../../till/api-schema.ts'
import type { Tune } from '../notice/chime.ts'
import { pickupMessages } from '../pickups/pickups.messages.ts'
import { linesWithCode } from '../pickups/search.ts'
import type { Moves } from '../pickups/useMoves.ts'
import type { ScanFeedback } from '../scan/ScanBar.tsx'
import { scanMessages } from '../scan/scan.messages.ts'
import type { PageScan } from '../scan/scan-meaning.ts'
import { itemTitle } from '../scan/scan-meaning.ts'
import { countsAfter, lineToCount, nextOpenLine, openUnits } from './counts.ts'
import { pickingMessages } from './picking.messages.ts'
import { useCounts } from './useCounts.ts'

/** What staff see and do while an order's page is open. */
export interface PickingWork {
  /** The pickup with what was counted here on top. */
  readonly view: PickupView
  /** The line that is shown large. */
  readonly line: LineView | null
  /** The line that was counted or scanned last. */
  readonly counted: string | null
  readonly feedback: ScanFeedback | null
  readonly choose: (line: string) => void
  /** Counts the large line by hand. */
  readonly count: (more: number) => void
  /** Reports units of the large line as missing, adds to what is missing already; null: they have turned up. */
  readonly miss: (missing: PickRequest['missing'], line?: LineView) => void
  /** Ends what was said about the last scan. */
  readonly forget: () => void
  /** Resolves once all counts are kept. */
  readonly kept: () => Promise<void>
}

/** Whether an order's lines are counted just now. */
export function isPicking({ state }: PickupView): boolean {
  return state === 'picking' || state === 'short'
}

/** Answers scans, and counts the lines of a pickup by scan or by hand. */
export function usePicking(
  view: PickupView,
  scan: PageScan | null,
  moves: Moves,
  play: (tune: Tune) => void,
): PickingWork {
  const t = useMessages(pickingMessages)
  const words = useMessages(scanMessages)
  const { state: stateWords } = useMessages(pickupMessages)
  const counts = useCounts(view)
  const [chosen, setChosen] = useState<string | null>(null)
  const [counted, setCounted] = useState<string | null>(null)
  const [feedback, setFeedback] = useState<ScanFeedback | null>(null)
  const line = counts.view.lines.find(one => one.id === chosen) ?? nextOpenLine(counts.view.lines, chosen)

  function tell(isRight: boolean, say: string): void {
    play(isRight ? 'right' : 'wrong')
    setFeedback({ isRight, say })
  }
  async function keep(of: LineView, more: number, by: PickRequest['by']): Promise<void> {
    const next = countsAfter(of, more)
    if (next === null) {
      if (more > 0) tell(false, t.tooMany(itemTitle(of), of.units))
      return
    }
    const keeping = counts.set(of.id, next, by)
    const { lines } = counts.now()
    const after = lines.find(one => one.id === of.id)
    setCounted(of.id)
    setChosen(after !== undefined && openUnits(after) > 0 ? of.id : (nextOpenLine(lines, of.id)?.id ?? null))
    tell(true, t.counted(itemTitle(of), next.picked, of.units))
    if (!(await keeping)) tell(false, t.notKept(itemTitle(of)))
  }
  async function countScanned(code: string, first: LineView): Promise<void> {
    if (stateAfter(view.state, 'pick') !== null && !(await moves.make({ move: 'pick' }))) return
    const { lines } = counts.now()
    await keep(lineToCount(linesWithCode(lines, code)) ?? first, 1, 'scan')
  }
  const answer = useEffectEvent(({ code, meaning, opened }: PageScan) => {
    const state = stateWords[view.state]
    if (meaning.is === 'line') {
      setCounted(meaning.line.id)
      setChosen(meaning.line.id)
      const isCounted = !opened && (isPicking(view) || stateAfter(view.state, 'pick') !== null)
      if (isCounted) void countScanned(code, meaning.line)
      else tell(true, words.right(itemTitle(meaning.line)))
    } else if (meaning.is === 'same') tell(true, words.same(view.order.name))
    else if (meaning.is === 'elsewhere')
      tell(false, words.elsewhere(meaning.title, meaning.orders.join(', ')))
    else if (meaning.is === 'command') {
      const move = meaning.command === 'ready' ? 'finish' : 'collect'
      const primary = document.querySelector<HTMLElement>('[data-primary]')
      if (stateAfter(view.state, move) === null || primary === null) tell(false, words.notNow(code, state))
      else {
        play('right')
        primary.click()
      }
    } else tell(false, words.unknown(code))
  })
  useEffect(() => {
    if (scan !== null) answer(scan)
  }, [scan])

  return {
    view: counts.view,
    line,
    counted,
    feedback,
    choose: setChosen,
    count: more => {
      if (line !== null) void keep(line, more, 'hand')
    },
    miss: (missing, of = line ?? undefined) => {
      if (of === undefined) return
      const units = (missing?.units ?? 0) + (missing === null ? 0 : (of.missing?.units ?? 0))
      const asked = { picked: of.picked, missing: missing && { ...missing, units } }
      setFeedback(null)
      setChosen(missing === null ? of.id : null)
      void counts.set(of.id, asked, 'hand').then(isKept => {
        if (!isKept) tell(false, t.notKept(itemTitle(of)))
      })
    },
    forget: () => setFeedback(null),
    kept: counts.kept,
  }
}
