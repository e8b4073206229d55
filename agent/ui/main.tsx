import '../../shared/ui/strict-csp.ts'
import '../../shared/ui/mantine.css'
import { languageCodes } from '../../shared/languages.ts'
import { signRequestsWith } from '../../shared/ui/json.ts'
import { startPage } from '../../shared/ui/mount-app.tsx'
import { tillTheme } from '../../shared/ui/theme.ts'
import { pageSigner, takePageKey } from './page-key.ts'
import { stateQuery } from './state/state.query.ts'
import { TillApp } from './TillApp.tsx'

takePageKey()
signRequestsWith(pageSigner)
startPage({ theme: tillTheme, app: <TillApp />, spoken: languageCodes, sessionKey: stateQuery.queryKey })
