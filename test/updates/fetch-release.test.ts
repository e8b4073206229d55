import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { archiveEnd, entryHeader, entryPadding } from '../../agent/updates/archive.ts'
import { fetchRelease } from '../../agent/updates/fetch-release.ts'
import { nodeUpdateFiles } from '../../agent/updates/node-update-files.ts'
import type { UpdateFiles } from '../../agent/updates/update-files.ts'
import type { ReleaseManifest, SignedRelease } from '../../shared/releases.ts'
import { newSigningKey } from '../../shared/signing.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'
import { listed, madeRelease, releaseKey } from './made-release.ts'

const NAME = 'tillbridge-agent-0.2.0-linux-x64.update.tgz'

/** A package as the build makes it, of these files. */
function packed(files: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(files).flatMap(([path, text]) => {
    const bytes = Buffer.from(text)
    return [
      entryHeader({ path, isProgram: path === 'node' }, bytes.length),
      bytes,
      entryPadding(bytes.length),
    ]
  })
  return gzipSync(Buffer.concat([...entries, archiveEnd]))
}
const PROGRAM = {
  node: '#!/bin/sh\n',
  'bin/tillbridge-agent.mjs': 'the agent',
  'dist/till/index.html': 'x'.repeat(40_000),
}
const PACKAGE = packed(PROGRAM)
const UNPACKED = 1_000_000

/** A till's disk, with the version before in place, and a hub that serves one release. */
function setUp(
  over: {
    release?: SignedRelease
    bytes?: Buffer
    disk?: Partial<UpdateFiles>
    own?: string
    newest?: string
  } = {},
) {
  const folder = temporaryFolder()
  const world = manualWorld()
  const before = join(folder.path, 'updates/versions/0.1.5')
  mkdirSync(join(before, 'bin'), { recursive: true })
  writeFileSync(join(before, 'bin/tillbridge-agent.mjs'), 'the version before')
  const hub = {
    release: over.release ?? signed(world.clock.now()),
    bytes: over.bytes ?? PACKAGE,
    /** Bytes after which the connection breaks. */
    breaksAfter: Number.POSITIVE_INFINITY,
    asked: [] as string[],
  }
  async function answer(url: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    const range = headers.get('range')
    hub.asked.push(`${new URL(url).pathname} ${range ?? 'whole'}`)
    if (headers.get('authorization') !== 'Bearer good') return new Response(null, { status: 403 })
    if (url.endsWith('/manifest')) return Response.json(hub.release)
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
    return new Response(piecesOf(hub.bytes.subarray(from), hub.breaksAfter), {
      status: range === null ? 200 : 206,
    })
  }
  return {
    hub,
    path: folder.path,
    fetch: (
      disk: UpdateFiles = { ...nodeUpdateFiles, freeBytes: () => 10 ** 12, ...over.disk },
      token = 'good',
    ) =>
      fetchRelease(
        {
          world: { ...world, sockets: { ...world.sockets, fetch: answer } },
          disk,
          folder: folder.path,
          hubUrl: 'http://127.0.0.1:1',
          keys: [releaseKey.publicKey],
          platform: 'linux-x64',
          own: over.own ?? '0.1.5',
          kept: ['0.1.5'],
          newest: over.newest ?? '0.1.5',
          extraBytes: () => 0,
          signal: new AbortController().signal,
        },
        { version: '0.2.0', token },
      ),
    versions: () => readdirSync(join(folder.path, 'updates/versions')).sort(),
    before: () => readFileSync(join(before, 'bin/tillbridge-agent.mjs'), 'utf8'),
    isInstalled: () => {
      const home = join(folder.path, 'updates/versions/0.2.0')
      return (
        existsSync(home) &&
        Object.entries(PROGRAM).every(([path, text]) => readFileSync(join(home, path), 'utf8') === text)
      )
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }
}

function signed(now: number, over: Partial<ReleaseManifest> = {}, key = releaseKey): SignedRelease {
  return madeRelease('0.2.0', now, { files: [listed(NAME, PACKAGE, { unpacked: UNPACKED })], ...over }, key)
}
const NOW = manualWorld().clock.now()
const file = (over: object) => ({ files: [listed(NAME, PACKAGE, { unpacked: UNPACKED, ...over })] })

function piecesOf(bytes: Buffer, breaksAfter: number): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= breaksAfter) return controller.error(new Error('the line was cut'))
      if (at >= bytes.length) return controller.close()
      const piece = bytes.subarray(at, Math.min(at + 100, breaksAfter, bytes.length))
      at += piece.length
      controller.enqueue(new Uint8Array(piece))
    },
  })
}

