import { join } from 'node:path'
import type { Files } from '../../shared/world.ts'

/** Starts hidden beside the clock: the user did not ask for the window. */
export const HIDDEN_ARGUMENT = '--hidden'

/** What starts the app when its user logs in (part of Electron's `app`). */
interface LoginApp {
  getLoginItemSettings(options: { args: string[] }): { openAtLogin: boolean }
  setLoginItemSettings(settings: { openAtLogin: boolean; args: string[] }): void
}

export interface LoginStart {
  isOn(): boolean
  set(isOn: boolean): void
}

/**
 * Whether the app starts when its user logs in. Windows and macOS have a register for it; on Linux it is a file that
 * desktops read.
 * @param parts.configFolder the user's own folder of settings (`~/.config`)
 */
export function loginStart(parts: {
  platform: string
  app: LoginApp
  files: Pick<Files, 'readText' | 'writePrivate' | 'remove' | 'ensureFolder'>
  configFolder: string
  program: string
}): LoginStart {
  const { platform, app, files, program } = parts
  const args = [HIDDEN_ARGUMENT]
  if (platform !== 'linux')
    return {
      isOn: () => app.getLoginItemSettings({ args }).openAtLogin,
      set: isOn => app.setLoginItemSettings({ openAtLogin: isOn, args }),
    }
  const folder = join(parts.configFolder, 'autostart')
  const path = join(folder, 'tillbridge.desktop')
  return {
    isOn: () => files.readText(path) !== null,
    set(isOn) {
      if (!isOn) return files.remove(path)
      files.ensureFolder(folder)
      files.writePrivate(path, entryFor(program))
    },
  }
}

function entryFor(program: string): string {
  const quoted = `"${program.replace(/(["`$\\])/g, '\\$1')}"`.replaceAll('%', '%%')
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Tillbridge',
    `Exec=${quoted} ${HIDDEN_ARGUMENT}`,
    'Terminal=false',
    '',
  ].join('\n')
}
