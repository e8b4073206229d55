import { cpus, platform, release, totalmem } from 'node:os'

/** What this PC is, for a support bundle. */
export function thisMachine(): Readonly<Record<string, string | number>> {
  return {
    system: platform(),
    release: release(),
    cpus: cpus().length,
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    node: process.version,
  }
}
