import { isCertificateEnding, isDiskLow } from '../../shared/machine-limits.ts'
import type { World } from '../../shared/world.ts'
import { agentPaths } from '../config.ts'
import { readDeviceFile } from '../enrolment/device-file.ts'
import { type Finding, ok, wrongBecause } from './finding.ts'
import type { MachineHost } from './machine-figures.ts'

/** Has this PC's disk room, and until when is the hub's certificate valid as this PC sees it? */
export async function checkMachine(
  world: Pick<World, 'clock' | 'files'>,
  host: MachineHost,
  folder: string,
): Promise<Finding[]> {
  return [...checkDisk(host, folder), ...(await checkCertificate(world, host, folder))]
}

const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1)

function checkDisk(host: MachineHost, folder: string): Finding[] {
  let disk: ReturnType<MachineHost['disk']>
  try {
    disk = host.disk(folder)
  } catch (error) {
    return [wrongBecause('disk', folder, error)]
  }
  const sentence = `${gigabytes(disk.free)} of ${gigabytes(disk.total)} GB are free.`
  if (!isDiskLow(disk.free)) return [ok('disk', folder, sentence)]
  const advice = 'Make room on this disk: old logs, downloads, updates of the system.'
  return [{ check: 'disk', subject: folder, verdict: 'look', sentence, advice }]
}

async function checkCertificate(
  world: Pick<World, 'clock' | 'files'>,
  host: MachineHost,
  folder: string,
): Promise<Finding[]> {
  const url = hubUrl(world, folder)
  if (url?.protocol !== 'https:') return []
  const shown = await host.certificate(url)
  if (shown === null) return [] // that the hub can't be reached is said by its own check
  const now = world.clock.now()
  const day = new Date(shown.ends).toISOString().slice(0, 10)
  const subject = url.host
  if (now < shown.from) {
    const sentence = `The hub’s certificate is valid from ${new Date(shown.from).toISOString().slice(0, 10)} only.`
    const advice = 'Set the clock of this PC: it is probably wrong.'
    return [{ check: 'certificate', subject, verdict: 'wrong', sentence, advice }]
  }
  const advice =
    'Ask head office’s IT to renew it. If this network has a proxy or a firewall that shows certificates of its own, ask its operator.'
  if (shown.ends <= now) {
    const sentence = `The hub’s certificate, as this PC sees it, ended on ${day}.`
    return [{ check: 'certificate', subject, verdict: 'wrong', sentence, advice }]
  }
  const sentence = `The hub’s certificate, as this PC sees it, is valid until ${day}.`
  if (!isCertificateEnding(shown, now)) return [ok('certificate', subject, sentence)]
  return [{ check: 'certificate', subject, verdict: 'look', sentence, advice }]
}

function hubUrl({ files }: Pick<World, 'files'>, folder: string): URL | null {
  try {
    const device = readDeviceFile(files, agentPaths(folder).device)
    return device === null ? null : new URL(device.hub.url)
  } catch {
    return null // said by the check of the enrolment
  }
}
