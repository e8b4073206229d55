import fc from 'fast-check'
import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { FOUND, LINK_MS } from '../../hub/pickups/customer-choice/questions.ts'
import { leaveUnanswered } from '../../hub/pickups/customer-choice/unanswered.ts'
import { ask } from '../till/open-till.ts'
import { askOne, noted } from './customer-question.ts'
import { openHub } from './open-hub.ts'

type Answer = Awaited<ReturnType<typeof ask>>

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const send = (link: string, choice: string) =>
  ask(link, { method: 'POST', headers: form, body: new URLSearchParams({ choice }).toString() })

test('the page names the order, the items and the choices, is kept nowhere, and found by no search engine', async () => {
  await using hub = await openHub()
  const { link } = await askOne(hub)
  const { status, headers, body } = await ask(link)
  expect(status).toBe(200)
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'x-robots-tag': 'noindex, nofollow, noarchive',
    'referrer-policy': 'no-referrer',
    'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
  })
  expect(headers['set-cookie']).toBeUndefined()
  expect(body).toContain('2 × Stoneware mug, Blue')
  expect(body).toContain('#1042')
  expect(body).not.toContain('<script')
  expect(body).not.toContain(new URL(link).pathname)
})

test('texts of an order are text on the page', async () => {
  await using hub = await openHub()
  const { link } = await askOne(hub, {
    items: [
      { orderLine: null, sku: null, title: '<img src=x onerror=alert(1)>', variantTitle: '"&\'', units: 1 },
    ],
  })
  const { body } = await ask(link)
  expect(body).toContain('1 × &lt;img src=x onerror=alert(1)&gt;, &quot;&amp;&#39;')
  expect(body).not.toContain('<img')
})

test('a choice counts once: sent twice, or opened again, the page shows what was chosen', async () => {
  await using hub = await openHub()
  const { id, link } = await askOne(hub)
  const first = await send(link, 'deliver')
  expect(first).toMatchObject({ status: 303, headers: { location: '?' } })
  expect(await noted(hub, id)).toMatchObject({ choice: 'deliver' })
  const again = await Promise.all([send(link, 'cancel'), send(link, 'deliver')])
  expect(again.map(({ status }) => status)).toEqual([409, 303])
  expect(again[0]?.body).toContain('Your new choice was not taken')
  expect(again[0]?.body).toContain('To have the items sent to you.')
  expect(await noted(hub, id)).toMatchObject({ choice: 'deliver' })
  const { status, body } = await ask(link)
  expect(status).toBe(200)
  expect(body).toContain('To have the items sent to you.')
  expect(body).toContain('contacts you about the address and the cost')
  expect(body).not.toContain('<form')
})

test('opening the link with whatever method chooses nothing', async () => {
  await using hub = await openHub()
  const { id, link } = await askOne(hub)
  for (const method of ['GET', 'HEAD']) await ask(`${link}?choice=cancel`, { method })
  expect(await noted(hub, id)).toEqual({ state: 'open', choice: null, location: null })
})

test.each(['', 'keep', 'move:gid://shopify/Location/1', 'x'.repeat(1_500)])(
  'the answer “%s” is refused on the page, and another one is taken',
  async choice => {
    await using hub = await openHub()
    const { id, link } = await askOne(hub)
    const { status, body } = await send(link, choice)
    expect(status).toBe(422)
    expect(body).toContain('role="alert"')
    expect((await noted(hub, id)).state).toBe('open')
    expect((await send(link, 'cancel')).status).toBe(303)
  },
)

test('a body beyond a form’s is refused', async () => {
  await using hub = await openHub()
  const { id, link } = await askOne(hub)
  expect((await send(link, 'c'.repeat(5_000))).status).toBe(413)
  expect((await noted(hub, id)).state).toBe('open')
})

test('an expired link says so, names the order alone, and takes no choice', async () => {
  await using hub = await openHub()
  const { id, link } = await askOne(hub)
  await hub.world.suspend(LINK_MS)
  const { status, body } = await ask(link)
  expect(status).toBe(410)
  expect(body).toContain('Order #1042')
  expect(body).not.toContain('mug')
  await send(link, 'cancel')
  expect((await noted(hub, id)).state).toBe('open')
  await leaveUnanswered(hub.db, hub.world.clock.now())
  expect(await ask(link)).toMatchObject({ status: 410, body })
})

