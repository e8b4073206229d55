import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { agentPaths } from '../../agent/config.ts'
import { buildDesktop } from '../../agent/electron/build.ts'
import { writeDeviceFile } from '../../agent/enrolment/device-file.ts'
import { importedPackages, packageFolders } from '../../agent/packages/needed-packages.ts'
import { DeviceId } from '../../shared/ids.ts'
import { newSigningKey } from '../../shared/signing.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'
import { type PackedFile, readAsar } from './asar.ts'
import { packageUrl, readSbom } from './read-sbom.ts'

/** What marks the switches in Electron's program; a digit a switch follows. */
const FUSES = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const MOST_BYTES = 40_000_000
const folder = temporaryFolder()
const resources = join(folder.path, 'packages/linux-unpacked/resources')
let packed: PackedFile[] = []

/** A folder that electron-builder takes for Electron: its program has nothing but the switches. */
function standInElectron(): string {
  const standIn = join(folder.path, 'electron')
  mkdirSync(join(standIn, 'locales'), { recursive: true })
  mkdirSync(join(standIn, 'resources'))
  const switches = Buffer.concat([
    Buffer.from(`stand-in${FUSES}`),
    Buffer.from([1, 9]),
    Buffer.from('1'.repeat(9)),
  ])
  writeFileSync(join(standIn, 'electron'), switches, { mode: 0o755 })
  writeFileSync(join(standIn, 'version'), '45.4.1')
  for (const file of [
    'LICENSE',
    'LICENSES.chromium.html',
    'locales/en-US.pak',
    'locales/fr.pak',
    'chrome-sandbox',
  ])
    writeFileSync(join(standIn, file), '')
  return standIn
}

beforeAll(async () => {
  await buildDesktop()
  const set = {
    electronDist: standInElectron(),
    electronVersion: '45.4.1',
    'directories.output': join(folder.path, 'packages'),
  }
  await promisify(execFile)(process.execPath, [
    'node_modules/electron-builder/cli.js',
    '--linux',
    'dir',
    '--publish=never',
    ...Object.entries(set).map(([name, value]) => `-c.${name}=${value}`),
  ])
  packed = readAsar(join(resources, 'app.asar'))
})
afterAll(() => folder[Symbol.dispose]())

const packageOf = (path: string) =>
  /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(path)?.[1]

test('the package holds the app’s processes, the till page and its icons', () => {
  const own = packed.map(({ path }) => path).filter(path => !path.startsWith('node_modules/'))
  const wanted = [
    'main.mjs',
    'preload.cjs',
    'agent-process.mjs',
    'device-host-process.mjs',
    'icons/tray-attention.png',
  ]
  expect(own).toEqual(expect.arrayContaining(wanted.map(name => `dist/desktop/${name}`)))
  expect(own).toContain('dist/till/index.html')
  expect(own.filter(path => !/^(dist\/(desktop|till)\/|package\.json$)/.test(path))).toEqual([])
  const manifest: unknown = JSON.parse(packed.find(({ path }) => path === 'package.json')?.text() ?? '')
  expect(manifest).toMatchObject({ main: 'dist/desktop/main.mjs', type: 'module' })
  expect(manifest).not.toHaveProperty('devDependencies')
})

test('of packages it holds what its code imports, with what that needs, and no other', () => {
  const code = packed.filter(({ path }) => /^dist\/desktop\/.*\.[mc]js$/.test(path)).map(file => file.text())
  const folders = packageFolders(importedPackages(code.join('\n')), process.cwd())
  const needed = new Set(folders.map(path => packageOf(`${path}/package.json`) ?? ''))
  const held = new Set(packed.map(({ path }) => packageOf(path)).filter(name => name !== undefined))
  expect([...needed].filter(name => !held.has(name))).toEqual([])
  expect([...held].filter(name => !needed.has(name))).toEqual([])
})

