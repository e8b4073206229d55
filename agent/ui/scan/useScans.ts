import { useState } from 'react'
import type { PickupView } from '../../till/api-schema.ts'
import type { Tune } from '../notice/chime.ts'
import type { ListView } from '../pickups/PickupList.tsx'
import { lineWithCode, ordersNamed } from '../pickups/search.ts'
import { openPickup } from '../route.ts'
import type { UnusedScan } from './DialogScan.tsx'
import { commandOf, type PageScan, scanMeaning } from './scan-meaning.ts'

interface Scans {
  /** A scanner has read a code. */
  readonly scanned: (code: string) => void
  /** The last scan that the open pickup's page is to answer. */
  readonly onPage: PageScan | null
  /** The last scan that was made in the list and opens nothing. */
  readonly inList: PageScan | null
  /** The last scan that an open question had no use for; null: none, or a later one pressed a button. */
  readonly unused: UnusedScan | null
  readonly forget: () => void
}

/** Sends each scan where it belongs: to the open pickup, to another one, or into the list's search. */
export function useScans(at: {
  pickups: readonly PickupView[]
  open: PickupView | undefined
  play: (tune: Tune) => void
  onView: (view: ListView) => void
}): Scans {
  const [scan, setScan] = useState<(PageScan & { pickup: string | null }) | null>(null)
  const [unused, setUnused] = useState<UnusedScan | null>(null)
  const { pickups, open, play, onView } = at

  function scanned(code: string): void {
    if (isInDialog()) {
      const isUsed = pressInDialog(code, pickups)
      setUnused(isUsed ? null : { code, pickups })
      play(isUsed ? 'right' : 'wrong')
      return
    }
    const meaning = scanMeaning(code, pickups, open)
    if (meaning.is === 'pickup') {
      const line = lineWithCode(meaning.pickup, code)
      const found = { code, opened: true, pickup: meaning.pickup.pickup }
      setScan(line === undefined ? null : { ...found, meaning: { is: 'line', line } })
      onView({ tab: 'open', text: '' })
      play('right')
      openPickup(meaning.pickup.pickup)
    } else if (meaning.is === 'several') {
      setScan(null)
      onView({ tab: 'open', text: code })
    } else {
      if (open === undefined) {
        onView({ tab: 'open', text: '' })
        play('wrong')
      }
      setScan({ code, meaning, opened: false, pickup: open?.pickup ?? null })
    }
  }
  return {
    scanned,
    unused,
    onPage: scan !== null && scan.pickup === open?.pickup ? scan : null,
    inList: scan !== null && scan.pickup === null && open === undefined ? scan : null,
    forget: () => setScan(null),
  }
}

function isInDialog(): boolean {
  return document.querySelector('[role="dialog"]') !== null
}

/**
 * A command code presses the button of an open question that it stands for, and so does the code of the order that is to be handed
 * over. It proves nothing about who collects it: the slip on the bag has the same code. @returns whether a button was pressed
 */
function pressInDialog(code: string, pickups: readonly PickupView[]): boolean {
  const inDialog = (selector: string) => document.querySelector<HTMLElement>(`[role="dialog"] ${selector}`)
  const asked = inDialog('[data-hands-over]')?.dataset['handsOver']
  const isOrder = ordersNamed(pickups, code).some(({ pickup }) => pickup === asked)
  const command = commandOf(code) ?? (isOrder ? 'collected' : null)
  const button = inDialog(`[data-code="${command}"]`)
  if (button === null || button.ariaDisabled === 'true') return false
  // false: the guard has taken it for the second half of a double tap
  return button.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))
}
