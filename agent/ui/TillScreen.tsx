import { useQuery } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import { ApiError } from '../../shared/ui/json.ts'
import { useMessages } from '../../shared/ui/language.tsx'
import type { Live } from '../../shared/ui/live.ts'
import { Problem } from '../../shared/ui/Problem.tsx'
import { Waiting } from '../../shared/ui/Waiting.tsx'
import type { PickupView, ScanView, TillState } from '../till/api-schema.ts'
import { appMessages } from './app.messages.ts'
import { BatchPage } from './batch/BatchPage.tsx'
import { ChooseOrders } from './batch/ChooseOrders.tsx'
import { useTapGuard } from './guard/TapGuard.tsx'
import { forgetTyped } from './keys/forget-typed.ts'
import { KeyHelp } from './keys/KeyHelp.tsx'
import { keyMessages } from './keys/keys.messages.ts'
import { readScan } from './keys/read-scan.ts'
import type { TypedScan } from './keys/scan-reader.ts'
import { useTillKeys } from './keys/useTillKeys.ts'
import { NewPickupBar } from './notice/NewPickupBar.tsx'
import { SoundTest } from './notice/SoundTest.tsx'
import { useNewPickups } from './notice/useNewPickups.ts'
import { useSound } from './notice/useSound.ts'
import { PeripheralBar } from './peripherals/PeripheralBar.tsx'
import { PickupGone, PickupPage } from './pickup/PickupPage.tsx'
import { ListBar, type ListView, PickupList, type PickupListPlace } from './pickups/PickupList.tsx'
import { pickupMessages } from './pickups/pickups.messages.ts'
import { pickupsQuery } from './pickups/pickups.query.ts'
import { findCode, search } from './pickups/search.ts'
import { ReservedNotice } from './reserved/ReservedNotice.tsx'
import { useReserved } from './reserved/useReserved.ts'
import { ReturnsPage } from './returns/ReturnsPage.tsx'
import { openBack, openList, openPickup, useRoute } from './route.ts'
import { UnusedScanContext } from './scan/DialogScan.tsx'
import { scanMessages } from './scan/scan.messages.ts'
import type { PageScan } from './scan/scan-meaning.ts'
import { useScans } from './scan/useScans.ts'
import { useStaff } from './staff/Staff.tsx'
import { StockPage } from './stock/StockPage.tsx'
import classes from './TillApp.module.css'
import { TillHeader } from './TillHeader.tsx'
import { TillTop } from './TillTop.tsx'
import { UndoBar } from './undo/UndoBar.tsx'

const none: readonly PickupView[] = []

interface TillScreenProps {
  state: TillState
  live: Live
  /** The last scan of a scanner that the agent reads; a new object each time. */
  scanner: ScanView | null
}

