import type { Disk } from '../disk.ts'
import { count, type FaultKind, machinesOf, SECOND_MS } from './kind.ts'

/** What goes wrong on a disk. */
export const diskFaults: readonly FaultKind[] = [
  diskTrouble('disk-full', 'full'),
  diskTrouble('disk-failing', 'failing'),
  diskTrouble('disk-unreadable', 'unreadable'),
  {
    name: 'torn-page',
    weight: 2,
    strike(world, chance, counts) {
      const { machine, process } = chance.pick(machinesOf(world))
      machine.disk.tornBytes = chance.between(1, 4_096)
      const before = machine.disk.torn
      process()?.onDeath(() => {
        machine.disk.tornBytes = 0
        count(counts, this.name, machine.disk.torn > before ? 1 : 0)
      })
      process()?.killAfterCommits(chance.between(1, 6), 'power')
      return `${machine.name} will lose its power while it writes a page`
    },
  },
]

function diskTrouble(name: string, trouble: Disk['trouble']): FaultKind {
  return {
    name,
    weight: 1,
    strike(world, chance, counts) {
      const { machine } = chance.pick(machinesOf(world))
      machine.disk.trouble = trouble
      world.expectedErrors.push(
        /SQLITE_(FULL|IOERR)|disk I\/O error|disk is full|ENOSPC|JOURNAL_DAMAGED|DATABASE_UNUSABLE|journal (is|was) damaged/,
      )
      count(counts, name, 1)
      const ms = chance.between(5, 60) * SECOND_MS
      world.universe.time.after(ms, () => Object.assign(machine.disk, { trouble: 'none', spare: 0 }))
      return `The disk of ${machine.name} is ${trouble} for ${ms / SECOND_MS} s`
    },
  }
}
