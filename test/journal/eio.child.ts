import { appendFileSync } from 'node:fs'
import { agentPaths } from '../../agent/config.ts'
import { runAgent } from '../../agent/run.ts'
import { nodeSalesFiles } from '../../agent/sources/sales-files/node-sales-files.ts'
import { nodeDropFiles } from '../../agent/write-back/node-drop-files.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import type { Log } from '../../shared/world.ts'
import { PICKUP } from './test-journal.ts'

/**
 * Runs the whole agent, a hundred times faster than its timers say, and presses "pick" at its till: once when it is
 * ready, where a test makes the disk fail, and once more when the agent has started again. Prints what came of it.
 */
const [folder = '', what = ''] = process.argv.slice(2)
const logged: string[] = []
const note = (facts: Readonly<Record<string, unknown>>) => void logged.push(String(facts['code'] ?? ''))
const log: Log = { debug() {}, info() {}, warn: note, error: note, child: () => log }
const real = nodeWorld({ log })
const world = {
  ...real,
  timers: { ...real.timers, after: (ms: number, run: () => void) => real.timers.after(ms / 100, run) },
  files: { ...real.files, reserve: () => true },
}
const stop = Promise.withResolvers<void>()
const moves = `/api/pickups/${encodeURIComponent(PICKUP)}/moves`

async function press(link: string) {
  const url = new URL(link).origin
  const door = await fetch(link, { redirect: 'manual' })
  const cookie = door.headers.get('set-cookie')?.split(';', 1)[0] ?? ''
  const { status } = await fetch(url + moves, {
    method: 'POST',
    headers: { cookie, 'x-tillbridge': '1', 'content-type': 'application/json' },
    body: JSON.stringify({ move: 'pick', staff: 'Ada', reason: null }),
  })
  return { status, cookie, url }
}

/** The link of the next start; its code is new. */
async function nextLink(former: string): Promise<string> {
  for (;;) {
    const link = world.files.readText(agentPaths(folder).link)?.trim()
    if (link !== undefined && link !== former) return link
    await new Promise(resolve => real.timers.after(10, () => resolve(null)))
  }
}

async function drive(link: string): Promise<void> {
  appendFileSync('/dev/null', 'READY') // seen by strace: what is synced before belongs to the start
  if (what === 'count') return stop.resolve()
  const first = await press(link)
  const second = await press(await nextLink(link))
  const shown = await fetch(`${second.url}/api/pickups`, { headers: { cookie: second.cookie } })
  const [pickup] = (await shown.json()) as { state: string }[]
  process.stdout.write(
    JSON.stringify({ first: first.status, second: second.status, state: pickup?.state, logged }),
  )
  stop.resolve()
}

await runAgent({
  pid: process.pid,
  folder,
  version: 'test',
  pages: folder,
  launchHost: () => {
    throw new Error('this till has no devices')
  },
  dropFiles: nodeDropFiles,
  salesFiles: nodeSalesFiles,
  world,
  stop: stop.promise,
  ready: ({ link }) => void drive(link).catch((error: unknown) => process.stderr.write(String(error))),
})
