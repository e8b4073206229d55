import { type ReactNode, useEffect, useRef } from 'react'
import classes from './TillApp.module.css'

/** What stays at the top of the screen while the rest scrolls. Its height is `--till-top`, for what stays in place below it. */
export function TillTop({ children }: { children: ReactNode }) {
  const top = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const page = document.documentElement.style
    const watcher = new ResizeObserver(([entry]) => {
      page.setProperty('--till-top', `${Math.ceil(entry?.borderBoxSize[0]?.blockSize ?? 0)}px`)
    })
    if (top.current !== null) watcher.observe(top.current)
    return () => {
      watcher.disconnect()
      page.removeProperty('--till-top')
    }
  }, [])
  return (
    <div className={classes['top']} ref={top}>
      {children}
    </div>
  )
}
