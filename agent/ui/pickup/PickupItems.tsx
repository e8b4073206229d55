import { Text, Title } from '@mantine/core'
import { useMessages } from '../../../shared/ui/language.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import { ItemPhoto } from '../pickups/ItemPhoto.tsx'
import classes from './PickupPage.module.css'
import { pickupPageMessages } from './pickup.messages.ts'

/** A pickup's items, large enough to read from an arm's length. `scanned`: the line that was just scanned. */
export function PickupItems({ view, scanned }: { view: PickupView; scanned: string | null }) {
  const t = useMessages(pickupPageMessages)
  return (
    <section aria-labelledby="items">
      <Title order={2} id="items" className={classes['itemsTitle']}>
        {t.items}
      </Title>
      <ul className={classes['lines']}>
        {view.lines.map(line => (
          <li
            key={line.id}
            className={classes['line']}
            data-testid="pickup-line"
            data-scanned={line.id === scanned || undefined}
          >
            <ItemPhoto url={line.imageUrl} size={96} />
            <span className={classes['units']}>{t.ofUnits(line.units)}</span>
            <div>
              <Text size="lg" fw={650}>
                {line.title}
              </Text>
              {line.variantTitle !== null && <Text size="lg">{line.variantTitle}</Text>}
              <Text c="dimmed" className={classes['codes']}>
                {line.sku !== null && <span>{t.sku(line.sku)}</span>}
                {line.barcode !== null && <span>{t.barcode(line.barcode)}</span>}
              </Text>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}
