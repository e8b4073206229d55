import { spawnSync } from 'node:child_process'
import { buildDeb } from '../../agent/packages/headless/deb.ts'
import type { Target } from '../../agent/packages/headless/lay-tree.ts'
import { buildRpm } from '../../agent/packages/headless/rpm.ts'

/** A kind of package for Linux, and the commands by which an administrator handles it. */
export interface PackageKind {
  readonly kind: 'deb' | 'rpm'
  /** The program that builds it, which a machine may lack. */
  readonly builtBy: string
  build(of: { tree: string; to: string; version: string; arch: Target['arch'] }): string
  /** Of `/old`, the first installation, and of `/new`, a later version. */
  readonly install: string
  readonly upgrade: string
  readonly version: string
  readonly remove: string
  /** Takes the data as well; null: this kind of package never does. */
  readonly purge: string | null
}

export const packageKinds: readonly PackageKind[] = [
  {
    kind: 'deb',
    builtBy: 'dpkg-deb',
    build: of => buildDeb({ ...of, compression: 'none' }),
    install: 'dpkg --force-unsafe-io -i /old',
    upgrade: 'dpkg --force-unsafe-io -i --force-confdef --force-confold /new',
    version: 'dpkg-query -W tillbridge-agent | cut -f2',
    remove: 'dpkg -r tillbridge-agent',
    purge: 'dpkg -P tillbridge-agent',
  },
  {
    kind: 'rpm',
    builtBy: 'rpmbuild',
    build: of => buildRpm({ ...of, compression: 'none' }),
    // what it requires is there, but as packages of another kind
    install: 'rpm -i --nodeps /old',
    upgrade: 'rpm -U --nodeps /new',
    version: "rpm -q --qf '%{VERSION}\\n' tillbridge-agent",
    remove: 'rpm -e tillbridge-agent',
    purge: null,
  },
]

export const canBuild = ({ builtBy }: PackageKind): boolean => spawnSync(builtBy, ['--version']).status === 0
