import { useState } from 'react'
import { flushSync } from 'react-dom'
import type { PickupView } from '../../till/api-schema.ts'
import type { Tune } from '../notice/chime.ts'
import type { ListView } from '../pickups/PickupList.tsx'
import { findCode, lineWithCode } from '../pickups/search.ts'
import { openPickup } from '../route.ts'
import { commandOf, type PageScan, scanMeaning } from './scan-meaning.ts'

interface Scans {
  /** A scanner has read a code. */
  readonly scanned: (code: string) => void
  /** The last scan that the open pickup's page is to answer. */
  readonly onPage: PageScan | null
  /** The last scan that was made in the list and opens nothing. */
  readonly inList: PageScan | null
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
  const { pickups, open, play, onView } = at

  function scanned(code: string): void {
    if (isInDialog()) {
      play(pressInDialog(code, pickups) ? 'right' : 'wrong')
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
    onPage: scan !== null && scan.pickup === open?.pickup ? scan : null,
    inList: scan !== null && scan.pickup === null && open === undefined ? scan : null,
    forget: () => setScan(null),
  }
}

function isInDialog(): boolean {
  return document.querySelector('[role="dialog"]') !== null
}

/**
 * A command code presses the button of an open question that it stands for. The code of the order to be handed over is the customer's:
 * it is noted as checked, and hands the order over.
 */
function pressInDialog(code: string, pickups: readonly PickupView[]): boolean {
  const inDialog = (selector: string) => document.querySelector<HTMLElement>(`[role="dialog"] ${selector}`)
  const asked = inDialog('[data-hands-over]')?.dataset['handsOver']
  const named = findCode(pickups, code)
  const isOrder = named.is === 'pickup' && named.pickup.pickup === asked
  // drawn before the button is pressed, which sends what is drawn
  if (isOrder) flushSync(() => inDialog('[data-check="code"][aria-pressed="false"]')?.click())
  const command = commandOf(code) ?? (isOrder ? 'collected' : null)
  const button = inDialog(`[data-code="${command}"]`)
  button?.click()
  return button !== null && button.ariaDisabled !== 'true'
}
