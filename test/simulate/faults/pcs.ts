import { cpSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import type { Chance } from '../chance.ts'
import { fileOf } from '../scene.ts'
import { tillMachine } from '../till-machine.ts'
import type { Counter, World } from '../world.ts'
import { count, type FaultKind, machinesOf, SECOND_MS } from './kind.ts'
import { closedAndSent } from './restores.ts'

/** What IT does with till PCs and programs, and what happens to them. */
export const pcFaults: readonly FaultKind[] = [
  {
    name: 'till-enrolled-again',
    weight: 1,
    strike(world, chance, counts) {
      const counter = chance.pick(world.counters)
      world.errand(this.name, async () => {
        counter.till.halt()
        await enrol(world, counter)
        counter.till.start()
        count(counts, this.name, 1)
      })
      return `${counter.till.machine.name} is enrolled again, its journal kept`
    },
  },
  {
    name: 'till-replaced',
    weight: 1,
    strike(world, chance, counts) {
      const counter = chance.pick(world.counters)
      const { machine } = counter.till
      world.errand(this.name, async () => {
        const isDone = await closedAndSent(world, counter, async () => {
          counter.till.halt()
          world.truth.loseJournal(counter.till.source, counter.till.store)
          for (const name of readdirSync(machine.folder))
            if (name !== 'agent.json') rmSync(join(machine.folder, name), { recursive: true })
          await enrol(world, counter)
          counter.till.start()
        })
        if (isDone) count(counts, this.name, 1)
      })
      return `A new PC takes the place of ${machine.name}`
    },
  },
  {
    name: 'till-moved',
    weight: 1,
    strike(world, chance, counts) {
      const isSpare = ({ till }: Counter) =>
        world.counters.some(other => other.till !== till && other.till.store === till.store)
      const spare = world.counters.filter(isSpare) // a store keeps a till
      if (spare.length === 0) return 'No store can spare a till'
      const counter = chance.pick(spare)
      const from = counter.till.store
      const to = chance.pick(world.stores.filter(({ code }) => code !== from))
      world.errand(this.name, async () => {
        world.expectedErrors.push(/ROW_OF_FORMER_STORE/) // what its POS sold there and posts or corrects later
        counter.till.halt()
        counter.till.carryTo(to)
        await enrol(world, counter, `${counter.till.machine.name} of ${from}`) // no other till has it
        counter.till.start()
        count(counts, this.name, 1)
      })
      return `${counter.till.machine.name} moves from ${from} to ${to.code}`
    },
  },
  {
    name: 'till-cloned',
    weight: 1,
    strike: (world, chance, counts) => cloneTill(world, chance.pick(world.counters), chance, counts),
  },
  {
    name: 'older-program',
    weight: 1,
    strike(world, chance, counts) {
      const machine = chance.pick(machinesOf(world))
      const file = fileOf(machine.machine, machine === world.hub ? 'hub.db' : 'journal.db')
      world.expectedErrors.push(/SCHEMA_NEWER|newer version|MIGRATION_FAILED|could not be brought up to date/)
      world.errand(this.name, async () => {
        machine.halt()
        const before = machine.errors().length
        const undo = pretendNewer(file, machine === world.hub)
        machine.start()
        await world.wait(chance.between(10, 40) * SECOND_MS)
        const refused = machine.errors().slice(before).length
        machine.halt()
        undo()
        machine.start()
        count(counts, this.name, refused > 0 ? 1 : 0)
      })
      return `${machine.machine.name} starts an older program on a newer database`
    },
  },
]

/** Enrols a till for its present store; tries until an answer comes. */
async function enrol(world: World, { till }: Counter, as = till.enrolledAs): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await till.enrol(await world.hub.enrolCode(till.store, as), as)
    } catch (error) {
      if (attempt === 40) throw error
      await world.wait(10 * SECOND_MS)
    }
  }
}

/** Its disk is copied into a second PC and both run; then IT takes the copy away and enrols the first again. */
function cloneTill(world: World, counter: Counter, chance: Chance, counts: Map<string, number>): string {
  const { till } = counter
  const store = world.stores.find(({ code }) => code === till.store)
  if (store === undefined) throw new RangeError(`there is no store ${till.store}`)
  const machine = world.machine(`${till.machine.name}-copy-${world.universe.time.steps()}`)
  cpSync(till.machine.folder, machine.folder, { recursive: true })
  const copy = tillMachine(world.universe, machine, { store, till: till.till, chance })
  world.expectedErrors.push(/QUARANTINED|quarantined/)
  world.errand('till-cloned', async () => {
    copy.start()
    await world.wait(chance.between(30, 60) * SECOND_MS)
    copy.halt()
    till.halt()
    await enrol(world, counter)
    till.start()
    count(counts, 'till-cloned', 1)
  })
  return `The disk of ${till.machine.name} is copied into a second PC and both run`
}

/** Makes a database look as if a newer program had written it. @returns how to undo it */
export function pretendNewer(file: string, isHub: boolean): () => void {
  const run = (sql: string) => {
    const db = new SQLite(file)
    db.exec(sql)
    db.close()
  }
  if (isHub) {
    run("INSERT INTO kysely_migration (name, timestamp) VALUES ('999-newer', '2099')")
    return () => run("DELETE FROM kysely_migration WHERE name = '999-newer'")
  }
  run('UPDATE journal_part SET version = version + 100')
  return () => run('UPDATE journal_part SET version = version - 100 WHERE version > 99')
}
