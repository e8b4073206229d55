import { createContext, useContext, useState } from 'react'
import { isEnded } from '../../../shared/pickup-moves.ts'
import { useMessages } from '../../../shared/ui/language.tsx'
import { StateIcon } from '../../../shared/ui/StateBadge.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import { lineWithCode, ordersNamed } from '../pickups/search.ts'
import classes from './ScanBar.module.css'
import { scanMessages } from './scan.messages.ts'
import { commandOf, itemTitle } from './scan-meaning.ts'

/** A scan that an open question had no use for. A new object for each. */
export interface UnusedScan {
  readonly code: string
  readonly pickups: readonly PickupView[]
}

/** The last one, null before any. The page's scans provide it, the dialogs show it. */
export const UnusedScanContext = createContext<UnusedScan | null>(null)

/**
 * What the last scan was while a question is open, which pressed none of its buttons: a tone alone does not tell that it is another
 * order's bag. `asks`: the order that is asked about; null: no order's code has to do with it. `handsOver`: its code would answer.
 */
export function DialogScan({ asks, handsOver = false }: { asks: PickupView | null; handsOver?: boolean }) {
  const t = useMessages(scanMessages)
  const last = useContext(UnusedScanContext)
  // what was scanned before this question was asked is not said again
  const [before] = useState(last)
  const scan = last === before ? null : last
  return (
    <div role="alert" data-testid="dialog-scan">
      {scan !== null && (
        <p className={classes['bar']} data-right={false} ref={inView}>
          <StateIcon look="wrong" size={22} />
          <strong>{wordUnused(t, scan, asks, handsOver)}</strong>
        </p>
      )}
    </div>
  )
}

/** A question that is longer than the screen may be scrolled. */
const inView = (words: HTMLElement | null) => words?.scrollIntoView({ block: 'nearest' })

function wordUnused(
  t: (typeof scanMessages)['en'],
  { code, pickups }: UnusedScan,
  asks: PickupView | null,
  handsOver: boolean,
): string {
  if (asks === null) return t.inDialog.notHere(code)
  const { name } = asks.order
  const named = ordersNamed(pickups, code)
  const own = named.some(({ order }) => order.name === name)
  if (own || commandOf(code) !== null)
    return handsOver && own ? t.inDialog.answerFirst(name) : t.inDialog.notHere(code)
  const [other] = named
  if (other !== undefined) return t.inDialog.otherOrder(other.order.name, name)
  const line = lineWithCode(asks, code)
  if (line !== undefined) return t.inDialog.item(itemTitle(line), name)
  const holding = pickups.filter(view => !isEnded(view.state) && lineWithCode(view, code) !== undefined)
  const [first] = holding
  const item = first === undefined ? undefined : lineWithCode(first, code)
  if (item === undefined) return t.inDialog.unknown(code, name)
  return t.elsewhere(itemTitle(item), holding.map(view => view.order.name).join(', '))
}
