import type { FastifyReply, FastifyRequest } from 'fastify'
import { expect, test } from 'vitest'
import { knownBrowser } from '../../hub/web/known-browser.ts'
import { newSigningKey } from '../../shared/signing.ts'
import { manualWorld } from '../manual-world.ts'

test('a browser is known for a year, by the name it logged in with, while that name keeps its password', async () => {
  const { random } = manualWorld()
  const signer = newSigningKey(random)
  const key = {
    publicKey: async () => signer.publicKey,
    prove: async (text: string) => ({ key: signer.publicKey, passed: [], signature: signer.sign(text) }),
  }
  let now = 0
  const passwords = new Map([
    ['kim', 'one'],
    ['lee', 'one'],
  ])
  const browsers = knownBrowser({
    key,
    random,
    clock: { now: () => now },
    passwordHash: async name => passwords.get(name) ?? null,
    secure: false,
  })
  let cookie = ''
  const reply = { header: (_name: string, value: string) => (cookie = value.split(';', 1)[0] ?? '') }
  await browsers.set(reply as unknown as FastifyReply, 'kim')
  const isKnown = async (name: string, sent = cookie) =>
    (await browsers.read({ headers: { cookie: sent } } as FastifyRequest, name)) !== null
  expect([await isKnown('kim'), await isKnown('lee'), await isKnown('gone')]).toEqual([true, false, false])
  now = 365 * 24 * 3_600_000
  expect([await isKnown('kim'), await isKnown('kim', cookie.replace('.31536000.', '.99999999999.'))]).toEqual(
    [false, false],
  )
  now = 0
  passwords.set('kim', 'two')
  expect(await isKnown('kim')).toBe(false)
})
