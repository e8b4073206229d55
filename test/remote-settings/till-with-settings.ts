import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { runHere, start, typeHere } from '../cli/command.ts'
import { temporaryFolder } from '../manual-world.ts'

const Shown = z.object({
  tills: z.array(
    z.object({
      wanted: z.string(),
      runs: z.string().nullable(),
      state: z.string().nullable(),
      sentence: z.string().nullable(),
    }),
  ),
})
const Versions = z.object({
  versions: z.array(
    z.object({
      version: z.number(),
      state: z.string(),
      healthy: z.number(),
      failed: z.number(),
      waiting: z.number(),
    }),
  ),
})
const Kept = z.object({
  kept: z.array(z.object({ name: z.string(), settings: z.unknown() })),
  trial: z.object({ name: z.string(), starts: z.number() }).nullable(),
  failed: z.object({ name: z.string(), code: z.string() }).nullable(),
})

/** A real hub, and a till enrolled at it: its agent runs as a process. */
export async function hubAndTill(own: object = {}) {
  const folder = temporaryFolder()
  const at = (...path: string[]) => join(folder.path, ...path)
  const data = ['--data', at('hub'), '--json']
  const hub = async (...args: string[]): Promise<unknown> => {
    const { out, err } = await runHere('hub', [...args, ...data])
    if (out === '') throw new Error(err) // a code other than 0 may say that a till has not answered yet
    return JSON.parse(out)
  }
  await hub('store', 'add', 'HAR', '--name', 'Harbour', '--zone', 'Europe/Berlin', '--currency', 'EUR')
  const serving = await start('hub', ['serve', '--port', '0', ...data])
  const { url } = z.object({ url: z.string() }).parse(JSON.parse(serving.first))
  const { code } = z.object({ code: z.string() }).parse(await hub('enrol-code', 'HAR'))
  const enrolled = await typeHere('agent', ['enrol', '--hub', url, '--data', at('till'), '--json'], code)
  if (enrolled.code !== 0) throw new Error(enrolled.err)
  const configure = (more: object) =>
    writeFileSync(
      at('till', 'agent.json'),
      JSON.stringify({
        till: { port: 0 },
        updates: { quietMinutes: 0, confirmMinutes: 0.02, giveUpMinutes: 30 },
        ...own,
        ...more,
      }),
    )
  configure({})
  const file = (settings: unknown) => {
    writeFileSync(at('settings.yaml'), JSON.stringify(settings))
    return at('settings.yaml')
  }
  return {
    at,
    hub,
    file,
    configure,
    set: (settings: unknown, ...where: string[]) =>
      hub('config', 'set', file(settings), ...where, '--by', 'Maya', '--why', 'a test'),
    async till() {
      const { tills } = Shown.parse(await hub('config', 'show'))
      return tills[0]
    },
    async version(version: number) {
      const { versions } = Versions.parse(await hub('config', 'history'))
      return versions.find(one => one.version === version)
    },
    kept: () => Kept.parse(JSON.parse(readFileSync(at('till', 'remote-settings.json'), 'utf8'))),
    agent: (env: NodeJS.ProcessEnv = {}) => startAgentProcess(at('till'), env),
    async [Symbol.asyncDispose]() {
      await serving[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

function startAgentProcess(data: string, env: NodeJS.ProcessEnv) {
  const child: ChildProcess = spawn(process.execPath, ['agent/cli.mjs', 'run', '--data', data, '--json'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  })
  let log = ''
  child.stderr?.on('data', chunk => {
    log += String(chunk)
  })
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve))
  return {
    log: () => log,
    ended,
    kill: () => child.kill('SIGKILL'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
