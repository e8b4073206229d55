import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, globSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Target } from './lay-tree.ts'

const scripts = fileURLToPath(new URL('../deb', import.meta.url))
const architectures: Readonly<Record<Target['arch'], string>> = { x64: 'amd64', arm64: 'arm64' }

/**
 * Makes the Debian package of a laid tree.
 * @param compression `none` is quick, `xz` small
 * @returns its file
 */
export function buildDeb(options: {
  tree: string
  to: string
  version: string
  arch: Target['arch']
  compression: 'none' | 'xz'
}): string {
  const { tree, version } = options
  const architecture = architectures[options.arch]
  const control = join(tree, 'DEBIAN')
  rmSync(control, { recursive: true, force: true })
  const kilobytes = Math.ceil(bytesOf(tree) / 1_024)
  mkdirSync(control)
  for (const script of ['postinst', 'prerm', 'postrm']) cpSync(join(scripts, script), join(control, script))
  for (const path of [control, ...['postinst', 'prerm', 'postrm'].map(name => join(control, name))])
    chmodSync(path, 0o755)
  writeFileSync(join(control, 'conffiles'), '/etc/default/tillbridge-agent\n')
  writeFileSync(join(control, 'control'), controlOf({ version, architecture, kilobytes }))
  const file = join(options.to, `tillbridge-agent_${version}_${architecture}.deb`)
  const part = `${file}.part` // a build that is stopped leaves nothing that looks like a package
  execFileSync('dpkg-deb', ['--root-owner-group', `-Z${options.compression}`, '--build', tree, part], {
    stdio: 'pipe',
  })
  renameSync(part, file)
  return file
}

function controlOf(of: { version: string; architecture: string; kilobytes: number }): string {
  return [
    'Package: tillbridge-agent',
    `Version: ${of.version}`,
    `Architecture: ${of.architecture}`,
    'Maintainer: Tillbridge <support@tillbridge.example>',
    `Installed-Size: ${of.kilobytes}`,
    'Section: misc',
    'Priority: optional',
    'Depends: passwd, util-linux, libc6 (>= 2.28), libstdc++6',
    'Recommends: udev, systemd',
    'Description: reads a till and keeps its sales in agreement with Shopify',
    ' The agent of Tillbridge as a service, with the Node that it runs on.',
    '',
  ].join('\n')
}

function bytesOf(folder: string): number {
  return globSync(join(folder, '**')).reduce((sum, path) => sum + statSync(path).size, 0)
}
