import { Text, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { type ReactNode, type RefObject, useDeferredValue, useEffect, useEffectEvent, useState } from 'react'
import { useMessages } from '../../../shared/ui/language.tsx'
import { useNow } from '../../../shared/ui/now.tsx'
import { Notice, Problem } from '../../../shared/ui/Problem.tsx'
import { RelativeTime } from '../../../shared/ui/RelativeTime.tsx'
import { Waiting } from '../../../shared/ui/Waiting.tsx'
import type { StockFound, TillState } from '../../till/api-schema.ts'
import { StepHead } from '../page/StepHead.tsx'
import { openList } from '../route.ts'
import { TillTop } from '../TillTop.tsx'
import { oldAfterMs } from './old.ts'
import classes from './Stock.module.css'
import { StockItem } from './StockItem.tsx'
import { stockMessages } from './stock.messages.ts'
import { useStock } from './stock.query.ts'

interface StockPageProps {
  state: TillState
  above: ReactNode
  searchRef: RefObject<HTMLInputElement | null>
  /** The last scan that was made here; a new object for each. */
  scan: { readonly code: string } | null
}

/** Looks an item up and says how many this store and each other store has free, and when that was true. */
export function StockPage({ state, above, searchRef, scan }: StockPageProps) {
  const t = useMessages(stockMessages)
  const [text, setText] = useState('')
  const wanted = useDeferredValue(text.trim())
  const stock = useStock(wanted)
  const scanned = useEffectEvent((code: string) => setText(code))
  useEffect(() => {
    if (scan !== null) scanned(scan.code)
  }, [scan])
  return (
    <>
      <TillTop>{above}</TillTop>
      <main className={classes['page']}>
        <div className={classes['main']}>
          <StepHead title={t.title} back={t.back} onBack={openList} testId="stock-back" />
          <TextInput
            ref={searchRef}
            type="search"
            aria-label={t.search}
            placeholder={t.search}
            leftSection={<IconSearch size={22} aria-hidden />}
            value={text}
            maxLength={200}
            data-testid="stock-search"
            onChange={event => setText(event.currentTarget.value)}
          />
          {stock.isPending && <Waiting why={t.loading} />}
          {stock.isError && <Problem say={t.failed} error={stock.error} retry={() => void stock.refetch()} />}
          {stock.data !== undefined && <Found found={stock.data} wanted={wanted} zone={state.zone} />}
        </div>
      </main>
    </>
  )
}

function Found({ found, wanted, zone }: { found: StockFound; wanted: string; zone: string }) {
  const t = useMessages(stockMessages)
  const now = useNow()
  const { heardAt, isComplete, items, isMore } = found
  if (heardAt === null) return <Notice look="caution" say={t.nothingYet} meaning={t.nothingYetMeaning} />
  const isOld = now - heardAt > oldAfterMs
  return (
    <>
      {isOld && (
        <div data-testid="stock-old">
          <Notice look="caution" say={t.old} meaning={t.oldMeaning} />
        </div>
      )}
      {!isComplete && <Notice look="caution" say={t.incomplete} />}
      <Text size="sm" data-testid="stock-heard">
        {t.heard} <RelativeTime at={heardAt} zone={zone} />
      </Text>
      {wanted !== '' && items.length === 0 && <Notice look="quiet" say={t.none} meaning={t.noneMeaning} />}
      <ul className={classes['list']}>
        {items.map(item => (
          <StockItem key={item.item} item={item} heardAt={heardAt} zone={zone} />
        ))}
      </ul>
      {isMore && <Text>{t.more}</Text>}
    </>
  )
}
