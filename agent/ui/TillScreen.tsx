import { useQuery } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import { ApiError } from '../../shared/ui/json.ts'
import { useMessages } from '../../shared/ui/language.tsx'
import type { Live } from '../../shared/ui/live.ts'
import { Problem } from '../../shared/ui/Problem.tsx'
import { Waiting } from '../../shared/ui/Waiting.tsx'
import type { PickupView, ScanView, TillState } from '../till/api-schema.ts'
import { appMessages } from './app.messages.ts'
import { KeyHelp } from './keys/KeyHelp.tsx'
import { keyMessages } from './keys/keys.messages.ts'
import { readScan } from './keys/read-scan.ts'
import type { TypedScan } from './keys/scan-reader.ts'
import { useTillKeys } from './keys/useTillKeys.ts'
import { NewPickupBar } from './notice/NewPickupBar.tsx'
import { useNewPickups } from './notice/useNewPickups.ts'
import { useSound } from './notice/useSound.ts'
import { PeripheralBar } from './peripherals/PeripheralBar.tsx'
import { PickupGone, PickupPage } from './pickup/PickupPage.tsx'
import { type ListView, PickupList } from './pickups/PickupList.tsx'
import { pickupMessages } from './pickups/pickups.messages.ts'
import { pickupsQuery } from './pickups/pickups.query.ts'
import { findCode, lineWithCode } from './pickups/search.ts'
import { openList, openPickup, useRoute } from './route.ts'
import classes from './TillApp.module.css'
import { TillHeader } from './TillHeader.tsx'

const none: readonly PickupView[] = []

interface TillScreenProps {
  state: TillState
  live: Live
  /** The last scan of a scanner that the agent reads; a new object each time. */
  scanner: ScanView | null
}

/** Header, notices, and either the list or one pickup; also where keys and scans arrive. */
export function TillScreen({ state, live, scanner }: TillScreenProps) {
  const words = useMessages(pickupMessages)
  const { dismiss } = useMessages(appMessages)
  const query = useQuery(pickupsQuery)
  const pickups = query.data ?? none
  const route = useRoute()
  const sound = useSound()
  const searchRef = useRef<HTMLInputElement>(null)
  const [help, setHelp] = useState(false)
  const [view, setView] = useState<ListView>({ tab: 'open', text: '' })
  const [trap, setTrap] = useState<TypedScan['trap']>(null)
  const keyWords = useMessages(keyMessages)
  const [scan, setScan] = useState<{ code: string; pickup: string | null } | null>(null)

  const fresh = useMemo(() => pickups.filter(one => one.state === 'received'), [pickups])
  useNewPickups(fresh, sound, `${state.storeName} ${state.till}`)

  const open = route.page === 'pickup' ? pickups.find(one => one.pickup === route.id) : undefined
  const listHides = route.page === 'list' && (view.text !== '' || !['open', 'new'].includes(view.tab))
  const hidden = route.page === 'pickup' ? fresh.filter(one => one.pickup !== route.id) : fresh

  const scanned = (code: string) => {
    if (open !== undefined && lineWithCode(open, code) !== undefined) {
      setScan({ code, pickup: open.pickup })
      return
    }
    const found = findCode(pickups, code)
    if (found.is === 'pickup' && (open === undefined || namesOrder(found.pickup, code))) {
      setScan(null)
      setView({ tab: 'open', text: '' })
      openPickup(found.pickup.pickup)
    } else if (open !== undefined) setScan({ code, pickup: open.pickup })
    else if (found.is === 'several') setView({ tab: 'open', text: code })
    else setScan({ code, pickup: null })
  }
  // The state line already says that the till's program does not answer.
  const toldAbove = live.state === 'lost' && query.data !== undefined
  const showNew = () => {
    setView({ tab: 'new', text: '' })
    openList()
  }
  useTillKeys({
    search: () => {
      openList()
      // The field may only now come onto the page.
      requestAnimationFrame(() => requestAnimationFrame(() => searchRef.current?.select()))
    },
    help: () => setHelp(true),
    back: () => (route.page === 'pickup' ? openList() : setScan(null)),
    scan: (text, found) => {
      setTrap(found)
      void readScan(text).then(scanned)
    },
  })
  const onScanner = useEffectEvent(scanned)
  useEffect(() => {
    if (scanner !== null) onScanner(scanner.code)
  }, [scanner])

  return (
    <div className={classes['app']}>
      <TillHeader state={state} live={live} sound={sound} onHelp={() => setHelp(true)} />
      <PeripheralBar peripherals={state.peripherals} />
      {trap !== null && (
        <p className={classes['trap']} role="status" data-testid="scanner-trap">
          {keyWords.trap[trap]}
        </p>
      )}
      {(listHides || route.page === 'pickup') && <NewPickupBar fresh={hidden} onShow={showNew} />}
      {route.page === 'list' && scan !== null && scan.pickup === null && (
        <div className={classes['whole']}>
          <Problem
            say={words.unknownCode(scan.code)}
            meaning={words.unknownCodeMeaning}
            retry={() => setScan(null)}
            label={dismiss}
          />
        </div>
      )}
      {query.isError && !toldAbove && (
        <PickupsFailed error={query.error} retry={() => void query.refetch()} />
      )}
      {query.isPending && <Waiting why={words.loading} />}
      {query.data !== undefined && route.page === 'list' && (
        <PickupList
          pickups={pickups}
          zone={state.zone}
          link={state.link}
          view={view}
          onView={setView}
          searchRef={searchRef}
          onEnter={text => enterSearch(text, pickups, setView)}
        />
      )}
      {open !== undefined && (
        <PickupPage
          key={open.pickup}
          view={open}
          zone={state.zone}
          scanned={scan?.pickup === open.pickup ? scan.code : null}
          prints={state.prints}
        />
      )}
      {query.data !== undefined && route.page === 'pickup' && open === undefined && <PickupGone />}
      {help && <KeyHelp onClose={() => setHelp(false)} />}
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

function namesOrder(view: PickupView, code: string): boolean {
  return lineWithCode(view, code) === undefined
}

/** Enter in the search field opens the order that it names; any other text stays as a search. */
function enterSearch(text: string, pickups: readonly PickupView[], setView: (view: ListView) => void): void {
  const found = findCode(pickups, text)
  if (text.trim() === '' || found.is !== 'pickup') return
  setView({ tab: 'open', text: '' })
  openPickup(found.pickup.pickup)
}
