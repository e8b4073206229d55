import type { Log } from '../../../shared/world.ts'
import type { GuardedPage, GuardedSession } from '../electron-parts.ts'
import { isLocalPage } from './local-page.ts'

/** What pages may ask the browser for. The till page needs none of it: it has no camera, no clipboard, no location. */
const permissions: readonly string[] = []
/** What may be saved to disk. Nothing: slips are printed, and exports are made at head office. */
const downloads = 'none'

/** Whether a frame may show this: the till page of the running agent, or the app's own page. */
export function isAllowedPage(url: string, agentOrigin: string | null): boolean {
  if (isLocalPage(url)) return true
  return agentOrigin !== null && URL.canParse(url) && new URL(url).origin === agentOrigin
}

/** Photos of items come from wherever the shop keeps them, over https; everything else from the one origin. */
function isAllowedRequest(asked: { url: string; resourceType: string }, agentOrigin: string | null): boolean {
  if (isAllowedPage(asked.url, agentOrigin)) return true
  return asked.resourceType === 'image' && asked.url.startsWith('https:')
}

/**
 * Holds every page of this app to one origin: no navigation away, no new windows, no frames of others, no permissions, no
 * devices, no downloads. What is refused is logged without its query, which may hold secrets.
 * @param parts.agentOrigin of the running agent's till page; null while none runs
 */
export function guardPages(parts: {
  session: GuardedSession
  onPage(run: (page: GuardedPage) => void): void
  agentOrigin(): string | null
  log: Log
}): void {
  const { session, log } = parts
  const refuse = (what: string, url: string) =>
    log.warn({ what, url: withoutQuery(url) }, 'a page was refused something')

  parts.onPage(page => {
    const stay = (event: { preventDefault(): void; readonly url: string }) => {
      if (isAllowedPage(event.url, parts.agentOrigin())) return
      event.preventDefault()
      refuse('navigation', event.url)
    }
    page.on('will-frame-navigate', stay)
    page.on('will-redirect', stay)
    page.on('will-attach-webview', event => event.preventDefault())
    page.setWindowOpenHandler(({ url }) => {
      refuse('a new window', url)
      return { action: 'deny' }
    })
  })
  session.setPermissionRequestHandler((_page, permission, answer) => answer(permissions.includes(permission)))
  session.setPermissionCheckHandler((_page, permission) => permissions.includes(permission))
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', event => {
    event.preventDefault()
    refuse('a download', downloads)
  })
  session.webRequest.onBeforeRequest((asked, answer) => {
    const isFine = isAllowedRequest(asked, parts.agentOrigin())
    if (!isFine) refuse('a request', asked.url)
    answer({ cancel: !isFine })
  })
}

const withoutQuery = (url: string) => url.split(/[?#]/, 1)[0]?.slice(0, 200) ?? ''
