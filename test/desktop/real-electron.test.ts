import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { _electron } from 'playwright-core'
import { expect, test } from 'vitest'
import { buildDesktop } from '../../agent/electron/build.ts'
import { deskDoorPath, keepDeskDoor } from '../../agent/till/desk-door.ts'
import { temporaryFolder } from '../manual-world.ts'
import { DESK_TOKEN, openTill } from '../till/open-till.ts'

/** Electron's program where this machine has one; npm does not bring it, and a test must not download it. */
function electronProgram(): string | null {
  const named = process.env['TILLBRIDGE_ELECTRON']
  if (named !== undefined) return named
  if (process.env['ELECTRON_OVERRIDE_DIST_PATH'] === undefined) return null
  const found: unknown = createRequire(import.meta.url)('electron')
  return typeof found === 'string' ? found : null
}
const program = electronProgram()
if (program === null)
  console.info(
    'real Electron: not run, as there is no program. Name one in TILLBRIDGE_ELECTRON; the other tests replace Electron’s module.',
  )
else console.info(`real Electron: ${program}`)

test.skipIf(program === null)(
  'the real app shows the till page of a running agent, and a page can’t leave it',
  async () => {
    await buildDesktop()
    using folder = temporaryFolder()
    await using till = await openTill()
    till.put()
    const desk = join(folder.path, 'desk')
    mkdirSync(desk)
    const door = keepDeskDoor(till.world, desk)
    door.write(till.link)
    writeFileSync(deskDoorPath(desk), JSON.stringify({ link: till.link, token: DESK_TOKEN }))
    const settings = join(folder.path, 'desktop.json')
    writeFileSync(settings, JSON.stringify({ desk, language: 'en' }))
    const app = await _electron.launch({
      executablePath: program ?? '',
      args: ['dist/desktop', `--user-data-dir=${join(folder.path, 'user')}`, '--no-sandbox'],
      env: { ...process.env, TILLBRIDGE_DESKTOP_SETTINGS: settings },
    })
    try {
      const page = await app.firstWindow()
      await expect.poll(() => page.textContent('body')).toContain('#1043')
      expect(await page.evaluate(() => typeof Reflect.get(globalThis, 'require'))).toBe('undefined')
      await page.evaluate(() => {
        location.href = 'https://example.com/'
      })
      await expect.poll(() => page.url()).toMatch(/^http:\/\/127\.0\.0\.1:/)
    } finally {
      await app.close()
    }
  },
)
