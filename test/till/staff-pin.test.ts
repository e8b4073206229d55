import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PASS_HEADER, ScanView, StaffView, UnlockAnswer } from '../../agent/till/api-schema.ts'
import { badgeHash, drawBadgeCode } from '../../shared/badge-code.ts'
import { StoreDescribed } from '../../shared/commands.ts'
import { hashSecret } from '../../shared/secret-hash.ts'
import { StaffPut } from '../../shared/staff.ts'
import { readChain } from '../journal/test-journal.ts'
import { manualWorld } from '../manual-world.ts'
import { ask, openTill, pageBy } from './open-till.ts'

type Till = Awaited<ReturnType<typeof openTill>>
const { random } = manualWorld()
const PIN = '480213'
const pinHash = await hashSecret(random, PIN)
const badge = drawBadgeCode(random)
const MOVES = '/api/pickups/gid%3A%2F%2Fshopify%2FFulfillmentOrder%2F7/moves'
const accept = { move: 'accept', staff: 'Kim', reason: null }

const maya = { staff: 'M17', name: 'Maya', pinHash, badgeHash: null, badgeAlone: false }
const tom = { staff: 'T2', name: 'Tom', pinHash: null, badgeHash: badgeHash(badge), badgeAlone: true }

/** A store that requires PINs, with an order that is new. */
async function lockedTill(staffPin: 'required' | 'off' = 'required') {
  const till = await openTill()
  const said = { store: 'HAR', name: 'Harbour', till: 'Till 1', zone: 'Europe/Berlin', returns: 'refund' }
  till.tell(StoreDescribed.parse({ kind: 'store.described', at: 1, ...said, staffPin, pinIdleMinutes: 5 }))
  till.tell(StaffPut.parse({ kind: 'staff.put', at: 1, people: [maya, tom] }))
  till.put()
  return till
}

/** A page that shows its pass with all that it asks. */
async function pageOf(till: Till) {
  const page = await pageBy(till.link)
  const { origin } = new URL(till.link)
  let pass = ''
  const send = async (method: string, path: string, content?: unknown) => {
    const body = content === undefined ? '' : JSON.stringify(content)
    const headers = { ...page.headers(method, path, body), [PASS_HEADER]: pass }
    const answer = await ask(origin + path, { method, headers, ...(body !== '' && { body }) })
    const json: unknown = JSON.parse(answer.body)
    return { status: answer.status, json }
  }
  const unlock = async (content: unknown) => {
    const answer = UnlockAnswer.parse((await send('POST', '/api/staff/unlock', content)).json)
    if (answer.is === 'open') pass = answer.pass
    return answer
  }
  return {
    page: page.page,
    send,
    unlock,
    pass: () => pass,
    show: (given: string) => {
      pass = given
    },
    at: async () => StaffView.parse((await send('GET', '/api/staff')).json).at?.name ?? null,
    step: async () => {
      const { status, json } = await send('POST', MOVES, accept)
      return { status, json }
    },
    scan: async (text: string) => ScanView.parse((await send('POST', '/api/scans', { text })).json),
  }
}
const locked = { status: 403, json: { code: 'STAFF_PASS_NEEDED' } }

test('a step takes its name from the pass, whatever the page says', async () => {
  await using till = await lockedTill()
  const page = await pageOf(till)
  expect(await page.step()).toMatchObject(locked)
  expect(await page.unlock({ staff: 'M17', pin: '480214' })).toEqual({ is: 'wrong', triesLeft: 4 })
  expect(await page.step()).toMatchObject(locked)
  expect(await page.unlock({ staff: 'M17', pin: PIN })).toMatchObject({ is: 'open', name: 'Maya' })
  expect(await page.step()).toMatchObject({ status: 200, json: { movedBy: 'Maya' } })
})

test('where no PIN is required, the page’s word counts as before', async () => {
  await using till = await lockedTill('off')
  const page = await pageOf(till)
  expect(await page.step()).toMatchObject({ status: 200, json: { movedBy: 'Kim' } })
})

test.each([
  [
    'a count',
    `${MOVES.replace('moves', 'picks')}`,
    { line: 'l1', picked: 1, missing: null, by: 'hand', staff: 'Kim' },
  ],
  ['an acknowledgement', `${MOVES.replace('moves', 'acknowledgements')}`, { staff: 'Kim' }],
  ['a search for a customer’s order', '/api/returns/questions', { ask: 'find-orders', text: 'Ana' }],
  ['a slip', `${MOVES.replace('moves', 'slips')}`, { slip: 'pick-slip' }],
  ['an undone return', '/api/returns/ret_0123456789abcdef/undo', { staff: 'Kim' }],
])('%s needs a pass', async (_what, path, body) => {
  await using till = await lockedTill()
  const page = await pageOf(till)
  expect(await page.send('POST', path, body)).toMatchObject(locked)
})

