import { posix, win32 } from 'node:path'
import { z } from 'zod'
import { defineError } from '../../shared/errors.ts'
import { languageCodes } from '../../shared/languages.ts'
import { firstIssue } from '../../shared/protocol.ts'
import type { Files } from '../../shared/world.ts'

const WindowMode = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('normal') }),
  /** Fills the screen; staff can't leave it. */
  z.strictObject({ mode: z.literal('kiosk') }),
  /** A strip beside the POS, always on top. */
  z.strictObject({
    mode: z.literal('side-panel'),
    edge: z.enum(['left', 'right']).default('right'),
    width: z.int().min(320).max(1_200).default(420),
  }),
])
export type WindowMode = z.infer<typeof WindowMode>

/** desktop.json: how the desktop app of this PC behaves. IT writes it; every user of the PC gets the same. */
export const DesktopSettings = z.strictObject({
  /** `service`: the system runs the agent. `standalone`: this app does, while it runs. */
  agent: z.enum(['service', 'standalone']).default('service'),
  /** Where the service tells the way in (`run --desk`). */
  desk: z.string().min(1).optional(),
  /** Where a standalone agent keeps its files. */
  data: z.string().min(1).optional(),
  window: WindowMode.default({ mode: 'normal' }),
  startAtLogin: z.boolean().default(true),
  /** How often the notice of a new pickup is repeated until it is accepted. */
  noticeSeconds: z.int().min(15).max(600).default(60),
  /** The user's own when left out. */
  language: z.enum(languageCodes).optional(),
})
export type DesktopSettings = z.infer<typeof DesktopSettings>

export const desktopSettingsInvalid = defineError(
  'DESKTOP_SETTINGS_INVALID',
  (f: { path: string; mistake: string }) =>
    `${f.path} can't be used: ${f.mistake}. The desktop app runs with its defaults until this is corrected.`,
)

/** Where IT puts the settings, and where the service lets the desktop app in. */
export function systemFolders(platform: string, env: Readonly<Record<string, string | undefined>>) {
  if (platform === 'win32') {
    const programData = env['ProgramData'] ?? 'C:\\ProgramData'
    const folder = win32.join(programData, 'Tillbridge')
    return { settings: win32.join(folder, 'desktop.json'), desk: win32.join(folder, 'desk') }
  }
  if (platform === 'darwin') {
    const folder = '/Library/Application Support/Tillbridge'
    return { settings: posix.join(folder, 'desktop.json'), desk: posix.join(folder, 'desk') }
  }
  return { settings: '/etc/tillbridge/desktop.json', desk: '/run/tillbridge-agent' }
}

/** The settings, or the defaults with what is wrong. A missing file is fine. */
export function readDesktopSettings(
  files: Pick<Files, 'readText'>,
  path: string,
): { settings: DesktopSettings; problem: string | null } {
  const defaults = DesktopSettings.parse({})
  try {
    const text = files.readText(path)
    if (text === null) return { settings: defaults, problem: null }
    const read = DesktopSettings.safeParse(JSON.parse(text))
    if (read.success) return { settings: read.data, problem: null }
    return {
      settings: defaults,
      problem: desktopSettingsInvalid({ path, mistake: firstIssue(read.error) }).message,
    }
  } catch (cause) {
    const mistake = cause instanceof Error ? cause.message : String(cause)
    return { settings: defaults, problem: desktopSettingsInvalid({ path, mistake }).message }
  }
}
