import { Title } from '@mantine/core'
import { useMessages } from '../../../shared/ui/language.tsx'
import { StateIcon } from '../../../shared/ui/StateBadge.tsx'
import type { StateLook } from '../../../shared/ui/theme.ts'
import type { NowView } from '../../web/api-schema.ts'
import classes from './NowPage.module.css'
import { type NowWords, nowMessages } from './now.messages.ts'
import { silentTills } from './store-facts.ts'

/** The page's first line: whether anything needs anybody. */
export function Answer({ view }: { view: NowView }) {
  const t = useMessages(nowMessages)
  const { look, words } = answer(view, t)
  return (
    <Title order={1} className={classes['answer']} data-look={look} data-testid="answer">
      <StateIcon look={look} size={28} />
      {words}
    </Title>
  )
}

function answer(view: NowView, t: NowWords): { look: StateLook; words: string } {
  if (view.storage !== null) return { look: 'wrong', words: t.cannotStore }
  const open = view.exceptions.length
  const urgent = view.exceptions.some(one => one.severity === 'urgent')
  if (open > 0) return { look: urgent ? 'wrong' : 'waiting', words: t.need(open) }
  if (['unreachable', 'refused'].includes(view.shopify.state))
    return { look: 'caution', words: t.nobodyShopify }
  if (view.locations.length === 0) return { look: 'quiet', words: t.noStores }
  const silent = silentTills(view.locations)
  if (silent > 0) return { look: 'caution', words: t.nobody(silent) }
  return { look: 'done', words: t.allWell }
}
