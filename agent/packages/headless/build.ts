import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import packageJson from '../../../package.json' with { type: 'json' }
import { journalForm } from '../../agent-journal.ts'
import { buildDeb } from './deb.ts'
import { HOME, layAgent, layLinux } from './lay-tree.ts'
import { packUpdate } from './update-package.ts'

/**
 * `npm run package:headless -- deb|rpm|tar|windows|update`: the agent without a desktop, into dist/packages. `update` is what the hub
 * offers to tills. TILLBRIDGE_RELEASE_KEYS names the file of the public keys whose releases the package installs.
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    arch: { type: 'string', default: process.arch },
    out: { type: 'string', default: 'dist/packages' },
    platform: { type: 'string', default: process.platform },
  },
})
const arch = values.arch === 'arm64' ? 'arm64' : 'x64'
const [kind = 'deb'] = positionals
const { version } = packageJson
const tree = join(values.out, `tillbridge-agent-${kind}-${arch}`)
rmSync(tree, { recursive: true, force: true })
mkdirSync(tree, { recursive: true })

if (kind === 'update') {
  const platform = values.platform === 'win32' ? 'win32' : 'linux'
  await layAgent(tree, { platform, arch })
  print(
    await packUpdate(tree, {
      to: values.out,
      version,
      platform: `${platform}-${arch}`,
      journal: journalForm(),
    }),
  )
} else if (kind === 'windows') {
  // what electron-builder.yml puts beside the app on Windows
  await layAgent(tree, { platform: 'win32', arch })
  for (const script of ['install-service.cmd', 'enrol.cmd', 'remove-service.cmd'])
    cpSync(new URL(`../windows/${script}`, import.meta.url), join(tree, script))
  print(tree)
} else {
  await layLinux(tree, arch)
  if (kind === 'deb') print(buildDeb({ tree, to: values.out, version, arch, compression: 'xz' }))
  else if (kind === 'rpm') buildRpm()
  else {
    const file = join(values.out, `tillbridge-agent-${version}-linux-${arch}.tar.gz`)
    execFileSync('tar', [
      '--owner=0',
      '--group=0',
      '-czf',
      file,
      '-C',
      tree,
      HOME.split('/', 1)[0] ?? 'usr',
      'etc',
    ])
    print(file)
  }
}

function buildRpm(): void {
  const set = {
    _topdir: resolve(values.out, 'rpm'),
    _rpmdir: resolve(values.out),
    agent_version: version,
    agent_tree: resolve(tree),
  }
  const defines = Object.entries(set).flatMap(([name, value]) => ['--define', `${name} ${value}`])
  const machine = arch === 'arm64' ? 'aarch64' : 'x86_64'
  const spec = fileURLToPath(new URL('../rpm/tillbridge-agent.spec', import.meta.url))
  execFileSync('rpmbuild', ['-bb', '--target', machine, ...defines, spec], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  print(join(values.out, machine, `tillbridge-agent-${version}-1.${machine}.rpm`))
}

function print(file: string): void {
  process.stdout.write(`${file}\n`)
}
