import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { adoptAgentJournal, memoryOf } from '../../agent/agent-journal.ts'
import { knownTables } from '../../agent/journal/salvage/known-tables.ts'
import { JournalSalvaged } from '../../shared/events.ts'
import { PeripheralName, PickupId, SourceId } from '../../shared/ids.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { temporaryFolder } from '../manual-world.ts'
import { DEVICE, lightWorld, put, readChain, receiveCommands } from './test-journal.ts'

/** Hundreds of files are made durable here; no disk has to. */
const MEMORY = '/dev/shm'
const PAGE = 4_096
const RULES = [{ target: SourceId.parse('pos'), what: ['order' as const] }]
const SOLD = 60
const ACKED = 20

/** A journal with something in each of its tables, on trees of two levels. Closed, so that all is in the main file. */
async function filledJournal(path: string): Promise<void> {
  const world = lightWorld()
  using journal = await adoptAgentJournal({
    path,
    device: DEVICE,
    world,
    writeBacks: RULES,
    verify: false,
    isHome: () => true,
    failed: () => expect.unreachable(),
  })
  const pickups = Array.from({ length: 30 }, (_, n) =>
    put({ pickup: PickupId.parse(`gid://shopify/FulfillmentOrder/${n}`) }),
  )
  await receiveCommands({ ...journal }, pickups)
  for (let n = 1; n <= SOLD; n += 1) {
    const known = [1, 2, 3].map(part => ({
      key: `row/${n}/${part}/${'k'.repeat(40)}`,
      fingerprint: 'f'.repeat(43),
      state: 'sold' as const,
      soldAt: `2026-11-25T09:00:00 row/${n}`,
      since: world.clock.now(),
      told: null,
    }))
    await memoryOf(journal)('pos').commit({ events: [sale(n)], known, mark: n })
    await world.advance(60_000)
  }
  const body = {
    lines: Array.from({ length: 30 }, () => 'one line of a receipt'),
    codes: [],
    images: [],
    cut: false,
  }
  const captured = journal.parts.captured.of('paper')
  for (let n = 0; n < 12; n += 1) await captured.add({ printer: 'till', at: world.clock.now(), body })
  await journal.parts.printing.write(() =>
    journal.parts.printing.jobs.add({
      job: 'job-1',
      device: PeripheralName.parse('slips'),
      kind: 'pick-slip',
      subject: PickupId.parse('gid://shopify/FulfillmentOrder/1'),
      orderName: '#1001',
      copyOf: null,
      madeAt: put().at,
      bytes: new Uint8Array(9_000).fill(65),
    }),
  )
  journal.events.acknowledge({ epoch: 1, seq: ACKED })
}

const receiptsIn = (bodies: readonly string[]): string[] =>
  bodies.flatMap(
    body =>
      z.object({ kind: z.literal('sale.completed'), receipt: z.string() }).safeParse(JSON.parse(body)).data
        ?.receipt ?? [],
  )

type Tables = ReadonlyMap<string, readonly string[]>

/** Every row of every table, each as text. */
function rowsIn(path: string): Tables {
  const db = lightWorld().files.database(path, { readOnly: true })
  try {
    const names = knownTables(db).map(({ name }) => name)
    return new Map(
      names.map(name => [
        name,
        db
          .prepare(`SELECT * FROM ${name}`)
          .raw()
          .all()
          .map(row => JSON.stringify(row)),
      ]),
    )
  } finally {
    db.close()
  }
}

/** Which tree each page belongs to, by SQLite's own account. */
function treesOf(path: string): ReadonlyMap<number, { name: string; pagetype: string }> {
  const db = lightWorld().files.database(path, { readOnly: true })
  try {
    const rows = db.prepare('SELECT pageno, name, pagetype FROM dbstat').all()
    const Row = z.object({ pageno: z.int(), name: z.string(), pagetype: z.string() })
    return new Map(
      z
        .array(Row)
        .parse(rows)
        .map(row => [row.pageno, row]),
    )
  } finally {
    db.close()
  }
}

const partOfTable: Readonly<Record<string, string>> = {
  stream_state: 'position',
  inbox: 'commands',
  source_mark: 'sources',
  source_known: 'sources',
  captured_receipt: 'captured-receipts',
  taken_print: 'captured-receipts',
  sighting: 'matching',
  witnessed_sale: 'matching',
  pickup: 'pickups',
  pickup_move: 'pickups',
  store: 'store',
  print_job: 'print-jobs',
  write_back: 'write-backs',
  write_back_target: 'write-backs',
}
/** Rewritten by a salvage: what they held is checked otherwise. */
const REWRITTEN = new Set([
  'stream_state',
  'inbox',
  'outbox',
  'source_mark',
  'source_known',
  'captured_receipt',
  'durable_check',
  'journal_part',
])

