import { Button, Text, TextInput, Title } from '@mantine/core'
import { IconBasketCheck, IconListCheck, IconSearch, IconX } from '@tabler/icons-react'
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'
import { useMessages } from '../../../shared/ui/language.tsx'
import { useNow } from '../../../shared/ui/now.tsx'
import type { PickupView, TillState } from '../../till/api-schema.ts'
import { batchMessages } from '../batch/batch.messages.ts'
import { isToRemind } from '../remind/due.ts'
import { useReminderRule } from '../remind/remind.query.ts'
import { showChoice } from '../route.ts'
import { PickupCard } from './PickupCard.tsx'
import classes from './PickupList.module.css'
import { pickupMessages } from './pickups.messages.ts'
import { search } from './search.ts'
import { primaryMove } from './states.ts'
import { byTab, inSections, type Tab, tabs } from './tabs.ts'

/** What the list shows; kept above it, so that going back from a pickup finds it as it was. */
export interface ListView {
  readonly tab: Tab
  readonly text: string
}

/** Where in the list staff were when they left it. */
export interface PickupListPlace {
  scroll: number
  /** The pickup whose card had the focus, or was opened. */
  pickup: string | null
}

interface ListBarProps {
  pickups: readonly PickupView[]
  zone: string
  view: ListView
  onView: (view: ListView) => void
  searchRef: RefObject<HTMLInputElement | null>
  /** Enter in the search field: a code or a text. */
  onEnter: (text: string) => void
}

/** Tabs with their counts, which only filter what is below, and the search, which looks through all pickups. */
export function ListBar({ pickups, zone, view, onView, searchRef, onEnter }: ListBarProps) {
  const t = useMessages(pickupMessages)
  const inTabs = byTab(pickups, useNow(), zone)
  const isSearch = view.text.trim() !== ''
  return (
    <section className={classes['bar']} aria-label={t.tabsLabel}>
      <div className={classes['tabs']}>
        {tabs.map(tab => (
          <Button
            key={tab}
            variant={tab === view.tab && !isSearch ? 'light' : 'default'}
            aria-pressed={tab === view.tab && !isSearch}
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
    </section>
  )
}

interface PickupListProps {
  pickups: readonly PickupView[]
  zone: string
  /** Whether new orders can arrive; an empty list says so. */
  link: TillState['link']
  view: ListView
  onView: (view: ListView) => void
  place: PickupListPlace
}

/** The store's pickups: what is to be done on top, what waits for its customer below. */
export function PickupList({ pickups, zone, link, view, onView, place }: PickupListProps) {
  const t = useMessages(pickupMessages)
  const now = useNow()
  const rule = useReminderRule()
  const main = useListPlace(place)
  const inTabs = byTab(pickups, now, zone)
  const text = view.text.trim()
  const shown = text === '' ? inTabs[view.tab] : search([...inTabs.open, ...inTabs.done], text)
  const parts =
    text === '' && view.tab === 'open'
      ? inSections(shown, now, view => isToRemind(view, rule, now))
      : [{ section: null, pickups: shown }]
  const next = shown.length === 1 || view.tab !== 'ready' ? parts[0]?.pickups[0]?.pickup : undefined
  const isMany = inTabs.new.length > 1 && text === ''
  const withNew = isMany ? parts.find(part => part.pickups.some(isNew)) : undefined
  return (
    <main className={classes['page']} ref={main}>
      <Title order={1} className={classes['title']} tabIndex={-1}>
        {t.title}
      </Title>
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
      {shown.length === 0 && text === '' && <Empty tab={view.tab} link={link} />}
      {parts.map(part => (
        <section key={part.section} className={classes['part']} data-section={part.section}>
          <div className={classes['partHead']}>
            {part.section !== null && (
              <Title order={2} className={classes['heading']}>
                {t.section[part.section]} <span className={classes['count']}>{part.pickups.length}</span>
              </Title>
            )}
            {part === withNew && <PickSeveral />}
          </div>
          <ul className={classes['list']}>
            {part.pickups.map(pickup => (
              <PickupCard
                key={pickup.pickup}
                view={pickup}
                zone={zone}
                isNext={pickup.pickup === next && part.section !== 'ready' && part.section !== 'remind'}
              />
            ))}
          </ul>
        </section>
      ))}
    </main>
  )
}

/** The way to picking several orders in one walk, where the first new order is. */
function PickSeveral() {
  const t = useMessages(batchMessages)
  return (
    <Button
      variant="default"
      leftSection={<IconListCheck size={22} aria-hidden />}
      data-testid="pick-several"
      data-guarded
      onClick={showChoice}
    >
      {t.open}
    </Button>
  )
}

const isNew = ({ state }: PickupView): boolean => primaryMove(state) === 'pick'

function Empty({ tab, link }: { tab: Tab; link: TillState['link'] }) {
  const t = useMessages(pickupMessages)
  return (
    <div className={classes['empty']} data-testid="empty">
      <IconBasketCheck size={96} stroke={1} aria-hidden />
      <Text size="lg" fw={650}>
        {t.empty[tab]}
      </Text>
      {tab !== 'done' && <Text c="dimmed">{t.emptyMeaning[link]}</Text>}
    </div>
  )
}

/** Comes back to where staff left the list: scrolled the same, with the focus on the same card. */
function useListPlace(place: PickupListPlace): RefObject<HTMLElement | null> {
  const main = useRef<HTMLElement>(null)
  useLayoutEffect(() => {
    if (place.pickup === null) return
    const links = main.current?.querySelectorAll<HTMLElement>('[data-pickup]') ?? []
    const link = [...links].find(one => one.dataset['pickup'] === place.pickup)
    const target = link ?? main.current?.querySelector<HTMLElement>('h1')
    target?.focus({ preventScroll: true })
    window.scrollTo(0, place.scroll)
  }, [place])
  useEffect(() => {
    const keep = () => {
      place.scroll = window.scrollY
    }
    window.addEventListener('scroll', keep, { passive: true })
    return () => window.removeEventListener('scroll', keep)
  }, [place])
  return main
}
