import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { cpSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { z } from 'zod'
import { agentPaths } from '../../agent/config.ts'
import { writeDeviceFile } from '../../agent/enrolment/device-file.ts'
import { enrolTill } from '../../agent/enrolment/enrol.ts'
import { readUpdateState, updatePaths } from '../../agent/updates/update-state.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { runHere, start } from '../cli/command.ts'
import { quietLog, temporaryFolder } from '../manual-world.ts'
import { asVersion, layBuiltAgent, packVersion, platform } from './built-agent.ts'

const execute = promisify(execFile)
const Says = z.object({
  runs: z.string(),
  trial: z.object({ version: z.string() }).nullable(),
  failed: z.object({ code: z.string(), version: z.string() }).nullable(),
  kept: z.array(z.string()),
})
const Released = z.object({
  releases: z.array(
    z.object({
      version: z.string(),
      state: z.string(),
      healthy: z.number(),
      failed: z.number(),
      waiting: z.number(),
    }),
  ),
})

export interface Change {
  readonly change?: (code: string) => string
  readonly journal?: number
}

/** The laid agent, the hub that all tests begin with, and the packages that are already made. */
export async function prepareUpdates(folder: string, keys: { publicKey: string; privateKey: string }) {
  const at = (...path: string[]) => join(folder, ...path)
  const built = await layBuiltAgent(folder, [keys.publicKey])
  writeFileSync(at('release.key'), keys.privateKey)
  const data = ['--data', at('hub'), '--json']
  const store = ['HAR', '--name', 'Harbour', '--zone', 'Europe/Berlin', '--currency', 'EUR']
  await succeed(['store', 'add', ...store, ...data])
  await succeed(['release', 'store', 'HAR', '--canary', ...data])
  const made = new Map<string, Promise<string>>()

  /** The manifest of a version, signed, with its package beside it; made once. `isWhole`: with all that it imports. */
  function signed(version: string, isWhole: boolean, given: Change = {}): Promise<string> {
    const name = `${version}-${made.size}`
    const make = async () => {
      const home = asVersion(built, version, at('homes', name), { change: given.change, isWhole })
      const file = await packVersion(home, version, at('packed', name), given.journal)
      const out = at('packed', name, `${version}.json`)
      const as = ['--key', at('release.key'), '--out', out, '--from', '0.1.0']
      await succeed(['release', 'sign', file, ...as])
      return out
    }
    const key = [version, isWhole, given.journal, given.change?.name].join()
    const known = made.get(key) ?? make()
    made.set(key, known)
    return known
  }
  return { folder, built, hub: at('hub'), signed }
}
export type Prepared = Awaited<ReturnType<typeof prepareUpdates>>

async function succeed(args: readonly string[]): Promise<unknown> {
  const { code, out, err } = await runHere('hub', args)
  if (code !== 0) throw new Error(err)
  return out === '' || !args.includes('--json') ? null : JSON.parse(out)
}

/** A real hub with a canary store. `isWhole`: the packages of its releases hold all that they import. */
export async function hubWithReleases(prepared: Prepared, isWhole = false) {
  const folder = temporaryFolder()
  const at = (...path: string[]) => join(folder.path, ...path)
  cpSync(prepared.hub, at('hub'), { recursive: true })
  if (!isWhole) symlinkSync(join(prepared.built, 'node_modules'), at('node_modules'), 'junction')
  const data = ['--data', at('hub'), '--json']
  const hub = (...args: string[]) => succeed([...args, ...data])
  const serving = await start('hub', ['serve', '--port', '0', ...data])
  const { url } = z.object({ url: z.string() }).parse(JSON.parse(serving.first))
  return {
    at,
    hub,
    url,
    isWhole,
    /** Takes a version in; nothing is offered yet. @returns the hub's file of its package */
    async release(version: string, given: Change = {}) {
      const manifest = await prepared.signed(version, isWhole, given)
      await hub('release', 'add', manifest)
      return at('hub', 'releases', version, `tillbridge-agent-${version}-${platform}.update.tgz`)
    },
    async fared(version: string) {
      const { releases } = Released.parse(await hub('release', 'list'))
      return releases.find(one => one.version === version)
    },
    async [Symbol.asyncDispose]() {
      await serving[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}
type Hub = Awaited<ReturnType<typeof hubWithReleases>>

/** A till enrolled at the hub, whose service starts version 0.1.0 of the built agent. */
export async function tillWithUpdates(hub: Hub, { built }: Prepared, updates: object) {
  const home = asVersion(built, '0.1.0', hub.at('installed'), { isWhole: hub.isWhole })
  const data = hub.at('till')
  const { code } = z.object({ code: z.string() }).parse(await hub.hub('enrol-code', 'HAR'))
  const world = nodeWorld({ log: quietLog })
  world.files.ensureFolder(data)
  writeDeviceFile(world.files, agentPaths(data).device, await enrolTill(world, hub.url, code, null))
  writeFileSync(agentPaths(data).config, JSON.stringify({ till: { port: 0 }, updates }))
  return {
    data,
    /** Starts the service; what its agents say as they become ready, and their log. */
    service: () => startService(home, data),
    /** The version that is on trial. */
    onTrial: () => readUpdateState(world, updatePaths(data).state).trial?.version ?? null,
    async says() {
      const { stdout } = await execute(process.execPath, [
        join(home, 'bin/tillbridge-agent.mjs'),
        'updates',
        '--data',
        data,
        '--json',
      ])
      return Says.parse(JSON.parse(stdout))
    },
  }
}

function startService(home: string, data: string) {
  const args = [join(home, 'bin/tillbridge-agent.mjs'), 'launch', '--data', data, '--json']
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  let ready = 0
  child.stderr?.on('data', chunk => {
    log += String(chunk)
  })
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on('line', line => {
      if (line.includes('"till"')) ready += 1
    })
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve))
  return {
    log: () => log,
    /** How many agents have become ready since the service was started. */
    ready: () => ready,
    ended,
    kill: () => child.kill('SIGKILL'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