/** Header, notices, and either the list, one pickup, what is taken back or the stock; also where keys and scans arrive. */
export function TillScreen({ state, live, scanner }: TillScreenProps) {
  const words = useMessages(pickupMessages)
  const keyWords = useMessages(keyMessages)
  const query = useQuery(pickupsQuery)
  const pickups = query.data ?? none
  const route = useRoute()
  const sound = useSound()
  const guard = useTapGuard()
  const staff = useStaff()
  const searchRef = useRef<HTMLInputElement>(null)
  const [help, setHelp] = useState(false)
  const [view, setView] = useState<ListView>({ tab: 'open', text: '' })
  const [place] = useState<PickupListPlace>(() => ({ scroll: 0, pickup: null }))
  const [places, setPlaces] = useState<ReadonlyMap<string, string | null>>(new Map())
  const [lastScan, setLastScan] = useState<{ readonly code: string; readonly at: string } | null>(null)
  const [trap, setTrap] = useState<TypedScan['trap']>(null)

  const fresh = useMemo(() => pickups.filter(one => one.state === 'received'), [pickups])
  useNewPickups(fresh, sound, `${state.storeName} ${state.till}`)

  const isList = route.page === 'list'
  const isReturns = route.page === 'returns'
  const isStock = route.page === 'stock'
  const isBatch = route.page === 'batch' || route.page === 'choose'
  const answersScans = isReturns || isStock || isBatch
  // A page answers only what was scanned on it.
  const pageScan = lastScan?.at === location.hash ? lastScan : null
  const opened = route.page === 'pickup' ? route.id : null
  const open = opened === null ? undefined : pickups.find(one => one.pickup === opened)
  const hidden = opened === null ? fresh : fresh.filter(one => one.pickup !== opened)
  const listHides = isList && (view.text !== '' || !['open', 'new'].includes(view.tab))

  useEffect(() => {
    // The next customer's return begins without the last one's order.
    if (!answersScans) setLastScan(null)
  }, [answersScans])

  useEffect(() => {
    // What is on the page now was not there when the finger came down.
    guard()
    if (opened !== null) place.pickup = opened
  }, [opened, guard, place])

  const scans = useScans({ pickups, open, play: sound.play, onView: setView })
  const onPage = route.page === 'batch' ? route.orders : [opened]
  const reserved = useReserved({
    pickups,
    open: pickups.filter(one => onPage.includes(one.pickup)),
    play: sound.play,
  })
  const scanned = (code: string) => {
    const isForPage = answersScans && document.querySelector('[role="dialog"]') === null
    if (isForPage) setLastScan({ code, at: location.hash })
    else scans.scanned(code)
    if (!isForPage || route.page === 'batch') reserved.look(code)
  }
  const heard = ({ code, badge }: ScanView) => (badge === undefined ? scanned(code) : staff.badge(badge))
  const showNew = () => {
    setView({ tab: 'new', text: '' })
    openList()
  }
  useTillKeys({
    search: () => {
      if (!isReturns && !isStock) openList()
      // The field may only now come onto the page.
      requestAnimationFrame(() => requestAnimationFrame(() => searchRef.current?.select()))
    },
    help: () => setHelp(true),
    back: () => {
      const [newest] = reserved.shown
      if (newest !== undefined) return reserved.dismiss(newest)
      scans.forget()
      if (isList) setView({ ...view, text: '' })
      else openBack()
    },
    act: () => document.querySelector<HTMLElement>('[data-primary]')?.click(),
    undo: () => document.querySelector<HTMLElement>('[data-undo]')?.click(),
    count: more =>
      document.querySelector<HTMLElement>(more > 0 ? '[data-count-one]' : '[data-count-back]')?.click(),
    scan: (text, found) => {
      setTrap(found)
      void readScan(text).then(view => {
        if (view === null || view.badge !== undefined) forgetTyped(text)
        if (view !== null) heard(view)
      })
    },
  })
  const onScanner = useEffectEvent(heard)
  useEffect(() => {
    if (scanner !== null) onScanner(scanner)
  }, [scanner])

  const above = (
    <>
      <TillHeader state={state} live={live} sound={sound} onHelp={() => setHelp(true)} />
      <PeripheralBar peripherals={state.peripherals} />
      {trap !== null && (
        <p className={classes['trap']} role="status" data-testid="scanner-trap">
          {keyWords.trap[trap]}
        </p>
      )}
      {(listHides || !isList) && <NewPickupBar fresh={hidden} onShow={showNew} />}
    </>
  )
  return (
    <UnusedScanContext value={scans.unused}>
      <div className={classes['app']}>
        {open !== undefined && (
          <PickupPage
            key={open.pickup}
            view={open}
            zone={state.zone}
            prints={state.prints}
            scan={scans.onPage}
            play={sound.play}
            place={places.get(open.pickup) ?? open.keptAt ?? null}
            onPlace={place => setPlaces(new Map(places).set(open.pickup, place))}
            above={above}
          />
        )}
        {isReturns && (
          <ReturnsPage state={state} above={above} searchRef={searchRef} scan={pageScan} play={sound.play} />
        )}
        {route.page === 'choose' && query.data !== undefined && (
          <ChooseOrders pickups={pickups} zone={state.zone} above={above} scan={pageScan} play={sound.play} />
        )}
        {route.page === 'batch' && query.data !== undefined && (
          <BatchPage
            key={route.orders.join()}
            ids={route.orders}
            pickups={pickups}
            zone={state.zone}
            above={above}
            scan={pageScan}
            play={sound.play}
          />
        )}
        {isStock && <StockPage state={state} above={above} searchRef={searchRef} scan={pageScan} />}
        {opened !== null && open === undefined && query.data !== undefined && <PickupGone above={above} />}
        {(isList || (opened !== null && query.data === undefined)) && (
          <TillTop>
            {above}
            {isList && <SoundTest sound={sound} />}
            {query.data !== undefined && (
              <ListBar
                pickups={pickups}
                zone={state.zone}
                view={view}
                onView={setView}
                searchRef={searchRef}
                onEnter={text => enterSearch(text, pickups, setView)}
              />
            )}
          </TillTop>
        )}
        {isList && scans.inList !== null && <NothingFound scan={scans.inList} onDismiss={scans.forget} />}
        {/* The state line already says that the till's program does not answer. */}
        {query.isError && !(live.state === 'lost' && query.data !== undefined) && (
          <PickupsFailed error={query.error} retry={() => void query.refetch()} />
        )}
        {query.isPending && <Waiting why={words.loading} />}
        {query.data !== undefined && isList && (
          <PickupList
            pickups={pickups}
            zone={state.zone}
            link={state.link}
            view={view}
            onView={setView}
            place={place}
          />
        )}
        <ReservedNotice shown={reserved.shown} onDismiss={reserved.dismiss} />
        <UndoBar
          pickups={pickups}
          returns={state.returns !== 'none'}
          isList={isList}
          isOffline={state.link !== 'online'}
        />
        {help && <KeyHelp onClose={() => setHelp(false)} />}
      </div>
    </UnusedScanContext>
  )
}

/** What was scanned in the list and opens nothing. */
function NothingFound({ scan, onDismiss }: { scan: PageScan; onDismiss: () => void }) {
  const words = useMessages(pickupMessages)
  const t = useMessages(scanMessages)
  const { dismiss } = useMessages(appMessages)
  const isCommand = scan.meaning.is === 'command'
  return (
    <div className={classes['whole']}>
      <Problem
        say={isCommand ? t.noOrderOpen(scan.code) : words.unknownCode(scan.code)}
        meaning={isCommand ? t.noOrderOpenMeaning : words.unknownCodeMeaning}
        retry={onDismiss}
        label={dismiss}
      />
    </div>
  )
}

function PickupsFailed({ error, retry }: { error: Error; retry: () => void }) {
  const t = useMessages(pickupMessages)
  const failure = error instanceof ApiError ? error.failure : 'unreachable'
  const told = failure === 'refused' ? error.message : t.failedMeaning
  return (
    <div className={classes['whole']}>
      <Problem
        say={t.failed}
        meaning={failure === 'unreadable' ? t.unreadable : told}
        error={error}
        retry={retry}
      />
    </div>
  )
}

/** Enter in the search field opens the order that it names, or the only one that it finds; else it stays a search. */
function enterSearch(text: string, pickups: readonly PickupView[], setView: (view: ListView) => void): void {
  if (text.trim() === '') return
  const named = findCode(pickups, text)
  const found = search(pickups, text)
  const only = named.is === 'pickup' ? named.pickup : found.length === 1 ? found[0] : undefined
  if (only === undefined) return
  setView({ tab: 'open', text: '' })
  openPickup(only.pickup)
}