test('what was offered is fetched, proven and unpacked beside the version before; nothing is left over', async () => {
  using till = setUp()
  expect(await till.fetch()).toMatchObject({ version: '0.2.0' })
  expect(till.isInstalled()).toBe(true)
  expect(till.versions()).toEqual(['0.1.5', '0.2.0'])
  expect(readdirSync(join(till.path, 'updates'))).toEqual(['versions'])
})

test('a download that broke goes on where it was', async () => {
  using till = setUp()
  till.hub.breaksAfter = 150
  await expect(till.fetch()).rejects.toThrow('the line was cut')
  expect(till.versions()).toEqual(['0.1.5'])
  till.hub.breaksAfter = Number.POSITIVE_INFINITY
  await till.fetch()
  expect(till.isInstalled()).toBe(true)
  expect(till.hub.asked.at(-1)).toContain('bytes=')
})

const stranger = newSigningKey(manualWorld({ seed: 99 }).random)
const DAY_MS = 24 * 3_600_000
test.each<[string, string, Parameters<typeof setUp>[0]]>([
  ['another key signed it', 'RELEASE_UNSIGNED', { release: signed(NOW, {}, stranger) }],
  [
    'its text was changed',
    'RELEASE_UNSIGNED',
    { release: { ...signed(NOW), manifest: signed(NOW + 1).manifest } },
  ],
  ['it may no longer be installed', 'UPDATE_EXPIRED', { release: signed(NOW - 100 * DAY_MS) }],
  ['a newer one has worked here', 'RELEASE_OLDER', { newest: '0.3.0' }],
  ['a newer one runs', 'RELEASE_OLDER', { own: '0.3.0' }],
  ['it needs a step in between', 'RELEASE_NOT_REACHABLE', { release: signed(NOW, { updatesFrom: '0.1.9' }) }],
  [
    'another version is behind the offer',
    'RELEASE_UNREADABLE',
    { release: signed(NOW, { version: '0.9.0' }) },
  ],
  [
    'it has nothing for this machine',
    'RELEASE_UNREADABLE',
    { release: signed(NOW, file({ platform: 'win32-x64' })) },
  ],
  [
    'a byte of the package was changed',
    'PACKAGE_TAMPERED',
    { bytes: Buffer.from(PACKAGE.map((byte, at) => (at === 50 ? byte ^ 1 : byte))) },
  ],
  [
    'the package goes on behind its end',
    'PACKAGE_TAMPERED',
    { bytes: Buffer.concat([PACKAGE, Buffer.alloc(500)]) },
  ],
  [
    'it unpacks to more than was signed',
    'PACKAGE_TAMPERED',
    { release: signed(NOW, file({ unpacked: 10_000 })) },
  ],
  ['there is no room for it', 'UPDATE_NO_SPACE', { disk: { freeBytes: () => 1_000_000 } }],
])('nothing is installed when %s: %s', async (_, code, over) => {
  using till = setUp(over)
  await expect(till.fetch()).rejects.toMatchObject({ code })
  expect(till.isInstalled()).toBe(false)
  expect(till.versions()).toEqual(['0.1.5'])
  expect(till.before()).toBe('the version before')
  expect(readdirSync(join(till.path, 'updates')).filter(name => name.endsWith('.part'))).toEqual([])
})

test('a roll-back that is signed as one is taken, and a hub that refuses is asked again later', async () => {
  using till = setUp({ own: '0.3.0', newest: '0.3.0', release: signed(NOW, { isRollBack: true }) })
  await expect(till.fetch(undefined, 'bad')).rejects.toMatchObject({ code: 'UPDATE_UNFETCHED' })
  await till.fetch()
  expect(till.isInstalled()).toBe(true)
})

