import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  globSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeDeviceFile } from '../../agent/enrolment/device-file.ts'
import { buildDeb } from '../../agent/packages/headless/deb.ts'
import { layLinux } from '../../agent/packages/headless/lay-tree.ts'
import { type PackageContents, writeSbom } from '../../agent/packages/sbom.ts'
import { DeviceId } from '../../shared/ids.ts'
import { newSigningKey } from '../../shared/signing.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'
import { packageUrl, readSbom } from './read-sbom.ts'

const arch = process.arch === 'arm64' ? 'arm64' : 'x64'
const hasDpkg = process.platform === 'linux' && spawnSync('dpkg-deb', ['--version']).status === 0
const folder = temporaryFolder()
const tree = join(folder.path, 'tree')
const home = join(tree, 'usr/lib/tillbridge-agent')
const node = join(folder.path, 'node')
const debs: string[] = []

/** A mount of the whole machine whose changes go elsewhere: packages are installed there for real, and nothing of it stays. */
const OVERLAY = `
set -e
mkdir -p "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
mount --bind /proc "$1/root/proc"
mount --bind /dev "$1/root/dev"
mount -t tmpfs tmpfs "$1/root/run"
`
const inChroot = (script: string, at: string) =>
  spawnSync(
    'unshare',
    ['-m', 'sh', '-c', `${OVERLAY}\nexec chroot "$1/root" sh -c '. /install-test.sh'`, 'sh', at],
    {
      encoding: 'utf8',
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      ...prepared(script, at),
    },
  )
function prepared(script: string, at: string): object {
  mkdirSync(join(at, 'upper'), { recursive: true })
  writeFileSync(join(at, 'upper/install-test.sh'), script)
  for (const [name, file] of [
    ['old.deb', debs[0]],
    ['new.deb', debs[1]],
  ] as const)
    if (file !== undefined) linkSync(file, join(at, 'upper', name))
  if (existsSync(node)) linkSync(node, join(at, 'upper/test-node'))
  const device = join(folder.path, 'device.json')
  if (existsSync(device)) cpSync(device, join(at, 'upper/device.json'))
  return {}
}

const why = !hasDpkg
  ? 'dpkg is not here'
  : process.getuid?.() !== 0
    ? 'it needs root'
    : inChroot('exit 0', join(folder.path, 'probe')).status === 0
      ? null
      : 'this machine mounts no overlay'
if (why !== null) console.info(`installing the package in a chroot: not run, as ${why}`)

let contents: PackageContents
beforeAll(async () => {
  contents = await layLinux(tree, arch)
  renameSync(join(home, 'node'), node) // 120 MB, which would be packed and unpacked four times
  writeFileSync(join(home, 'node'), '#!/bin/sh\nexec /test-node "$@"\n', { mode: 0o755 })
  if (!hasDpkg) return
  for (const version of ['0.1.0', '0.1.1'])
    debs.push(buildDeb({ tree, to: folder.path, version, arch, compression: 'none' }))
  const { random } = manualWorld()
  writeDeviceFile(manualWorld().files, join(folder.path, 'device.json'), {
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

test.skipIf(!hasDpkg)(
  'the package belongs to root, marks its settings, and no file of it is open to be changed',
  () => {
    const listed = execFileSync('dpkg-deb', ['--contents', debs[0] ?? ''], { encoding: 'utf8' })
      .trim()
      .split('\n')
    expect(listed.filter(line => !/ root\/root /.test(line))).toEqual([])
    expect(listed.filter(line => !/^([d-]rwxr-xr-x|-rw-r--r--) /.test(line))).toEqual([])
    const programs = listed.filter(line => line.startsWith('-rwx')).map(line => line.split(' ').at(-1))
    expect(programs.sort()).toEqual(['./usr/bin/tillbridge-agent', './usr/lib/tillbridge-agent/node'])
    const conffiles = execFileSync('dpkg-deb', ['--info', debs[0] ?? '', 'conffiles'], { encoding: 'utf8' })
    expect(conffiles.trim()).toBe('/etc/default/tillbridge-agent')
  },
)

const INSTALL = `
set -e
say() { echo "$1: $(eval "$2" 2>&1 | tr '\\n' ' ')"; }
dpkg --force-unsafe-io -i /old.deb >/dev/null
say user 'id -nG tillbridge'
say data 'stat -c "%a %U" /var/lib/tillbridge-agent'
say version 'tillbridge-agent --version'
say unit 'systemd-analyze verify /usr/lib/systemd/system/tillbridge-agent.service && echo fine'
say unenrolled 'tillbridge-agent status --json'
say enrol 'echo ABCD-EFGH-JKMN-PQRS | tillbridge-agent enrol --json --hub http://127.0.0.1:9'
install -o tillbridge -g tillbridge -m 600 /device.json /var/lib/tillbridge-agent/device.json
echo '{"till":{"port":0}}' > /var/lib/tillbridge-agent/agent.json && chown tillbridge /var/lib/tillbridge-agent/agent.json
install -d -m 750 -o tillbridge -g tillbridge /run/tillbridge-agent
mkfifo /said
tillbridge-agent run --json --desk /run/tillbridge-agent >/said 2>/agent.log & agent=$!
read -r first </said || { cat /agent.log; exit 1; }
say runs "echo '$first' | cut -c1-16"
say door 'stat -c "%a %U %G" /run/tillbridge-agent/till-door.json'
say status 'tillbridge-agent status --json | grep -o HAR | head -1'
kill $agent; wait $agent || true
say ended 'ls /run/tillbridge-agent'
echo '# ours' >> /etc/default/tillbridge-agent
dpkg --force-unsafe-io -i --force-confdef --force-confold /new.deb >/dev/null
say upgraded 'dpkg-query -W -f "\\\${Version}" tillbridge-agent; tail -1 /etc/default/tillbridge-agent; ls /var/lib/tillbridge-agent/journal.db'
dpkg -r tillbridge-agent >/dev/null 2>&1
say removed 'ls /var/lib/tillbridge-agent/device.json; ls /usr/lib/tillbridge-agent'
dpkg -P tillbridge-agent >/dev/null 2>&1
say purged 'ls -d /var/lib/tillbridge-agent || getent passwd tillbridge || echo gone'
`

test.skipIf(why !== null)(
  'installed for real, it runs, is upgraded and removed; only a purge takes the data',
  () => {
    const { stdout, stderr, status } = inChroot(INSTALL, join(folder.path, 'install'))
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
      enrol: expect.stringContaining('HUB_UNREACHABLE'),
      runs: '{"till":{"url":"',
      door: '640 tillbridge tillbridge',
      status: 'HAR',
      ended: '',
      upgraded: '0.1.1# ours /var/lib/tillbridge-agent/journal.db',
      removed: expect.stringMatching(/^\/var\/lib\/tillbridge-agent\/device\.json ls: /),
      purged: expect.stringMatching(/^ls: .* gone$/),
    })
    if (said['unit'] !== undefined && !/not found/.test(said['unit'])) expect(said['unit']).toBe('fine')
  },
)
