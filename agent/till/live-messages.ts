import type { TillLiveMessage } from './api-schema.ts'
import type { TillChange, TillServerParts } from './parts.ts'

const GATHERED_MS = 100

/**
 * Tells pages what to read again, and only that: a sale changes the state, not the pickups. Changes gather for a moment:
 * a drained backlog is one repaint, not thousands. Returns what ends it.
 */
export function sendChanges(
  parts: Pick<TillServerParts, 'world' | 'state' | 'onChange' | 'onScan' | 'slips'>,
  send: (message: TillLiveMessage) => void,
): () => void {
  const gathered = new Set<TillChange>()
  let cancel: (() => void) | null = null
  function sendGathered(): void {
    cancel = null
    if (gathered.has('state')) send({ type: 'state', state: parts.state() })
    if (gathered.has('pickups')) send({ type: 'pickups' })
    if (gathered.has('returns')) send({ type: 'returns' })
    if (gathered.has('stock')) send({ type: 'stock' })
    if (gathered.has('staff')) send({ type: 'staff' })
    gathered.clear()
  }
  const forget = parts.onChange(what => {
    gathered.add(what)
    cancel ??= parts.world.timers.after(GATHERED_MS, sendGathered)
  })
  const forgetSlips = parts.slips.onChange(() => send({ type: 'print-jobs' }))
  const forgetScans = parts.onScan(scan => send({ type: 'scan', scan }))
  return () => {
    forget()
    forgetScans()
    forgetSlips()
    cancel?.()
  }
}