test('what the page shows is there while it is locked, and no hash of it', async () => {
  await using till = await lockedTill()
  const page = await pageOf(till)
  expect(await page.send('GET', '/api/pickups')).toMatchObject({ status: 200 })
  const { json } = await page.send('GET', '/api/staff')
  expect(json).toEqual({
    rule: 'required',
    idleMs: 300_000,
    people: [
      { staff: 'M17', name: 'Maya', opensBy: 'pin' },
      { staff: 'T2', name: 'Tom', opensBy: 'badge' },
    ],
    at: null,
  })
  expect(JSON.stringify(till.state())).not.toContain('argon2id')
})

test('a pass counts at its own page alone, until it is locked', async () => {
  await using till = await lockedTill()
  const [one, other] = [await pageOf(till), await pageOf(till)]
  await one.unlock({ staff: 'M17', pin: PIN })
  other.show(one.pass())
  expect(await other.step()).toMatchObject(locked)
  expect([await one.at(), await other.at()]).toEqual(['Maya', null])
  await other.send('POST', '/api/staff/lock', {})
  expect(await one.at()).toBe('Maya')
  await one.send('POST', '/api/staff/lock', {})
  expect(await one.step()).toMatchObject(locked)
})

test('a pass ends after the agreed minutes without a touch, and a touch keeps it', async () => {
  await using till = await lockedTill()
  const page = await pageOf(till)
  await page.unlock({ staff: 'M17', pin: PIN })
  await till.world.advance(299_000)
  expect(await page.send('POST', '/api/staff/active', {})).toMatchObject({ json: { isOpen: true } })
  await till.world.advance(299_000)
  expect(await page.at()).toBe('Maya')
  await till.world.advance(1_000)
  expect(await page.send('POST', '/api/staff/active', {})).toMatchObject({ json: { isOpen: false } })
  expect(await page.step()).toMatchObject(locked)
})

test.each([
  ['removed', []],
  ['given another PIN', [{ ...maya, pinHash: pinHash.replace(/.{4}$/, 'AAAA') }]],
])('the pass of a person who is %s ends at once', async (_what, people) => {
  await using till = await lockedTill()
  const page = await pageOf(till)
  await page.unlock({ staff: 'M17', pin: PIN })
  till.tell(StaffPut.parse({ kind: 'staff.put', at: 2, people }))
  expect(await page.step()).toMatchObject(locked)
})

test('five wrong PINs cost a wait at every page; the right one has to wait as well', async () => {
  await using till = await lockedTill()
  const [one, other] = [await pageOf(till), await pageOf(till)]
  const wrong = { staff: 'M17', pin: '999999' }
  for (const left of [4, 3, 2, 1]) expect(await one.unlock(wrong)).toEqual({ is: 'wrong', triesLeft: left })
  expect(await one.unlock(wrong)).toEqual({ is: 'wait', waitMs: 30_000, whose: 'person' })
  expect(await other.unlock({ staff: 'M17', pin: PIN })).toMatchObject({ is: 'wait' })
  await till.world.advance(30_000)
  expect(await other.unlock({ staff: 'M17', pin: PIN })).toMatchObject({ is: 'open' })
  expect(await one.unlock(wrong)).toEqual({ is: 'wrong', triesLeft: 4 })
})

test('wrong PINs and unknown badges of the last hour are counted also those of a person who got in since', async () => {
  await using till = await lockedTill()
  const page = await pageOf(till)
  const wrong = { staff: 'M17', pin: '999999' }
  for (let n = 0; n < 3; n += 1) await page.unlock(wrong)
  await page.scan(drawBadgeCode(random))
  await page.unlock({ staff: 'M17', pin: PIN })
  expect(till.staff.wrongTries()).toBe(4)
  await till.world.advance(3_599_000)
  await page.unlock(wrong)
  expect(till.staff.wrongTries()).toBe(5)
  await till.world.advance(1_000)
  expect(till.staff.wrongTries()).toBe(1)
})

test('a badge that is enough opens the page that has its ticket, once, and soon', async () => {
  await using till = await lockedTill()
  const page = await pageOf(till)
  const { code, badge: scanned } = await page.scan(`${badge}\r`)
  expect({ code, scanned }).toMatchObject({ code: '', scanned: { staff: 'T2', name: 'Tom', waitMs: 0 } })
  const ticket = scanned?.ticket ?? ''
  expect(await page.unlock({ ticket })).toMatchObject({ is: 'open', name: 'Tom' })
  expect(await page.step()).toMatchObject({ json: { movedBy: 'Tom' } })
  expect(await page.unlock({ ticket })).toEqual({ is: 'expired' })
  const late = (await page.scan(badge)).badge?.ticket ?? ''
  await till.world.advance(10_001)
  expect(await page.unlock({ ticket: late })).toEqual({ is: 'expired' })
})

