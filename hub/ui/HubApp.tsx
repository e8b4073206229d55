import { useQuery } from '@tanstack/react-query'
import { isUnauthorised } from '../../shared/ui/json.ts'
import { useMessages } from '../../shared/ui/language.tsx'
import { Problem } from '../../shared/ui/Problem.tsx'
import { Waiting } from '../../shared/ui/Waiting.tsx'
import classes from './HubApp.module.css'
import { HubHeader } from './HubHeader.tsx'
import { Login } from './login/Login.tsx'
import { meQuery } from './login/me.query.ts'
import { NowPage } from './now/NowPage.tsx'
import { nowMessages } from './now/now.messages.ts'

/** The head-office page for a user who is logged in, the log-in form for anyone else. */
export function HubApp() {
  const t = useMessages(nowMessages)
  const me = useQuery(meQuery)
  if (me.isError && isUnauthorised(me.error)) return <Login />
  if (me.isPending) return <Waiting why={t.loading} />
  if (me.data === undefined)
    return (
      <main className={classes['whole']}>
        <Problem say={t.failed} meaning={t.failedMeaning} error={me.error} retry={() => void me.refetch()} />
      </main>
    )
  return (
    <div className={classes['app']}>
      <HubHeader me={me.data} />
      <NowPage />
    </div>
  )
}
