import { Button, Text, Title } from '@mantine/core'
import { IconQuestionMark } from '@tabler/icons-react'
import { useState } from 'react'
import { useMessages } from '../../../shared/ui/language.tsx'
import { CantFindDialog } from '../picking/CantFindDialog.tsx'
import { openUnits } from '../picking/counts.ts'
import { MissingOf } from '../picking/Picking.tsx'
import { pickingMessages } from '../picking/picking.messages.ts'
import { Stepper } from '../picking/Stepper.tsx'
import classes from './Batch.module.css'
import { batchMessages } from './batch.messages.ts'
import { type BatchItem, type Share, shareKey } from './batch-items.ts'
import { BatchPhoto } from './ItemList.tsx'
import type { BatchWork } from './useBatch.ts'

/** The item to look for, large: how many in all, and each order's share with its own counter. */
export function LargeItem({ item, work }: { item: BatchItem; work: BatchWork }) {
  const t = useMessages(pickingMessages)
  const [first] = item.shares
  // The keys count for the order that is due first, and take back from the one that is due last.
  const more = item.shares.find(({ line }) => openUnits(line) > 0)
  const fewer = item.shares.findLast(({ line }) => line.picked > 0)
  return (
    <section className={classes['large']} aria-labelledby="item" data-testid="large-item">
      <div className={classes['top']}>
        <BatchPhoto item={item} size={240} />
        <div className={classes['words']}>
          <Title order={2} id="item" className={classes['item']}>
            {item.title}
          </Title>
          <Text c="dimmed" size="xs" className={classes['codes']}>
            {first?.line.sku != null && <span>{t.sku(first.line.sku)}</span>}
            {first?.line.barcode != null && <span>{t.barcode(first.line.barcode)}</span>}
          </Text>
          <output className={classes['total']} data-testid="large-count">
            {t.of(item.tally.picked, item.tally.units)}
          </output>
        </div>
      </div>
      <ul className={classes['shares']}>
        {item.shares.map(share => (
          <li key={shareKey(share)} className={classes['share']} data-order={share.order.order.name}>
            <ShareRow share={share} work={work} keys={{ more: share === more, fewer: share === fewer }} />
          </li>
        ))}
      </ul>
    </section>
  )
}

interface ShareRowProps {
  share: Share
  work: BatchWork
  keys: { readonly more: boolean; readonly fewer: boolean }
}

function ShareRow({ share, work, keys }: ShareRowProps) {
  const t = useMessages(batchMessages)
  const words = useMessages(pickingMessages)
  const [asking, setAsking] = useState(false)
  const { order, line } = share
  const { name } = order.order
  const open = openUnits(line)
  return (
    <>
      <span className={classes['who']}>
        <strong>{t.share(line.units, name)}</strong> {order.customer.name}
      </span>
      <Stepper
        of={name}
        units={line.picked}
        least={0}
        most={line.units}
        keys={keys}
        onUnits={units => work.count(share, units - line.picked)}
      />
      {open > 0 && (
        <Button
          variant="default"
          leftSection={<IconQuestionMark size={22} aria-hidden />}
          aria-label={`${words.cantFind}: ${name}`}
          data-testid="cant-find"
          onClick={() => setAsking(true)}
        >
          {words.cantFind}
        </Button>
      )}
      <MissingOf line={line} onFound={() => work.miss(share, null)} />
      {asking && (
        <CantFindDialog
          title={`${line.title}, ${name}`}
          units={open}
          onMissing={missing => {
            setAsking(false)
            work.miss(share, missing)
          }}
          onCancel={() => setAsking(false)}
        />
      )}
    </>
  )
}
