import { EventEmitter } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { temporaryFolder, until } from '../manual-world.ts'
import {
  FakeNotice,
  FakeScreens,
  FakeSession,
  FakeTray,
  FakeWindow,
  screenAt,
  stoppable,
} from './fake-electron.ts'
import { keyring } from './keyring.ts'

afterEach(() => {
  vi.doUnmock('electron')
  vi.unstubAllEnvs()
})

/** Electron's module, as far as main.ts uses it. */
function fakeModule(folder: string) {
  const windows: FakeWindow[] = []
  const calls: string[] = []
  const pages = new Map<string, () => Response>()
  const app = Object.assign(new EventEmitter(), {
    isPackaged: false,
    getPath: () => folder,
    getLocale: () => 'de',
    getVersion: () => '0.1.0',
    enableSandbox: () => calls.push('sandbox'),
    requestSingleInstanceLock: () => true,
    whenReady: async () => {},
    setAppUserModelId: (id: string) => calls.push(id),
    quit: () => calls.push('quit'),
    exit: (code: number) => calls.push(`exit ${code}`),
  })
  class Window extends FakeWindow {
    constructor(...[options]: ConstructorParameters<typeof FakeWindow>) {
      super(options)
      windows.push(this)
    }
  }
  const module = {
    app,
    BrowserWindow: Window,
    dialog: {
      showErrorBox: (_title: string, text: string) => calls.push(text),
      showMessageBox: async () => ({ response: 0 }),
    },
    ipcMain: { handle: (channel: string) => calls.push(channel) },
    Menu: {
      setApplicationMenu: (menu: unknown) => calls.push(`menu ${menu}`),
      buildFromTemplate: (items: unknown) => items,
    },
    MessageChannelMain: EventEmitter,
    Notification: FakeNotice,
    protocol: {
      registerSchemesAsPrivileged: (schemes: { scheme: string }[]) =>
        calls.push(...schemes.map(({ scheme }) => scheme)),
      handle: (scheme: string, page: () => Response) => void pages.set(scheme, page),
    },
    safeStorage: keyring(),
    screen: new FakeScreens([screenAt(1, 0)]),
    session: { defaultSession: new FakeSession() },
    Tray: class extends FakeTray {
      setContextMenu(): void {}
    },
    utilityProcess: { fork: () => new EventEmitter() },
  }
  return { module, app, windows, calls, pages }
}

test('main.ts puts the real Electron together: one window, its own page behind a strict policy, and an end in order', async () => {
  using folder = temporaryFolder()
  const electron = fakeModule(folder.path)
  vi.doMock('electron', () => electron.module)
  const settings = join(folder.path, 'desktop.json')
  writeFileSync(settings, JSON.stringify({ desk: join(folder.path, 'desk') }))
  vi.stubEnv('TILLBRIDGE_DESKTOP_SETTINGS', settings)
  await import('../../agent/electron/main.ts')
  const { app, windows, calls, pages } = electron
  await until('a page', () => (windows[0]?.loaded.length ?? 0) > 0)
  expect(calls).toEqual([
    'tillbridge-desk',
    'sandbox',
    'com.tillbridge.desktop',
    'menu null',
    'tillbridge:start-agent',
    'tillbridge:enrol',
  ])
  const page = pages.get('tillbridge-desk')?.()
  expect(page?.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(await page?.text()).toContain('Tillbridge läuft auf dieser Kasse nicht')
  expect(windows.map(({ options }) => options.webPreferences.preload.endsWith('preload.cjs'))).toEqual([true])

  app.emit('second-instance', {}, ['tillbridge'])
  expect(windows[0]?.focused).toBe(true)
  const quitting = stoppable({})
  app.emit('before-quit', quitting)
  expect(quitting.isStopped).toBe(true)
  await until('the end', () => calls.includes('quit'))
  expect(windows[0]?.calls).toEqual(['destroyed'])
})
