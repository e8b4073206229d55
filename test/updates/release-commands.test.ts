import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readRelease } from '../../shared/releases.ts'
import { runHere } from '../cli/command.ts'
import { temporaryFolder } from '../manual-world.ts'

function desk() {
  const folder = temporaryFolder()
  const at = (...path: string[]) => join(folder.path, ...path)
  const hub = (...args: string[]) => runHere('hub', [...args, '--json'])
  const json = async (...args: string[]) => {
    const { code, out, err } = await hub(...args)
    if (code !== 0) throw new Error(err)
    return JSON.parse(out) as Record<string, unknown>
  }
  /** A package as the build lays it down, with what it says beside it. */
  const pack = (version: string, content = `program ${version}`) => {
    mkdirSync(at('built'), { recursive: true })
    const file = at('built', `tillbridge-agent-${version}-linux-x64.update.tgz`)
    writeFileSync(file, gzipSync(content))
    writeFileSync(`${file}.json`, JSON.stringify({ version, journal: 30 }))
    return file
  }
  const data = ['--data', at('hub')]
  return { at, hub, json, pack, data, [Symbol.dispose]: () => folder[Symbol.dispose]() }
}

test('from a key to an offer: made, signed by two keys, taken in, offered, listed, withdrawn', async () => {
  using d = desk()
  await d.json(
    'store',
    'add',
    'HAR',
    '--name',
    'Harbour',
    '--zone',
    'Europe/Berlin',
    '--currency',
    'EUR',
    ...d.data,
  )
  const first = await d.json('release', 'key', d.at('first.key'))
  const second = await d.json('release', 'key', d.at('second.key'))
  const out = d.at('built', '0.2.0.json')
  const sign = (key: string) =>
    d.json('release', 'sign', d.pack('0.2.0'), '--key', d.at(key), '--out', out, '--from', '0.1.0')
  await sign('first.key')
  expect(await sign('second.key')).toMatchObject({ version: '0.2.0', signatures: 2 })
  const signed: unknown = JSON.parse(readFileSync(out, 'utf8'))
  for (const { publicKey } of [first, second])
    expect(readRelease(signed, [String(publicKey)])).toMatchObject({ version: '0.2.0', journal: 30 })

  expect(await d.json('release', 'add', out, ...d.data)).toMatchObject({ version: '0.2.0', checked: false })
  const refused = await d.hub('release', 'offer', '0.2.0', ...d.data)
  expect(refused).toMatchObject({ code: 1, out: expect.stringContaining('NO_CANARY_STORE') })
  await d.json('release', 'store', 'HAR', '--canary', ...d.data)
  expect(await d.json('release', 'offer', '0.2.0', ...d.data)).toMatchObject({ stage: 'canary' })
  await d.json('release', 'pause', '0.2.0', '--why', 'holidays', ...d.data)
  expect(await d.json('release', 'floor', '0.1.0', ...d.data)).toEqual({ floor: '0.1.0' })
  expect(await d.json('release', 'list', ...d.data)).toMatchObject({
    floor: '0.1.0',
    stores: [{ store: 'HAR', isCanary: true, isPaused: false, pinned: null }],
    releases: [{ version: '0.2.0', state: 'paused', why: 'holidays', healthy: 0 }],
  })
  await d.json('release', 'withdraw', '0.2.0', '--why', 'a mistake', ...d.data)
  expect(await d.hub('release', 'offer', '0.2.0', ...d.data)).toMatchObject({
    out: expect.stringContaining('RELEASE_MOVE_REFUSED'),
  })
})

test('a package that was changed since, and a release that no known key signed, are not taken in', async () => {
  using d = desk()
  await d.json('migrate', ...d.data)
  await d.json('release', 'key', d.at('a.key'))
  const { publicKey } = await d.json('release', 'key', d.at('other.key'))
  const out = d.at('built', '0.2.0.json')
  const file = d.pack('0.2.0')
  await d.json('release', 'sign', file, '--key', d.at('a.key'), '--out', out, '--from', '0.1.0')
  const good = readFileSync(file)
  writeFileSync(file, gzipSync('something else'))
  const add = async () =>
    JSON.parse((await d.hub('release', 'add', out, ...d.data)).out) as { error?: { code: string } }
  expect((await add()).error?.code).toBe('PACKAGE_DIFFERS')
  writeFileSync(file, good)
  writeFileSync(d.at('hub', 'hub.json'), JSON.stringify({ updates: { releaseKeys: [publicKey] } }))
  expect((await add()).error?.code).toBe('RELEASE_UNSIGNED')
  writeFileSync(out, '{"manifest"')
  expect((await add()).error?.code).toBe('RELEASE_UNREADABLE')
})

