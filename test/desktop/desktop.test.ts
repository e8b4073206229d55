import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ChannelAnswer, PageCalls } from '../../agent/electron/channels.ts'
import { desktopWords } from '../../agent/electron/desktop.messages.ts'
import { type DesktopParts, startDesktop } from '../../agent/electron/desktop.ts'
import { DesktopSettings } from '../../agent/electron/settings.ts'
import type { StandaloneState } from '../../agent/electron/standalone/keep-agent.ts'
import { LOCAL_PAGE } from '../../agent/electron/window/local-page.ts'
import { deskDoorPath } from '../../agent/till/desk-door.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'
import { DESK_TOKEN } from '../till/open-till.ts'
import {
  FakeGuardedPage,
  FakeNotice,
  FakeScreens,
  FakeSession,
  FakeTray,
  FakeWindow,
  screenAt,
} from './fake-electron.ts'
import { keyring } from './keyring.ts'
import { deskView } from './till-view.ts'

const en = desktopWords('en', 'en')
const TILL = 'http://127.0.0.1:8765'
const DEVICE = {
  device: 'dev_0123456789abcdefghij',
  hub: 'hub_1',
  store: 'HAR',
  storeName: 'Harbour',
  till: 'Till 1',
  zone: 'Europe/Berlin',
}
const LINK = 'tillbridge://enrol?hub=https://hub.example&code=ABCD-EFGH-JKMN-PQRS'