describe('a page of rubbish, wherever it is', () => {
  const folder = temporaryFolder(existsSync(MEMORY) ? MEMORY : undefined)
  const whole = join(folder.path, 'whole.db')
  let before: Tables
  let trees: ReturnType<typeof treesOf>

  beforeAll(async () => {
    await filledJournal(whole)
    before = rowsIn(whole)
    trees = treesOf(whole)
    return () => folder[Symbol.dispose]()
  })

  async function salvaged(page: number | null, byte = 0xa5) {
    const path = join(folder.path, `page-${page}.db`)
    const bytes = readFileSync(whole)
    if (page !== null) bytes.fill(byte, (page - 1) * PAGE, page * PAGE)
    writeFileSync(path, bytes)
    writeFileSync(`${path}.check`, 'SQLITE_CORRUPT')
    const world = lightWorld()
    const options = { path, device: DEVICE, world, writeBacks: RULES, failed: () => expect.unreachable() }
    let sent: string[]
    let known: number
    {
      using journal = await adoptAgentJournal({ ...options, verify: false, isHome: () => true })
      const acked = journal.events.acked()
      const oldest =
        journal.events.last().epoch > 1 ? { epoch: 2, seq: 0 } : { epoch: 1, seq: Math.max(acked.seq, 0) }
      sent = await readChain(journal, DEVICE, oldest)
      known = memoryOf(journal)('pos').knownBetween('', 'z', 10_000).length
    }
    const event = JournalSalvaged.parse(JSON.parse(sent.at(-1) ?? ''))
    const after = rowsIn(path)
    expect(statSync(join(folder.path, event.file)).size).toBe(bytes.length) // it is kept as it was
    for (const name of readdirSync(folder.path))
      if (name.startsWith(`page-${page}.db`)) rmSync(join(folder.path, name))
    return { sent: receiptsIn(sent), event, after, known }
  }

  const owed = Array.from({ length: SOLD - ACKED }, (_, n) => `r-${ACKED + n + 1}`)

  test('none: all is copied and nothing is called missing', async () => {
    const { sent, event, after, known } = await salvaged(null)
    expect(event).toMatchObject({ events: 0, sales: 0, isEndLost: false, parts: [] })
    expect(sent).toEqual(owed)
    expect(known).toBe(SOLD * 3)
    for (const [table, rows] of before)
      if (table !== 'outbox' && table !== 'durable_check') expect(after.get(table), table).toEqual(rows)
  })

  test.each([
    [0xa5, 1, 4],
    [0xa5, 2, 4],
    [0xa5, 3, 4],
    [0xa5, 4, 4],
    [0, 1, 9],
    [0x0d, 1, 11],
  ])(
    'filled with %i, from page %i on each %i.: what is not sent and kept is named',
    async (byte, from, step) => {
      const pages = statSync(whole).size / PAGE
      expect(pages).toBeGreaterThan(60)
      const touched = new Set<string>()
      for (let page = from; page <= pages; page += step) {
        const tree = trees.get(page)
        const { sent, event, after } = await salvaged(page, byte)
        const at = `page ${page} of ${tree?.name} (${tree?.pagetype})`
        touched.add(tree?.name ?? 'free')
        const missing = owed.filter(one => !sent.includes(one))
        expect(new Set(sent).size, at).toBe(sent.length)
        if (event.isEndLost)
          expect(owed.slice(0, owed.length - missing.length), at).toEqual(
            owed.filter(body => sent.includes(body)),
          )
        else expect(event.sales, at).toBe(missing.length)
        if (tree?.name !== 'outbox' || tree.pagetype === 'internal') expect(missing, at).toEqual([])
        for (const [table, rows] of before) {
          if (REWRITTEN.has(table)) continue
          const lost = rows.filter(row => after.get(table)?.includes(row) !== true)
          // bytes changed inside a print or a blob can't be told: nothing in them names what they should be
          if (lost.length > 0 && tree?.pagetype !== 'overflow')
            expect(event.parts, `${at}: ${table}`).toContain(partOfTable[table])
        }
        const isTable = before.has(tree?.name ?? '')
        if (tree !== undefined && !isTable && page > 1)
          expect(event, at).toMatchObject({ events: 0, isEndLost: false, parts: [] })
      }
      expect(touched.size).toBeGreaterThan(3)
    },
  )

  test('two thirds of the outbox: what is left is sent once, and the missing sales are counted', async () => {
    const leaves = [...trees].flatMap(([page, { name, pagetype }]) =>
      name === 'outbox' && pagetype === 'leaf' ? [page] : [],
    )
    const path = join(folder.path, 'many.db')
    const bytes = readFileSync(whole)
    for (const [index, page] of leaves.entries())
      if (index % 3 === 1) bytes.fill(0xa5, (page - 1) * PAGE, page * PAGE)
    writeFileSync(path, bytes)
    writeFileSync(`${path}.check`, 'SQLITE_CORRUPT')
    using journal = await adoptAgentJournal({
      path,
      device: DEVICE,
      world: lightWorld(),
      writeBacks: RULES,
      verify: false,
      isHome: () => true,
      failed: () => expect.unreachable(),
    })
    const bodies = await readChain(journal, DEVICE, { epoch: 2, seq: 0 })
    const sent = receiptsIn(bodies)
    const event = JournalSalvaged.parse(JSON.parse(bodies.at(-1) ?? ''))
    expect(sent.length).toBeGreaterThan(20)
    expect(sent.length + event.sales).toBe(SOLD - ACKED)
  })
})
