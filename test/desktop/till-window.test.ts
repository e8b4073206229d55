import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { WindowMode } from '../../agent/electron/settings.ts'
import { openTillWindow } from '../../agent/electron/window/till-window.ts'
import { windowPlace } from '../../agent/electron/window/window-place.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'
import { FakeScreens, FakeWindow, screenAt, stoppable } from './fake-electron.ts'

function opened(folder: string, over: { mode?: WindowMode; hidden?: boolean; screens?: FakeScreens } = {}) {
  const world = manualWorld()
  const screens = over.screens ?? new FakeScreens([screenAt(1, 0), screenAt(2, 1920)])
  const windows: FakeWindow[] = []
  let isEnding = false
  const till = openTillWindow({
    world,
    mode: over.mode ?? { mode: 'normal' },
    screens,
    place: windowPlace(world, join(folder, 'window.json')),
    preload: '/app/preload.cjs',
    icon: '/app/icon.png',
    devTools: false,
    startsHidden: over.hidden ?? false,
    create(options) {
      const made = new FakeWindow(options)
      windows.push(made)
      return made
    },
    isEnding: () => isEnding,
  })
  const [window] = windows
  if (window === undefined) throw new Error('no window was made')
  return {
    world,
    till,
    window,
    screens,
    end: () => {
      isEnding = true
    },
  }
}

function closes(window: FakeWindow): boolean {
  const event = stoppable({})
  window.emit('close', event)
  return !event.isStopped
}

test('pages run in a sandbox, isolated, without Node, without developer tools', () => {
  using folder = temporaryFolder()
  expect(opened(folder.path).window.options.webPreferences).toEqual({
    preload: '/app/preload.cjs',
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
    spellcheck: false,
    backgroundThrottling: false,
    autoplayPolicy: 'no-user-gesture-required',
    devTools: false,
  })
})

test('closing the window hides it; only the end of the app closes it', () => {
  using folder = temporaryFolder()
  const { window, till, end } = opened(folder.path)
  expect([closes(window), window.visible]).toEqual([false, false])
  till.toFront()
  expect([window.visible, window.focused]).toEqual([true, true])
  end()
  expect(closes(window)).toBe(true)
})

test('started at log-in, the window stays hidden until it is wanted; minimised, it comes back', () => {
  using folder = temporaryFolder()
  const { window, till } = opened(folder.path, { hidden: true })
  expect(window.visible).toBe(false)
  window.minimized = true
  till.toFront()
  expect([window.visible, window.minimized]).toEqual([true, false])
})

test('the window opens where it was left, on the other screen, with its zoom and size', async () => {
  using folder = temporaryFolder()
  const first = opened(folder.path)
  first.window.bounds = { x: 2000, y: 100, width: 800, height: 600 }
  first.window.emit('moved')
  first.window.emit('resized')
  await first.world.advance(499)
  expect(first.world.files.readText(join(folder.path, 'window.json'))).toBeNull()
  await first.world.advance(1)
  expect(opened(folder.path).window.bounds).toEqual({ x: 2000, y: 100, width: 800, height: 600 })
})

test('a maximised window is maximised again, and keeps the place that it had before', async () => {
  using folder = temporaryFolder()
  const first = opened(folder.path)
  first.window.bounds = { x: 50, y: 60, width: 900, height: 700 }
  first.window.maximized = true
  first.window.emit('maximize')
  await first.world.advance(500)
  const { window } = opened(folder.path)
  expect([window.maximized, window.bounds]).toEqual([true, { x: 50, y: 60, width: 900, height: 700 }])
})

test.each([
  ['a screen that is gone', { x: 2000, y: 100, width: 800, height: 600 }],
  ['above every screen', { x: 100, y: -500, width: 800, height: 600 }],
  ['almost all to the right', { x: 1900, y: 100, width: 800, height: 600 }],
  ['below the screen', { x: 100, y: 1030, width: 800, height: 600 }],
])('a window left on %s opens in the middle of the first screen', async (_where, bounds) => {
  using folder = temporaryFolder()
  const first = opened(folder.path)
  first.window.bounds = bounds
  first.window.emit('moved')
  await first.world.advance(500)
  const { window } = opened(folder.path, { screens: new FakeScreens([screenAt(1, 0)]) })
  expect(window.bounds).toEqual({ x: 448, y: 136, width: 1024, height: 768 })
})

test('a window that is larger than its screen is made to fit', async () => {
  using folder = temporaryFolder()
  const first = opened(folder.path)
  first.window.bounds = { x: 0, y: 0, width: 5000, height: 4000 }
  first.window.emit('resized')
  await first.world.advance(500)
  const { window } = opened(folder.path, { screens: new FakeScreens([screenAt(1, 0, 1024, 740)]) })
  expect(window.bounds).toEqual({ x: 0, y: 0, width: 1024, height: 740 })
})

test('when its screen is unplugged, the window moves to one that is there', () => {
  using folder = temporaryFolder()
  const { window, screens } = opened(folder.path)
  window.bounds = { x: 2000, y: 100, width: 800, height: 600 }
  screens.displays = [screenAt(1, 0)]
  screens.emit('display-removed')
  expect(window.bounds.x).toBe(448)
})

test('a damaged file of its place does not keep the window from opening', () => {
  using folder = temporaryFolder()
  manualWorld().files.writePrivate(join(folder.path, 'window.json'), '{"bounds": 7')
  expect(opened(folder.path).window.bounds.width).toBe(1024)
})

test('a kiosk fills the screen and can’t be closed', () => {
  using folder = temporaryFolder()
  const { window } = opened(folder.path, { mode: { mode: 'kiosk' }, hidden: true })
  expect(window.options).toMatchObject({ kiosk: true, frame: false, resizable: false })
  expect([window.visible, closes(window), window.visible]).toEqual([true, false, true])
})

test('the side panel is a strip at the edge, above everything, and goes back there when screens change', () => {
  using folder = temporaryFolder()
  const mode = { mode: 'side-panel', edge: 'right', width: 420 } as const
  const { window, screens } = opened(folder.path, { mode })
  expect(window.options).toMatchObject({
    x: 1500,
    y: 0,
    width: 420,
    height: 1040,
    alwaysOnTop: true,
    frame: false,
  })
  expect(window.calls).toEqual(['on top: true floating', 'on all workspaces: true'])
  expect([closes(window), window.visible]).toEqual([false, true])
  screens.displays = [screenAt(1, 0, 1280, 700)]
  screens.emit('display-metrics-changed')
  expect(window.bounds).toEqual({ x: 860, y: 0, width: 420, height: 700 })
  const left = opened(folder.path, { mode: { ...mode, edge: 'left' } }).window
  expect(left.options.x).toBe(0)
})