/** The whole app with Electron replaced, on a folder of its own. */
function app(over: { settings?: object; argv?: string[]; parts?: Partial<DesktopParts> } = {}) {
  const folder = temporaryFolder()
  const folders = { desk: join(folder.path, 'desk'), data: join(folder.path, 'agent'), user: folder.path }
  mkdirSync(folders.desk)
  const at = {
    view: deskView(),
    program: async () => {},
    answer: true,
    standalone: { is: 'stopped' } as StandaloneState,
  }
  const real = manualWorld()
  const fetch = async (url: string) => Response.json(url.endsWith('/enrol') ? DEVICE : at.view)
  const world = { ...real, sockets: { ...real.sockets, fetch } }
  const made = {
    windows: [] as FakeWindow[],
    notices: [] as FakeNotice[],
    tray: new FakeTray(),
    session: new FakeSession(),
    page: new FakeGuardedPage(),
  }
  const told: string[] = []
  const done: string[] = []
  const calls = new Map<string, Parameters<PageCalls['handle']>[1]>()
  let html = () => ''
  const desktop = startDesktop({
    world,
    platform: 'linux',
    settings: DesktopSettings.parse(over.settings ?? {}),
    settingsProblem: null,
    words: en,
    language: 'en',
    argv: over.argv ?? [],
    version: '0.1.0',
    isPackaged: true,
    folders,
    files: { preload: 'preload.cjs', icon: 'icon.png', tray: { calm: 'calm', attention: 'attention' } },
    session: made.session,
    screens: new FakeScreens([screenAt(1, 0)]),
    safeStorage: keyring(),
    pageCalls: { handle: (channel, run) => void calls.set(channel, run) },
    loginStart: { isOn: () => false, set: isOn => done.push(`log-in: ${isOn}`) },
    onPage: run => run(made.page),
    createWindow: options => one(made.windows, new FakeWindow(options)),
    createTray: () => made.tray,
    createNotice: options => one(made.notices, new FakeNotice(options)),
    serveLocalPage(given) {
      html = given
    },
    ask: async () => at.answer,
    tell: sentence => told.push(sentence),
    runProgram: async (program, args) => {
      done.push([program, ...args].join(' '))
      await at.program()
    },
    keepStandalone: changed => ({
      state: () => at.standalone,
      start() {
        done.push('agent started')
        at.standalone = { is: 'starting' }
        changed(at.standalone)
      },
      stop: async () => void done.push('agent stopped'),
    }),
    quit: () => done.push('quit'),
    ...over.parts,
  })
  const [window] = made.windows
  if (window === undefined) throw new Error('no window was made')
  return {
    ...made,
    world: real,
    desktop,
    window,
    folders,
    at,
    told,
    done,
    html: () => html(),
    call: (channel: string, body?: unknown): Promise<ChannelAnswer> | undefined =>
      calls.get(`tillbridge:${channel}`)?.({ senderFrame: { url: LOCAL_PAGE } }, body),
    /** The agent tells its way in, or takes that back. */
    agentRuns(code = 1) {
      writeFileSync(
        deskDoorPath(folders.desk),
        JSON.stringify({ link: `${TILL}/open?code=${code}`, token: DESK_TOKEN }),
      )
    },
    agentEnds: () => real.files.remove(deskDoorPath(folders.desk)),
    async [Symbol.asyncDispose]() {
      await desktop[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}
function one<T>(list: T[], made: T): T {
  list.push(made)
  return made
}

test('the window shows why there is no till page, and the till page once its agent runs', async () => {
  await using desk = app()
  await desk.world.advance(0)
  expect(desk.window.loaded).toEqual([LOCAL_PAGE])
  expect(desk.html()).toContain(en.notRunningTitle)
  expect(desk.page.goes('will-frame-navigate', `${TILL}/`)).toBe(false)
  desk.agentRuns()
  await desk.world.advance(2_000)
  expect(desk.window.loaded.at(-1)).toBe(`${TILL}/open?code=1`)
  expect(desk.page.goes('will-frame-navigate', `${TILL}/`)).toBe(true)
  expect(desk.tray.toolTip).toBe('Tillbridge: Up to date')
})

test('a new pickup is noticed, and goes on being so while the agent restarts', async () => {
  await using desk = app({ settings: { noticeSeconds: 30 } })
  desk.agentRuns()
  desk.at.view = deskView({ orders: ['#1043'] })
  await desk.world.advance(2_000)
  expect(desk.notices.map(({ options }) => options.body)).toEqual(['#1043 (2 items)'])
  desk.agentEnds()
  await desk.world.advance(30_000)
  expect(desk.notices).toHaveLength(2)
  desk.notices[1]?.emit('click')
  expect(desk.window.focused).toBe(true)
})

test('a crashed till page comes back by a new link', async () => {
  await using desk = app()
  desk.agentRuns()
  await desk.world.advance(2_000)
  desk.agentRuns(2)
  desk.window.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 })
  await desk.world.advance(500)
  expect(desk.window.loaded.at(-1)).toBe(`${TILL}/open?code=2`)
})

test('the button of the page starts the system’s service, or says why not', async () => {
  await using desk = app()
  expect(await desk.call('start-agent')).toEqual({ words: null })
  desk.at.program = () => Promise.reject(new Error('Access denied'))
  expect((await desk.call('start-agent'))?.words).toBe(
    en.startFailed('The system did not start the Tillbridge service (Access denied).'),
  )
  expect(desk.done.filter(each => each.startsWith('systemctl'))).toEqual(
    Array(2).fill('systemctl start tillbridge-agent.service'),
  )
})

test('a service is enrolled by IT: page and link say how', async () => {
  await using desk = app({ argv: [LINK] })
  const words = en.enrolService('https://hub.example')
  expect(await desk.call('enrol', { hub: 'https://hub.example', code: 'ABCD-EFGH-JKMN-PQRS' })).toEqual({
    words,
  })
  expect(desk.told).toEqual([words])
})

test('a standalone till is enrolled on the page, and its agent then runs inside the app until the app ends', async () => {
  const desk = app({ settings: { agent: 'standalone' } })
  await desk.world.advance(0)
  expect(desk.html()).toContain(en.notEnrolledTitle)
  expect(await desk.call('start-agent')).toEqual({ words: en.notEnrolled })
  expect(await desk.call('enrol', { hub: 'https://hub.example', code: 'ABCD-EFGH-JKMN-PQRS' })).toEqual({
    words: null,
  })
  await desk.world.advance(2_000)
  expect(desk.html()).toContain(en.starting)
  desk.at.standalone = { is: 'restarting', inMs: 3_500, why: 'exit code 7' }
  await desk.world.advance(2_000)
  expect(desk.html()).toContain(en.restarting(4, 'exit code 7'))
  await desk[Symbol.asyncDispose]()
  expect(desk.done).toEqual(['log-in: true', 'agent started', 'agent stopped'])
})

test('a link enrols a standalone till once the user has agreed', async () => {
  await using desk = app({ settings: { agent: 'standalone' } })
  desk.at.answer = false
  desk.desktop.again(['tillbridge', LINK])
  await desk.world.advance(0)
  expect(desk.done).not.toContain('agent started')
  desk.at.answer = true
  desk.desktop.openLink(LINK)
  await desk.world.advance(0)
  expect(desk.done).toContain('agent started')
  desk.desktop.openLink(LINK)
  await desk.world.advance(0)
  expect(desk.told).toEqual([en.alreadyEnrolled])
})

test('a second start brings the window to the front', async () => {
  await using desk = app({ argv: ['--hidden'] })
  expect(desk.window.visible).toBe(false)
  desk.desktop.again(['tillbridge'])
  expect([desk.window.visible, desk.window.focused]).toEqual([true, true])
})

test('only the first start of an installed app enters it into the log-in, as IT decided', async () => {
  await using first = app({ settings: { startAtLogin: false } })
  expect(first.done).toEqual(['log-in: false'])
  await using again = app({ parts: { isPackaged: false } })
  expect(again.done).toEqual([])
})

test('what is wrong with the settings, and a failed print, are said', async () => {
  await using desk = app({ parts: { settingsProblem: 'desktop.json can’t be used' } })
  desk.window.webContents.press('p')
  desk.window.webContents.prints[0]?.(false, 'no printer')
  expect(desk.told).toEqual(['desktop.json can’t be used', en.printFailed('no printer')])
})

test('at its end nothing of it is left', async () => {
  const desk = app()
  desk.agentRuns()
  desk.at.view = deskView({ orders: ['#1'] })
  await desk.world.advance(2_000)
  await desk[Symbol.asyncDispose]()
  await desk.world.advance(600_000)
  expect([desk.tray.isGone, desk.window.calls, desk.notices.map(({ state }) => state)]).toEqual([
    true,
    ['destroyed'],
    ['closed'],
  ])
})
