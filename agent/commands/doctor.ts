import { connect } from 'node:net'
import { cpus, homedir, platform, release, totalmem } from 'node:os'
import { type Command, InvalidArgumentError } from 'commander'
import { answers, command } from '../../shared/command-line.ts'
import type { World } from '../../shared/world.ts'
import type { AgentConfig } from '../config.ts'
import { startDevices } from '../devices/devices.ts'
import type { Found } from '../devices/find.ts'
import { forkHost } from '../devices/host/fork-host.ts'
import { FromHost } from '../devices/host/protocol.ts'
import { deviceFindings, hardwareFindings } from '../doctor/device-checks.ts'
import { type Finding, summaryOf } from '../doctor/finding.ts'
import { searchPos } from '../doctor/pos-search.ts'
import { supportBundle } from '../doctor/support-bundle.ts'
import { checkFiles, checkHub, checkJournal, checkSources } from '../doctor/till-checks.ts'
import { type CommandParts, type Data, folderOption } from './command-parts.ts'
import { askAgent } from './running-agent.ts'
import { kindsToLookAt } from './source-kinds.ts'

/** `doctor`: looks at all that this till needs, tests it, and says in plain words what is wrong and what to do. */
export function doctorCommand(parts: CommandParts): Command {
  const { terminal } = parts
  const of = command(
    'doctor',
    'find and test ports, devices, printers, the POS and the hub; exit code 1 when something is wrong',
  ).option(...folderOption)
  return answers<Data>(of, terminal, async ({ data, json }) => {
    const findings = await examine(parts, data, finding => {
      if (json !== true) terminal.out(`${lineOf(finding)}\n`)
    })
    if (findings.some(({ verdict }) => verdict === 'wrong')) process.exitCode = 1
    const summary = summaryOf(findings)
    return { json: { findings, summary }, text: summary }
  })
}

/** `export`: one file for support, without secrets, receipts or customers. */
export function exportCommand(parts: CommandParts): Command {
  const { terminal, world, version } = parts
  const of = command('export', 'write a support bundle: version, settings, findings, figures; no secrets')
    .option('--out <file>', 'where to write it', notEmpty, 'tillbridge-support.json')
    .option(...folderOption)
  return answers<Data & { out: string }>(of, terminal, async ({ data, out }) => {
    const findings = await examine(parts, data, () => {})
    const state = await askAgent(world, data).then(
      answer => answer.state,
      () => null, // no agent runs; a finding says so
    )
    const machine = {
      system: platform(),
      release: release(),
      cpus: cpus().length,
      memoryMiB: Math.round(totalmem() / 2 ** 20),
      node: process.version,
    }
    const bundle = supportBundle(world, { folder: data, version, machine, findings, state })
    world.files.writePrivate(out, `${JSON.stringify(bundle, null, 2)}\n`)
    return {
      json: { file: out, findings: findings.length },
      text: `${out} holds the support bundle. Look through it before you send it.`,
    }
  })
}

function notEmpty(text: string): string {
  if (text === '') throw new InvalidArgumentError('it must name a file')
  return text
}

async function examine(
  { world }: CommandParts,
  folder: string,
  say: (finding: Finding) => void,
): Promise<Finding[]> {
  const all: Finding[] = []
  const add = (findings: readonly Finding[]) => {
    for (const finding of findings) say(finding)
    all.push(...findings)
  }
  const { findings, config } = checkFiles(world, folder)
  add(findings)
  const running = await askAgent(world, folder).then(
    answer => answer.state,
    () => null,
  )
  add(await checkJournal(world, folder, async () => running ?? (await askAgent(world, folder)).state))
  add(await checkHub(world, folder))
  if (config !== null) add(await checkSources(world, config, kindsToLookAt(world, folder)))
  add(await searchPos({ files: world.files, homes: [homedir()], listens: port => listens(world, port) }))
  add(hardwareFindings(await findOnHost(world), JSON.stringify(config?.devices ?? [])))
  if (running !== null) add(deviceFindings(running.devices))
  else if (config !== null) add(deviceFindings(await tryDevices(world, config)))
  return all
}

const FIND_MS = 10_000
const nothingFound: Found = { serialPorts: [], usbDevices: [], problems: [] }

/** Asks a device host of its own what hardware there is: native code that hangs or crashes costs only its answer. */
function findOnHost(world: Pick<World, 'timers'>): Promise<Found> {
  return new Promise(resolve => {
    const host = forkHost()
    let isOver = false
    const end = (found: Found) => {
      if (isOver) return
      isOver = true
      cancel()
      host.kill()
      resolve(found)
    }
    const failed = (why: string) => {
      const sentence = `The part of the agent that works with devices did not answer (${why}). Install the agent anew, for this system.`
      end({ ...nothingFound, problems: [{ code: 'DEVICE_HOST_ENDED', sentence }] })
    }
    const cancel = world.timers.after(FIND_MS, () => failed('no answer within 10 seconds'))
    host.listen({
      message(raw) {
        const message = FromHost.safeParse(raw)
        if (message.success && message.data.is === 'found') end(message.data.found)
      },
      ended: failed,
    })
    host.send({ is: 'configure', devices: [] })
    host.send({ is: 'find' })
  })
}

const TRY_MS = 4_000

/** Opens the configured devices for a moment, as the agent would. Not while one runs: a port is open once at a time. */
async function tryDevices(world: World, config: AgentConfig) {
  if (config.devices.length === 0) return []
  await using devices = startDevices(config.devices, { world, launch: forkHost, record: () => undefined })
  await new Promise<void>(resolve => void world.timers.after(TRY_MS, resolve))
  return devices.states()
}

const LISTEN_MS = 500

function listens(world: Pick<World, 'timers'>, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', port })
    const cancel = world.timers.after(LISTEN_MS, () => end(false))
    const end = (isOpen: boolean) => {
      cancel()
      socket.destroy()
      resolve(isOpen)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}

const signs = { ok: 'ok   ', look: 'LOOK ', wrong: 'WRONG', unseen: '?    ' } as const

function lineOf({ check, subject, verdict, sentence, advice }: Finding): string {
  return `${signs[verdict]}  ${check} ${subject}: ${sentence}${advice === null ? '' : `\n         → ${advice}`}`
}
