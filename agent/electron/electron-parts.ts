/**
 * What the desktop app uses of Electron, and no more. Only main.ts and what runs in other processes import the real
 * module; everything else is given these, so that its tests pass their own.
 */

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** An event that can be stopped. */
export interface Stoppable {
  preventDefault(): void
}

/** A page's frame with what drives it (Electron's WebContents). */
export interface DeskPage {
  on(
    event: 'render-process-gone',
    run: (event: unknown, gone: { reason: string; exitCode: number }) => void,
  ): unknown
  on(event: 'unresponsive', run: () => void): unknown
  on(event: 'responsive', run: () => void): unknown
  on(
    event: 'did-fail-load',
    run: (event: unknown, code: number, why: string, url: string, isMainFrame: boolean) => void,
  ): unknown
  on(event: 'did-finish-load', run: () => void): unknown
  on(event: 'before-input-event', run: (event: Stoppable, input: KeyInput) => void): unknown
  forcefullyCrashRenderer(): void
  setZoomFactor(factor: number): void
  print(options: { silent: boolean }, done: (printed: boolean, why: string) => void): void
}

export interface KeyInput {
  readonly type: string
  readonly key: string
  readonly control: boolean
  readonly meta: boolean
  readonly alt: boolean
}

/** A page of any window, before it may do anything. */
export interface GuardedPage {
  on(event: 'will-frame-navigate', run: (event: Stoppable & { readonly url: string }) => void): unknown
  on(event: 'will-redirect', run: (event: Stoppable & { readonly url: string }) => void): unknown
  on(event: 'will-attach-webview', run: (event: Stoppable) => void): unknown
  setWindowOpenHandler(handler: (asked: { url: string }) => { action: 'deny' }): void
}

/** What pages ask the browser for (Electron's Session). */
export interface GuardedSession {
  setPermissionRequestHandler(
    handler: (page: unknown, permission: string, answer: (granted: boolean) => void) => void,
  ): void
  setPermissionCheckHandler(handler: (page: unknown, permission: string) => boolean): void
  setDevicePermissionHandler(handler: () => boolean): void
  on(event: 'will-download', run: (event: Stoppable) => void): unknown
  readonly webRequest: {
    onBeforeRequest(
      run: (
        asked: { url: string; resourceType: string },
        answer: (answer: { cancel: boolean }) => void,
      ) => void,
    ): void
  }
}

export interface WindowOptions extends Partial<Rectangle> {
  readonly show: boolean
  readonly title: string
  readonly icon?: string
  readonly minWidth: number
  readonly minHeight: number
  readonly frame: boolean
  readonly kiosk: boolean
  readonly alwaysOnTop: boolean
  readonly skipTaskbar: boolean
  readonly resizable: boolean
  readonly autoHideMenuBar: boolean
  readonly backgroundColor: string
  readonly webPreferences: {
    readonly preload: string
    readonly contextIsolation: true
    readonly sandbox: true
    readonly nodeIntegration: false
    readonly nodeIntegrationInWorker: false
    readonly nodeIntegrationInSubFrames: false
    readonly webSecurity: true
    readonly webviewTag: false
    readonly spellcheck: false
    readonly backgroundThrottling: false
    readonly autoplayPolicy: 'no-user-gesture-required'
    readonly devTools: boolean
  }
}

export interface DeskWindow {
  readonly webContents: DeskPage
  on(event: 'close', run: (event: Stoppable) => void): unknown
  on(event: 'moved', run: () => void): unknown
  on(event: 'resized', run: () => void): unknown
  on(event: 'maximize', run: () => void): unknown
  on(event: 'unmaximize', run: () => void): unknown
  loadURL(url: string): Promise<void>
  show(): void
  hide(): void
  focus(): void
  restore(): void
  maximize(): void
  isMinimized(): boolean
  isMaximized(): boolean
  isFocused(): boolean
  getNormalBounds(): Rectangle
  setBounds(bounds: Rectangle): void
  setAlwaysOnTop(isOnTop: boolean, level: 'floating'): void
  setVisibleOnAllWorkspaces(isVisible: boolean): void
  destroy(): void
}

export interface Display {
  readonly id: number
  readonly workArea: Rectangle
}

export interface Screens {
  getAllDisplays(): readonly Display[]
  getPrimaryDisplay(): Display
  on(event: 'display-removed', run: () => void): unknown
  on(event: 'display-metrics-changed', run: () => void): unknown
}

export interface MenuItem {
  readonly label?: string
  readonly type?: 'separator' | 'checkbox'
  readonly enabled?: boolean
  readonly checked?: boolean
  readonly click?: () => void
}

/** The icon beside the clock. */
export interface DeskTray {
  setToolTip(text: string): void
  setImage(path: string): void
  setMenu(items: MenuItem[]): void
  on(event: 'click', run: () => void): unknown
  destroy(): void
}

export interface NoticeOptions {
  readonly title: string
  readonly body: string
  readonly silent: boolean
  readonly urgency: 'critical'
  readonly timeoutType: 'never'
}

export interface DeskNotice {
  on(event: 'click', run: () => void): unknown
  show(): void
  close(): void
}
