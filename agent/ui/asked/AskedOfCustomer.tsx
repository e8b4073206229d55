import { Button, CopyButton, Text, TextInput } from '@mantine/core'
import { IconCopy } from '@tabler/icons-react'
import type { CustomerAsked } from '../../../shared/customer-choice.ts'
import { isEnded } from '../../../shared/pickup-moves.ts'
import { useLanguage, useMessages } from '../../../shared/ui/language.tsx'
import { useNow } from '../../../shared/ui/now.tsx'
import { clockOrDate } from '../../../shared/ui/time-words.ts'
import type { PickupView } from '../../till/api-schema.ts'
import classes from './Asked.module.css'
import { askedMessages } from './asked.messages.ts'
import { QrCode } from './QrCode.tsx'

/** What the customer is asked about missing items, with the link to show or to send, or what they chose. Nothing if they are not asked. */
export function AskedOfCustomer({ view, zone }: { view: PickupView; zone: string }) {
  const t = useMessages(askedMessages)
  const { locale } = useLanguage()
  const now = useNow()
  const asked = view.asked ?? null
  if (asked === null || isEnded(view.state)) return null
  const { chosen, goods, link, until } = asked
  if (chosen !== null)
    return (
      <section className={classes['asked']} data-testid="asked" aria-label={t.chosen}>
        <div className={classes['words']}>
          <Text fw={700}>{t.chosen}</Text>
          <Text>{t.chose[chosen.choice](goods, chosen.to ?? '')}</Text>
          <Text>{howFar(t, chosen)}</Text>
        </div>
      </section>
    )
  const isExpired = now >= until
  const moment = clockOrDate(until, now, { zone, locale })
  return (
    <section className={classes['asked']} data-testid="asked" aria-label={t.title}>
      {!isExpired && <QrCode text={link} name={t.code} />}
      <div className={classes['words']}>
        <Text fw={700}>{t.title}</Text>
        {isExpired ? <Text>{t.expired}</Text> : <Text>{t.ask(goods)}</Text>}
        {!isExpired && <Text>{t.until(moment)}</Text>}
        {!isExpired && (
          <div className={classes['link']}>
            <TextInput label={t.link} value={link} readOnly onFocus={event => event.target.select()} />
            <CopyButton value={link}>
              {({ copied, copy }) => (
                <Button variant="default" leftSection={<IconCopy aria-hidden />} onClick={copy}>
                  {copied ? t.copied : t.copy}
                </Button>
              )}
            </CopyButton>
          </div>
        )}
      </div>
    </section>
  )
}

function howFar(
  t: (typeof askedMessages)['en'],
  { choice, to, state }: NonNullable<CustomerAsked['chosen']>,
): string {
  if (state !== 'done') return t.state[state]
  return choice === 'move' ? t.done.move(to ?? '') : t.done[choice]
}
