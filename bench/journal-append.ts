import { join } from 'node:path'
import { openAgentJournal } from '../agent/agent-journal.ts'
import { packPosition } from '../agent/journal/position.ts'
import type { AgentEvent } from '../shared/events.ts'
import { genesis, link } from '../shared/stream/chain.ts'
import { saleAt } from './data/events.ts'
import { quietWorld } from './data/quiet-world.ts'
import { digestOf, expectSame } from './data/rows.ts'
import { fsyncRaw } from './floors/raw-fsync.ts'
import { insertRaw, OUTBOX, rawFile } from './floors/raw-sqlite.ts'
import { compare, type Row } from './measure/compare.ts'
import { flushFiles } from './measure/flush-files.ts'
import { timed } from './measure/stopwatch.ts'
import { inTempFolder } from './measure/temp-folder.ts'
import type { Scale } from './scale.ts'

const DEVICE = 'dev_bench00000000000000'
const ROWS = 'SELECT position, kind, at, sales, hash, body FROM outbox ORDER BY position'
const SIZES = [1, 10, 100, 1_000]

/**
 * Durable appends of receipts through the journal, beside bare SQLite inserting the same finished rows in
 * transactions of the same size. Many short turns: each of ours has its floor within a second.
 */
export async function journalAppend({ tiny }: Scale): Promise<Row[]> {
  const rows: Row[] = []
  for (const size of SIZES) {
    const commits = size === 1_000 ? 20 : size === 100 ? 100 : 300
    rows.push(await appendInGroups(size, tiny ? { commits: 3, rounds: 1 } : { commits, rounds: 15 }))
  }
  return rows
}

async function appendInGroups(size: number, plan: { commits: number; rounds: number }): Promise<Row> {
  const events = Array.from({ length: size * plan.commits }, (_, index) => saleAt(index))
  const groups = grouped(events, size)
  const finished = grouped(events.map(finishing()), size)
  const expected = await inTempFolder(async folder => {
    await insertRaw(folder, OUTBOX, finished, row => row)
    return digestOf(rawFile(folder), ROWS)
  })
  return compare({
    bench: 'journal-append',
    what: size === 1 ? '1 event a commit' : `${size.toLocaleString('en-GB')} events a commit`,
    unit: 'events/s',
    amount: events.length,
    rounds: plan.rounds,
    ours: folder => appendToJournal(folder, groups, expected),
    floors: { 'raw SQLite': folder => insertRaw(folder, OUTBOX, finished, row => row) },
    besides: {
      'raw SQLite + JSON + hash chain': folder => insertRaw(folder, OUTBOX, groups, finishing()),
      'raw fsync': folder => fsyncRaw(folder, plan.commits),
    },
    aim: { share: 0.8 },
  })
}

async function appendToJournal(
  folder: string,
  groups: readonly (readonly AgentEvent[])[],
  expected: string,
): Promise<number> {
  const path = join(folder, 'journal.db')
  const journal = openAgentJournal({
    path,
    device: DEVICE,
    world: quietWorld(),
    failed(error) {
      throw error
    },
  })
  flushFiles(folder)
  const ms = await timed(async () => {
    for (const group of groups) await journal.record(group)
  })
  journal[Symbol.dispose]()
  expectSame('the journal', digestOf(path, ROWS), expected)
  return ms
}

/** Turns events, from the first on, into the rows that the journal must hold. */
function finishing(): (event: AgentEvent) => readonly unknown[] {
  let head = genesis('events', DEVICE, 1)
  let seq = 0
  return event => {
    const body = JSON.stringify(event)
    head = link(head, body)
    seq += 1
    return [packPosition({ epoch: 1, seq }), event.kind, event.at, seq, head, body]
  }
}

function grouped<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, group) =>
    items.slice(group * size, (group + 1) * size),
  )
}