test('of several pages a scanner’s badge is meant for the one that was touched last, and its ticket opens no other', async () => {
  await using till = await lockedTill()
  const [one, other] = [await pageOf(till), await pageOf(till)]
  const scanned = async () => {
    const view = await till.staff.badge(badge, null)
    return { page: view?.badge?.page, ticket: view?.badge?.ticket ?? '' }
  }
  const end = till.staff.opened(one.page)
  expect((await scanned()).page).toBe(one.page) // it is the only one
  till.staff.opened(other.page)
  expect(await scanned()).toEqual({ page: null, ticket: '' }) // no one knows where the person is
  await other.send('POST', '/api/staff/active', {})
  const { page, ticket } = await scanned()
  expect(page).toBe(other.page)
  expect(await one.unlock({ ticket })).toEqual({ is: 'expired' })
  expect(await one.step()).toMatchObject(locked)
  expect(await other.unlock({ ticket })).toMatchObject({ is: 'open', name: 'Tom' })
  await one.unlock({ staff: 'M17', pin: '999999' })
  expect((await scanned()).page).toBe(one.page)
  end() // that window is closed
  expect((await scanned()).page).toBe(other.page)
})

test('the ticket of a badge that was typed into a page is for that page', async () => {
  await using till = await lockedTill()
  const [one, other] = [await pageOf(till), await pageOf(till)]
  till.staff.opened(other.page)
  const { badge: scanned } = await one.scan(badge)
  expect(scanned?.page).toBe(one.page)
  expect(await other.unlock({ ticket: scanned?.ticket ?? '' })).toEqual({ is: 'expired' })
  expect(await one.unlock({ ticket: scanned?.ticket ?? '' })).toMatchObject({ is: 'open' })
})

test('a card of the shop’s own stays a badge when its person has another one or is gone: it is neither journalled nor shown', async () => {
  await using till = await lockedTill()
  const page = await pageOf(till)
  const put = (at: number, people: readonly object[]) =>
    till.tell(StaffPut.parse({ kind: 'staff.put', at, people }))
  const card = '0047110815'
  put(2, [{ ...maya, badgeHash: badgeHash(card) }])
  put(3, [{ ...maya, badgeHash: badgeHash('0047110816') }])
  expect(await page.scan(card)).toMatchObject({ code: '', badge: { staff: null } })
  put(4, [])
  expect(await page.scan(card)).toMatchObject({ code: '', badge: { staff: null } })
  expect(await page.scan('0047110816')).toMatchObject({ code: '', badge: { staff: null } })
  put(5, [{ ...tom, badgeHash: badgeHash(card) }])
  expect(await page.scan(card)).toMatchObject({ badge: { staff: 'T2' } })
  expect(JSON.stringify(await readChain(till.journal))).not.toContain('4711081')
})

test('a badge that needs the PIN names its person alone; an unknown one no one, and is slowed', async () => {
  await using till = await lockedTill()
  const page = await pageOf(till)
  const both = { ...maya, badgeHash: badgeHash('0047110815') }
  till.tell(StaffPut.parse({ kind: 'staff.put', at: 2, people: [both] }))
  expect((await page.scan('0047110815')).badge).toEqual({
    staff: 'M17',
    name: 'Maya',
    ticket: null,
    waitMs: 0,
    page: page.page,
  })
  for (let n = 0; n < 5; n += 1)
    expect((await page.scan(badge)).badge).toMatchObject({ staff: null, name: '', ticket: null, waitMs: 0 })
  expect((await page.scan(badge)).badge).toMatchObject({ staff: null, waitMs: 30_000 })
})

test('neither PIN nor badge reaches an event, the journal’s text or the log', async () => {
  await using till = await lockedTill()
  const page = await pageOf(till)
  await page.scan(badge)
  await page.unlock({ staff: 'M17', pin: PIN })
  await page.step()
  const events = JSON.stringify(await readChain(till.journal))
  expect(events).not.toContain(badge)
  expect(events).not.toContain(PIN)
  const bytes = ['journal.db', 'journal.db-wal']
    .map(name => readFileSync(join(till.folder, name), 'latin1'))
    .join()
  expect([badge, PIN, page.pass()].filter(secret => bytes.includes(secret))).toEqual([])
})

test.each([
  ['letters', { staff: 'M17', pin: 'abcd' }],
  ['too many digits', { staff: 'M17', pin: '1'.repeat(9) }],
  ['a long name', { staff: 'M'.repeat(99), pin: PIN }],
  ['more than it should', { staff: 'M17', pin: PIN, pass: 'x' }],
])('a request with %s is refused before anything is hashed', async (_what, body) => {
  await using till = await lockedTill()
  const page = await pageOf(till)
  expect(await page.send('POST', '/api/staff/unlock', body)).toMatchObject({
    status: 400,
    json: { code: 'TILL_REQUEST_MALFORMED' },
  })
})

test('a person that is not there, or has no PIN, is refused like a wrong PIN', async () => {
  await using till = await lockedTill()
  const page = await pageOf(till)
  expect(await page.unlock({ staff: 'X9', pin: PIN })).toEqual({ is: 'wrong', triesLeft: 4 })
  expect(await page.unlock({ staff: 'T2', pin: PIN })).toEqual({ is: 'wrong', triesLeft: 4 })
})
