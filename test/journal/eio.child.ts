import { appendFileSync } from 'node:fs'
import { agentPaths } from '../../agent/config.ts'
import { runAgent } from '../../agent/run.ts'
import { nodeSalesFiles } from '../../agent/sources/sales-files/node-sales-files.ts'
import { nodeDropFiles } from '../../agent/write-back/node-drop-files.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import type { Log } from '../../shared/world.ts'
import { openedPage } from '../opened-page.ts'
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

interface TillPage {
  readonly url: string
  readonly opened: ReturnType<typeof openedPage>
}

async function openPage(link: string): Promise<TillPage> {
  return { url: new URL(link).origin, opened: openedPage(await fetch(link, { redirect: 'manual' })) }
}

/** The life of the agent that answers; null while none does. */
async function runAt(url: string): Promise<string | null> {
  try {
    const answer = (await (await fetch(`${url}/api/run`)).json()) as { run?: string }
    return answer.run ?? null // it is left out by the page that says why the agent does not run
  } catch {
    return null
  }
}

async function ask({ url, opened }: TillPage, run: string, method: 'GET' | 'POST', path: string, body = '') {
  const proof = opened.headers({ host: new URL(url).host, run, method, path, body })
  const headers = { ...proof, 'x-tillbridge': '1', 'content-type': 'application/json' }
  return fetch(url + path, { method, headers, ...(method === 'POST' ? { body } : {}) })
}
const press = (page: TillPage, run: string) =>
  ask(page, run, 'POST', moves, JSON.stringify({ move: 'pick', staff: 'Ada', reason: null }))

/** Where the page is served at this moment, as the link says. */
const ownUrl = () =>
  new URL(world.files.readText(agentPaths(folder).link)?.trim() ?? 'http://127.0.0.1:1').origin

/** The agent's next life, which has another port. */
async function nextRun(former: string): Promise<{ url: string; run: string }> {
  for (;;) {
    const url = ownUrl()
    const run = await runAt(url)
    if (run !== null && run !== former) return { url, run }
    await new Promise(resolve => real.timers.after(10, () => resolve(null)))
  }
}

async function drive(url: string): Promise<void> {
  const page = await openPage(world.files.readText(agentPaths(folder).link)?.trim() ?? '')
  const run = (await runAt(url)) ?? ''
  appendFileSync('/dev/null', 'READY') // seen by strace: what is synced before belongs to the start
  if (what === 'count') return stop.resolve()
  const first = await press(page, run)
  const again = await nextRun(run)
  const samePage = { ...page, url: again.url }
  const second = await press(samePage, again.run)
  const shown = await ask(samePage, again.run, 'GET', '/api/pickups')
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
  desk: null,
  launchHost: () => {
    throw new Error('this till has no devices')
  },
  dropFiles: nodeDropFiles,
  salesFiles: nodeSalesFiles,
  world,
  stop: stop.promise,
  ready: ({ url }) => void drive(url).catch((error: unknown) => process.stderr.write(String(error))),
})