test.each([
  ['a path out of its folder', '../evil'],
  ['an absolute path', '/evil'],
  ['a path with a drive', 'C:\\evil'],
])('a package with %s can’t be made, and one made elsewhere is refused', async (_, path) => {
  expect(() => entryHeader({ path, isProgram: false }, 0)).toThrow('path')
  const forged = entryHeader({ path: 'x'.repeat(path.length), isProgram: false }, 0)
  forged.write(path, 0)
  const sum = forged.reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 32 : byte), 0)
  forged.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  const bytes = gzipSync(Buffer.concat([forged, archiveEnd]))
  using till = setUp({ bytes, release: madeRelease('0.2.0', NOW, { files: [listed(NAME, bytes)] }) })
  await expect(till.fetch()).rejects.toMatchObject({ code: 'PACKAGE_TAMPERED' })
  expect(existsSync(join(till.path, 'updates/evil'))).toBe(false)
})

class Killed extends Error {}

/** A disk on which the process is killed at its nth step: before the step, or after half of what is written. */
function killedAt(step: number): UpdateFiles {
  let steps = 0
  const reach = () => {
    steps += 1
    if (steps === step) throw new Killed()
  }
  const disk = { ...nodeUpdateFiles, freeBytes: () => 10 ** 12 }
  return {
    ...disk,
    ensureFolder: folder => {
      reach()
      disk.ensureFolder(folder)
    },
    append(path, bytes) {
      steps += 1
      disk.append(path, steps === step ? bytes.subarray(0, bytes.length >> 1) : bytes)
      if (steps === step) throw new Killed()
    },
    sha512: path => {
      reach()
      return disk.sha512(path)
    },
    async unpack(archive, folder, most) {
      reach()
      steps += 1
      if (steps !== step) return disk.unpack(archive, folder, most)
      mkdirSync(join(folder, 'bin'), { recursive: true })
      writeFileSync(join(folder, 'bin/tillbridge-agent.mjs'), 'half')
      throw new Killed()
    },
    rename: (from, to) => {
      reach()
      disk.rename(from, to)
    },
    remove: path => {
      reach()
      disk.remove(path)
    },
  }
}

test('killed at any step, the version before is whole, the new one is there whole or not at all, and the next try goes on', async () => {
  let step = 0
  for (let isOver = false; !isOver; ) {
    step += 1
    using till = setUp()
    isOver = await till.fetch(killedAt(step)).then(
      () => true,
      (error: unknown) => {
        if (!(error instanceof Killed)) throw error
        return false
      },
    )
    expect(till.before()).toBe('the version before')
    const isThere = existsSync(join(till.path, 'updates/versions/0.2.0/bin/tillbridge-agent.mjs'))
    expect(isThere ? till.isInstalled() : true).toBe(true)
    await till.fetch()
    expect(till.isInstalled()).toBe(true)
    expect(till.versions().filter(name => name.endsWith('.part'))).toEqual([])
  }
  expect(step).toBeGreaterThan(10)
})

test('a disk that fills up while the package is fetched or unpacked leaves the version before, and the next try goes on', async () => {
  const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' })
  for (const where of ['append', 'unpack'] as const) {
    using till = setUp()
    const disk: UpdateFiles = { ...nodeUpdateFiles, freeBytes: () => 10 ** 12 }
    const fills = () => {
      throw full
    }
    await expect(till.fetch({ ...disk, [where]: fills })).rejects.toBe(full)
    expect(till.before()).toBe('the version before')
    expect(till.versions()).toEqual(['0.1.5'])
    expect(readdirSync(join(till.path, 'updates'))).toEqual(['versions']) // what it took is given back
    await till.fetch(disk)
    expect(till.isInstalled()).toBe(true)
  }
})

test('a package’s hash is that of its bytes', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'x')
  writeFileSync(path, PACKAGE)
  expect(await nodeUpdateFiles.sha512(path)).toBe(createHash('sha512').update(PACKAGE).digest('base64url'))
})

test('an update that is there already, on a disk that has filled up since, waits for room, and takes none itself: the journal’s copy would not fit', async () => {
  using till = setUp()
  await till.fetch()
  expect(till.isInstalled()).toBe(true)
  await expect(till.fetch({ ...nodeUpdateFiles, freeBytes: () => 1_000 })).rejects.toMatchObject({
    code: 'UPDATE_NO_SPACE',
  })
  expect(till.versions()).toEqual(['0.1.5'])
  await till.fetch()
  expect(till.isInstalled()).toBe(true)
})

test('an update that another one has overtaken takes no room; the version to go back to stays', async () => {
  using till = setUp()
  mkdirSync(join(till.path, 'updates/versions/0.1.9/bin'), { recursive: true })
  await till.fetch()
  expect(till.versions()).toEqual(['0.1.5', '0.2.0'])
})
