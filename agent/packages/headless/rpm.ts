import { execFileSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Target } from './lay-tree.ts'

const spec = fileURLToPath(new URL('../rpm/tillbridge-agent.spec', import.meta.url))
const machines: Readonly<Record<Target['arch'], string>> = { x64: 'x86_64', arm64: 'aarch64' }

/**
 * Makes the RPM package of a laid tree; it needs `rpmbuild`.
 * @param compression `none` is quick, `gzip` small, and every RPM of the last twenty years reads it
 * @returns its file
 */
export function buildRpm(options: {
  tree: string
  to: string
  version: string
  arch: Target['arch']
  compression: 'none' | 'gzip'
}): string {
  const { tree, to, version } = options
  const set = {
    _topdir: resolve(to, 'rpm'),
    _rpmdir: resolve(to),
    _binary_payload: options.compression === 'none' ? 'w0.ufdio' : 'w9.gzdio',
    agent_version: version,
    agent_tree: resolve(tree),
  }
  const defines = Object.entries(set).flatMap(([name, value]) => ['--define', `${name} ${value}`])
  const machine = machines[options.arch]
  execFileSync('rpmbuild', ['-bb', '--target', machine, ...defines, spec], { stdio: 'pipe' })
  return join(to, machine, `tillbridge-agent-${version}-1.${machine}.rpm`)
}
