import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import { z } from 'zod'
import { useRemembered } from '../../../shared/ui/remembered.ts'
import type { PickupView } from '../../till/api-schema.ts'
import type { Tune } from '../notice/chime.ts'
import { lineWithCode } from '../pickups/search.ts'
import { type ReservedItem, reservedByCode, reservedItems } from './reserved-items.ts'

/** A notice that a reserved item was scanned, or sold. */
export interface Reserved {
  readonly why: 'scanned' | 'sold'
  readonly item: ReservedItem
}

const mostRead = 100
const Read = z.array(z.string()).max(mostRead)
const keyOf = ({ sku, free }: ReservedItem) => `${sku}/${free}`

/**
 * Knows which reserved items staff must be told of: those that are scanned while no unit is free, and those of which a sale took
 * a promised unit. Each stays until it is dismissed, also over a reload when it was sold.
 */
export function useReserved(at: {
  pickups: readonly PickupView[]
  /** The pickups on the page: what is scanned for one that is being picked is where it belongs. */
  open: readonly PickupView[]
  play: (tune: Tune) => void
}) {
  const { pickups, open, play } = at
  const [scanned, setScanned] = useState<readonly ReservedItem[]>([])
  const [readText, keepRead] = useRemembered('tillbridge.reserved-read')
  const read = useMemo(() => parseRead(readText), [readText])
  const sold = useMemo(
    () => reservedItems(pickups).filter(item => item.free < 0 && !read.includes(keyOf(item))),
    [pickups, read],
  )
  const known = useRef<readonly string[]>([])
  const ring = useEffectEvent(() => play('wrong'))
  useEffect(() => {
    const keys = sold.map(keyOf)
    if (keys.some(key => !known.current.includes(key))) ring()
    known.current = keys
  }, [sold])

  return {
    shown: [
      ...scanned
        .filter(({ sku }) => !sold.some(one => one.sku === sku))
        .map((item): Reserved => ({ why: 'scanned', item })),
      ...sold.map((item): Reserved => ({ why: 'sold', item })),
    ],
    /** A scanner has read a code. What is counted for the order that is being picked is where it belongs. */
    look(code: string): void {
      const isCounted = open.some(view => isPicked(view) && lineWithCode(view, code) !== undefined)
      const found = isCounted ? [] : reservedByCode(pickups, code)
      if (found.length === 0) return
      play('wrong')
      const skus = found.map(({ sku }) => sku)
      setScanned([...found, ...scanned.filter(({ sku }) => !skus.includes(sku))])
    },
    dismiss({ why, item }: Reserved): void {
      if (why === 'scanned') setScanned(scanned.filter(({ sku }) => sku !== item.sku))
      else keepRead(JSON.stringify([keyOf(item), ...read].slice(0, mostRead)))
    },
  }
}

const isPicked = ({ state }: PickupView): boolean => state === 'picking' || state === 'short'

function parseRead(text: string | null): readonly string[] {
  if (text === null) return []
  try {
    return Read.catch([]).parse(JSON.parse(text))
  } catch {
    return [] // something else wrote there; the notices are shown once more
  }
}
