import { IconPackage } from '@tabler/icons-react'
import { useState } from 'react'
import classes from './ItemPhoto.module.css'

/** An item's photo, or a plain box when there is none or it can't be fetched (offline, for one). */
export function ItemPhoto({ url, size }: { url: string | null; size: 48 | 96 }) {
  const [broken, setBroken] = useState(false)
  return (
    <span className={classes['frame']} data-size={size}>
      {url === null || broken ? (
        <IconPackage size={size / 2} stroke={1.5} aria-hidden />
      ) : (
        <img src={url} alt="" width={size} height={size} onError={() => setBroken(true)} />
      )}
    </span>
  )
}
