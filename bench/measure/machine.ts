import { arch, cpus, loadavg, platform, release, tmpdir, totalmem } from 'node:os'

/** What a figure depends on besides the code. `load`: the mean length of the run queue over the last minute. */
export function machineFacts() {
  const processors = cpus()
  return {
    node: process.versions.node,
    system: `${platform()} ${release()} ${arch()}`,
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    temp: tmpdir(),
    load: Number((loadavg()[0] ?? 0).toFixed(1)),
    at: new Date().toISOString(),
  }
}
export type MachineFacts = ReturnType<typeof machineFacts>
