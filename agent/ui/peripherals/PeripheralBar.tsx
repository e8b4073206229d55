import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useAnnounce } from '../../../shared/ui/Announcer.tsx'
import { useMessages } from '../../../shared/ui/language.tsx'
import type { PeripheralView } from '../../till/api-schema.ts'
import classes from './PeripheralBar.module.css'
import { peripheralMessages } from './peripherals.messages.ts'

const backShownMs = 8_000

/** Names each scanner and printer that is disconnected or needs attention, and briefly shows when one is back. */
export function PeripheralBar({ peripherals }: { peripherals: readonly PeripheralView[] }) {
  const t = useMessages(peripheralMessages)
  const back = useComeBack(peripherals)
  const troubled = peripherals.filter(isTroubled)
  const restored = peripherals.filter(
    peripheral => back.has(peripheral.peripheral) && !isTroubled(peripheral),
  )
  if (troubled.length + restored.length === 0) return null
  return (
    <aside className={classes['bar']} aria-label={t.label} data-testid="peripherals" role="status">
      {troubled.map(peripheral => (
        <p key={peripheral.peripheral} className={classes['line']} data-peripheral={peripheral.peripheral}>
          <IconAlertTriangle size={22} aria-hidden />
          <span>
            <strong>
              {peripheral.connected ? t.care(peripheral.peripheral) : t.gone(peripheral.peripheral)}
            </strong>{' '}
            · {peripheral.sentence}
          </span>
        </p>
      ))}
      {restored.map(peripheral => (
        <p key={peripheral.peripheral} className={classes['line']} data-peripheral={peripheral.peripheral}>
          <IconCircleCheck size={22} aria-hidden />
          <strong>{t.back(peripheral.peripheral)}</strong>
        </p>
      ))}
    </aside>
  )
}

/** An open drawer does not count: it never stops work. */
function isTroubled({ connected, conditions }: PeripheralView): boolean {
  return !connected || conditions.some(condition => condition !== 'drawer-open')
}

/** The peripherals that were in trouble and came back a moment ago. */
function useComeBack(peripherals: readonly PeripheralView[]): ReadonlySet<string> {
  const t = useMessages(peripheralMessages)
  const announce = useAnnounce()
  const before = useRef<ReadonlySet<string>>(new Set())
  const [back, setBack] = useState<ReadonlySet<string>>(new Set())
  useEffect(() => {
    const troubled = new Set(peripherals.filter(isTroubled).map(peripheral => peripheral.peripheral))
    const restored = [...before.current].filter(name => !troubled.has(name))
    before.current = troubled
    if (restored.length === 0) return
    for (const name of restored) announce(t.back(name))
    setBack(new Set(restored))
  }, [peripherals, announce, t])
  useEffect(() => {
    if (back.size === 0) return
    const timer = setTimeout(() => setBack(new Set()), backShownMs)
    return () => clearTimeout(timer)
  }, [back])
  return back
}
