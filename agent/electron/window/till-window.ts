import type { Cancel, World } from '../../../shared/world.ts'
import type { DeskWindow, Screens, WindowOptions } from '../electron-parts.ts'
import type { WindowMode } from '../settings.ts'
import { panelOn, placeOn, type WindowPlace } from './window-place.ts'

/** How long the window has to rest before its place is written down. */
const RESTS_MS = 500

export interface TillWindow extends Disposable {
  readonly window: DeskWindow
  /** Brings it to the front, whatever it was. */
  toFront(): void
}

export interface TillWindowParts {
  readonly world: Pick<World, 'timers' | 'log'>
  readonly mode: WindowMode
  readonly screens: Screens
  readonly place: WindowPlace
  /** The preload script's file. */
  readonly preload: string
  readonly icon: string
  /** Only in the checkout. */
  readonly devTools: boolean
  readonly startsHidden: boolean
  create(options: WindowOptions): DeskWindow
  /** Whether the whole app is ending: only then does closing the window end it. */
  isEnding(): boolean
}

/**
 * The app's one window. Closing it hides it: notices go on, and the icon beside the clock opens it again. In kiosk and
 * side-panel mode it stays where it is.
 */
export function openTillWindow(parts: TillWindowParts): TillWindow {
  const { mode, screens, place, world } = parts
  const window = parts.create(windowOptions(parts))
  if (mode.mode === 'normal' && place.kept().isMaximized) window.maximize()
  if (mode.mode === 'side-panel') {
    window.setAlwaysOnTop(true, 'floating')
    window.setVisibleOnAllWorkspaces(true)
  }
  if (!parts.startsHidden || mode.mode !== 'normal') window.show()

  window.on('close', event => {
    if (parts.isEnding()) return
    event.preventDefault()
    if (mode.mode === 'normal') window.hide()
  })
  const stopPlacing = mode.mode === 'normal' ? rememberPlace(window, place, world) : () => {}
  const putBack = () => {
    if (mode.mode === 'side-panel') window.setBounds(panelOn(screens, mode))
    if (mode.mode === 'normal' && !window.isMaximized())
      window.setBounds(placeOn(screens, window.getNormalBounds()))
  }
  screens.on('display-removed', putBack)
  screens.on('display-metrics-changed', putBack)
  return {
    window,
    toFront() {
      if (window.isMinimized()) window.restore()
      window.show()
      window.focus()
    },
    [Symbol.dispose]() {
      stopPlacing()
      window.destroy()
    },
  }
}

function rememberPlace(window: DeskWindow, place: WindowPlace, world: Pick<World, 'timers'>): Cancel {
  let cancel: Cancel = () => {}
  const later = () => {
    cancel()
    cancel = world.timers.after(RESTS_MS, () =>
      place.change({ bounds: window.getNormalBounds(), isMaximized: window.isMaximized() }),
    )
  }
  window.on('moved', later)
  window.on('resized', later)
  window.on('maximize', later)
  window.on('unmaximize', later)
  return () => cancel()
}

function windowOptions({ mode, screens, place, preload, icon, devTools }: TillWindowParts): WindowOptions {
  const isPanel = mode.mode === 'side-panel'
  return {
    ...(isPanel ? panelOn(screens, mode) : placeOn(screens, place.kept().bounds)),
    show: false,
    title: 'Tillbridge',
    icon,
    minWidth: 320,
    minHeight: 480,
    frame: mode.mode === 'normal',
    kiosk: mode.mode === 'kiosk',
    alwaysOnTop: isPanel,
    skipTaskbar: isPanel,
    resizable: mode.mode === 'normal',
    autoHideMenuBar: true,
    backgroundColor: '#ffffff',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      backgroundThrottling: false, // the page's own sound for new pickups goes on behind the POS
      autoplayPolicy: 'no-user-gesture-required',
      devTools,
    },
  }
}
