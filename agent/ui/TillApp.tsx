import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { isUnauthorised } from '../../shared/ui/json.ts'
import { useMessages } from '../../shared/ui/language.tsx'
import { useLive } from '../../shared/ui/live.ts'
import { NowProvider } from '../../shared/ui/now.tsx'
import { Problem } from '../../shared/ui/Problem.tsx'
import { Waiting } from '../../shared/ui/Waiting.tsx'
import { type ScanView, TillLiveMessage, type TillState } from '../till/api-schema.ts'
import { appMessages } from './app.messages.ts'
import { TapGuard } from './guard/TapGuard.tsx'
import { NotOpened } from './NotOpened.tsx'
import { liveAddress } from './page-key.ts'
import { pickupsQuery } from './pickups/pickups.query.ts'
import { returnsQuery } from './returns/returns.query.ts'
import { printJobsQuery } from './slips/slips.query.ts'
import { StaffProvider } from './staff/Staff.tsx'
import { staffQuery } from './staff/staff.query.ts'
import { useTouched } from './staff/useTouched.ts'
import { stateQuery } from './state/state.query.ts'
import { stockKey } from './stock/stock.query.ts'
import classes from './TillApp.module.css'
import { TillScreen } from './TillScreen.tsx'

/** The till page: the pickups in a browser that was let in; in any other, how to open the page. */
export function TillApp() {
  const t = useMessages(appMessages)
  const state = useQuery(stateQuery)
  if (state.isError && isUnauthorised(state.error)) return <NotOpened retry={() => void state.refetch()} />
  if (state.isPending) return <Waiting why={t.loading} />
  if (state.data === undefined)
    return (
      <main className={classes['whole']}>
        <Problem
          say={t.failed}
          meaning={t.failedMeaning}
          error={state.error}
          retry={() => void state.refetch()}
        />
      </main>
    )
  return (
    <NowProvider>
      <StaffProvider>
        <TapGuard>
          <LiveTill state={state.data} />
        </TapGuard>
      </StaffProvider>
    </NowProvider>
  )
}

/** The lists that a live message says to read again. */
const listOf = {
  pickups: pickupsQuery.queryKey,
  returns: returnsQuery.queryKey,
  stock: stockKey,
  'print-jobs': printJobsQuery.queryKey,
  staff: staffQuery.queryKey,
} as const

function LiveTill({ state }: { state: TillState }) {
  const client = useQueryClient()
  const [scanner, setScanner] = useState<ScanView | null>(null)
  const readAll = () => {
    void client.invalidateQueries({ queryKey: stateQuery.queryKey })
    void client.invalidateQueries({ queryKey: pickupsQuery.queryKey })
    void client.invalidateQueries({ queryKey: printJobsQuery.queryKey })
    void client.invalidateQueries({ queryKey: returnsQuery.queryKey })
    void client.invalidateQueries({ queryKey: stockKey })
    void client.invalidateQueries({ queryKey: staffQuery.queryKey })
  }
  const tellFocus = useTouched()
  const live = useLive(liveAddress, TillLiveMessage, {
    open: () => {
      readAll()
      tellFocus()
    },
    // Shows a lapsed session as such, which an EventSource can't tell from a dead server.
    lost: () => void client.invalidateQueries({ queryKey: stateQuery.queryKey }),
    message: message => {
      if (message.type === 'state') {
        client.setQueryData(stateQuery.queryKey, message.state)
        // An answer that is still on its way is older than what was told now, and would overwrite it.
        void client.cancelQueries({ queryKey: stateQuery.queryKey })
      } else if (message.type === 'scan') setScanner(message.scan)
      else void client.invalidateQueries({ queryKey: listOf[message.type] })
    },
  })
  return <TillScreen state={state} live={live} scanner={scanner} />
}
