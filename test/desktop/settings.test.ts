import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DesktopSettings, readDesktopSettings, systemFolders } from '../../agent/electron/settings.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

const { files } = manualWorld()
const defaults = DesktopSettings.parse({})

function readFrom(text: string | null) {
  using folder = temporaryFolder()
  const path = join(folder.path, 'desktop.json')
  if (text !== null) files.writePrivate(path, text)
  return readDesktopSettings(files, path)
}

test('without a file the app is a normal window on the service’s page', () => {
  expect(readFrom(null)).toEqual({ settings: defaults, problem: null })
  expect(defaults).toMatchObject({
    agent: 'service',
    window: { mode: 'normal' },
    startAtLogin: true,
    noticeSeconds: 60,
  })
})

test('a side panel and a standalone agent are set by IT', () => {
  const { settings, problem } = readFrom('{"agent":"standalone","window":{"mode":"side-panel","width":400}}')
  expect(problem).toBeNull()
  expect(settings.window).toEqual({ mode: 'side-panel', edge: 'right', width: 400 })
})

test.each([
  ['{"agent": "servce"}', 'agent'],
  ['{"windw": {}}', 'windw'],
  ['{"window": {"mode": "side-panel", "width": 10}}', 'window.width'],
  ['{"noticeSeconds": 0}', 'noticeSeconds'],
  ['{"agent":', 'JSON'],
])('what is wrong in it is named, and the app runs with its defaults: %s', (text, named) => {
  const { settings, problem } = readFrom(text)
  expect(settings).toEqual(defaults)
  expect(problem).toContain(named)
  expect(problem).toContain('desktop.json')
})

test('each system has its own place for it', () => {
  expect(systemFolders('linux', {})).toEqual({
    settings: '/etc/tillbridge/desktop.json',
    desk: '/run/tillbridge-agent',
  })
  expect(systemFolders('win32', { ProgramData: 'D:\\Data' })).toEqual({
    settings: 'D:\\Data\\Tillbridge\\desktop.json',
    desk: 'D:\\Data\\Tillbridge\\desk',
  })
  expect(systemFolders('darwin', {}).settings).toBe('/Library/Application Support/Tillbridge/desktop.json')
})
