import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeDeviceFile } from '../../agent/enrolment/device-file.ts'
import { layLinux } from '../../agent/packages/headless/lay-tree.ts'
import { type PackageContents, writeSbom } from '../../agent/packages/sbom.ts'
import { DeviceId } from '../../shared/ids.ts'
import { newSigningKey } from '../../shared/signing.ts'
import { hubWithStore } from '../cli/hub-with-store.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'
import { canBuild, type PackageKind, packageKinds } from './package-kinds.ts'
import { packageUrl, readSbom } from './read-sbom.ts'
import { noThrowAwayRoot, runInThrowAwayRoot } from './throw-away-root.ts'

const arch = process.arch === 'arm64' ? 'arm64' : 'x64'
const folder = temporaryFolder()
const at = (...path: string[]) => join(folder.path, ...path)
const home = at('tree/usr/lib/tillbridge-agent')
const node = at('node')

const noRoot = noThrowAwayRoot(at('probe'))
if (noRoot !== null) console.info(`installing the packages in a throw-away root: not run, as ${noRoot}`)
for (const kind of packageKinds)
  if (!canBuild(kind)) console.info(`the ${kind.kind} package: not built, as ${kind.builtBy} is not here`)
const [deb] = packageKinds.filter(kind => kind.kind === 'deb' && canBuild(kind))

let contents: PackageContents
beforeAll(async () => {
  contents = await layLinux(at('tree'), arch)
  renameSync(join(home, 'node'), node) // 120 MB, which would be packed and unpacked for each version
  writeFileSync(join(home, 'node'), '#!/bin/sh\nexec /test-node "$@"\n', { mode: 0o755 })
  const { files, random } = manualWorld()
  writeDeviceFile(files, at('device.json'), {
    device: DeviceId.parse('dev_0123456789abcdefghij'),
    hub: { id: 'hub_1', url: 'http://127.0.0.1:9' },
    store: 'HAR',
    storeName: 'Harbour',
    till: 'Till 1',
    zone: 'Europe/Berlin',
    privateKey: newSigningKey(random).privateKey,
  })
})
afterAll(() => folder[Symbol.dispose]())

const build = (kind: PackageKind, version: string) =>
  kind.build({ tree: at('tree'), to: folder.path, version, arch })

test('what the package lays runs with its own Node, below an empty folder', () => {
  const run = (...args: string[]) =>
    execFileSync(node, [join(home, 'bin/tillbridge-agent.mjs'), ...args], {
      encoding: 'utf8',
      cwd: folder.path,
    })
  expect(run('--version')).toMatch(/^\d+\.\d+\.\d+/)
  expect(run('config', 'check', '--json', '--data', folder.path)).toContain('{')
  expect(existsSync(join(home, 'dist/till/index.html'))).toBe(true)
})

const nodeVersion = () => execFileSync(node, ['--version'], { encoding: 'utf8' }).trim().replace('v', '')

