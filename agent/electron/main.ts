import { execFile } from 'node:child_process'
import { renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  Notification,
  protocol,
  safeStorage,
  screen,
  session,
  Tray,
  utilityProcess,
} from 'electron'
import { LINK_SCHEME } from '../../shared/enrol-link.ts'
import { jsonLog, nodeWorld } from '../../shared/node-world.ts'
import { desktopLanguage, desktopWords } from './desktop.messages.ts'
import { type Desktop, type DesktopParts, startDesktop } from './desktop.ts'
import type { MenuItem } from './electron-parts.ts'
import { loginStart } from './login-start.ts'
import { readDesktopSettings, systemFolders } from './settings.ts'
import { keepSingleInstance } from './single-instance.ts'
import { keepStandaloneAgent } from './standalone/keep-agent.ts'
import { LOCAL_SCHEME, localPageHeaders } from './window/local-page.ts'

/** The desktop app's composition root: it gives `startDesktop` the real Electron, and decides nothing itself. */

/** A longer log is set aside at the next start. */
const MOST_LOG_BYTES = 5_000_000
/** Beside this file once it is bundled. */
const bundled = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const user = app.getPath('userData')
const logFile = join(user, 'desktop.log')
if ((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > MOST_LOG_BYTES)
  renameSync(logFile, `${logFile}.old`)
const world = nodeWorld({ log: jsonLog('info', { part: 'desktop' }, app.isPackaged ? logFile : undefined) })
const system = systemFolders(process.platform, process.env)
const { settings, problem } = readDesktopSettings(
  world.files,
  process.env['TILLBRIDGE_DESKTOP_SETTINGS'] ?? system.settings,
)
const data = settings.data ?? join(user, 'agent')
const desk = settings.agent === 'standalone' ? data : (settings.desk ?? system.desk)

protocol.registerSchemesAsPrivileged([{ scheme: LOCAL_SCHEME, privileges: { standard: true, secure: true } }])
app.enableSandbox()

let desktop: Desktop | null = null
const waitingLinks: string[] = []
const openLink = (link: string) => {
  if (desktop === null) waitingLinks.push(link)
  else desktop.openLink(link)
}
app.on('open-url', (event, link) => {
  event.preventDefault()
  openLink(link)
})

if (!keepSingleInstance(app, argv => desktop?.again(argv))) app.quit()
else void begin() // not awaited here: Electron is ready only once this file has run
app.on('window-all-closed', () => {}) // it goes on beside the clock
app.on('before-quit', event => {
  const ending = desktop
  if (ending === null) return
  event.preventDefault()
  desktop = null
  void end(ending)
})

async function end(ending: Desktop): Promise<void> {
  try {
    await ending[Symbol.asyncDispose]()
  } catch (error) {
    world.log.error({ error }, 'the desktop app did not end in order')
  }
  app.quit()
}

async function begin(): Promise<void> {
  try {
    await app.whenReady()
    app.setAppUserModelId('com.tillbridge.desktop') // or Windows shows no notices
    if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME)
    Menu.setApplicationMenu(null) // no menu has a reload or the developer tools behind a key
    desktop = startDesktop(realParts())
    waitingLinks.splice(0).forEach(openLink)
  } catch (error) {
    world.log.error({ error }, 'the desktop app could not start')
    dialog.showErrorBox('Tillbridge', error instanceof Error ? error.message : String(error))
    app.exit(1)
  }
}

function realParts(): DesktopParts {
  const locale = app.getLocale()
  return {
    world,
    platform: process.platform,
    version: app.getVersion(),
    settings,
    settingsProblem: problem,
    words: desktopWords(settings.language, locale),
    language: desktopLanguage(settings.language, locale),
    argv: process.argv.slice(1),
    isPackaged: app.isPackaged,
    folders: { desk, data, user },
    files: {
      preload: bundled('preload.cjs'),
      icon: bundled('icons/icon.png'),
      tray: { calm: bundled('icons/tray.png'), attention: bundled('icons/tray-attention.png') },
    },
    session: session.defaultSession,
    screens: screen,
    safeStorage,
    pageCalls: ipcMain,
    loginStart: loginStart({
      platform: process.platform,
      app,
      files: world.files,
      configFolder: app.getPath('appData'),
      program: process.env['APPIMAGE'] ?? app.getPath('exe'),
    }),
    onPage: run => void app.on('web-contents-created', (_event, page) => run(page)),
    createWindow: options => new BrowserWindow(options),
    createTray(icon) {
      const tray = new Tray(icon)
      return Object.assign(tray, {
        setMenu: (items: MenuItem[]) => tray.setContextMenu(Menu.buildFromTemplate(items)),
      })
    },
    createNotice: options => new Notification(options),
    serveLocalPage: html =>
      protocol.handle(LOCAL_SCHEME, () => new Response(html(), { headers: { ...localPageHeaders } })),
    async ask({ title, text, yes, no }) {
      const buttons = [yes, no]
      const { response } = await dialog.showMessageBox({
        type: 'question',
        title,
        message: title,
        detail: text,
        buttons,
        defaultId: 1,
        cancelId: 1,
      })
      return response === 0
    },
    tell: sentence => void dialog.showMessageBox({ type: 'info', title: 'Tillbridge', message: sentence }),
    runProgram: promisify(execFile),
    keepStandalone: changed =>
      keepStandaloneAgent({
        world,
        changed,
        forkAgent: () => forkUtility('agent-process.mjs', [agentSettings()]),
        forkDeviceHost: () => forkUtility('device-host-process.mjs', []),
        channel: () => new MessageChannelMain(),
        endNow: pid => void process.kill(pid, 'SIGKILL'),
      }),
    quit: () => app.quit(),
  }
}

/** Native calls that hang hold a thread each; the others must not wait for them. */
const forkUtility = (file: string, args: string[]) =>
  utilityProcess.fork(bundled(file), args, {
    serviceName: `Tillbridge ${file.replace('-process.mjs', '')}`,
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
    stdio: 'inherit',
  })

const agentSettings = () =>
  JSON.stringify({ folder: data, pages: bundled('../till'), version: app.getVersion(), log: 'info' })
