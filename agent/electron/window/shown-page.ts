import type { Log } from '../../../shared/world.ts'
import type { AgentSeen } from '../agent-watch.ts'
import type { DeskWindow } from '../electron-parts.ts'
import { LOCAL_PAGE, type LocalState } from './local-page.ts'

/** So many unanswered looks, and the till page makes way for the one that says why. */
const MISSED_MOST = 3

export interface ShownPage {
  /** The agent as it was just seen. */
  follow(seen: AgentSeen): void
  /** Shows again what is to be shown: the page has failed. */
  again(): void
  /** What the app's own page says. */
  local(): LocalState
  /** Of the till page that may be shown. */
  origin(): string | null
}

/**
 * Decides what the window shows: the till page of a running agent, or else the app's own page. Each opening of the till
 * page takes a new link, because a link works once.
 * @param parts.link the newest link, read now
 * @param parts.why what the app's own page has to say now
 */
export function showPages(parts: {
  window: Pick<DeskWindow, 'loadURL'>
  log: Log
  link(): string | null
  why(): LocalState
}): ShownPage {
  let origin: string | null = null
  let local: LocalState = { says: 'starting' }
  let shown: 'nothing' | 'till' | 'local' = 'nothing'
  let last: AgentSeen = { door: null, view: null, missed: 0 }

  function load(url: string): void {
    parts.window.loadURL(url).catch((error: unknown) => {
      parts.log.debug({ error: String(error) }, 'the page did not load') // `did-fail-load` opens it again
    })
  }
  function showTill(link: string): void {
    shown = 'till'
    origin = new URL(link).origin
    load(link)
  }
  function showLocal(): void {
    const now = parts.why()
    if (shown === 'local' && JSON.stringify(now) === JSON.stringify(local)) return // what is typed there would be lost
    shown = 'local'
    local = now
    load(LOCAL_PAGE)
  }
  function follow(seen: AgentSeen): void {
    last = seen
    const link = seen.view === null ? null : parts.link()
    if (link !== null) {
      if (shown !== 'till' || new URL(link).origin !== origin) showTill(link)
    } else if (shown !== 'till' || seen.missed >= MISSED_MOST) showLocal()
  }
  return {
    follow,
    again() {
      shown = 'nothing'
      follow(last)
    },
    local: () => local,
    origin: () => origin,
  }
}
