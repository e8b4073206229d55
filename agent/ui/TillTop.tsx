import type { ReactNode } from 'react'
import classes from './TillApp.module.css'

/** What stays at the top of the screen while the rest scrolls. */
export function TillTop({ children }: { children: ReactNode }) {
  return <div className={classes['top']}>{children}</div>
}
