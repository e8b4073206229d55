import type { PeripheralName } from '../../../shared/ids.ts'
import type { PeripheralSays } from '../driver.ts'

type Captured = Extract<PeripheralSays, { is: 'captured' | 'capture-ended' | 'capture-lost' }>
interface OpenJob {
  readonly peripheral: PeripheralName
  readonly job: number
  readonly print?: string
}
interface Told {
  readonly peripheral: PeripheralName
  readonly what: PeripheralSays
}

/** A host counts its capture jobs from its own start; these numbers go on through the next host's. */
export function numberedCaptures() {
  const open = new Map<string, OpenJob>()
  /** Prints that the next host is to tell from the spool. */
  const expected = new Map<string, OpenJob>()
  let next = 1

  const keyOf = (peripheral: PeripheralName, { job, print }: Captured) => `${peripheral} ${job} ${print}`
  const numberOf = (peripheral: PeripheralName, what: Captured): number => {
    const key = keyOf(peripheral, what)
    const known = open.get(key)
    if (known !== undefined) return known.job
    const fresh = next
    next += 1
    open.set(key, { peripheral, job: fresh, ...printOf(what) })
    return fresh
  }
  const lost = ({ peripheral, ...job }: OpenJob): Told[] => [
    { peripheral, what: { is: 'capture-lost', ...job, bytes: 0 } },
    { peripheral, what: { is: 'capture-ended', ...job } },
  ]

  return {
    renumbered(peripheral: PeripheralName, what: PeripheralSays): PeripheralSays {
      if (what.is !== 'captured' && what.is !== 'capture-ended' && what.is !== 'capture-lost') return what
      const job = numberOf(peripheral, what)
      if (what.print !== undefined) expected.delete(what.print)
      if (what.is === 'capture-ended') open.delete(keyOf(peripheral, what))
      return { ...what, job }
    },
    /** The host is gone: what it was capturing ends here, and is not whole. The next host tells what the spool has. */
    broken(): Told[] {
      const jobs = [...open.values()]
      open.clear()
      return jobs.flatMap((job): Told[] => {
        if (job.print === undefined) return lost(job)
        expected.set(job.print, job)
        const { peripheral, ...of } = job
        return [{ peripheral, what: { is: 'capture-ended', ...of, end: 'again' } }]
      })
    },
    /** All that is in the spool was told: what did not come is lost. */
    missing(): Told[] {
      const jobs = [...expected.values()]
      expected.clear()
      return jobs.flatMap(lost)
    },
  }
}

const printOf = ({ print }: Captured) => (print === undefined ? {} : { print })
