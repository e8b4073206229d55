import { useMessages } from '../../../shared/ui/language.tsx'
import { tallyOf } from '../picking/counts.ts'
import pickingClasses from '../picking/Picking.module.css'
import { CountState, Progress } from '../picking/Progress.tsx'
import { ItemPhoto } from '../pickups/ItemPhoto.tsx'
import classes from './Batch.module.css'
import { batchMessages } from './batch.messages.ts'
import type { BatchItem } from './batch-items.ts'
import type { BatchWork } from './useBatch.ts'

interface ItemListProps {
  work: BatchWork
  /** The key of the item that is shown large; null: none is. */
  current: string | null
  onItem: (key: string) => void
}

/** All items of the orders, small: how many in all, and how many for each order. */
export function ItemList({ work, current, onItem }: ItemListProps) {
  const t = useMessages(batchMessages)
  const lines = work.items.flatMap(({ shares }) => shares.map(({ line }) => line))
  return (
    <section className={classes['aside']} aria-label={t.list}>
      <Progress tally={tallyOf(lines)} />
      <ul className={pickingClasses['lines']}>
        {work.items.map(item => (
          <li key={item.key} data-card>
            <button
              type="button"
              className={pickingClasses['line']}
              aria-current={item.key === current}
              data-counted={item.key === work.counted || undefined}
              data-testid="batch-item"
              onClick={() => onItem(item.key)}
            >
              <BatchPhoto item={item} size={56} />
              <span className={pickingClasses['name']}>
                {item.title}
                <span className={classes['split']} data-testid="split">
                  {item.shares.map(({ order, line }) => t.share(line.units, order.order.name)).join(', ')}
                </span>
              </span>
              <CountState tally={item.tally} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** An item's photo: the first that one of its orders has. */
export function BatchPhoto({ item, size }: { item: BatchItem; size: 56 | 240 }) {
  const url = item.shares.find(({ line }) => line.imageUrl !== null)?.line.imageUrl ?? null
  return <ItemPhoto key={item.key} url={url} title={item.title} size={size} />
}
