import { join } from 'node:path'
import { describeError } from '../../shared/errors.ts'
import type { World } from '../../shared/world.ts'
import type { EnrolmentAsked } from '../enrolment/enrol-link.ts'
import { type AgentSeen, watchAgent } from './agent-watch.ts'
import { type PageCalls, serveChannels } from './channels.ts'
import type { DesktopWords } from './desktop.messages.ts'
import type {
  DeskNotice,
  DeskTray,
  DeskWindow,
  GuardedPage,
  GuardedSession,
  NoticeOptions,
  Screens,
  WindowOptions,
} from './electron-parts.ts'
import { enrolmentHere } from './enrolment/enrol-here.ts'
import { type AskUser, followLinks } from './enrolment/follow-links.ts'
import { linkAmong } from './enrolment/link-among.ts'
import { keptSecret, type SafeStorage } from './kept-secret.ts'
import { HIDDEN_ARGUMENT, type LoginStart } from './login-start.ts'
import { noticeNewPickups } from './notices/new-pickup-notices.ts'
import type { TrayLook } from './notices/state-words.ts'
import { keepTray } from './notices/tray.ts'
import type { DesktopSettings } from './settings.ts'
import type { StandaloneAgent, StandaloneState } from './standalone/keep-agent.ts'
import { type RunProgram, startService } from './start-service.ts'
import { type LocalState, localPage } from './window/local-page.ts'
import { guardPages } from './window/page-guard.ts'
import { keepPageAlive } from './window/page-health.ts'
import { followPrintKey, printShownPage } from './window/print-page.ts'
import { type ShownPage, showPages } from './window/shown-page.ts'
import { openTillWindow, type TillWindow } from './window/till-window.ts'
import { windowPlace } from './window/window-place.ts'
import { followZoomKeys } from './window/zoom.ts'

/** Everything that the desktop app is made of; the real ones come from main.ts. */
export interface DesktopParts {
  readonly world: World
  readonly platform: string
  /** Of the app. */
  readonly version: string
  readonly settings: DesktopSettings
  /** What is wrong with the settings file, for IT. */
  readonly settingsProblem: string | null
  readonly words: DesktopWords
  readonly language: string
  readonly argv: readonly string[]
  readonly isPackaged: boolean
  readonly folders: {
    /** Where the agent tells the way in. */
    readonly desk: string
    /** Of a standalone agent's files. */
    readonly data: string
    /** Of the app's own files. */
    readonly user: string
  }
  readonly files: {
    readonly preload: string
    readonly icon: string
    readonly tray: Readonly<Record<TrayLook, string>>
  }
  readonly session: GuardedSession
  readonly screens: Screens
  readonly safeStorage: SafeStorage
  readonly pageCalls: PageCalls
  readonly loginStart: LoginStart
  onPage(run: (page: GuardedPage) => void): void
  createWindow(options: WindowOptions): DeskWindow
  createTray(icon: string): DeskTray
  createNotice(options: NoticeOptions): DeskNotice
  /** Serves the app's own page: what `html` gives at that moment. */
  serveLocalPage(html: () => string): void
  ask: AskUser
  tell(sentence: string): void
  runProgram: RunProgram
  keepStandalone(changed: (state: StandaloneState) => void): StandaloneAgent
  quit(): void
}

export interface Desktop extends AsyncDisposable {
  /** The app was started again, with these arguments. */
  again(argv: readonly string[]): void
  openLink(link: string): void
}

/** Puts the desktop app together. It has no rules of the business: the agent has them, and its page shows them. */
export function startDesktop(parts: DesktopParts): Desktop {
  const { world, settings, words } = parts
  const building = new DisposableStack()
  const agent = agentOf(parts, () => watch.look())
  let isEnding = false
  let shown: ShownPage | null = null
  guardPages({
    session: parts.session,
    onPage: parts.onPage,
    agentOrigin: () => shown?.origin() ?? null,
    log: world.log,
  })
  parts.serveLocalPage(() => localPage(shown?.local() ?? { says: 'starting' }, words, parts.language))
  const till = building.use(openWindow(parts, () => isEnding))
  const page = till.window.webContents
  const print = () => printShownPage(page, why => parts.tell(words.printFailed(why)))
  const tray = building.use(
    keepTray({
      tray: parts.createTray(parts.files.tray.calm),
      icons: parts.files.tray,
      words,
      loginStart: parts.loginStart,
      open: till.toFront,
      print,
      quit: parts.quit,
    }),
  )
  const notices = building.use(
    noticeNewPickups({
      world,
      words,
      everyMs: settings.noticeSeconds * 1_000,
      create: parts.createNotice,
      isPageInFront: () => till.window.isFocused(),
      open: till.toFront,
    }),
  )
  const watch = building.use(
    watchAgent({ world, folder: parts.folders.desk, version: parts.version, changed: seen }),
  )
  shown = showPages({
    window: till.window,
    log: world.log,
    link: watch.link,
    why: () => agent.why(watch.seen()),
  })
  building.use(keepPageAlive(page, { world, reopen: () => shown?.again() }))
  followPrintKey(page, print)

  function seen(now: AgentSeen): void {
    shown?.follow(now)
    tray.show(now.view)
    if (now.view !== null) notices.show(now.view.newPickups) // without an answer, notices go on as they were
  }
  serveChannels(parts.pageCalls, { 'start-agent': agent.start, enrol: agent.enrol }, world.log)
  const follow = followLinks({
    words,
    mode: settings.agent,
    ask: parts.ask,
    tell: parts.tell,
    enrol: async asked => said(parts, await agent.enrol(asked)),
  })
  const openLink = (link: string) => {
    till.toFront()
    follow(link).catch((error: unknown) => parts.tell(String(error instanceof Error ? error.message : error)))
  }
  firstStart(parts)
  if (parts.settingsProblem !== null) parts.tell(parts.settingsProblem)
  watch.look()
  agent.begin()
  const link = linkAmong(parts.argv)
  if (link !== null) openLink(link)
  return {
    again(argv) {
      const next = linkAmong(argv)
      if (next === null) till.toFront()
      else openLink(next)
    },
    openLink,
    async [Symbol.asyncDispose]() {
      isEnding = true
      await agent.stop()
      building.dispose()
    },
  }
}

