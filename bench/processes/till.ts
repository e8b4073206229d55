import { z } from 'zod'
import { type AgentJournal, openAgentJournal } from '../../agent/agent-journal.ts'
import { agentPaths } from '../../agent/config.ts'
import { readDeviceFile } from '../../agent/enrolment/device-file.ts'
import { startUplink } from '../../agent/uplink/uplink.ts'
import type { Position } from '../../shared/stream/log.ts'
import { saleAt } from '../data/events.ts'
import { quietWorld } from '../data/quiet-world.ts'
import { answerQuestions } from './answer-questions.ts'
import { atPace, Paced } from './at-pace.ts'

const Sold = Paced.extend({ first: z.int().default(0) })

/** A till's journal and uplink in a process of their own, as `tillbridge-agent run` composes them. */
const folder = process.argv[2] ?? ''
const world = quietWorld()
const paths = agentPaths(folder)
const device = readDeviceFile(world.files, paths.device)
if (device === null) throw new Error(`${folder} holds no device file`)
const journal = openAgentJournal({
  path: paths.journal,
  device: device.device,
  world,
  failed(error) {
    throw error
  },
})

answerQuestions({
  /** Connects and sends all that the hub lacks. Milliseconds from the first knock to the ack of the last event. */
  async drain() {
    const last = await journal.events.last()
    const done = Promise.withResolvers<void>()
    const start = performance.now()
    using _ = connect(upTo => {
      if (upTo.epoch === last.epoch && upTo.seq >= last.seq) done.resolve()
    })
    await done.promise
    return performance.now() - start
  },
  /** Records sales one by one while connected; `first` were sold before. How long each took until its ack came, in ms. */
  async sell(input) {
    const ackedBy: { seq: number; at: number }[] = []
    const online = Promise.withResolvers<void>()
    using link = connect(upTo => ackedBy.push({ seq: upTo.seq, at: performance.now() }))
    link.onChange(() => {
      if (link.state().link === 'online') online.resolve()
    })
    await online.promise
    const plan = Sold.parse(input)
    const seqOf = (index: number) => plan.first + index + 1
    const called: number[] = []
    await atPace(plan, async index => {
      const event = saleAt(plan.first + index)
      called.push(performance.now())
      await journal.record([event])
    })
    while ((ackedBy.at(-1)?.seq ?? 0) < seqOf(called.length - 1))
      await new Promise(resolve => setTimeout(resolve, 10))
    return latencies(called, ackedBy, seqOf)
  },
})

function connect(acked: (upTo: Position) => void) {
  if (device === null) throw new Error('no device')
  const watched: AgentJournal = {
    ...journal,
    events: {
      ...journal.events,
      acknowledge(upTo) {
        acked(upTo)
        return journal.events.acknowledge(upTo)
      },
    },
  }
  return startUplink({
    world,
    device,
    version: 'bench',
    journal: watched,
    sources: () => [],
    writeBacks: () => [],
  })
}

/** An ack covers all records up to its own. */
function latencies(
  called: readonly number[],
  ackedBy: readonly { seq: number; at: number }[],
  seqOf: (index: number) => number,
): number[] {
  let ack = 0
  return called.map((at, index) => {
    while ((ackedBy[ack]?.seq ?? Number.POSITIVE_INFINITY) < seqOf(index)) ack += 1
    return (ackedBy[ack]?.at ?? Number.NaN) - at
  })
}

process.once('SIGTERM', () => {
  journal[Symbol.dispose]()
  process.exit()
})
z.string().min(1).parse(folder)
console.log('ready')
