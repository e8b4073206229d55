import encodeQr from 'qr'
import { useMemo } from 'react'
import classes from './Asked.module.css'

/** A text as a QR code: dark on light in both schemes, as scanners want it. `name`: what it is, for those who don't see it. */
export function QrCode({ text, name }: { text: string; name: string }) {
  const rows = useMemo(() => encodeQr(text, 'raw', { border: 4 }), [text])
  const path = rows
    .flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join('')
  return (
    <svg
      className={classes['code']}
      viewBox={`0 0 ${rows.length} ${rows.length}`}
      role="img"
      aria-label={name}
      shapeRendering="crispEdges"
    >
      <rect width="100%" height="100%" fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
