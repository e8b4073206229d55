import { Text } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useMessages } from '../../../shared/ui/language.tsx'
import { StateBadge } from '../../../shared/ui/StateBadge.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import { ItemPhoto } from '../pickups/ItemPhoto.tsx'
import classes from './PickupPage.module.css'
import { pickupPageMessages } from './pickup.messages.ts'

/** A pickup's items, large enough to read from an arm's length. `scanned`: the line that was just scanned, kept in view. */
export function PickupItems({ view, scanned }: { view: PickupView; scanned: string | null }) {
  const t = useMessages(pickupPageMessages)
  const list = useRef<HTMLUListElement>(null)
  useEffect(() => {
    if (scanned !== null) list.current?.querySelector('[data-scanned]')?.scrollIntoView({ block: 'center' })
  }, [scanned])
  return (
    <ul className={classes['lines']} aria-label={t.items} ref={list}>
      {view.lines.map(line => (
        <li
          key={line.id}
          className={classes['line']}
          data-testid="pickup-line"
          data-scanned={line.id === scanned || undefined}
        >
          <ItemPhoto url={line.imageUrl} title={line.title} size={56} />
          <span className={classes['units']}>{t.ofUnits(line.units)}</span>
          <div>
            <Text size="lg" fw={650}>
              {line.title}
            </Text>
            {line.variantTitle !== null && <Text>{line.variantTitle}</Text>}
            {line.collected > 0 && <StateBadge look="done" word={t.handedOver(line.collected)} />}
            {line.missing !== null && <StateBadge look="caution" word={t.isMissing(line.missing.units)} />}
            <Text c="dimmed" size="xs" className={classes['codes']}>
              {line.sku !== null && <span>{t.sku(line.sku)}</span>}
              {line.barcode !== null && <span>{t.barcode(line.barcode)}</span>}
            </Text>
          </div>
        </li>
      ))}
    </ul>
  )
}
