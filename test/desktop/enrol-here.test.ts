import { join } from 'node:path'
import { expect, test } from 'vitest'
import { desktopWords } from '../../agent/electron/desktop.messages.ts'
import { enrolmentHere } from '../../agent/electron/enrolment/enrol-here.ts'
import { keptSecret } from '../../agent/electron/kept-secret.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'
import { keyring } from './keyring.ts'

const en = desktopWords('en', 'en')
const ASKED = { hub: 'https://hub.example', code: 'ABCD-EFGH-JKMN-PQRS' }
const DEVICE = {
  device: 'dev_0123456789abcdefghij',
  hub: 'hub_1',
  store: 'HAR',
  storeName: 'Harbour',
  till: 'Till 1',
  zone: 'Europe/Berlin',
}

function here(folder: string, over: { answer?: () => Promise<Response>; backend?: string } = {}) {
  const world = manualWorld()
  const posted: string[] = []
  const fetch = (url: string) => {
    posted.push(url)
    return over.answer?.() ?? Promise.resolve(Response.json(DEVICE))
  }
  const path = join(folder, 'enrolment')
  const kept = keptSecret({ safeStorage: keyring(over.backend), platform: 'linux', files: world.files, path })
  const enrolment = enrolmentHere({
    world: { ...world, sockets: { ...world.sockets, fetch } },
    folder: join(folder, 'agent'),
    words: en,
    kept,
  })
  return { enrolment, posted, raw: () => world.files.readText(path) }
}
const unreachable = () => Promise.reject(new Error('ENOTFOUND'))

test('a till is enrolled once', async () => {
  using folder = temporaryFolder()
  const { enrolment, posted } = here(folder.path)
  expect(enrolment.isEnrolled()).toBe(false)
  expect(await enrolment.enrol(ASKED)).toBeNull()
  expect(enrolment.isEnrolled()).toBe(true)
  expect(await enrolment.enrol(ASKED)).toBe(en.alreadyEnrolled)
  expect(posted).toEqual(['https://hub.example/enrol'])
})

test('while head office can’t be reached the code waits sealed, and the next start takes it up', async () => {
  using folder = temporaryFolder()
  const first = here(folder.path, { answer: unreachable })
  expect(await first.enrolment.enrol(ASKED)).toBe(en.codeKept)
  expect(first.raw()).not.toContain('ABCD')
  const next = here(folder.path)
  expect(await next.enrolment.takeUp()).toBeNull()
  expect([next.enrolment.isEnrolled(), next.raw()]).toEqual([true, null])
})

test('where the system only offers basic text the code is not kept, and the user is told', async () => {
  using folder = temporaryFolder()
  const { enrolment, raw } = here(folder.path, { answer: unreachable, backend: 'basic_text' })
  expect(await enrolment.enrol(ASKED)).toBe(`${en.codeNotKept} ${en.basicText}`)
  expect(raw()).toBeNull()
})

test('a code that head office refuses is not kept', async () => {
  using folder = temporaryFolder()
  const waited = here(folder.path, { answer: unreachable })
  await waited.enrolment.enrol(ASKED)
  const refusing = async () =>
    Response.json({ code: 'ENROL_CODE_INVALID', sentence: 'Unknown.' }, { status: 403 })
  const next = here(folder.path, { answer: refusing })
  await expect(next.enrolment.takeUp()).rejects.toMatchObject({ code: 'ENROL_REFUSED' })
  expect(next.raw()).toBeNull()
})

test.each([
  ['a sign-in page of the network', async () => new Response('<html>', { status: 200 }), 'HUB_IS_OTHER'],
  [
    'a certificate',
    () => Promise.reject(Object.assign(new Error('x'), { code: 'CERT_HAS_EXPIRED' })),
    'HUB_CERTIFICATE_REFUSED',
  ],
  [
    'a proxy',
    () => Promise.reject(new Error('Proxy response (407) !== 200 when HTTP Tunneling')),
    'HUB_PROXY_REFUSED',
  ],
])('%s on the way is named, and the code waits for the next start', async (_, answer, code) => {
  using folder = temporaryFolder()
  const first = here(folder.path, { answer })
  await expect(first.enrolment.enrol(ASKED)).rejects.toMatchObject({ code })
  const next = here(folder.path)
  expect(await next.enrolment.takeUp()).toBeNull()
  expect(next.enrolment.isEnrolled()).toBe(true)
})

test('nothing waits: nothing is asked', async () => {
  using folder = temporaryFolder()
  const { enrolment, posted } = here(folder.path)
  expect([await enrolment.takeUp(), posted]).toEqual([null, []])
})
