import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { stores as catalogueStores } from './catalogue.ts'
import { type EverythingOptions, type RunFile, startEverything } from './everything.ts'

/** `npm start`: the whole of Tillbridge on one machine, with a sandbox shop and sandbox tills. */
const whole = (least: number, most: number) => (text: string) => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < least || value > most)
    throw new InvalidArgumentError(`it must be a whole number from ${least} to ${most}`)
  return value
}
const seconds = (text: string) => {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('it must be a number above 0')
  return value
}

const options = new Command('npm start --')
  .description(
    'Starts a sandbox Shopify, the hub, and for each store a till with an agent and a POS that sells. Ctrl-C stops all of it.',
  )
  .option('--stores <count>', 'how many stores', whole(1, catalogueStores.length), catalogueStores.length)
  .option('--seconds-between-sales <s>', 'mean time between two sales of a store', seconds, 8)
  .option('--quiet-pos', 'a POS that sells only when something is written into its database', false)
  .option('--fresh', 'forget what an earlier start left and begin anew', false)
  .option('--hub-port <port>', 'the hub', whole(0, 65_535), 7400)
  .option('--shopify-port <port>', 'the sandbox shop', whole(0, 65_535), 7410)
  .option('--till-port <port>', 'the first till; each next store takes the next one', whole(0, 65_535), 7420)
  .option('--data <folder>', 'where everything is kept', '.tillbridge')
  .parse()
  .opts<{
    stores: number
    secondsBetweenSales: number
    quietPos: boolean
    fresh: boolean
    hubPort: number
    shopifyPort: number
    tillPort: number
    data: string
  }>()

const runFile = join(options.data, 'run.json')
const logFile = join(options.data, 'log.txt')
rmSync(runFile, { force: true })
await endLeftovers(options.data)
if (options.fresh) forget(options.data)
mkdirSync(options.data, { recursive: true, mode: 0o700 })

const stopping = new Promise<void>(resolve => {
  // npm ends the shell it started, and the shell tells nobody
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && resolve(), 1_000).unref()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
})

try {
  await demandFree([
    options.hubPort,
    options.shopifyPort,
    ...Array.from({ length: options.stores }, (_, i) => options.tillPort && options.tillPort + i),
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
    `${error instanceof Error ? error.message : String(error)}\n${logFile} holds the log.\n`,
  )
  process.exitCode = 1
}

function welcome(run: RunFile): string {
  return [
    '',
    `Head office    ${run.hub.url}   user ${run.hub.user}, password ${run.hub.password}`,
    ...run.stores.map(store => `${store.name.padEnd(14)} ${store.till.url}`),
    `Sandbox shop   ${run.shopify.url}   order something for pickup here`,
    '',
    options.quietPos
      ? 'The tills sell only when told.'
      : 'The tills are selling. Watch head office, or order in the shop.',
    `${runFile} holds the same for programs; ${logFile} is the log. Ctrl-C stops all.`,
    '',
  ].join('\n')
}

/** Removes only what a start of ours made. */
function forget(folder: string): void {
  if (!existsSync(folder)) return
  if (!existsSync(join(folder, 'shopify.db')) && !existsSync(logFile))
    throw new Error(`${folder} was not made by npm start, so --fresh does not remove it.`)
  rmSync(folder, { recursive: true, force: true })
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
