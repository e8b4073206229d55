import { useMessages } from '../../../shared/ui/language.tsx'
import { StateIcon } from '../../../shared/ui/StateBadge.tsx'
import type { StateLook } from '../../../shared/ui/theme.ts'
import type { NowView } from '../../web/api-schema.ts'
import classes from './NowPage.module.css'
import { type NowWords, nowMessages } from './now.messages.ts'
import { isUpToDate } from './store-facts.ts'

const shopifyLook: Record<NowView['shopify']['state'], StateLook> = {
  connected: 'done',
  unreachable: 'caution',
  refused: 'wrong',
  'not-configured': 'quiet',
}

/** One line: how many stores are up to date, the connection to Shopify, and what it has not confirmed. */
export function Summary({ view }: { view: NowView }) {
  const t = useMessages(nowMessages)
  const { shopify, locations } = view
  const look = shopifyLook[shopify.state]
  const upToDate = locations.filter(isUpToDate).length
  return (
    <p className={classes['summary']}>
      {locations.length > 0 && <span>{t.upToDate(upToDate, locations.length)}</span>}
      <span className={classes['shopify']} data-look={look} data-testid="shopify">
        <StateIcon look={look} size={18} />
        <span>
          {shopifyWords(shopify, t)}
          {shopify.problem !== null && `: ${shopify.problem}`}
        </span>
      </span>
      {shopify.state !== 'not-configured' && (
        <span data-testid="unconfirmed">{t.unconfirmed(shopify.unconfirmedWrites)}</span>
      )}
    </p>
  )
}

function shopifyWords(shopify: NowView['shopify'], t: NowWords): string {
  if (shopify.state === 'connected') return t.shopify.connected(shopify.shop ?? t.unknown)
  return t.shopify[shopify.state]
}
