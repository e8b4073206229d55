import { once } from 'node:events'
import { join } from 'node:path'
import { z } from 'zod'
import { startTill } from './drain.ts'
import { openAppended } from './floors/raw-fsync.ts'
import { connectSocket, startSocketServer } from './floors/raw-socket.ts'
import { quantile, type Row, rowOf, spread } from './measure/compare.ts'
import { enrolledPair, startHub } from './measure/hub.ts'
import { inTempFolder } from './measure/temp-folder.ts'
import { atPace, type Paced } from './processes/at-pace.ts'
import type { Scale } from './scale.ts'

/** What a till answers when it was asked to sell: ms of each sale. */
export const Latencies = z.array(z.number())

/**
 * From the moment a sale is handed to the till's journal until the hub's ack of it is back: durable at both ends.
 * The floor does the bare minimum at the same pace: an fsync, a message over loopback, an fsync, an answer.
 */
export async function saleLatency({ tiny }: Scale): Promise<Row[]> {
  const plan: Paced = { count: tiny ? 40 : 4_000, everyMs: 5 }
  const rounds = tiny ? 1 : 3
  const ours: number[][] = []
  const floor: number[][] = []
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await inTempFolder(folder => sellToHub(folder, plan)))
    floor.push(await inTempFolder(folder => bareMinimum(folder, plan)))
  }
  return [
    latencyRow('p50', 0.5, ours, floor, { none: 'shown' }),
    latencyRow('p99', 0.99, ours, floor, { below: 10 }),
    latencyRow('the slowest', 1, ours, floor, { none: 'shown' }),
  ]
}

function latencyRow(what: string, share: number, ours: number[][], floor: number[][], aim: Row['aim']): Row {
  const at = (rounds: number[][]) =>
    rounds.map(round =>
      quantile(
        round.toSorted((a, b) => a - b),
        share,
      ),
    )
  const [mine, least] = [at(ours), at(floor)]
  const ratio = spread(mine.map((ms, round) => ms / (least[round] ?? Number.NaN))).median
  const floors = [{ name: '2 fsyncs and a round trip', value: spread(least), ratio }]
  return rowOf({
    bench: 'sale-latency',
    what: `${what}, at 200 sales/s`,
    unit: 'ms',
    ours: spread(mine),
    floors,
    aim,
  })
}

async function sellToHub(folder: string, plan: Paced): Promise<number[]> {
  const pair = await enrolledPair(folder)
  await using hub = await startHub(pair.hub)
  await using till = await startTill(pair.till, hub.url)
  const latencies = await till.ask('sell', Latencies, plan)
  if (latencies.length !== plan.count)
    throw new Error(`${latencies.length} of ${plan.count} sales were acked`)
  return latencies
}

async function bareMinimum(folder: string, plan: Paced): Promise<number[]> {
  await using server = startSocketServer([folder])
  const socket = await connectSocket(await server.firstLine())
  using file = openAppended(join(folder, 'sent'))
  const waiting: ((at: number) => void)[] = []
  socket.on('message', () => waiting.shift()?.(performance.now()))
  const latencies: number[] = []
  await atPace(plan, async () => {
    const start = performance.now()
    file.write()
    socket.send('{"kind":"sale.completed"}')
    latencies.push((await new Promise<number>(resolve => waiting.push(resolve))) - start)
  })
  socket.close()
  await once(socket, 'close')
  return latencies
}
