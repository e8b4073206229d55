import type { PeripheralName } from '../../../shared/ids.ts'
import type { PeripheralSays } from '../driver.ts'

/** A host counts its capture jobs from its own start; these numbers go on through the next host's. */
export function numberedCaptures() {
  const open = new Map<string, { peripheral: PeripheralName; job: number }>()
  let next = 1

  const numberOf = (peripheral: PeripheralName, job: number): number => {
    const key = `${peripheral} ${job}`
    const known = open.get(key)
    if (known !== undefined) return known.job
    const fresh = next
    next += 1
    open.set(key, { peripheral, job: fresh })
    return fresh
  }

  return {
    renumbered(peripheral: PeripheralName, what: PeripheralSays): PeripheralSays {
      if (what.is !== 'captured' && what.is !== 'capture-ended' && what.is !== 'capture-lost') return what
      const job = numberOf(peripheral, what.job)
      if (what.is === 'capture-ended') open.delete(`${peripheral} ${what.job}`)
      return { ...what, job }
    },
    /** The host is gone: what it was capturing ends here, and is not whole. */
    broken(): { peripheral: PeripheralName; what: PeripheralSays }[] {
      const jobs = [...open.values()]
      open.clear()
      return jobs.flatMap(({ peripheral, job }) => [
        { peripheral, what: { is: 'capture-lost', job, bytes: 0 } as const },
        { peripheral, what: { is: 'capture-ended', job } as const },
      ])
    },
  }
}
