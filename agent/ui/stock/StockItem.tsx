import { Text } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import { useMessages } from '../../../shared/ui/language.tsx'
import { RelativeTime } from '../../../shared/ui/RelativeTime.tsx'
import type { StockItemView, StockStoreView } from '../../till/api-schema.ts'
import { itemTitle } from '../scan/scan-meaning.ts'
import { oldAfterMs } from './old.ts'
import classes from './Stock.module.css'
import { stockMessages } from './stock.messages.ts'

interface StockItemProps {
  item: StockItemView
  heardAt: number
  zone: string
}

/** One item: what this store has of it, large, and what each other store has. */
export function StockItem({ item, heardAt, zone }: StockItemProps) {
  const t = useMessages(stockMessages)
  const own = item.stores.find(one => one.isOwn)
  const others = item.stores.filter(one => !one.isOwn)
  const elsewhere = others.reduce((sum, one) => sum + (one.free ?? 0), 0)
  return (
    <li className={classes['item']} data-testid="stock-item">
      <div className={classes['head']}>
        <div className={classes['words']}>
          <Text fw={600}>{itemTitle(item)}</Text>
          <Text c="dimmed" size="sm">
            {[item.sku, item.barcode].filter(code => code !== null && code !== '').join(' · ')}
          </Text>
        </div>
        {own !== undefined && (
          <p className={classes['own']} data-none={own.free === 0 || undefined} data-testid="stock-own">
            <strong>{own.free ?? t.unknown}</strong>
            <span>{t.here}</span>
            <Age store={own} heardAt={heardAt} zone={zone} />
          </p>
        )}
      </div>
      {others.length > 0 && (
        <>
          <Text size="sm">{t.elsewhere(elsewhere)}</Text>
          <ul className={classes['stores']}>
            {others.map(one => (
              <li key={one.store} data-none={one.free === 0 || undefined} data-testid="stock-store">
                <span className={classes['name']}>
                  {one.name}
                  <Age store={one} heardAt={heardAt} zone={zone} />
                </span>
                <strong>{one.free ?? t.unknown}</strong>
              </li>
            ))}
          </ul>
        </>
      )}
    </li>
  )
}

/** Said of a store alone when what is known of it is older than what is known of the others. */
function Age({ store, heardAt, zone }: { store: StockStoreView; heardAt: number; zone: string }) {
  const t = useMessages(stockMessages)
  if (heardAt - store.asOf <= oldAfterMs) return null
  return (
    <span className={classes['age']} data-testid="stock-age">
      <IconAlertCircle size={18} aria-hidden />
      {t.asOf} <RelativeTime at={store.asOf} zone={zone} />
    </span>
  )
}
