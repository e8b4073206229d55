import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** The program of a service, and how it is started. */
export interface Started {
  readonly command: string
  readonly args: readonly string[]
}

/**
 * The folder of data is the one place that can be written, as by ProtectSystem=strict and StateDirectory=; another user without capabilities runs the rest.
 * $1: the data. $2: the installed program, of which it is proven that it can't be changed.
 */
const HARDENED = `
set -e
data=$1; home=$2; shift 2
under=$(stat -c %m "$data")
mount --make-rprivate /
mount --bind "$data" "$data"
chown -R 65534:65534 "$data"
for each in / "$under"; do mount -o remount,bind,ro "$each"; done
umask 0077
cd "$data"
run="setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all"
if $run touch "$home/bin/changed" 2>/dev/null || touch "$home/bin/changed" 2>/dev/null; then exit 97; fi
exec $run "$@"
`

/** Starts a program as the systemd unit has it, as far as the kernel alone gives that: not its filter of system calls and devices. */
export function asTheUnit({ command, args }: Started, data: string, home: string): Started {
  return { command: 'unshare', args: ['-m', 'sh', '-c', HARDENED, 'sh', data, home, command, ...args] }
}

/** Why a service can't be started like that here; null: it can. */
export function whyNotAsTheUnit(): string | null {
  if (process.platform !== 'linux') return 'it needs Linux'
  if (process.getuid?.() !== 0) return 'it needs root'
  const tried = spawnSync('unshare', [
    '-m',
    'sh',
    '-c',
    'mount --make-rprivate / && setpriv --reuid=65534 --clear-groups "$0" --version',
    process.execPath,
  ])
  return tried.status === 0 ? null : 'this machine lets no one mount, or the tests’ Node is not for everyone'
}

/** A line of the unit. */
export const unitLine = (name: string): string | undefined =>
  new RegExp(`^${name}=(.*)$`, 'm').exec(
    readFileSync('agent/packages/systemd/tillbridge-agent.service', 'utf8'),
  )?.[1]
