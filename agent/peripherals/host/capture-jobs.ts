import type { DeviceName } from '../../../shared/ids.ts'
import type { DeviceSays } from '../driver.ts'

/** A host counts its capture jobs from its own start; these numbers go on through the next host's. */
export function captureJobs() {
  const open = new Map<string, { device: DeviceName; job: number }>()
  let next = 1

  const numberOf = (device: DeviceName, job: number): number => {
    const key = `${device} ${job}`
    const known = open.get(key)
    if (known !== undefined) return known.job
    const fresh = next
    next += 1
    open.set(key, { device, job: fresh })
    return fresh
  }

  return {
    renumbered(device: DeviceName, what: DeviceSays): DeviceSays {
      if (what.is !== 'captured' && what.is !== 'capture-ended' && what.is !== 'capture-lost') return what
      const job = numberOf(device, what.job)
      if (what.is === 'capture-ended') open.delete(`${device} ${what.job}`)
      return { ...what, job }
    },
    /** The host is gone: what it was capturing ends here, and is not whole. */
    broken(): { device: DeviceName; what: DeviceSays }[] {
      const jobs = [...open.values()]
      open.clear()
      return jobs.flatMap(({ device, job }) => [
        { device, what: { is: 'capture-lost', job, bytes: 0 } as const },
        { device, what: { is: 'capture-ended', job } as const },
      ])
    },
  }
}