test('a link that was answered shows what was chosen also once it has expired', async () => {
  await using hub = await openHub()
  const { link } = await askOne(hub)
  await send(link, 'deliver')
  await hub.world.suspend(LINK_MS)
  const { status, body } = await ask(link)
  expect(status).toBe(200)
  expect(body).toContain('To have the items sent to you.')
})

test('a link that was changed in any letter, or is another hub’s, opens nothing', async () => {
  await using hub = await openHub()
  await using other = await openHub()
  const { link } = await askOne(hub)
  other.world.random.bytes(7) // the worlds of tests draw the same numbers
  const foreign = (await askOne(other)).link
  const token = link.split('/').at(-1) ?? ''
  await fc.assert(
    fc.asyncProperty(
      fc.nat(token.length - 1),
      fc.constantFrom(...'ABCXYZabcxyz0189-_.'),
      async (at, letter) => {
        fc.pre(token[at] !== letter)
        expect(await hub.links.read(token.slice(0, at) + letter + token.slice(at + 1))).toBeNull()
      },
    ),
    { numRuns: 300 },
  )
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 120 }), async text => {
      expect(await hub.links.read(text)).toBeNull()
    }),
  )
  expect(await hub.links.read(foreign.split('/').at(-1) ?? '')).toBeNull()
  const [id = '', until = '', signature = ''] = token.split('.')
  const later = (Number.parseInt(until, 36) + 1).toString(36)
  const second = (await askOne(hub)).link.split('/').at(-1)?.split('.') ?? []
  const forged = [
    `${id}.${later}.${signature}`,
    `${second[0]}.${until}.${signature}`,
    `${id}.${until}.${second[2]}`,
    `${id}.${until}.`,
    `${token}.x`,
  ]
  const { origin } = new URL(link)
  for (const one of forged) {
    const { status, body } = await ask(`${origin}/choice/${one}`)
    expect(status).toBe(404)
    expect(body).not.toContain('mug')
  }
})

test('a question that the hub has lost is an unknown link', async () => {
  await using hub = await openHub()
  const made = await hub.links.make(hub.world.clock.now() + LINK_MS)
  expect((await ask(made?.link ?? hub.url)).status).toBe(404)
})

test('wrong links are limited by address; opening a right one often enough costs nothing', async () => {
  await using hub = await openHub()
  const { link } = await askOne(hub)
  const wrong = `${new URL(link).origin}/choice/${'A'.repeat(22)}.1.${'A'.repeat(43)}`
  for (let times = 0; times < 30; times += 1) expect((await ask(link)).status).toBe(200)
  for (let times = 0; times < 20; times += 1) expect((await ask(wrong)).status).toBe(404)
  const limited = await ask(wrong)
  expect(limited).toMatchObject({ status: 429, headers: { 'retry-after': '60' } })
  expect((await ask(link)).status).toBe(200)
  await hub.world.advance(61_000)
  expect((await ask(link)).status).toBe(200)
})

test('one link is not asked for without end', async () => {
  await using hub = await openHub()
  const { link } = await askOne(hub)
  const other = await askOne(hub)
  for (let times = 0; times < 60; times += 1) await ask(link)
  expect((await ask(link)).status).toBe(429)
  expect((await ask(other.link)).status).toBe(200)
})

test.each([
  ['de-AT', 'fr', '', 'de', 'Auswahl bestätigen'],
  ['fr', 'de', '', 'fr', 'Confirmer mon choix'],
  ['es-MX', 'de', '', 'es', 'Confirmar mi elección'],
  ['it', 'nl, fr;q=0.4, de;q=0.8', '', 'de', 'Auswahl bestätigen'],
  [null, 'nl', '', 'en', 'Confirm my choice'],
  ['de', 'de', '?lang=es', 'es', 'Confirmar mi elección'],
])('an order in %s, a browser in %s, and %s: in %s', async (locale, accept, chosen, language, button) => {
  await using hub = await openHub()
  const { link } = await askOne(hub, { locale })
  const { headers, body } = await ask(`${link}${chosen}`, { headers: { 'accept-language': accept } })
  expect(headers['content-language']).toBe(language)
  expect(body).toContain(`<html lang="${language}">`)
  expect(body).toContain(button)
})

