import { SHOP_DOMAIN } from '../shop-machine.ts'
import { anyMachine, count, type FaultKind, SECOND_MS } from './kind.ts'

/** What goes wrong between machines. */
export const lineFaults: readonly FaultKind[] = [
  {
    name: 'line-cut',
    weight: 4,
    strike(world, chance, counts) {
      const name = anyMachine(world, chance)
      const { network, time } = world.universe
      const ended = network.cut(name)
      count(counts, this.name, ended)
      network.line(name).state = 'cut'
      const ms = chance.between(1, 180) * SECOND_MS
      time.after(ms, () => {
        network.line(name).state = 'good'
      })
      return `The line of ${name} is cut for ${ms / SECOND_MS} s`
    },
  },
  {
    name: 'line-cut-mid-frame',
    weight: 3,
    strike(world, chance, counts) {
      const name = chance.pick([world.hub, ...world.counters.map(({ till }) => till)]).machine.name
      const { network } = world.universe
      network.cutInNextFrame(name, () => count(counts, this.name, network.cut(name)))
      return `The line of ${name} breaks in the middle of its next frame`
    },
  },
  {
    name: 'line-half-open',
    weight: 3,
    strike(world, chance, counts) {
      const name = anyMachine(world, chance)
      const { network, time } = world.universe
      network.line(name).state = 'swallows'
      count(counts, this.name, 1)
      const ms = chance.between(5, 120) * SECOND_MS
      time.after(ms, () => {
        network.line(name).state = 'good'
      })
      return `The line of ${name} swallows everything for ${ms / SECOND_MS} s`
    },
  },
  {
    name: 'line-slow',
    weight: 2,
    strike(world, chance, counts) {
      const name = anyMachine(world, chance)
      const line = world.universe.network.line(name)
      line.slowMs = chance.between(200, 2_000)
      count(counts, this.name, 1)
      world.universe.time.after(chance.between(10, 120) * SECOND_MS, () => {
        line.slowMs = 0
      })
      return `The line of ${name} is ${line.slowMs} ms slow`
    },
  },
  {
    name: 'answer-lost',
    weight: 2,
    strike(world, chance, counts) {
      const name = chance.pick([SHOP_DOMAIN, ...world.counters.map(({ till }) => till.machine.name)])
      world.universe.network.loseAnswers(name, chance.between(1, 3))
      count(counts, this.name, 1)
      return `Answers to ${name} are lost`
    },
  },
  {
    name: 'connection-doubled',
    weight: 2,
    strike(world, chance, counts) {
      const { name } = chance.pick(world.counters).till.machine
      count(counts, this.name, world.universe.network.orphan(name))
      return `${name} loses its connection and makes a new one; the hub still has the old one`
    },
  },
]
