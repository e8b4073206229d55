import { Button, Text, TextInput, Title } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type RefObject, useEffect, useEffectEvent, useRef } from 'react'
import type { FoundOrder, ReturnableOrder } from '../../../shared/returns.ts'
import { useMessages } from '../../../shared/ui/language.tsx'
import { Notice, Problem } from '../../../shared/ui/Problem.tsx'
import { RelativeTime } from '../../../shared/ui/RelativeTime.tsx'
import { Waiting } from '../../../shared/ui/Waiting.tsx'
import { StepHead } from '../page/StepHead.tsx'
import { openList } from '../route.ts'
import { ReturnRow } from './ReturnRow.tsx'
import classes from './Returns.module.css'
import { returnMessages } from './returns.messages.ts'
import { returnsQuery, useReturnSearch } from './returns.query.ts'

interface FindOrderProps {
  zone: string
  prints: boolean
  text: string
  onText: (text: string) => void
  /** What is looked for; a new object each time. Null: nothing yet. */
  asked: { readonly text: string } | null
  onAsk: (asked: { readonly text: string }) => void
  searchRef: RefObject<HTMLInputElement | null>
  onFound: (order: ReturnableOrder) => void
}

/** Looks an order up by what the customer has of it. */
export function FindOrder(props: FindOrderProps) {
  const { zone, prints, text, onText, asked, onAsk, searchRef, onFound } = props
  const t = useMessages(returnMessages)
  const orders = useReturnSearch()
  const order = useReturnSearch()
  const recent = useQuery(returnsQuery)

  // an answer to what was asked before the newest question opens nothing
  const newest = useRef(0)
  const openOrder = async (id: string) => {
    newest.current += 1
    const own = newest.current
    const found = await order.mutateAsync({ ask: 'returnable', order: id }).catch(() => null)
    if (own === newest.current && found?.is === 'order' && found.order.lines.length > 0) onFound(found.order)
  }
  const look = useEffectEvent(async (wanted: string) => {
    order.reset()
    newest.current += 1
    const own = newest.current
    const found = await orders.mutateAsync({ ask: 'find-orders', text: wanted }).catch(() => null)
    const only = found?.is === 'orders' && found.orders.length === 1 ? found.orders[0] : undefined
    if (only !== undefined && own === newest.current) await openOrder(only.order)
  })
  useEffect(() => {
    if (asked !== null && asked.text.trim() !== '') void look(asked.text)
  }, [asked])

  const isAsking = orders.isPending || order.isPending
  return (
    <main className={classes['page']}>
      <div className={classes['main']}>
        <StepHead title={t.title} back={t.back} onBack={openList} testId="return-back" />
        <form
          className={classes['find']}
          onSubmit={event => {
            event.preventDefault()
            onAsk({ text })
          }}
        >
          <TextInput
            ref={searchRef}
            className={classes['field']}
            type="search"
            aria-label={t.search}
            placeholder={t.search}
            leftSection={<IconSearch size={22} aria-hidden />}
            value={text}
            maxLength={200}
            data-testid="return-search"
            onChange={event => onText(event.currentTarget.value)}
          />
          <Button type="submit" aria-disabled={isAsking} data-testid="return-look">
            {t.searchButton}
          </Button>
        </form>
        {isAsking && <Waiting why={t.searching} />}
        {!isAsking && <Results orders={orders} order={order} onOpen={id => void openOrder(id)} zone={zone} />}
        {asked === null && (recent.data ?? []).length > 0 && (
          <section className={classes['part']}>
            <Title order={2}>{t.recent}</Title>
            <ul className={classes['list']}>
              {recent.data?.map(one => (
                <ReturnRow key={one.returnId} view={one} zone={zone} prints={prints} />
              ))}
            </ul>
          </section>
        )}
      </div>
    </main>
  )
}

interface ResultsProps {
  orders: ReturnType<typeof useReturnSearch>
  order: ReturnType<typeof useReturnSearch>
  zone: string
  onOpen: (order: string) => void
}

function Results({ orders, order, zone, onOpen }: ResultsProps) {
  const t = useMessages(returnMessages)
  const failed = order.isError ? order.error : orders.isError ? orders.error : null
  if (failed !== null) return <Problem say={t.unanswered} meaning={t.answers.other} error={failed} />
  const stopped = [order.data, orders.data].find(one => one?.is === 'problem')
  if (stopped?.is === 'problem') return <Problem say={t.unanswered} meaning={answerWords(stopped.code, t)} />
  const found = orders.data
  if (found?.is !== 'orders') return null
  const isEmpty = order.data?.is === 'order' && order.data.order.lines.length === 0
  return (
    <>
      {found.isLocal && <Notice look="caution" say={localWords(found.why, t)} meaning={t.localMeaning} />}
      {isEmpty && <Notice look="caution" say={t.nothing} meaning={t.nothingMeaning} />}
      {found.orders.length === 0 ? (
        <Notice look="quiet" say={t.none} meaning={t.noneMeaning} />
      ) : (
        <section className={classes['part']}>
          <Text fw={600} role="status">
            {t.found(found.orders.length)}
          </Text>
          <ul className={classes['list']}>
            {found.orders.map(one => (
              <li key={one.order}>
                <Button
                  className={classes['found']}
                  variant="default"
                  justify="flex-start"
                  data-testid="return-order"
                  data-order={one.name}
                  onClick={() => onOpen(one.order)}
                >
                  <OrderWords order={one} zone={zone} />
                </Button>
              </li>
            ))}
          </ul>
          {found.isMore && <Text>{t.more}</Text>}
        </section>
      )}
    </>
  )
}

function OrderWords({ order, zone }: { order: FoundOrder; zone: string }) {
  const t = useMessages(returnMessages)
  const { name, customer, placedAt, units } = order
  return (
    <span className={classes['order']}>
      <strong>{name}</strong>
      <span>{customer.name}</span>
      {customer.phoneEnd !== null && <span>{t.phone(customer.phoneEnd)}</span>}
      <RelativeTime at={placedAt} zone={zone} />
      <span>{t.units(units)}</span>
    </span>
  )
}

type Words = (typeof returnMessages)['en']

/** Why only this till's own orders are shown. */
function localWords(why: string | null, { local, localWhy }: Words): string {
  const known: Readonly<Record<string, string>> = localWhy
  return known[why ?? ''] ?? local
}

function answerWords(code: string, { answers }: Words): string {
  const known: Readonly<Record<string, string>> = answers
  return known[code] ?? answers.other
}