test('a list beside it names each of those packages, what the page is made of, and Electron', () => {
  const file = `tillbridge-desktop-linux-${process.arch}.cdx.json`
  const urls = readSbom(join(folder.path, 'packages', file)).components.map(({ purl }) => purl)
  const held = packed
    .filter(
      ({ path, isUnpacked }) => !isUnpacked && /^node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(path),
    )
    .map(one => packageUrl(JSON.parse(one.text())))
  expect(held.length).toBeGreaterThan(20)
  expect(urls).toEqual(expect.arrayContaining([...held, 'pkg:generic/electron@45.4.1']))
  expect(urls.some(url => url.startsWith('pkg:npm/react-dom@'))).toBe(true)
})

test('native parts lie beside the archive, for this system only', () => {
  const native = packed.filter(({ path }) => path.endsWith('.node'))
  expect(native.filter(({ isUnpacked }) => !isUnpacked)).toEqual([])
  expect(new Set(native.map(({ path }) => packageOf(path)))).toEqual(
    new Set(['better-sqlite3', '@serialport/bindings-cpp', `@node-usb/usb-linux-${process.arch}-gnu`]),
  )
  expect(native.filter(({ path }) => /win32|darwin|musl|android/.test(path))).toEqual([])
})

test('it stays below its budget without Electron, and holds no sources, maps or compilers’ input', () => {
  expect(packed.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(MOST_BYTES)
  expect(packed.filter(({ path }) => /\.(ts|map|c|cc|h|gyp)$/.test(path)).map(({ path }) => path)).toEqual([])
})

test('the program’s switches: never run as Node, no debugger, cookies sealed, only from the archive', () => {
  const program = readFileSync(join(dirname(resources), 'tillbridge'))
  const at = program.indexOf(FUSES) + FUSES.length + 2
  const [asNode, cookies, nodeOptions, inspect, integrity, onlyArchive, , fileRights] = program
    .subarray(at, at + 9)
    .toString()
  expect({ asNode, cookies, nodeOptions, inspect, integrity, onlyArchive, fileRights }).toEqual({
    asNode: '0',
    cookies: '1',
    nodeOptions: '0',
    inspect: '0',
    integrity: '1',
    onlyArchive: '1',
    fileRights: '0',
  })
})

test('a standalone agent starts from what was packed, in a folder that has nothing else', async () => {
  const app = join(folder.path, 'app')
  for (const { path, isUnpacked, text } of packed) {
    const to = join(app, path)
    mkdirSync(dirname(to), { recursive: true })
    if (isUnpacked) cpSync(join(resources, 'app.asar.unpacked', path), to)
    else writeFileSync(to, text())
  }
  const world = manualWorld()
  const data = join(folder.path, 'data')
  world.files.ensureFolder(data)
  world.files.writePrivate(agentPaths(data).config, '{"till":{"port":0}}')
  writeDeviceFile(world.files, agentPaths(data).device, {
    device: DeviceId.parse('dev_0123456789abcdefghij'),
    hub: { id: 'hub_1', url: 'http://127.0.0.1:9' },
    store: 'HAR',
    storeName: 'Harbour',
    till: 'Till 1',
    zone: 'Europe/Berlin',
    privateKey: newSigningKey(world.random).privateKey,
  })
  // Electron's line to the app, as far as the process uses it
  const port =
    'import { EventEmitter } from "node:events"; process.parentPort = Object.assign(new EventEmitter(), { postMessage: m => process.stdout.write(JSON.stringify(m) + "\\n") }); process.stdin.once("data", () => process.parentPort.emit("message", { data: { kind: "stop" }, ports: [] }))'
  const settings = { folder: data, pages: join(app, 'dist/till'), version: '0.1.0', log: 'error' }
  const agent = spawn(
    process.execPath,
    [
      '--import',
      `data:text/javascript,${encodeURIComponent(port)}`,
      join(app, 'dist/desktop/agent-process.mjs'),
      JSON.stringify(settings),
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const ended = once(agent, 'exit')
  const first = once(createInterface({ input: agent.stdout }), 'line')
  const line = String(await Promise.race([first, ended.then(([code]) => `"ended with ${code}"`)]))
  expect(JSON.parse(line)).toMatchObject({
    kind: 'ready',
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:/),
  })
  agent.stdin.end('stop')
  expect(await ended).toEqual([0, null])
})
