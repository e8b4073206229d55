import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemFolders } from '../../agent/electron/settings.ts'
import { serviceStarts } from '../../agent/electron/start-service.ts'
import { layServiceScripts } from '../../agent/packages/headless/service-scripts.ts'
import { programs } from '../cli/programs.ts'
import { temporaryFolder } from '../manual-world.ts'

const read = (path: string) => readFileSync(`agent/packages/${path}`, 'utf8')
const unit = read('systemd/tillbridge-agent.service')
const plist = read('launchd/com.tillbridge.agent.plist')
const windows = read('windows/install-service.cmd')
const line = (text: string, key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1] ?? ''

/** Options of `agent launch`, as its command line has them. */
const runOptions = programs()
  .agent.commands.find(command => command.name() === 'launch')
  ?.options.map(({ long }) => long)

/** The arguments behind `launch`, as option and value in turn. */
function optionsOf(args: readonly string[]): Record<string, string> {
  const after = args.slice(args.indexOf('launch') + 1)
  return Object.fromEntries(
    after.flatMap((arg, at) => (arg.startsWith('--') ? [[arg, after[at + 1] ?? '']] : [])),
  )
}
const unitArgs = line(unit, 'ExecStart').split(' ')
const plistArgs = [
  ...(/<key>ProgramArguments<\/key>\s*<array>([\s\S]*?)<\/array>/.exec(plist)?.[1] ?? '').matchAll(
    /<string>(.*?)<\/string>/g,
  ),
].map(([, text = '']) => text)
const shawlArgs = [...(/" -- (".*)$/m.exec(windows)?.[1] ?? '').matchAll(/"([^"]*)"|(\S+)/g)].map(
  ([, quoted, plain]) => quoted ?? plain ?? '',
)

test.each([
  ['systemd', unitArgs, 'linux'],
  ['launchd', plistArgs, 'darwin'],
  ['Windows', shawlArgs.map(arg => arg.replace('%DESK_DIR%', 'C:\\ProgramData\\Tillbridge\\desk')), 'win32'],
])(
  'the service of %s runs the agent with options that it has, and lets the desktop app in where that looks',
  (_system, args, platform) => {
    const options = optionsOf(args)
    expect(Object.keys(options)).toEqual(['--data', '--desk'])
    for (const option of Object.keys(options)) expect(runOptions).toContain(option)
    expect(options['--desk']).toBe(systemFolders(platform, {}).desk)
    expect(args[1]).toMatch(/[\\/]bin[\\/]tillbridge-agent\.mjs$/)
  },
)

test('the desktop app starts the services under the names that they are installed with', () => {
  expect(existsSync(`agent/packages/systemd/${serviceStarts['linux']?.at(-1)}`)).toBe(true)
  expect(plist).toContain(`<string>${serviceStarts['darwin']?.at(-1)?.replace('system/', '')}</string>`)
  expect(windows).toContain(`--name ${serviceStarts['win32']?.at(-1)} `)
})

test('each folder of the unit is one that it makes, and the agent’s files are its own user’s', () => {
  expect(line(unit, 'StateDirectory')).toBe('tillbridge-agent')
  expect(optionsOf(unitArgs)).toEqual({
    '--data': `/var/lib/${line(unit, 'StateDirectory')}`,
    '--desk': `/run/${line(unit, 'RuntimeDirectory')}`,
  })
  expect([line(unit, 'StateDirectoryMode'), line(unit, 'RuntimeDirectoryMode'), line(unit, 'UMask')]).toEqual(
    ['0700', '0750', '0077'],
  )
  expect(line(unit, 'ConditionPathExists')).toBe('/var/lib/tillbridge-agent/device.json')
})

test('the unit gives up every right that the agent does not need', () => {
  const held = [
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
    'CapabilityBoundingSet=',
    'PrivateTmp=yes',
    'DevicePolicy=closed',
  ]
  for (const setting of held) expect(unit.split('\n')).toContain(setting)
  expect(line(unit, 'User')).toBe('tillbridge')
  expect(unit).not.toMatch(/^MemoryDenyWriteExecute=yes/m) // V8 could not run
  expect(line(unit, 'KillMode')).toBe('mixed') // the device host ends with its agent, not before it
})

const analyze = spawnSync('systemd-analyze', ['--version']).status === 0
if (!analyze) console.info('systemd-analyze is not here: the unit was read by our own tests only')
test.skipIf(!analyze)('systemd itself rates the unit as little exposed', () => {
  const said = execFileSync(
    'systemd-analyze',
    ['security', '--offline=true', '--no-pager', 'agent/packages/systemd/tillbridge-agent.service'],
    { encoding: 'utf8' },
  )
  expect(Number(/exposure level for .*: ([\d.]+)/.exec(said)?.[1])).toBeLessThan(3)
})

test.each(['deb/postinst', 'deb/prerm', 'deb/postrm', 'headless/tillbridge-agent.sh'])(
  '%s is a script that sh reads',
  path => {
    expect(spawnSync('sh', ['-n', `agent/packages/${path}`]).status).toBe(0)
  },
)

test('device rules name a subsystem, and give devices to a group that the service is in', () => {
  const rules = read('udev/70-tillbridge-agent.rules')
    .split('\n')
    .filter(text => text !== '' && !text.startsWith('#'))
  const groups = [line(unit, 'Group'), ...line(unit, 'SupplementaryGroups').split(' ')]
  for (const rule of rules) {
    expect(rule).toMatch(/^SUBSYSTEM=="(usb|tty)", /)
    for (const term of rule.split(', ')) expect(term).toMatch(/^[A-Z]+(\{[\w-]+\})?(==|=)"[^"]+"$/)
    const group = /GROUP="([^"]+)"/.exec(rule)?.[1]
    if (group !== undefined) expect(groups).toContain(group)
    expect(rule).not.toMatch(/MODE="0?666"/)
  }
})

