import type { DeskView } from '../../till/api-schema.ts'
import type { DesktopWords } from '../desktop.messages.ts'
import type { DeskTray } from '../electron-parts.ts'
import type { LoginStart } from '../login-start.ts'
import { stateWords, type TrayLook } from './state-words.ts'

export interface TrayParts {
  readonly tray: DeskTray
  readonly icons: Readonly<Record<TrayLook, string>>
  readonly words: DesktopWords
  readonly loginStart: LoginStart
  open(): void
  print(): void
  quit(): void
}

/** The icon beside the clock: the state in words, how many pickups are new, and a small menu. */
export function keepTray(parts: TrayParts): { show(view: DeskView | null): void } & Disposable {
  const { tray, icons, words: t, loginStart } = parts
  let shown = ''
  let last: DeskView | null = null
  tray.on('click', parts.open)

  function show(view: DeskView | null): void {
    last = view
    const { look, sentence } = stateWords(view, t)
    const count = view?.newPickups.length ?? 0
    const news = count === 0 ? t.noPickups : t.newPickups(count)
    const isOn = loginStart.isOn()
    const showing = JSON.stringify([look, sentence, count, isOn])
    if (showing === shown) return // an open menu would close
    shown = showing
    tray.setImage(icons[look === 'calm' && count > 0 ? 'attention' : look])
    tray.setToolTip(`Tillbridge: ${sentence}${count === 0 ? '' : `, ${news}`}`)
    tray.setMenu([
      { label: sentence, enabled: false },
      { label: news, enabled: count > 0, click: parts.open },
      { type: 'separator' },
      { label: t.open, click: parts.open },
      { label: t.print, click: parts.print },
      { label: t.startAtLogin, type: 'checkbox', checked: isOn, click: toggleLogin },
      { type: 'separator' },
      { label: t.quit, click: parts.quit },
    ])
  }
  function toggleLogin(): void {
    loginStart.set(!loginStart.isOn())
    show(last)
  }
  return { show, [Symbol.dispose]: () => tray.destroy() }
}
