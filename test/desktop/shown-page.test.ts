import { expect, test } from 'vitest'
import type { AgentSeen } from '../../agent/electron/agent-watch.ts'
import { LOCAL_PAGE, type LocalState } from '../../agent/electron/window/local-page.ts'
import { showPages } from '../../agent/electron/window/shown-page.ts'
import { quietLog } from '../manual-world.ts'
import { deskView } from './till-view.ts'

const running: AgentSeen = { door: null, view: deskView(), missed: 0 }
const missing = (missed: number): AgentSeen => ({ door: null, view: null, missed })

function shown() {
  const loaded: string[] = []
  const at = { port: 8765, code: 0, why: { says: 'not-running', details: null } as LocalState }
  const pages = showPages({
    window: { loadURL: async url => void loaded.push(url) },
    log: quietLog,
    link() {
      at.code += 1 // a link works once: each reading gives another
      return `http://127.0.0.1:${at.port}/open?code=${at.code}`
    },
    why: () => at.why,
  })
  return { pages, loaded, at }
}

test('the till page is opened by its link once, and not again while the agent answers', () => {
  const { pages, loaded } = shown()
  pages.follow(running)
  pages.follow(running)
  expect(loaded).toEqual(['http://127.0.0.1:8765/open?code=1'])
  expect(pages.origin()).toBe('http://127.0.0.1:8765')
})

test('a missed answer or two leave the till page alone; the third shows why nothing works', () => {
  const { pages, loaded } = shown()
  pages.follow(running)
  pages.follow(missing(1))
  pages.follow(missing(2))
  expect(loaded).toHaveLength(1)
  pages.follow(missing(3))
  expect(loaded.at(-1)).toBe(LOCAL_PAGE)
  pages.follow(running)
  expect(loaded.at(-1)).toMatch(/open\?code=/)
})

test('an app that is started before its agent says so at once', () => {
  const { pages, loaded } = shown()
  pages.follow(missing(1))
  expect(loaded).toEqual([LOCAL_PAGE])
})

test('the app’s own page is loaded again only when it says something else: what was typed there stays', () => {
  const { pages, loaded, at } = shown()
  at.why = { says: 'not-enrolled', details: null }
  for (let i = 1; i < 5; i += 1) pages.follow(missing(i))
  expect(loaded).toEqual([LOCAL_PAGE])
  at.why = { says: 'starting' }
  pages.follow(missing(5))
  expect([loaded.length, pages.local()]).toEqual([2, { says: 'starting' }])
})

test('an agent that came back on another port is opened there', () => {
  const { pages, loaded, at } = shown()
  pages.follow(running)
  at.port = 9000
  pages.follow(running)
  expect([loaded.length, pages.origin()]).toEqual([2, 'http://127.0.0.1:9000'])
})

test('a page that failed is opened again with a new link, or shows that the agent does not run', () => {
  const { pages, loaded } = shown()
  pages.follow(running)
  pages.again()
  expect(new Set(loaded).size).toBe(2)
  pages.follow(missing(3))
  pages.again()
  expect(loaded.at(-1)).toBe(LOCAL_PAGE)
})

test('a page that does not load ends nothing', async () => {
  const pages = showPages({
    window: { loadURL: () => Promise.reject(new Error('ERR_CONNECTION_REFUSED')) },
    log: quietLog,
    link: () => 'http://127.0.0.1:1/open?code=1',
    why: () => ({ says: 'starting' }),
  })
  pages.follow(running)
  await Promise.resolve()
  expect(pages.origin()).toBe('http://127.0.0.1:1')
})
