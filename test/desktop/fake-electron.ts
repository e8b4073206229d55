import { EventEmitter } from 'node:events'
import type {
  DeskNotice,
  DeskTray,
  DeskWindow,
  Display,
  GuardedPage,
  GuardedSession,
  KeyInput,
  MenuItem,
  NoticeOptions,
  Rectangle,
  Screens,
  Stoppable,
  WindowOptions,
} from '../../agent/electron/electron-parts.ts'
import type { UtilityChild } from '../../agent/electron/standalone/keep-agent.ts'

/** Stands for Electron's objects in tests: it remembers what was asked of it, and fires events when told. */

/** An event that remembers whether it was stopped. */
export function stoppable<More extends object>(
  more: More,
): Stoppable & More & { readonly isStopped: boolean } {
  let isStopped = false
  return {
    ...more,
    preventDefault() {
      isStopped = true
    },
    get isStopped() {
      return isStopped
    },
  }
}

export class FakePage extends EventEmitter {
  readonly zooms: number[] = []
  readonly prints: ((printed: boolean, why: string) => void)[] = []
  crashes = 0
  forcefullyCrashRenderer(): void {
    this.crashes += 1
  }
  setZoomFactor(factor: number): void {
    this.zooms.push(factor)
  }
  print(_options: { silent: boolean }, done: (printed: boolean, why: string) => void): void {
    this.prints.push(done)
  }
  /** Presses a key with Ctrl; whether the app took it. */
  press(key: string, over: Partial<KeyInput> = {}): boolean {
    const event = stoppable({})
    this.emit('before-input-event', event, {
      type: 'keyDown',
      key,
      control: true,
      meta: false,
      alt: false,
      ...over,
    })
    return event.isStopped
  }
}

export class FakeWindow extends EventEmitter implements DeskWindow {
  readonly webContents = new FakePage()
  readonly loaded: string[] = []
  readonly calls: string[] = []
  bounds: Rectangle
  maximized = false
  minimized = false
  focused = false
  visible = false
  readonly options: WindowOptions
  constructor(options: WindowOptions) {
    super()
    this.options = options
    const { x = 0, y = 0, width = 0, height = 0 } = options
    this.bounds = { x, y, width, height }
  }
  async loadURL(url: string): Promise<void> {
    this.loaded.push(url)
  }
  show(): void {
    this.visible = true
  }
  hide(): void {
    this.visible = false
  }
  focus(): void {
    this.focused = true
  }
  restore(): void {
    this.minimized = false
  }
  maximize(): void {
    this.maximized = true
  }
  isMinimized(): boolean {
    return this.minimized
  }
  isMaximized(): boolean {
    return this.maximized
  }
  isFocused(): boolean {
    return this.focused
  }
  getNormalBounds(): Rectangle {
    return this.bounds
  }
  setBounds(bounds: Rectangle): void {
    this.bounds = bounds
  }
  setAlwaysOnTop(isOnTop: boolean, level: string): void {
    this.calls.push(`on top: ${isOnTop} ${level}`)
  }
  setVisibleOnAllWorkspaces(isVisible: boolean): void {
    this.calls.push(`on all workspaces: ${isVisible}`)
  }
  destroy(): void {
    this.calls.push('destroyed')
  }
}

export class FakeScreens extends EventEmitter implements Screens {
  displays: Display[]
  constructor(displays: Display[]) {
    super()
    this.displays = displays
  }
  getAllDisplays(): readonly Display[] {
    return this.displays
  }
  getPrimaryDisplay(): Display {
    const [first] = this.displays
    if (first === undefined) throw new Error('a PC without a screen')
    return first
  }
}
export const screenAt = (id: number, x: number, width = 1920, height = 1040): Display => ({
  id,
  workArea: { x, y: 0, width, height },
})

export class FakeTray extends EventEmitter implements DeskTray {
  toolTip = ''
  images: string[] = []
  menus: MenuItem[][] = []
  isGone = false
  setToolTip(text: string): void {
    this.toolTip = text
  }
  setImage(path: string): void {
    this.images.push(path)
  }
  setMenu(items: MenuItem[]): void {
    this.menus.push(items)
  }
  destroy(): void {
    this.isGone = true
  }
  /** Chooses what the menu calls so. */
  choose(label: string): void {
    const item = this.menus.at(-1)?.find(one => one.label === label)
    if (item?.click === undefined) throw new Error(`no menu item ${label}`)
    item.click()
  }
}

export class FakeNotice extends EventEmitter implements DeskNotice {
  state: 'made' | 'shown' | 'closed' = 'made'
  readonly options: NoticeOptions
  constructor(options: NoticeOptions) {
    super()
    this.options = options
  }
  show(): void {
    this.state = 'shown'
  }
  close(): void {
    this.state = 'closed'
  }
}

export class FakeGuardedPage extends EventEmitter implements GuardedPage {
  openWindow: (asked: { url: string }) => { action: string } = () => ({ action: 'allow' })
  setWindowOpenHandler(handler: (asked: { url: string }) => { action: 'deny' }): void {
    this.openWindow = handler
  }
  /** Whether the page gets to that address. */
  goes(event: 'will-frame-navigate' | 'will-redirect', url: string): boolean {
    const going = stoppable({ url })
    this.emit(event, going)
    return !going.isStopped
  }
}

export class FakeSession extends EventEmitter implements GuardedSession {
  request: Parameters<GuardedSession['setPermissionRequestHandler']>[0] = () => {}
  check: Parameters<GuardedSession['setPermissionCheckHandler']>[0] = () => true
  device: () => boolean = () => true
  before: Parameters<GuardedSession['webRequest']['onBeforeRequest']>[0] = () => {}
  readonly webRequest = {
    onBeforeRequest: (run: FakeSession['before']) => {
      this.before = run
    },
  }
  setPermissionRequestHandler(handler: FakeSession['request']): void {
    this.request = handler
  }
  setPermissionCheckHandler(handler: FakeSession['check']): void {
    this.check = handler
  }
  setDevicePermissionHandler(handler: () => boolean): void {
    this.device = handler
  }
  /** Whether a request gets out. */
  lets(url: string, resourceType = 'mainFrame'): boolean {
    let isCancelled = true
    this.before({ url, resourceType }, ({ cancel }) => {
      isCancelled = cancel
    })
    return !isCancelled
  }
}

export class FakeChild extends EventEmitter implements UtilityChild<string> {
  readonly sent: { message: unknown; ports: string[] }[] = []
  readonly pid: number | undefined
  constructor(pid: number | undefined) {
    super()
    this.pid = pid
  }
  postMessage(message: unknown, ports: string[] = []): void {
    this.sent.push({ message, ports })
  }
}
