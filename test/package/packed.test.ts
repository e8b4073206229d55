import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'vite'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../manual-world.ts'

const run = promisify(execFile)

/** Lays the packed package into an empty folder as `npm install` would, its dependencies beside it. */
async function install(folder: string): Promise<string> {
  await build({ configFile: 'vite.config.ts', logLevel: 'error' })
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder])
  const [packed] = JSON.parse(stdout) as { filename: string }[]
  const modules = join(folder, 'node_modules')
  const own = join(modules, 'tillbridge')
  mkdirSync(own, { recursive: true })
  await run('tar', ['-xzf', join(folder, packed?.filename ?? ''), '-C', own, '--strip-components=1'])
  for (const name of readdirSync('node_modules'))
    if (!name.startsWith('.')) symlinkSync(join(process.cwd(), 'node_modules', name), join(modules, name))
  return own
}

test('the packed package runs both commands below node_modules, and holds its pages', async () => {
  using folder = temporaryFolder()
  const own = await install(folder.path)
  const data = join(folder.path, 'hub')
  const hub = join(own, 'bin/tillbridge-hub.mjs')
  const add = [
    'store',
    'add',
    'HAR',
    '--name',
    'Harbour',
    '--zone',
    'Europe/Berlin',
    '--currency',
    'EUR',
    '--json',
  ]
  await run(process.execPath, [hub, ...add, '--data', data])
  const { stdout } = await run(process.execPath, [hub, 'store', 'list', '--json', '--data', data])
  expect(JSON.parse(stdout)).toMatchObject([{ store: 'HAR', name: 'Harbour' }])
  const agent = await run(process.execPath, [join(own, 'bin/tillbridge-agent.mjs'), '--help'])
  expect(agent.stdout).toContain('enrol')
  expect(readdirSync(join(own, 'dist')).sort()).toEqual(['hub', 'till'])
  expect(readdirSync(own).sort()).toEqual(['README.md', 'bin', 'dist', 'package.json'])
})
