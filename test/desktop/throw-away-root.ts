import { spawnSync } from 'node:child_process'
import { linkSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A mount of the whole machine whose changes go elsewhere: packages are installed there for real, and nothing of it stays. */
const OVERLAY = `
set -e
mkdir -p "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
mount --bind /proc "$1/root/proc"
mount --bind /dev "$1/root/dev"
mount -t tmpfs tmpfs "$1/root/run"
exec chroot "$1/root" sh -c '. /install-test.sh'
`

/**
 * Runs a script of `sh` as root in a copy of this machine whose changes are kept in the folder `at`. The network is the
 * machine's own.
 * @param files what lies below `/` there, by name: linked, so on the same disk as `at`
 */
export function runInThrowAwayRoot(at: string, script: string, files: ReadonlyMap<string, string>) {
  mkdirSync(join(at, 'upper'), { recursive: true })
  writeFileSync(join(at, 'upper/install-test.sh'), script)
  for (const [name, path] of files) linkSync(path, join(at, 'upper', name))
  return spawnSync('unshare', ['-m', 'sh', '-c', OVERLAY, 'sh', at], {
    encoding: 'utf8',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  })
}

/** Why no such root can be made here; null: it can. */
export function noThrowAwayRoot(at: string): string | null {
  if (process.platform !== 'linux') return 'it needs Linux'
  if (process.getuid?.() !== 0) return 'it needs root'
  return runInThrowAwayRoot(at, 'exit 0', new Map()).status === 0 ? null : 'this machine mounts no overlay'
}
