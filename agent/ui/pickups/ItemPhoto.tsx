import { useState } from 'react'
import classes from './ItemPhoto.module.css'

/** An item's photo, or its first letter without a photo, or when it can't be fetched (offline, for one). */
export function ItemPhoto({ url, title, size }: { url: string | null; title: string; size: 56 | 240 }) {
  const [broken, setBroken] = useState(false)
  const [letter = ''] = title.trim()
  return (
    <span className={classes['frame']} data-size={size}>
      {url === null || broken ? (
        <span className={classes['letter']} aria-hidden>
          {letter.toUpperCase()}
        </span>
      ) : (
        <img src={url} alt="" width={size} height={size} onError={() => setBroken(true)} />
      )}
    </span>
  )
}