test('another build under the number of a release that is here is refused, and the packages of that release stay as they are', async () => {
  using d = desk()
  await d.json('migrate', ...d.data)
  await d.json('release', 'key', d.at('a.key'))
  const out = d.at('built', '0.2.0.json')
  const add = async (content: string) => {
    const file = d.pack('0.2.0', content)
    await d.json('release', 'sign', file, '--key', d.at('a.key'), '--out', out, '--from', '0.1.0')
    const { out: said } = await d.hub('release', 'add', out, ...d.data)
    return (JSON.parse(said) as { error?: { code: string } }).error?.code
  }
  expect(await add('the program that tills are offered')).toBeUndefined()
  const folder = d.at('hub', 'releases', '0.2.0')
  const name = 'tillbridge-agent-0.2.0-linux-x64.update.tgz'
  const before = readFileSync(join(folder, name))
  // tills that are offered the first refuse anything else as tampered with, and that stops the roll-out
  expect(await add('another program')).toBe('RELEASE_CHANGED')
  expect(readFileSync(join(folder, name))).toEqual(before)
  expect(readdirSync(folder)).toEqual([name])
})

test('a key is never overwritten, a wrong one is named, and a renamed package is refused', async () => {
  using d = desk()
  await d.json('release', 'key', d.at('a.key'))
  const codeOf = async (...args: string[]) =>
    (JSON.parse((await d.hub(...args)).out) as { error: { code: string } }).error.code
  expect(await codeOf('release', 'key', d.at('a.key'))).toBe('RELEASE_KEY_THERE')
  const sign = (file: string, key: string) =>
    codeOf('release', 'sign', file, '--key', key, '--out', d.at('out.json'), '--from', '0.1.0')
  const file = d.pack('0.2.0')
  expect(await sign(file, `${file}.json`)).toBe('RELEASE_KEY_UNREADABLE')
  writeFileSync(d.at('built/renamed.tgz'), readFileSync(file))
  writeFileSync(d.at('built/renamed.tgz.json'), readFileSync(`${file}.json`))
  expect(await sign(d.at('built/renamed.tgz'), d.at('a.key'))).toBe('PACKAGE_NAME_UNKNOWN')
  expect((await d.hub('release', 'floor', 'newest', ...d.data)).code).toBe(2)
})

test('a release that no till could install is not signed, and a sentence says why', async () => {
  using d = desk()
  await d.json('release', 'key', d.at('a.key'))
  const file = d.pack('0.2.0')
  const out = d.at('built', '0.2.0.json')
  const sign = async (to: string, from: string, ...more: string[]) => {
    const words = [file, '--key', d.at('a.key'), '--out', to, '--from', from, ...more]
    const { code, out: said } = await d.hub('release', 'sign', ...words)
    return said === '' ? code : (JSON.parse(said) as { error?: { code: string } }).error?.code
  }
  expect(await sign(out, '0.1.0', '--days', '0')).toBe(2)
  expect(await sign(out, '0.1.0', '--days', '99999999999')).toBe(2)
  expect(await sign(out, '0.9.0')).toBe('RELEASE_FROM_TOO_NEW')
  expect(await sign(out, '0.1.0', file)).toBe('PACKAGE_TWICE')
  expect(await sign(out, '0.1.0', d.at('built', 'missing'))).toBe('RELEASE_UNREADABLE')
  expect(existsSync(out)).toBe(false)
  expect(await sign(d.at('no such folder', 'x'), '0.1.0')).toBe('FILE_UNWRITABLE')
  expect(await sign(out, '0.9.0', '--roll-back')).toBeUndefined() // newer ones go back to it
  const key = await d.hub('release', 'key', d.at('no such folder', 'x'))
  expect(JSON.parse(key.out)).toMatchObject({ error: { code: 'FILE_UNWRITABLE' } })
})

test('a release is withdrawn once, with its reason; no store is pinned to it, and stores that were are named', async () => {
  using d = desk()
  const at = ['--zone', 'Europe/Berlin', '--currency', 'EUR', ...d.data]
  await d.json('store', 'add', 'HAR', '--name', 'Harbour', ...at)
  await d.json('store', 'add', 'MIL', '--name', 'Mill', ...at)
  await d.json('release', 'key', d.at('a.key'))
  const out = d.at('built', '0.2.0.json')
  await d.json('release', 'sign', d.pack('0.2.0'), '--key', d.at('a.key'), '--out', out, '--from', '0.1.0')
  await d.json('release', 'add', out, ...d.data)
  await d.json('release', 'store', 'HAR', '--pin', '0.2.0', ...d.data)
  const withdraw = (why: string) => d.hub('release', 'withdraw', '0.2.0', '--why', why, ...d.data)
  expect(JSON.parse((await withdraw('it loses sales')).out)).toMatchObject({ pinned: ['HAR'] })
  expect((await withdraw('x')).out).toContain('RELEASE_MOVE_REFUSED')
  expect(await d.json('release', 'list', ...d.data)).toMatchObject({ releases: [{ why: 'it loses sales' }] })
  const pin = await d.hub('release', 'store', 'MIL', '--pin', '0.2.0', ...d.data)
  expect(pin).toMatchObject({ code: 1, out: expect.stringContaining('RELEASE_MOVE_REFUSED') })
})
