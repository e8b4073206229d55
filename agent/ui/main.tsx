import '../../shared/ui/strict-csp.ts'
import '../../shared/ui/mantine.css'
import { startPage } from '../../shared/ui/mount-app.tsx'
import { tillTheme } from '../../shared/ui/theme.ts'
import { stateQuery } from './state/state.query.ts'
import { TillApp } from './TillApp.tsx'

startPage({ theme: tillTheme, app: <TillApp />, sessionKey: stateQuery.queryKey })
