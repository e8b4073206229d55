import { hubPaths } from '../hub/config.ts'
import { openHubDb, transaction } from '../hub/db/db.ts'
import { hashPassword, putAccount } from '../hub/web/accounts.ts'
import { fillHistory } from '../test/hub-history/million-lines.ts'
import { quietWorld } from './data/quiet-world.ts'
import { startTill } from './drain.ts'
import { quantile, type Row, rowOf, spread } from './measure/compare.ts'
import { enrolledPair, startHub } from './measure/hub.ts'
import { inTempFolder } from './measure/temp-folder.ts'
import type { Paced } from './processes/at-pace.ts'
import { Latencies } from './sale-latency.ts'
import type { Scale } from './scale.ts'

const USER = { user: 'bench', password: 'a password of the bench' } as const
const world = quietWorld()

/**
 * What an open page costs a sale: head office's first page is open on a hub with five million sale lines behind
 * it, and reads again at each hint, as a browser does. The floor is the same hub, in the same round, with no page open.
 */
export async function pageOpen({ tiny }: Scale): Promise<Row[]> {
  const plan: Paced = { count: tiny ? 40 : 1_000, everyMs: 10 }
  const receipts = tiny ? 2_000 : 2_000_000
  return inTempFolder(async folder => {
    const pair = await enrolledPair(folder)
    await prepare(hubPaths(pair.hub).database, receipts)
    const [open, closed]: [number[], number[]] = [[], []]
    let sold = 0
    for (let round = 0; round < (tiny ? 1 : 3); round += 1)
      for (const [p99s, isOpen] of [
        [closed, false],
        [open, true],
      ] as const) {
        await using hub = await startHub(pair.hub)
        await using till = await startTill(pair.till, hub.url)
        await using page = isOpen ? await openPage(hub.url) : null
        const latencies = await till.ask('sell', Latencies, { ...plan, first: sold })
        sold += plan.count
        if (page !== null && page.reads() === 0) throw new Error('the page read nothing')
        p99s.push(
          quantile(
            latencies.toSorted((a, b) => a - b),
            0.99,
          ),
        )
      }
    const floor = { name: 'no page open', value: spread(closed), ratio: ratioOf(open, closed) }
    const what = `sale, p99, a page open, ${(receipts * 2.5).toLocaleString('en-GB')} lines of history`
    return [
      rowOf({
        bench: 'page-open',
        what,
        unit: 'ms',
        ours: spread(open),
        floors: [floor],
        aim: { below: 20 },
      }),
    ]
  })
}

function ratioOf(ours: readonly number[], floor: readonly number[]): number {
  return spread(ours.map((ms, round) => ms / (floor[round] ?? Number.NaN))).median
}

async function prepare(database: string, receipts: number): Promise<void> {
  await fillHistory(world.files, database, receipts)
  const db = await openHubDb(world.files, database)
  try {
    const hash = await hashPassword(world.random, USER.password)
    await transaction(db, tx => putAccount(tx, USER.user, hash, world.clock.now()))
  } finally {
    await db.destroy()
  }
}

/** Signs in, listens for hints and reads the page again at each, one read at a time. */
async function openPage(url: string): Promise<AsyncDisposable & { reads(): number }> {
  const address = new URL(url.replace(/^ws/, 'http'))
  const login = await fetch(new URL('/api/login', address), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-tillbridge': '1' },
    body: JSON.stringify(USER),
  })
  if (!login.ok) throw new Error(`the page could not sign in: ${login.status} ${await login.text()}`)
  const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const ending = new AbortController()
  const live = await fetch(new URL('/api/live', address), { headers: { cookie }, signal: ending.signal })
  let reads = 0
  const readAgain = async () => {
    const response = await fetch(new URL('/api/now', address), { headers: { cookie } })
    if (!response.ok) throw new Error(`the page could not read: ${response.status}`)
    await response.arrayBuffer()
    reads += 1
  }
  const listening = (async () => {
    await readAgain()
    for await (const _ of live.body ?? []) await readAgain()
  })().catch((error: unknown) => {
    if (!ending.signal.aborted) throw error
  })
  return {
    reads: () => reads,
    async [Symbol.asyncDispose]() {
      ending.abort()
      await listening
    },
  }
}