test('a choice that was carried out says what the customer does next, and a closed question what it was about', async () => {
  await using hub = await openHub()
  const offered = [{ location: 'gid://shopify/Location/2', store: 'MKT', name: 'Market Square' }]
  const of = { offered, locale: 'en' }
  const moved = await askOne(hub, of)
  const paid = await askOne(hub, of)
  const found = await askOne(hub, of)
  const closed = await askOne(hub, of)
  const end = (id: string, values: object) =>
    transaction(hub.db, tx => tx.updateTable('customer_question').set(values).where('id', '=', id).execute())
  await end(moved.id, { state: 'done', choice: 'move', location: 'gid://shopify/Location/2' })
  await end(paid.id, { state: 'done', choice: 'cancel' })
  await end(found.id, { state: 'over', problem: FOUND })
  await end(closed.id, { state: 'over' })
  expect((await ask(moved.link)).body).toContain(
    'Market Square prepares them now. Please wait for the message',
  )
  expect((await ask(paid.link)).body).toContain('the money goes back the way you paid')
  expect((await ask(found.link)).body).toContain('The store has found the items')
  const { body } = await ask(closed.link)
  for (const words of ['This question is closed', 'Order #1042', '2 × Stoneware mug'])
    expect(body).toContain(words)
})

test('what is marked stays marked in another language', async () => {
  await using hub = await openHub()
  const { id, link } = await askOne(hub)
  const { body } = await ask(`${link}?choice=deliver&lang=de`)
  expect(body).toContain('value="deliver" required checked')
  expect(body).toContain('Auswahl bestätigen')
  expect((await noted(hub, id)).state).toBe('open')
})

const unreadable: readonly [string, number, (link: string) => Promise<Answer>][] = [
  ['signs that can’t be read', 404, link => ask(`${new URL(link).origin}/choice/%zz`)],
  ['such signs behind the link', 404, link => ask(`${link}%zz`)],
  ['a form that is too long', 413, link => send(link, 'c'.repeat(5_000))],
  [
    'a body of no type',
    415,
    link => ask(link, { method: 'POST', headers: { 'content-type': ';;;' }, body: 'choice=cancel' }),
  ],
  ['no token', 404, link => ask(`${new URL(link).origin}/choice`)],
  ['capitals', 404, link => ask(`${new URL(link).origin}/Choice/x`)],
  ['a coded slash', 404, link => ask(`${new URL(link).origin}/choice%2fx`)],
  ['a token of 5,000 letters', 403, link => ask(`${new URL(link).origin}/choice/${'x'.repeat(5_000)}`)],
  ['a slash too many', 403, link => ask(`${new URL(link).origin}//choice/x`)],
  ['another host', 403, link => ask(link, { headers: { host: 'shop.example' } })],
]
test.each(unreadable)(
  'an address with %s shows a page for customers, kept nowhere',
  async (_, status, open) => {
    await using hub = await openHub()
    const { id, link } = await askOne(hub)
    const answer = await open(link)
    expect(answer.status).toBe(status)
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    })
    expect(answer.body).toContain('This link does not work')
    expect(answer.body).not.toContain(new URL(link).pathname)
    expect((await noted(hub, id)).state).toBe('open')
  },
)

test('an address of the API that can’t be read is not repeated either', async () => {
  await using hub = await openHub()
  const { status, headers, body } = await ask(`${hub.url}/api/secret%zz`)
  expect(status).toBe(400)
  expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
  expect(JSON.parse(body)).toMatchObject({ code: 'REQUEST_MALFORMED' })
  expect(body).not.toContain('secret')
})

test('a link that was cut, or has something behind it, shows a page for customers', async () => {
  await using hub = await openHub()
  const { link } = await askOne(hub)
  for (const wrong of [`${link}/`, `${link}/x`, `${link}${'x'.repeat(120)}`]) {
    const { status, headers, body } = await ask(wrong)
    expect(status).toBe(404)
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'referrer-policy': 'no-referrer',
    })
    expect(body).toContain('This link does not work')
  }
})
