import { priceAt } from './data/events.ts'
import { type Backlog, drainIntoHub, drainIntoStream, prepareBacklog } from './drain.ts'
import { sendRaw } from './floors/raw-socket.ts'
import { EVENTS, insertRaw, RECORDS } from './floors/raw-sqlite.ts'
import { compare, type Row } from './measure/compare.ts'
import { inTempFolder } from './measure/temp-folder.ts'
import type { Scale } from './scale.ts'

/**
 * A till that was offline sends its backlog of prices, which the hub keeps and enters nowhere else, so that it writes one row an event, as the floor does: the agent's journal and uplink in one process, what
 * receives in another, over loopback, durable at both ends, the chain checked.
 */
export async function drainStream({ tiny }: Scale): Promise<Row[]> {
  const count = tiny ? 3_000 : 200_000
  return inTempFolder(async folder => {
    const backlog = await prepareBacklog(folder, count, priceAt)
    const common = {
      bench: 'drain-stream',
      unit: 'events/s',
      amount: count,
      rounds: tiny ? 1 : 5,
      aim: { share: 0.5 },
    } as const
    return [
      await compare({
        ...common,
        what: 'the stream alone',
        ours: turn => drainIntoStream(turn, backlog),
        floors: {
          'raw SQLite': turn =>
            insertRaw(turn, RECORDS, backlog.batches, ({ seq, hash, body }) => [seq, hash, body]),
          'raw WebSocket': () => sendRaw(backlog.batches),
        },
      }),
      await compare({
        ...common,
        what: 'the real hub: events checked against their schema and kept',
        ours: turn => drainIntoHub(turn, backlog, async () => {}),
        floors: {
          'raw SQLite, the same table': turn => insertEvents(turn, backlog),
          'raw WebSocket': () => sendRaw(backlog.batches),
        },
      }),
    ]
  })
}

function insertEvents(folder: string, { batches }: Backlog): Promise<number> {
  const [store, device, epoch, at] = [1, 2, 1, Date.now()]
  const turns = new Map(batches.flatMap((batch, turn) => batch.map(({ seq }) => [seq, turn] as const)))
  return insertRaw(folder, EVENTS, batches, ({ seq, kind, hash, body }) => [
    store,
    device,
    epoch,
    seq,
    kind,
    hash,
    'applied',
    null,
    body,
    turns.get(seq),
    at,
    0,
  ])
}
