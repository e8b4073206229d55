import { expect, test } from 'vitest'
import { guardPages } from '../../agent/electron/window/page-guard.ts'
import { quietLog } from '../manual-world.ts'
import { FakeGuardedPage, FakeSession, stoppable } from './fake-electron.ts'

const TILL = 'http://127.0.0.1:8765'

function guarded(origin: string | null = TILL) {
  const session = new FakeSession()
  const page = new FakeGuardedPage()
  const refused: unknown[] = []
  const log = { ...quietLog, warn: (facts: unknown) => void refused.push(facts) }
  guardPages({ session, onPage: run => run(page), agentOrigin: () => origin, log })
  return { session, page, refused }
}

test.each([`${TILL}/`, `${TILL}/open?code=1`, 'tillbridge-desk://page/'])('a page may go to %s', url => {
  const { page, session } = guarded()
  expect([page.goes('will-frame-navigate', url), page.goes('will-redirect', url), session.lets(url)]).toEqual(
    [true, true, true],
  )
})

test.each([
  'http://127.0.0.1:8766/',
  'http://localhost:8765/',
  'https://127.0.0.1:8765/',
  'http://127.0.0.1:8765@evil.example/',
  'http://127.0.0.1:8765.evil.example/',
  'https://evil.example/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'tillbridge-desk://other/',
  'tillbridge://enrol?hub=https://evil.example&code=ABCDEFGH',
  'rubbish',
])('a page may not go to %s, nor may a redirect, a frame or a request', url => {
  const { page, session, refused } = guarded()
  expect(page.goes('will-frame-navigate', url)).toBe(false)
  expect(page.goes('will-redirect', url)).toBe(false)
  expect(session.lets(url)).toBe(false)
  expect(session.lets(url, 'xhr')).toBe(false)
  expect(refused).toHaveLength(4)
})

test('photos of items come from anywhere over https, and nothing else does', () => {
  const { session } = guarded()
  expect(session.lets('https://cdn.example/shirt.jpg', 'image')).toBe(true)
  expect(session.lets('http://cdn.example/shirt.jpg', 'image')).toBe(false)
  expect(session.lets('https://cdn.example/code.js', 'script')).toBe(false)
})

test('while no agent runs only the app’s own page is shown', () => {
  const { page } = guarded(null)
  expect(page.goes('will-frame-navigate', `${TILL}/`)).toBe(false)
  expect(page.goes('will-frame-navigate', 'tillbridge-desk://page/')).toBe(true)
})

test('no page opens a window, attaches another or saves a file', () => {
  const { page, session } = guarded()
  expect(page.openWindow({ url: `${TILL}/` })).toEqual({ action: 'deny' })
  const webview = stoppable({})
  page.emit('will-attach-webview', webview)
  const download = stoppable({})
  session.emit('will-download', download)
  expect([webview.isStopped, download.isStopped]).toEqual([true, true])
})

test.each(['media', 'geolocation', 'notifications', 'clipboard-read', 'fullscreen', 'hid', 'serial', 'usb'])(
  'no page is given the permission %s',
  permission => {
    const { session } = guarded()
    const answers: boolean[] = []
    session.request(null, permission, granted => answers.push(granted))
    expect([...answers, session.check(null, permission), session.device()]).toEqual([false, false, false])
  },
)

test('what is refused is logged without the secrets that its address may hold', () => {
  const { page, refused } = guarded()
  page.goes('will-frame-navigate', 'https://evil.example/take?key=secret#secret')
  expect(refused).toEqual([{ what: 'navigation', url: 'https://evil.example/take' }])
})
