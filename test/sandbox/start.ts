import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { holdInstance } from '../../shared/instance-lock.ts'
import { jsonLog, nodeWorld } from '../../shared/node-world.ts'
import { stores as catalogueStores } from './catalogue.ts'
import { type EverythingOptions, type RunFile, startEverything } from './everything.ts'
import { type StartOptions, startProgram } from './start-options.ts'

/** `npm start`: the whole of Tillbridge on one machine, with a sandbox shop and sandbox tills. */
const options = startProgram().parse().opts<StartOptions>()

const runFile = join(options.data, 'run.json')
const logFile = join(options.data, 'log.txt')
const LOCK = 'start.lock'
const { files } = nodeWorld({ log: jsonLog('warn', { part: 'start' }) })

const stopping = new Promise<void>(resolve => {
  // npm ends the shell it started, and the shell does not pass that on
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && resolve(), 1_000).unref()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
})

try {
  if (options.fresh) demandOurs(options.data)
  using _lock = holdInstance(files, {
    path: join(options.data, LOCK),
    pid: process.pid,
    refusal: pid =>
      new Error(
        `Tillbridge is already running here (${resolve(options.data)}, pid ${pid ?? 'unknown'}). Stop it first, or use another folder: npm start -- --data FOLDER`,
      ),
  })
  rmSync(runFile, { force: true })
  await endLeftovers(options.data)
  if (options.fresh) forget(options.data)
  await demandFree([
    options.hubPort,
    options.shopifyPort,
    ...Array.from(
      { length: Math.min(options.stores, catalogueStores.length) },
      (_, i) => options.tillPort && options.tillPort + i,
    ),
  ])
  const settings: EverythingOptions = {
    folder: options.data,
    stores: options.stores,
    secondsBetweenSales: options.secondsBetweenSales,
    quietPos: options.quietPos,
    ports: { hub: options.hubPort, shopify: options.shopifyPort, till: options.tillPort },
    log: (part, line) => appendFileSync(logFile, `${part}  ${line}\n`),
  }
  process.stdout.write('Starting …\n')
  execFileSync(process.execPath, ['test/build-pages.ts'], { stdio: ['ignore', 'ignore', 'inherit'] })
  await using everything = await startEverything(settings)
  writeFileSync(runFile, `${JSON.stringify(everything.run, null, 2)}\n`, { mode: 0o600 })
  process.stdout.write(welcome(everything.run))
  await stopping
  process.stdout.write('\nStopping …\n')
  rmSync(runFile, { force: true })
} catch (error) {
  process.stderr.write(
    `${error instanceof Error ? error.message : String(error)}\n${existsSync(logFile) ? `${logFile} holds the log.\n` : ''}`,
  )
  process.exitCode = 1
}

function welcome(run: RunFile): string {
  return [
    '',
    `Head office    ${run.hub.url}   user ${run.hub.user}, password ${run.hub.password}`,
    ...run.stores.map(store => `${store.name.padEnd(14)} ${store.till.url}`),
    `Sandbox shop   ${run.shopify.url}   order here, or play the shop's staff`,
    ...(run.lightStores.length === 0
      ? []
      : [
          `Light stores   ${run.lightStores.length} (${run.lightStores[0]?.code} to ${run.lightStores.at(-1)?.code}): simulated tills without a page, POS or printer`,
        ]),
    '',
    options.quietPos
      ? 'The tills sell only when told.'
      : 'The tills are selling. Watch head office, or order in the shop.',
    `${runFile} holds the same for programs; ${logFile} is the log. Ctrl-C stops all.`,
    '',
  ].join('\n')
}

/** Refuses to empty a folder that no start of ours made. */
function demandOurs(folder: string): void {
  const kept = existsSync(folder) ? readdirSync(folder).filter(name => !name.startsWith(LOCK)) : []
  if (kept.length > 0 && !kept.includes('shopify.db') && !kept.includes('log.txt'))
    throw new Error(`${folder} was not made by npm start, so --fresh does not empty it.`)
}

/** Empties the folder. The lock stays: a new file of that name would not be the one that this process holds. */
function forget(folder: string): void {
  for (const name of readdirSync(folder))
    if (!name.startsWith(LOCK)) rmSync(join(folder, name), { recursive: true, force: true })
}

/** Ends what an earlier start left running because it was itself killed: its parts name this folder as theirs. */
async function endLeftovers(folder: string): Promise<void> {
  const own = resolve(folder)
  const left = () =>
    (existsSync('/proc') ? readdirSync('/proc') : [])
      .filter(entry => /^\d+$/.test(entry) && Number(entry) !== process.pid)
      .map(Number)
      .filter(pid => commandLine(pid).some(word => word.startsWith(`${own}/`)))
  for (const pid of left()) process.kill(pid, 'SIGTERM')
  for (let i = 0; left().length > 0 && i < 100; i += 1) await new Promise(again => setTimeout(again, 100))
}

function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return [] // it has ended meanwhile
  }
}

/** Says which port is taken before half of the set-up runs. */
async function demandFree(ports: readonly number[]): Promise<void> {
  for (const port of ports.filter(p => p > 0)) {
    await new Promise<void>((resolve, reject) => {
      const probe = createServer()
      probe.once('error', () =>
        reject(new Error(`Port ${port} is in use. Stop what uses it, or choose others: npm start -- --help`)),
      )
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()))
    })
  }
}
