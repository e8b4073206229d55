import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useAnnounce } from '../../../shared/ui/Announcer.tsx'
import { useMessages } from '../../../shared/ui/language.tsx'
import type { DeviceView } from '../../till/api-schema.ts'
import classes from './DeviceBar.module.css'
import { deviceMessages } from './devices.messages.ts'

const backShownMs = 8_000

/** Names each scanner and printer that is gone or needs somebody, and says for a moment when one is back. */
export function DeviceBar({ devices }: { devices: readonly DeviceView[] }) {
  const t = useMessages(deviceMessages)
  const back = useComeBack(devices)
  const troubled = devices.filter(isTroubled)
  const restored = devices.filter(device => back.has(device.device) && !isTroubled(device))
  if (troubled.length + restored.length === 0) return null
  return (
    <aside className={classes['bar']} aria-label={t.label} data-testid="devices" role="status">
      {troubled.map(device => (
        <p key={device.device} className={classes['line']} data-device={device.device}>
          <IconAlertTriangle size={22} aria-hidden />
          <span>
            <strong>{device.connected ? t.care(device.device) : t.gone(device.device)}</strong> ·{' '}
            {device.sentence}
          </span>
        </p>
      ))}
      {restored.map(device => (
        <p key={device.device} className={classes['line']} data-device={device.device}>
          <IconCircleCheck size={22} aria-hidden />
          <strong>{t.back(device.device)}</strong>
        </p>
      ))}
    </aside>
  )
}

/** An open drawer and paper that will soon run out stop nobody. */
function isTroubled({ connected, conditions }: DeviceView): boolean {
  return !connected || conditions.some(condition => condition !== 'drawer-open')
}

/** The devices that were in trouble and came back a moment ago. */
function useComeBack(devices: readonly DeviceView[]): ReadonlySet<string> {
  const t = useMessages(deviceMessages)
  const announce = useAnnounce()
  const before = useRef<ReadonlySet<string>>(new Set())
  const [back, setBack] = useState<ReadonlySet<string>>(new Set())
  useEffect(() => {
    const troubled = new Set(devices.filter(isTroubled).map(device => device.device))
    const restored = [...before.current].filter(name => !troubled.has(name))
    before.current = troubled
    if (restored.length === 0) return
    for (const name of restored) announce(t.back(name))
    setBack(new Set(restored))
  }, [devices, announce, t])
  useEffect(() => {
    if (back.size === 0) return
    const timer = setTimeout(() => setBack(new Set()), backShownMs)
    return () => clearTimeout(timer)
  }, [back])
  return back
}
