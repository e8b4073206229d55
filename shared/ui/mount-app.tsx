import { localStorageColorSchemeManager, MantineProvider, type MantineThemeOverride } from '@mantine/core'
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import type { Language } from '../languages.ts'
import { AnnouncerProvider } from './Announcer.tsx'
import { CrashNotice } from './CrashNotice.tsx'
import { ApiError, isUnauthorised } from './json.ts'
import { LanguageProvider } from './language.tsx'
import { cssVariables } from './theme.ts'

interface Page {
  readonly theme: MantineThemeOverride
  readonly app: ReactNode
  readonly spoken: readonly Language[]
  /** Fetched again when any answer says that the user is not, or no longer, logged in. */
  readonly sessionKey: readonly string[]
}

/** Puts an app on the page, with theme, language, queries and colour scheme. */
export function startPage({ theme, app, spoken, sessionKey }: Page): void {
  const scheme = localStorageColorSchemeManager({ key: 'tillbridge.colours' })
  // Mantine's own script for this is inline, which the content security policy forbids.
  document.documentElement.dataset['mantineColorScheme'] = firstScheme(scheme.get('auto'))
  const root = document.querySelector('#root')
  if (root === null) throw new Error('The page has no #root')
  createRoot(root).render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        colorSchemeManager={scheme}
        defaultColorScheme="auto"
      >
        <LanguageProvider spoken={spoken}>
          <QueryClientProvider client={newQueryClient(sessionKey)}>
            <CrashNotice>
              <AnnouncerProvider>{app}</AnnouncerProvider>
            </CrashNotice>
          </QueryClientProvider>
        </LanguageProvider>
      </MantineProvider>
    </StrictMode>,
  )
}

function firstScheme(chosen: string): string {
  if (chosen !== 'auto') return chosen
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}

function newQueryClient(sessionKey: readonly string[]): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        const isSession = query.queryKey[0] === sessionKey[0]
        if (isUnauthorised(error) && !isSession) void client.invalidateQueries({ queryKey: sessionKey })
      },
    }),
    defaultOptions: {
      queries: {
        // The server is the till's own or the page's own host: the browser's idea of "online" says nothing of it.
        networkMode: 'always',
        retry: (failures, error) =>
          failures < 2 && error instanceof ApiError && error.failure === 'unreachable',
        retryDelay: 500,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  })
  return client
}
