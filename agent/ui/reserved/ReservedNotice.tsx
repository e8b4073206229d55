import { Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useMessages } from '../../../shared/ui/language.tsx'
import { pickupAddress } from '../route.ts'
import classes from './ReservedNotice.module.css'
import { reservedMessages } from './reserved.messages.ts'
import type { Reserved } from './useReserved.ts'

interface ReservedNoticeProps {
  shown: readonly Reserved[]
  onDismiss: (notice: Reserved) => void
}

/**
 * Says that an item is promised to a customer, over a third of the page at the right edge, until it is tapped. Work goes on beside
 * and below it: it takes no focus, and the buttons at the bottom stay free.
 */
export function ReservedNotice({ shown, onDismiss }: ReservedNoticeProps) {
  const t = useMessages(reservedMessages)
  return (
    <div className={classes['notices']} role="alert">
      {shown.map(notice => (
        <section
          key={`${notice.why}/${notice.item.sku}`}
          className={classes['notice']}
          aria-label={t.title}
          data-testid="reserved"
        >
          <h2 className={classes['title']}>
            <IconAlertTriangle size={28} aria-hidden /> {t.title}
          </h2>
          <p className={classes['item']}>{notice.item.title}</p>
          <p>{notice.why === 'sold' ? t.sold(-notice.item.free) : t.scanned}</p>
          <ul className={classes['orders']}>
            {notice.item.orders.map(({ pickup, name, customer }) => (
              <li key={pickup}>
                <a href={pickupAddress(pickup)}>
                  <strong>{name}</strong> {customer}
                </a>
              </li>
            ))}
          </ul>
          <p>{notice.why === 'sold' ? t.soldMeaning : t.scannedMeaning}</p>
          <Button
            variant="default"
            fullWidth
            data-testid="reserved-read"
            data-reserved
            onClick={() => onDismiss(notice)}
          >
            {t.read}
          </Button>
        </section>
      ))}
    </div>
  )
}
