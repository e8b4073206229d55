import { useEffect, useEffectEvent, useState } from 'react'
import { useMessages } from '../../../shared/ui/language.tsx'
import type { PickRequest, PickupView } from '../../till/api-schema.ts'
import type { Tune } from '../notice/chime.ts'
import { countsAfter, type LineCounts } from '../picking/counts.ts'
import { useCountsOfAll } from '../picking/useCounts.ts'
import { isPicking } from '../picking/usePicking.ts'
import { mostUrgentFirst } from '../pickups/tabs.ts'
import { openPickup } from '../route.ts'
import type { ScanFeedback } from '../scan/ScanBar.tsx'
import { scanMessages } from '../scan/scan.messages.ts'
import { itemTitle } from '../scan/scan-meaning.ts'
import { batchMessages } from './batch.messages.ts'
import {
  type BatchItem,
  batchScan,
  itemKey,
  itemsOf,
  nextOpenItem,
  type Share,
  shareToCount,
} from './batch-items.ts'
import { isToPick, useStart } from './useStart.ts'

/** What staff see and do while several orders are picked at once. */
export interface BatchWork {
  /** All orders of the batch, the one that is due first on top, with what was counted here; also those that have ended. */
  readonly orders: readonly PickupView[]
  readonly items: readonly BatchItem[]
  /** The item that is shown large. */
  readonly item: BatchItem | null
  /** The key of the item that was counted or scanned last. */
  readonly counted: string | null
  readonly feedback: ScanFeedback | null
  readonly choose: (key: string | null) => void
  /** Counts units of an order's share by hand. */
  readonly count: (share: Share, more: number) => void
  /** Reports units of a share as missing, adds to what is missing already; null: they have turned up. */
  readonly miss: (share: Share, missing: PickRequest['missing']) => void
  readonly forget: () => void
  /** Opens an order's own page, once all that was counted is kept. */
  readonly open: (order: PickupView) => void
}

interface Batch {
  /** The orders of the batch that are at this till. */
  chosen: readonly PickupView[]
  pickups: readonly PickupView[]
  scan: { readonly code: string } | null
  play: (tune: Tune) => void
}

/** Answers scans, and counts the items of several orders, each towards the order that is due first. */
export function useBatch({ chosen, pickups, scan, play }: Batch): BatchWork {
  const t = useMessages(batchMessages)
  const words = useMessages(scanMessages)
  const start = useStart()
  const counts = useCountsOfAll(chosen.toSorted(mostUrgentFirst))
  const [key, setKey] = useState<string | null>(null)
  const [counted, setCounted] = useState<string | null>(null)
  const [feedback, setFeedback] = useState<ScanFeedback | null>(null)
  const items = itemsOf(counts.views.filter(isToPick))
  const toPick = () => counts.now().filter(isToPick)

  function tell(isRight: boolean, say: string): void {
    play(isRight ? 'right' : 'wrong')
    setFeedback({ isRight, say })
  }
  /** Keeps a share's counts; `false`: it was said why not. */
  async function keep({ order, line }: Share, next: LineCounts, by: PickRequest['by']): Promise<boolean> {
    const isKept = await counts.set(order.pickup, line.id, next, by)
    if (!isKept) tell(false, t.notKept(itemTitle(line), order.order.name))
    return isKept
  }
  function countOne(share: Share, next: LineCounts, by: PickRequest['by']): void {
    const { line, order } = share
    void keep(share, next, by)
    const own = itemKey(line)
    const now = itemsOf(toPick())
    const item = now.find(one => one.key === own)
    setCounted(own)
    setKey((item?.tally.open ?? 0) > 0 ? own : (nextOpenItem(now, own)?.key ?? null))
    const { picked = 0, units = 0 } = item?.tally ?? {}
    tell(true, t.counted(itemTitle(line), picked, units, order.order.name))
  }
  /** Begins an order that was not begun yet, or has come back to it; tells staff when that fails. */
  async function begun(order: PickupView): Promise<boolean> {
    if (isPicking(order) || (await start(order))) return true
    tell(false, t.notStarted(order.order.name))
    return false
  }
  async function countScanned(code: string, title: string, units: number): Promise<void> {
    const first = shareToCount(toPick(), code)
    if (first === undefined) return tell(false, t.tooMany(title, units))
    if (!(await begun(first.order))) return
    // Another scan may have been faster, or the order was called off while it was begun.
    const share = shareToCount(toPick(), code)
    const next = share === undefined ? null : countsAfter(share.line, 1)
    if (share === undefined || next === null) return tell(false, t.tooMany(title, units))
    if (share.order.pickup === first.order.pickup || (await begun(share.order))) countOne(share, next, 'scan')
  }
  async function countByHand({ order, line }: Share, more: number): Promise<void> {
    if (!(await begun(order))) return
    const now = toPick().find(one => one.pickup === order.pickup)
    const own = now?.lines.find(one => one.id === line.id)
    const next = own === undefined ? null : countsAfter(own, more)
    if (now !== undefined && own !== undefined && next !== null)
      countOne({ order: now, line: own }, next, 'hand')
  }
  const answer = useEffectEvent((code: string) => {
    const ended = counts.now().filter(view => !isToPick(view))
    const meaning = batchScan(code, pickups, toPick(), ended)
    if (meaning.is === 'item') void countScanned(code, meaning.title, meaning.units)
    else if (meaning.is === 'pickup') {
      play('right')
      void counts.kept().then(() => openPickup(meaning.pickup.pickup))
    } else if (meaning.is === 'command') {
      const primary = document.querySelector<HTMLElement>('[data-primary]')
      if (meaning.command !== 'ready' || primary === null) return tell(false, words.noOrderOpen(code))
      play('right')
      primary.click()
    } else if (meaning.is === 'put-back') tell(false, t.putBack(meaning.title, meaning.order))
    else if (meaning.is === 'elsewhere') tell(false, t.elsewhere(meaning.title, meaning.orders.join(', ')))
    else tell(false, t.unknown(code))
  })
  useEffect(() => {
    if (scan !== null) answer(scan.code)
  }, [scan])

  return {
    orders: counts.views,
    items,
    item: items.find(one => one.key === key) ?? nextOpenItem(items, key),
    counted,
    feedback,
    choose: setKey,
    count: (share, more) => void countByHand(share, more),
    miss: (share, missing) => {
      const before = missing === null ? 0 : (share.line.missing?.units ?? 0)
      const asked = {
        picked: share.line.picked,
        missing: missing && { ...missing, units: missing.units + before },
      }
      setFeedback(null)
      void begun(share.order).then(isBegun => isBegun && keep(share, asked, 'hand'))
    },
    forget: () => setFeedback(null),
    open: order => void counts.kept().then(() => openPickup(order.pickup)),
  }
}
