import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import packageJson from '../../../package.json' with { type: 'json' }
import { journalForm } from '../../agent-journal.ts'
import { type PackageContents, writeSbom } from '../sbom.ts'
import { buildDeb } from './deb.ts'
import { HOME, layAgent, layLinux } from './lay-tree.ts'
import { buildRpm } from './rpm.ts'
import { layServiceScripts } from './service-scripts.ts'
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
  const contents = await layAgent(tree, { platform, arch })
  const form = { to: values.out, version, platform: `${platform}-${arch}`, journal: journalForm() }
  made(await packUpdate(tree, form), contents)
} else if (kind === 'windows') {
  // what electron-builder.yml puts beside the app on Windows
  const contents = await layAgent(tree, { platform: 'win32', arch })
  layServiceScripts(tree)
  made(tree, contents)
} else {
  const contents = await layLinux(tree, arch)
  if (kind === 'deb') made(buildDeb({ tree, to: values.out, version, arch, compression: 'xz' }), contents)
  else if (kind === 'rpm')
    made(buildRpm({ tree, to: values.out, version, arch, compression: 'gzip' }), contents)
  else made(buildTar(), contents)
}

function buildTar(): string {
  const file = join(values.out, `tillbridge-agent-${version}-linux-${arch}.tar.gz`)
  const top = HOME.split('/', 1)[0] ?? 'usr'
  execFileSync('tar', ['--owner=0', '--group=0', '-czf', file, '-C', tree, top, 'etc'])
  return file
}

/** Says which file was made, and lists beside it what it is made of. */
function made(file: string, contents: PackageContents): void {
  writeSbom(`${file}.cdx.json`, 'tillbridge-agent', contents)
  process.stdout.write(`${file}\n`)
}
