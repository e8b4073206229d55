import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { revokeDevice } from '../../hub/fleet/devices.ts'
import { downloadToken } from '../../hub/releases/download-token.ts'
import { addRelease, withdrawRelease } from '../../hub/releases/releases.ts'
import { enrolTestTill } from '../gateway/till-and-hub.ts'
import { openHub } from '../hub-web/open-hub.ts'
import { ask } from '../till/open-till.ts'
import { listed, madeRelease } from './made-release.ts'

const BYTES = Buffer.from('0123456789'.repeat(1_000))

async function withRelease() {
  const hub = await openHub()
  const now = hub.world.clock.now()
  const name = 'tillbridge-agent-0.2.0-linux-x64.update.tgz'
  const signed = madeRelease('0.2.0', now, { files: [listed(name, BYTES)] })
  await transaction(hub.db, tx => addRelease(tx, signed, now))
  mkdirSync(join(hub.releases, '0.2.0'), { recursive: true })
  writeFileSync(join(hub.releases, '0.2.0', name), BYTES)
  writeFileSync(join(hub.releases, '0.2.0', 'other'), 'not part of it')
  const { device } = await enrolTestTill(hub.world, hub.db)
  const token = (version = '0.2.0') => downloadToken(hub.key, { device, version, now: hub.world.clock.now() })
  const get = async (path: string, bearer: string, headers: Record<string, string> = {}) =>
    ask(`${hub.url}/release/0.2.0/${path}`, { headers: { authorization: `Bearer ${bearer}`, ...headers } })
  return { hub, device, signed, token, get, file: `file/${name}` }
}

test('an enrolled device fetches what it was offered: the manifest as it was signed, and its file from any byte on', async () => {
  const { hub, signed, token, get, file } = await withRelease()
  await using _ = hub
  const bearer = await token()
  expect(JSON.parse((await get('manifest', bearer)).body)).toEqual(signed)
  expect(await get(file, bearer)).toMatchObject({ status: 200, body: String(BYTES) })
  expect(await get(file, bearer, { range: 'bytes=9990-' })).toMatchObject({
    status: 206,
    body: '0123456789',
    headers: { 'content-range': 'bytes 9990-9999/10000' },
  })
  expect((await get(file, bearer, { range: 'bytes=0-5' })).status).toBe(400)
})

test('no one else gets a byte: no token, another release’s, an old one, a revoked device, a withdrawn release', async () => {
  const { hub, device, token, get, file } = await withRelease()
  await using _ = hub
  const refused = async (bearer: string) => expect(await get(file, bearer)).toMatchObject({ status: 403 })
  const good = await token()
  await refused('')
  await refused(`${good}x`)
  await refused(good.replace(device, 'dev_0000000000000000'))
  await refused(await token('0.3.0'))
  await transaction(hub.db, tx => withdrawRelease(tx, '0.2.0', 'a test'))
  await refused(good)
})

test('a token ends after a day, and with its device', async () => {
  const { hub, device, token, get, file } = await withRelease()
  await using _ = hub
  const old = await token()
  hub.world.setWallClock(hub.world.clock.now() + 24 * 3_600_000 + 1)
  expect((await get(file, old)).status).toBe(403)
  const fresh = await token()
  expect((await get(file, fresh)).status).toBe(200)
  await transaction(hub.db, tx => revokeDevice(tx, device, hub.world.clock.now()))
  expect((await get(file, fresh)).status).toBe(403)
})

test.each(['file/other', 'file/..%2F..%2Fhub.db', 'file/none'])(
  '%s is not part of the release: there is nothing',
  async path => {
    const { hub, token, get } = await withRelease()
    await using _ = hub
    expect((await get(path, await token())).status).toBe(404)
  },
)
