import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openAccess } from '../../agent/till/access.ts'
import { keptPages } from '../../agent/till/kept-pages.ts'
import { openLinkCodes } from '../../agent/till/link-codes.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'
import { openedPage } from '../opened-page.ts'

/** One life of an agent's door, on the files of the one before. */
function life(world: ReturnType<typeof manualWorld>, path: string) {
  const codes = openLinkCodes({ world, given: 'given by the starter', changed() {} })
  const access = openAccess({ random: world.random, codes, pages: keptPages(world, path) })
  return {
    open() {
      const opened = access.open(codes.newest())
      if (opened === null) throw new Error('the newest code opens nothing')
      const headers = new Map([
        ['set-cookie', opened.cookie],
        ['location', opened.location],
      ])
      return openedPage({ headers: { get: name => headers.get(name) ?? null } })
    },
    run: access.run,
    /** Whether a page is let in. */
    admits(page: ReturnType<typeof openedPage>, run = access.run()): boolean {
      const asked = { host: '127.0.0.1:7', run, method: 'GET', path: '/api/state', body: '' }
      const { cookie, ...proof } = page.headers(asked)
      const headers = { host: asked.host, cookie }
      try {
        access.demandPage({ method: 'GET', headers }, 7)
        access.demandProof({ ...asked, headers, proof: Object.values(proof)[0] })
        return true
      } catch {
        return false
      }
    },
  }
}

test('an open page goes on after the agent was started again; what was signed for the life before does not', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'till-pages')
  const world = manualWorld()
  const before = life(world, path)
  const page = before.open()
  expect(before.admits(page)).toBe(true)
  const after = life(world, path)
  expect(after.admits(page)).toBe(true)
  expect(after.admits(page, before.run())).toBe(false)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('twenty pages are known; the oldest is forgotten first', () => {
  using folder = temporaryFolder()
  const door = life(manualWorld(), join(folder.path, 'till-pages'))
  const pages = Array.from({ length: 21 }, () => door.open())
  expect(pages.map(page => door.admits(page))).toEqual([false, ...Array(20).fill(true)])
})

test('a page that asks for nothing for three days has to be opened again; one that is used goes on', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'till-pages')
  const world = manualWorld()
  const door = life(world, path)
  const [used, unused] = [door.open(), door.open()]
  await world.advance(48 * 3_600_000)
  expect(door.admits(used)).toBe(true)
  await world.advance(25 * 3_600_000)
  expect([door.admits(used), door.admits(unused)]).toEqual([true, false])
  const after = life(world, path)
  expect([after.admits(used), after.admits(unused)]).toEqual([true, false])
})

test('a file that can’t be read lets no page in, and keeps no new one out', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'till-pages')
  const world = manualWorld()
  const page = life(world, path).open()
  world.files.writePrivate(path, '{')
  const after = life(world, path)
  expect(after.admits(page)).toBe(false)
  expect(after.admits(after.open())).toBe(true)
})