function said(parts: Pick<DesktopParts, 'tell'>, sentence: string | null): void {
  if (sentence !== null) parts.tell(sentence)
}

function openWindow(parts: DesktopParts, isEnding: () => boolean): TillWindow {
  const place = windowPlace(parts.world, join(parts.folders.user, 'window.json'))
  const till = openTillWindow({
    world: parts.world,
    mode: parts.settings.window,
    screens: parts.screens,
    place,
    preload: parts.files.preload,
    icon: parts.files.icon,
    devTools: !parts.isPackaged,
    startsHidden: parts.argv.includes(HIDDEN_ARGUMENT),
    create: parts.createWindow,
    isEnding,
  })
  followZoomKeys(till.window.webContents, place)
  return till
}

/** At its first start an installed app enters itself into the user's log-in, unless IT decided otherwise; later the user does. */
function firstStart({ world, folders, loginStart, settings, isPackaged }: DesktopParts): void {
  const mark = join(folders.user, 'login-start-set')
  if (!isPackaged || world.files.readText(mark) !== null) return
  loginStart.set(settings.startAtLogin)
  world.files.writePrivate(mark, '')
}

/** How this PC's agent is started, enrolled and spoken of: the system's service, or the app's own process. */
interface AgentHere {
  /** Once everything else is there. */
  begin(): void
  start(): Promise<string | null>
  enrol(asked: EnrolmentAsked): Promise<string | null>
  why(seen: AgentSeen): LocalState
  stop(): Promise<void>
}

function agentOf(parts: DesktopParts, look: () => void): AgentHere {
  return parts.settings.agent === 'service' ? serviceAgent(parts) : standaloneAgent(parts, look)
}

function serviceAgent(parts: DesktopParts): AgentHere {
  const { world, words: t, platform, runProgram, folders } = parts
  return {
    begin() {},
    async start() {
      try {
        await startService(platform, runProgram)
        return null
      } catch (error) {
        world.log.warn({ error }, 'the service was not started')
        return t.startFailed(describeError(error).sentence)
      }
    },
    enrol: async ({ hub }) => t.enrolService(new URL(hub).origin),
    why: ({ door }) => ({
      says: 'not-running',
      details: door === null ? folders.desk : new URL(door.link).origin,
    }),
    stop: async () => {},
  }
}

function standaloneAgent(parts: DesktopParts, look: () => void): AgentHere {
  const { world, words, folders } = parts
  const agent = parts.keepStandalone(look)
  const path = join(folders.user, 'enrolment')
  const kept = keptSecret({
    safeStorage: parts.safeStorage,
    platform: parts.platform,
    files: world.files,
    path,
  })
  const here = enrolmentHere({ world, folder: folders.data, words, kept })
  let details = kept.protection() === 'basic-text' ? words.basicText : null
  const enrol = async (work: Promise<string | null>): Promise<string | null> => {
    const answer = await work
    if (answer === null && here.isEnrolled()) agent.start()
    return answer
  }
  async function takeUp(): Promise<void> {
    try {
      details = (await enrol(here.takeUp())) ?? details
    } catch (error) {
      world.log.warn({ error }, 'an enrolment that waited failed')
      details = describeError(error).sentence
    }
  }
  return {
    begin() {
      if (here.isEnrolled()) agent.start()
      else void takeUp()
    },
    async start() {
      if (here.isEnrolled()) agent.start()
      return here.isEnrolled() ? null : words.notEnrolled
    },
    enrol: asked => enrol(here.enrol(asked)),
    why() {
      if (!here.isEnrolled()) return { says: 'not-enrolled', details }
      const state = agent.state()
      if (state.is === 'restarting')
        return { says: 'restarting', seconds: Math.ceil(state.inMs / 1_000), why: state.why }
      return state.is === 'stopped' ? { says: 'not-running', details } : { says: 'starting' }
    },
    stop: agent.stop,
  }
}
