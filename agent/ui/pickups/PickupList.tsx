import { Button, Text, TextInput, Title } from '@mantine/core'
import { IconSearch, IconX } from '@tabler/icons-react'
import type { RefObject } from 'react'
import { useMessages } from '../../../shared/ui/language.tsx'
import { useNow } from '../../../shared/ui/now.tsx'
import type { PickupView, TillState } from '../../till/api-schema.ts'
import { PickupCard } from './PickupCard.tsx'
import classes from './PickupList.module.css'
import { pickupMessages } from './pickups.messages.ts'
import { search } from './search.ts'
import { byTab, type Tab, tabs } from './tabs.ts'

/** What the list shows; kept above it, so that going back from a pickup finds it as it was. */
export interface ListView {
  readonly tab: Tab
  readonly text: string
}

interface PickupListProps {
  pickups: readonly PickupView[]
  zone: string
  /** Whether new orders can arrive; an empty list says so. */
  link: TillState['link']
  view: ListView
  onView: (view: ListView) => void
  searchRef: RefObject<HTMLInputElement | null>
  /** Enter in the search field: a code or a text. */
  onEnter: (text: string) => void
}

/** The store's pickups. Tabs only filter what is below; a search looks through all of them. */
export function PickupList({ pickups, zone, link, view, onView, searchRef, onEnter }: PickupListProps) {
  const t = useMessages(pickupMessages)
  const now = useNow()
  const inTabs = byTab(pickups, now, zone)
  const text = view.text.trim()
  const all = [...inTabs.open, ...inTabs.done]
  const shown = text === '' ? inTabs[view.tab] : search(all, text)
  return (
    <main className={classes['page']}>
      <Title order={1} className={classes['title']}>
        {t.title}
      </Title>
      <div className={classes['bar']}>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a row everywhere */}
        <div role="group" aria-label={t.tabsLabel} className={classes['tabs']}>
          {tabs.map(tab => (
            <Button
              key={tab}
              variant={tab === view.tab && text === '' ? 'filled' : 'default'}
              aria-pressed={tab === view.tab && text === ''}
              data-testid={`tab-${tab}`}
              onClick={() => onView({ tab, text: '' })}
            >
              {t.tab[tab]} <span className={classes['count']}>{inTabs[tab].length}</span>
            </Button>
          ))}
        </div>
        <TextInput
          ref={searchRef}
          className={classes['search']}
          type="search"
          aria-label={t.search}
          placeholder={t.search}
          leftSection={<IconSearch size={22} aria-hidden />}
          value={view.text}
          data-testid="search"
          onChange={event => onView({ ...view, text: event.currentTarget.value })}
          onKeyDown={event => {
            if (event.key === 'Enter') onEnter(event.currentTarget.value)
            if (event.key !== 'Escape') return
            onView({ ...view, text: '' })
            event.currentTarget.blur()
          }}
        />
      </div>
      {text !== '' && (
        <div className={classes['found']} role="status">
          <Text fw={600}>{shown.length === 0 ? t.foundNone(text) : t.found(shown.length, text)}</Text>
          <Button
            variant="default"
            leftSection={<IconX size={20} aria-hidden />}
            onClick={() => onView({ ...view, text: '' })}
          >
            {t.clear}
          </Button>
        </div>
      )}
      {shown.length === 0 && text === '' && (
        <div className={classes['empty']} data-testid="empty">
          <Text size="lg" fw={650}>
            {t.empty[view.tab]}
          </Text>
          {view.tab !== 'done' && <Text c="dimmed">{t.emptyMeaning[link]}</Text>}
        </div>
      )}
      <ul className={classes['list']}>
        {shown.map(pickup => (
          <PickupCard key={pickup.pickup} view={pickup} zone={zone} />
        ))}
      </ul>
    </main>
  )
}
