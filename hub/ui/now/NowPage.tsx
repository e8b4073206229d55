import { Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ApiError } from '../../../shared/ui/json.ts'
import { useLanguage, useMessages } from '../../../shared/ui/language.tsx'
import { type Live, useLive } from '../../../shared/ui/live.ts'
import { NowProvider } from '../../../shared/ui/now.tsx'
import { Problem } from '../../../shared/ui/Problem.tsx'
import { clockTime } from '../../../shared/ui/time-words.ts'
import { Waiting } from '../../../shared/ui/Waiting.tsx'
import { HubLiveMessage, type NowView } from '../../web/api-schema.ts'
import { Answer } from './Answer.tsx'
import { ExceptionList } from './ExceptionList.tsx'
import { LocationTable } from './LocationTable.tsx'
import classes from './NowPage.module.css'
import { nowMessages } from './now.messages.ts'
import { nowKey, nowQuery } from './now.query.ts'
import { Summary } from './Summary.tsx'

/** What is wrong, where, and who acts; then every store. */
export function NowPage() {
  const t = useMessages(nowMessages)
  const client = useQueryClient()
  const { language } = useLanguage()
  const now = useQuery(nowQuery(language))
  const readAgain = () => void client.invalidateQueries({ queryKey: nowKey })
  const live = useLive('/api/live', HubLiveMessage, { open: readAgain, message: readAgain, lost: readAgain })
  return (
    <main className={classes['page']}>
      {live.state === 'lost' && <Lost live={live} />}
      {now.isError && live.state !== 'lost' && <Failed error={now.error} retry={() => void now.refetch()} />}
      {now.isPending && <Waiting why={t.loading} />}
      {now.data !== undefined && (
        <NowProvider aheadMs={now.data.view.hubTime - now.data.readAt}>
          <Found view={now.data.view} />
        </NowProvider>
      )}
    </main>
  )
}

function Found({ view }: { view: NowView }) {
  const t = useMessages(nowMessages)
  return (
    <>
      <Answer view={view} />
      {view.storage !== null && <CannotStore storage={view.storage} />}
      <ExceptionList exceptions={view.exceptions} locations={view.locations} more={view.moreExceptions} />
      <Summary view={view} />
      {view.locations.length > 0 ? (
        <LocationTable locations={view.locations} />
      ) : (
        <div className={classes['empty']} data-testid="empty">
          <Text c="dimmed">
            {t.noStoresMeaning} <code>tillbridge-hub store --help</code>
          </Text>
        </div>
      )}
    </>
  )
}

function CannotStore({ storage }: { storage: NonNullable<NowView['storage']> }) {
  const t = useMessages(nowMessages)
  const { locale } = useLanguage()
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone
  const since = clockTime(storage.since, { zone, locale })
  return (
    <div data-testid="cannot-store">
      <Problem say={t.cannotStoreSince(storage.code, since)} meaning={t.cannotStoreMeaning} />
    </div>
  )
}

function Lost({ live }: { live: Live }) {
  const t = useMessages(nowMessages)
  const { locale } = useLanguage()
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <div data-testid="lost">
      <Problem say={t.lost(clockTime(live.since, { zone, locale }))} meaning={t.failedMeaning} />
    </div>
  )
}

function Failed({ error, retry }: { error: Error; retry: () => void }) {
  const t = useMessages(nowMessages)
  const unreadable = error instanceof ApiError && error.failure === 'unreadable'
  return (
    <Problem
      say={t.failed}
      meaning={unreadable ? t.unreadable : t.failedMeaning}
      error={error}
      retry={retry}
    />
  )
}
