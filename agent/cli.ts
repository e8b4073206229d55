import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError } from 'commander'
import packageJson from '../package.json' with { type: 'json' }
import { answers, command, processTerminal, runCommandLine, stopSignal } from '../shared/command-line.ts'
import { defineError } from '../shared/errors.ts'
import { jsonLog, nodeWorld } from '../shared/node-world.ts'
import { notEnrolled } from './agent.ts'
import { agentPaths, readAgentConfig } from './config.ts'
import { deviceFileUnreadable, readDeviceFile, writeDeviceFile } from './enrolment/device-file.ts'
import { enrol } from './enrolment/enrol.ts'
import { runAgent } from './run.ts'
import { previewSource } from './sources/preview.ts'

export const alreadyEnrolled = defineError(
  'ALREADY_ENROLLED',
  (f: { device: string; folder: string }) =>
    `This till is enrolled as ${f.device} (${f.folder}). To enrol it anew, add --again: what it still owes the hub is then sent by the new device, once.`,
)
export const agentNotRunning = defineError(
  'AGENT_NOT_RUNNING',
  (f: { folder: string }) => `No agent runs on ${f.folder}. Start it with: tillbridge-agent run.`,
)
export const enrolCodeMissing = defineError(
  'ENROL_CODE_MISSING',
  () => 'No code was given. Type it, or pipe it to this command.',
)

const terminal = processTerminal
process.umask(0o077) // what an agent keeps is its user's alone
const world = nodeWorld({ log: jsonLog(process.env['TILLBRIDGE_LOG'] ?? 'info', { part: 'agent' }) })
const pages = fileURLToPath(new URL('../dist/till', import.meta.url))
const version = packageJson.version
const folderOption = [
  '--data <folder>',
  'where this agent keeps its own files',
  join(process.cwd(), '.tillbridge-agent'),
] as const

interface Data {
  data: string
  json?: boolean
}

function run(): Command {
  const of = command(
    'run',
    'read the till, keep its events, send them to the hub and serve the till page',
  ).option(...folderOption)
  return answers<Data>(of, terminal, async ({ data, json }) => {
    await runAgent({
      folder: data,
      version,
      pages,
      world,
      stop: stopSignal(),
      ready: ({ url }) =>
        terminal.out(
          json === true
            ? `${JSON.stringify({ till: { url } })}\n`
            : `The till page is at ${url}; open it with: tillbridge-agent till-link\n`,
        ),
    })
    return { json: { stopped: true }, text: '' }
  })
}

function enrolCommand(): Command {
  const of = command(
    'enrol',
    'tie this till to its store; asks for the one-time code of head office, or reads it from standard input',
  )
    .requiredOption('--hub <url>', 'the hub’s address')
    .option('--till <name>', 'this till’s name, if another than head office gave')
    .option('--again', 'enrol a till that was enrolled before')
    .option(...folderOption)
  return answers<Data & { hub: string; till?: string; again?: boolean }>(of, terminal, async options => {
    const paths = agentPaths(options.data)
    const former = formerDevice(paths.device)
    if (former !== null && options.again !== true)
      throw alreadyEnrolled({ device: former, folder: options.data })
    const code = await readCode()
    if (code === '') throw enrolCodeMissing({})
    const file = await enrol(world, options.hub, code, options.till ?? null)
    world.files.ensureFolder(options.data)
    writeDeviceFile(world.files, paths.device, file)
    const { device, store, storeName, till } = file
    return {
      json: { device, store, storeName, till },
      text: `This is now till "${till}" of ${storeName} (${store}), device ${device}.`,
    }
  })
}

/** The device this till is enrolled as, even where its file is damaged; null for none. */
function formerDevice(path: string): string | null {
  try {
    return readDeviceFile(world.files, path)?.device ?? null
  } catch (error) {
    if (deviceFileUnreadable.is(error)) return 'a device whose file is damaged'
    throw error
  }
}