test('the list of what the package is made of names each npm package in it and in its page, and Node, with hashes', () => {
  const file = join(folder.path, 'agent.cdx.json')
  writeSbom(file, 'tillbridge-agent', contents)
  const { components, ...bom } = readSbom(file)
  expect(bom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' })
  const laid = globSync('node_modules/{*,@*/*}/package.json', { cwd: home }).map(path =>
    packageUrl(JSON.parse(readFileSync(join(home, path), 'utf8'))),
  )
  const urls = components.map(({ purl }) => purl)
  expect(urls).toEqual(expect.arrayContaining(laid))
  for (const name of ['better-sqlite3', 'react-dom', '%40mantine/core'])
    expect(
      urls.some(url => url.startsWith(`pkg:npm/${name}@`)),
      name,
    ).toBe(true)
  expect(urls.filter(url => url.startsWith('pkg:generic/'))).toEqual([`pkg:generic/node@${nodeVersion()}`])
  expect(urls.filter(url => /\/(vite|vitest|typescript|electron)@/.test(url))).toEqual([])
  const npm = components.filter(({ purl }) => purl.startsWith('pkg:npm/'))
  expect(npm.filter(({ hashes, licenses }) => hashes?.length !== 1 || licenses === undefined)).toEqual([])
  writeSbom(`${file}.again`, 'tillbridge-agent', contents)
  expect(readFileSync(`${file}.again`, 'utf8')).toBe(readFileSync(file, 'utf8'))
})

test.skipIf(deb === undefined)(
  'the package belongs to root, marks its settings, and no file of it is open to be changed',
  () => {
    const file = deb === undefined ? '' : build(deb, '0.1.0')
    const listed = execFileSync('dpkg-deb', ['--contents', file], { encoding: 'utf8' }).trim().split('\n')
    expect(listed.filter(line => !/ root\/root /.test(line))).toEqual([])
    expect(listed.filter(line => !/^([d-]rwxr-xr-x|-rw-r--r--) /.test(line))).toEqual([])
    const programs = listed.filter(line => line.startsWith('-rwx')).map(line => line.split(' ').at(-1))
    expect(programs.sort()).toEqual(['./usr/bin/tillbridge-agent', './usr/lib/tillbridge-agent/node'])
    const conffiles = execFileSync('dpkg-deb', ['--info', file, 'conffiles'], { encoding: 'utf8' })
    expect(conffiles.trim()).toBe('/etc/default/tillbridge-agent')
  },
)

/** What an administrator does with a package, from the first installation on; a line for each step that says something. */
const handling = (kind: PackageKind, hub: { url: string; code: string }) => `
set -e
say() { echo "$1: $(eval "$2" 2>&1 | tr '\\n' ' ')"; }
${kind.install} >/dev/null
say user 'id -nG tillbridge'
say data 'stat -c "%a %U" /var/lib/tillbridge-agent'
say version 'tillbridge-agent --version'
say unit 'systemd-analyze verify /usr/lib/systemd/system/tillbridge-agent.service && echo fine'
say unenrolled 'tillbridge-agent status --json'
say wrong 'echo ABCD-EFGH-JKMN-PQRS | tillbridge-agent enrol --json --hub ${hub.url}'
say enrol 'echo ${hub.code} | tillbridge-agent enrol --json --hub ${hub.url}'
say device 'stat -c "%a %U" /var/lib/tillbridge-agent/device.json'
echo '{"till":{"port":0}}' > /var/lib/tillbridge-agent/agent.json && chown tillbridge /var/lib/tillbridge-agent/agent.json
install -d -m 750 -o tillbridge -g tillbridge /run/tillbridge-agent
mkfifo /said
tillbridge-agent run --json --desk /run/tillbridge-agent >/said 2>/agent.log & agent=$!
read -r first </said || { cat /agent.log; exit 1; }
say runs "echo '$first' | cut -c1-16"
say door 'stat -c "%a %U %G" /run/tillbridge-agent/till-door.json'
until tillbridge-agent status --json | grep -q '"link": *"online"'; do kill -0 $agent; done
kill $agent; wait $agent || true
say ended 'ls /run/tillbridge-agent'
echo '# ours' >> /etc/default/tillbridge-agent
${kind.upgrade} >/dev/null
say upgraded "${kind.version} 2>/dev/null; tail -1 /etc/default/tillbridge-agent; ls /var/lib/tillbridge-agent/journal.db"
${kind.remove} >/dev/null 2>&1
say removed 'ls /var/lib/tillbridge-agent/device.json; ls /usr/lib/tillbridge-agent'
${kind.purge === null ? '' : `${kind.purge} >/dev/null 2>&1\nsay purged 'ls -d /var/lib/tillbridge-agent || getent passwd tillbridge || echo gone'`}
`

test.for(packageKinds)(
  'the $kind, installed for real, enrols, runs, is upgraded and removed; only a purge takes the data',
  async (kind, { skip }) => {
    skip(noRoot !== null || !canBuild(kind))
    await using hub = await hubWithStore(at(kind.kind, 'hub'))
    const files = new Map([
      ['old', build(kind, '0.1.0')],
      ['new', build(kind, '0.1.1')],
      ['test-node', node],
    ])
    const script = handling(kind, { url: hub.url, code: await hub.enrolCode() })
    const { stdout, stderr, status } = runInThrowAwayRoot(at(kind.kind, 'installed'), script, files)
    expect(status, stdout + stderr).toBe(0)
    const said = Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .map(line => [line.split(':', 1)[0], line.slice(line.indexOf(':') + 2).trim()]),
    )
    expect(said).toMatchObject({
      user: 'tillbridge',
      data: '700 tillbridge',
      version: expect.stringMatching(/^\d/),
      unenrolled: expect.stringContaining('AGENT_NOT_RUNNING'),
      wrong: expect.stringContaining('ENROL_REFUSED'),
      enrol: expect.stringContaining('HAR'),
      device: '600 tillbridge',
      runs: '{"till":{"url":"',
      door: '640 tillbridge tillbridge',
      ended: '',
      upgraded: '0.1.1 # ours /var/lib/tillbridge-agent/journal.db',
      removed: expect.stringMatching(/^\/var\/lib\/tillbridge-agent\/device\.json ls: /),
      ...(kind.purge === null ? {} : { purged: expect.stringMatching(/^ls: .* gone$/) }),
    })
    if (said['unit'] !== undefined && !/not found/.test(said['unit'])) expect(said['unit']).toBe('fine')
  },
)
