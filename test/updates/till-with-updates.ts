import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { z } from 'zod'
import { runHere, typeHere } from '../cli/command.ts'
import { hubWithStore } from '../cli/hub-with-store.ts'
import { temporaryFolder } from '../manual-world.ts'
import type { Started } from './as-the-unit.ts'
import { asVersion, packVersion } from './built-agent.ts'

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

/** A real hub with a canary store, and a key that signs for it. `built`: the laid agent, which trusts that key. */
export async function hubWithReleases(built: string, privateKey: string) {
  const folder = temporaryFolder()
  const at = (...path: string[]) => join(folder.path, ...path)
  writeFileSync(at('release.key'), privateKey)
  const served = await hubWithStore(at('hub'))
  const { hub, url, enrolCode } = served
  await hub('release', 'store', 'HAR', '--canary')

  /** Builds, signs and takes in a version; nothing is offered yet. */
  async function release(
    version: string,
    given: { change?: (code: string) => string; journal?: number } = {},
  ) {
    const home = asVersion(built, version, at('homes', version), given.change)
    const file = await packVersion(home, version, at('built'), given.journal)
    const out = at('built', `${version}.json`)
    const { code, err } = await runHere('hub', [
      'release',
      'sign',
      file,
      '--key',
      at('release.key'),
      '--out',
      out,
      '--from',
      '0.1.0',
    ])
    if (code !== 0) throw new Error(err)
    await hub('release', 'add', out)
    return at('hub', 'releases', version, basename(file))
  }
  return {
    at,
    hub,
    url,
    enrolCode,
    release,
    async fared(version: string) {
      const { releases } = Released.parse(await hub('release', 'list'))
      return releases.find(one => one.version === version)
    },
    async [Symbol.asyncDispose]() {
      await served[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}
type Hub = Awaited<ReturnType<typeof hubWithReleases>>

/** A till enrolled at the hub, whose service starts version 0.1.0 of the built agent. */
export async function tillWithUpdates(hub: Hub, built: string, updates: object) {
  const home = asVersion(built, '0.1.0', hub.at('installed'))
  const data = hub.at('till')
  const enrolled = await typeHere(
    'agent',
    ['enrol', '--hub', hub.url, '--data', data, '--json'],
    await hub.enrolCode(),
  )
  if (enrolled.code !== 0) throw new Error(enrolled.err)
  const configure = (settings: object) =>
    writeFileSync(join(data, 'agent.json'), JSON.stringify({ till: { port: 0 }, updates: settings }))
  configure(updates)
  return {
    data,
    /** Other settings of updates, for the next start. */
    configure,
    /** Starts the service; what its agents say as they become ready, and their log. */
    service: (as: (started: Started, data: string, home: string) => Started = started => started) =>
      startService(as, home, data),
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

function startService(
  as: (started: Started, data: string, home: string) => Started,
  home: string,
  data: string,
) {
  const args = [join(home, 'bin/tillbridge-agent.mjs'), 'launch', '--data', data, '--json']
  const started = as({ command: process.execPath, args }, data, home)
  const child: ChildProcess = spawn(started.command, started.args, { stdio: ['ignore', 'pipe', 'pipe'] })
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