/** The code is never an argument: those are anybody's to read on this PC. */
async function readCode(): Promise<string> {
  if (process.stdin.isTTY) terminal.err('Code: ')
  const lines = createInterface({ input: process.stdin })
  for await (const line of lines) return line.trim()
  return ''
}

function status(): Command {
  const of = command('status', 'how this till stands: link, unsent events, sources').option(...folderOption)
  return answers<Data>(of, terminal, async ({ data }) => {
    const { state, url } = await askAgent(data)
    return { json: { url, ...state }, text: statusText(state) }
  })
}

function statusText(state: {
  storeName: string
  till: string
  link: string
  unsent: number
  problem: string | null
  sources: { source: string; state: string; problem: string | null }[]
}): string {
  return [
    `${state.storeName} · ${state.till}: ${state.link}, ${state.unsent} events waiting`,
    ...(state.problem === null ? [] : [state.problem]),
    ...state.sources.map(s => `source ${s.source}: ${s.state}${s.problem === null ? '' : ` – ${s.problem}`}`),
  ].join('\n')
}

/** Asks the running agent over its own loopback API, entering by its link like a page does. */
async function askAgent(folder: string) {
  const link = world.files.readText(agentPaths(folder).link)?.trim()
  if (link === undefined) throw agentNotRunning({ folder })
  const { TillState } = await import('./till/views.ts')
  try {
    const door = await world.sockets.fetch(link, { redirect: 'manual' })
    const cookie = door.headers.get('set-cookie')?.split(';', 1)[0] ?? ''
    const url = new URL(link).origin
    const answer = await world.sockets.fetch(`${url}/api/state`, { headers: { cookie } })
    return { url, state: TillState.parse(await answer.json()) }
  } catch (cause) {
    throw agentNotRunning({ folder }, cause)
  }
}

function tillLink(): Command {
  const of = command('till-link', 'print the link that opens the till page on this PC').option(
    ...folderOption,
  )
  return answers<Data>(of, terminal, async ({ data }) => {
    const link = world.files.readText(agentPaths(data).link)?.trim()
    if (link === undefined) throw agentNotRunning({ folder: data })
    return { json: { link }, text: link }
  })
}

function rowCount(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidArgumentError('it must be a whole number above 0')
  return count
}

function sources(): Command {
  const of = command(
    'check',
    'show what the sources’ mappings would read, row by row; nothing is kept or sent',
  )
    .option('--limit <rows>', 'rows a source', rowCount, 20)
    .option(...folderOption)
  answers<Data & { limit: number }>(of, terminal, async ({ data, limit }) => {
    const config = readAgentConfig(world.files, agentPaths(data).config)
    const found: unknown[] = []
    for (const source of config.sources) {
      let left = limit
      for await (const row of previewSource(source, world)) {
        if (left <= 0) break
        left -= 1
        found.push({ source: source.source, ...row })
      }
    }
    return {
      json: found,
      text:
        found.length === 0
          ? 'No source is configured, or none holds a row.'
          : found.map(row => JSON.stringify(row)).join('\n'),
    }
  })
  return new Command('sources').description('the POS data that this agent reads').addCommand(of)
}

function configCheck(): Command {
  const of = command('check', 'read agent.json and say what is wrong with it').option(...folderOption)
  answers<Data>(of, terminal, async ({ data }) => {
    const paths = agentPaths(data)
    const config = readAgentConfig(world.files, paths.config)
    const device = readDeviceFile(world.files, paths.device)
    if (device === null) throw notEnrolled({ folder: data })
    return {
      json: { config, device: device.device, store: device.store },
      text: `${paths.config} is fine: ${config.sources.length} sources, till port ${config.till.port}.`,
    }
  })
  return new Command('config').description('this agent’s settings').addCommand(of)
}

const program = new Command('tillbridge-agent')
  .description('Reads a store’s till and keeps it in step with Shopify, through the hub.')
  .version(version)
  .addCommand(run())
  .addCommand(enrolCommand())
  .addCommand(status())
  .addCommand(tillLink())
  .addCommand(sources())
  .addCommand(configCheck())

process.exitCode = await runCommandLine(program, process.argv.slice(2), terminal)
