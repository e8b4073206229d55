import { useState } from 'react'
import type { PickupView } from '../../till/api-schema.ts'
import type { Tune } from '../notice/chime.ts'
import type { PageScan } from '../pickup/PickupPage.tsx'
import type { ListView } from '../pickups/PickupList.tsx'
import { openPickup } from '../route.ts'
import { scanMeaning } from './scan-meaning.ts'

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
    const meaning = scanMeaning(code, pickups, open)
    if (meaning.is === 'pickup') {
      setScan(null)
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
      setScan({ code, meaning, pickup: open?.pickup ?? null })
    }
  }
  return {
    scanned,
    onPage: scan !== null && scan.pickup === open?.pickup ? scan : null,
    inList: scan !== null && scan.pickup === null && open === undefined ? scan : null,
    forget: () => setScan(null),
  }
}
