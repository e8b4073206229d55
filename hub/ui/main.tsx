import '../../shared/ui/strict-csp.ts'
import '../../shared/ui/mantine.css'
import { startPage } from '../../shared/ui/mount-app.tsx'
import { hubTheme } from '../../shared/ui/theme.ts'
import { HubApp } from './HubApp.tsx'
import { meQuery } from './login/me.query.ts'

startPage({ theme: hubTheme, app: <HubApp />, spoken: ['en', 'de'], sessionKey: meQuery.queryKey })