test('on Windows the code of an enrolment is never an argument of the agent, and the data are the service’s own', () => {
  expect(read('windows/enrol.cmd')).toMatch(/enrol --hub "%~2" < "%~3"/)
  expect(windows).toMatch(/icacls "%DATA_DIR%" \/inheritance:r \/grant:r "NT SERVICE\\TillbridgeAgent/)
  const data = /icacls "%DATA_DIR%".*/.exec(windows)?.[0] ?? ''
  expect(data).not.toMatch(/S-1-5-4|S-1-1-0|S-1-5-32-545/) // interactive, everyone, users
  const scripts = ['install-service.cmd', 'enrol.cmd', 'remove-service.cmd']
  for (const script of scripts) expect(read('windows/installer.nsh')).toContain(script)
})

test('on Windows nothing is replaced, removed or installed again before the service has stopped', () => {
  const stop = read('windows/stop-service.cmd')
  const [stops = '', polls = '', ...after] = stop.split(/^for .* do \(/m).flatMap(part => part.split(/^\)/m))
  expect(stops).toContain('sc.exe stop TillbridgeAgent')
  expect(polls).toContain('findstr.exe /r /c:": 1  *STOPPED" >nul && exit /b 0')
  expect(after.join('').trim()).toBe('exit /b 1')
  const seconds = Number(/for \/l %%n in \(1,1,(\d+)\)/.exec(stop)?.[1])
  const wrapped = Number(/--stop-timeout (\d+)/.exec(windows)?.[1])
  expect(seconds * 1_000).toBeGreaterThan(wrapped)
  // what sc.exe prints of a stopped service, and of one that is stopping, in English and in Spanish
  const isStopped = (text: string) => /: 1 {2,}STOPPED/.test(text)
  for (const label of ['STATE ', 'ESTADO']) {
    expect(isStopped(`        ${label}             : 1  STOPPED `)).toBe(true)
    expect(isStopped(`        ${label}             : 3  STOP_PENDING `)).toBe(false)
  }
  expect(isStopped('        WIN32_EXIT_CODE    : 1  (0x1)')).toBe(false)
  const removal = read('windows/remove-service.cmd')
  expect(removal.indexOf('stop-service.cmd" || exit /b 1')).toBeLessThan(removal.indexOf('sc.exe delete'))
  expect(windows.indexOf('remove-service.cmd" || exit /b 1')).toBeGreaterThan(0)
  expect(windows.indexOf('remove-service.cmd')).toBeLessThan(windows.indexOf('shawl.exe" add'))
  const uninstalls = read('windows/installer.nsh').split('!macro customUnInstall\n')[1] ?? ''
  expect(uninstalls.indexOf('remove-service.cmd')).toBeLessThan(uninstalls.indexOf('Quit'))
  // before the pages are answered nothing is touched
  expect(read('windows/installer.nsh')).not.toMatch(/!macro custom(Un)?Init\b/)
})

test('every script that the Windows service or its installer calls is packed beside the agent', () => {
  using folder = temporaryFolder()
  layServiceScripts(folder.path)
  const laid = readdirSync(folder.path)
  const calls = (text: string) =>
    [...text.matchAll(/(?:%~dp0|\\agent\\)([\w-]+\.cmd)/g)].map(([, name = '']) => name)
  const called = [
    ...calls(read('windows/installer.nsh')),
    ...laid.flatMap(name => calls(readFileSync(join(folder.path, name), 'utf8'))),
  ]
  expect(new Set(called).size).toBeGreaterThan(3)
  expect(called.filter(name => !laid.includes(name))).toEqual([])
})

test('the command line reads the environment of the service as systemd does, and runs nothing of it', () => {
  using folder = temporaryFolder()
  const at = (name: string) => join(folder.path, name)
  writeFileSync(
    at('environment'),
    [
      '# a comment with an = in it',
      '  HTTPS_PROXY=http://till:pa$word@proxy:3128  ',
      `NO_PROXY=a&touch ${at('run')}`,
      `BACKTICK=\`touch ${at('run')}\``,
      'QUOTED="two words \\"and\\" $HOME"',
      "SINGLE='a \\ and $HOME'",
      'ESCAPED=dom\\\\till',
      'not a line',
      'BAD-NAME=1',
      'EMPTY=',
      'LAST=end',
    ].join('\n'),
  )
  writeFileSync(at('node'), '#!/bin/sh\nexec env\n')
  chmodSync(at('node'), 0o755)
  const script = read('headless/tillbridge-agent.sh')
    .replaceAll('/etc/default/tillbridge-agent', at('environment'))
    .replace(/^home=.*$/m, `home=${folder.path}`)
    .replace('$(id -u)', '1')
  const { stdout, stderr, status } = spawnSync('sh', ['-c', script, 'sh'], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  })
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
  const lines = stdout.split('\n')
  for (const expected of [
    'HTTPS_PROXY=http://till:pa$word@proxy:3128',
    `NO_PROXY=a&touch ${at('run')}`,
    `BACKTICK=\`touch ${at('run')}\``,
    'QUOTED=two words "and" $HOME',
    'SINGLE=a \\ and $HOME',
    'ESCAPED=dom\\till',
    'EMPTY=',
    'LAST=end',
    `TILLBRIDGE_FROM=${process.cwd()}`, // a file that is named is looked for where the command was called
  ])
    expect(lines).toContain(expected)
  expect(stdout).not.toContain('BAD-NAME')
  expect(existsSync(at('run'))).toBe(false)
})
