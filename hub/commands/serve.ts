import type { Command } from 'commander'
import { answers, command, endOfRun } from '../../shared/command-line.ts'
import { randomId, type World } from '../../shared/world.ts'
import { databaseAddress, hubPaths, readHubConfig } from '../config.ts'
import { auditInChild } from './audit-in-child.ts'
import {
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  portNumber,
} from './command-parts.ts'
import { runHub } from './run-hub.ts'

/** The name of the hub that runs in this folder, drawn at its first start. */
function nodeName(world: Pick<World, 'files' | 'random'>, folder: string): string {
  const { node } = hubPaths(folder)
  const known = world.files.readText(node)?.trim() ?? ''
  if (known !== '') return known
  const drawn = randomId(world.random, 'node')
  world.files.writePrivate(node, `${drawn}\n`)
  return drawn
}

export function serveCommand({ terminal, world, pages }: HubCommandParts): Command {
  const of = command('serve', 'run the hub: tills, Shopify and the web page, until Ctrl-C')
    .option(...hubFolderOption)
    .option(...databaseOption)
    .option('--port <port>', 'a port other than the one in hub.json', portNumber)
  return answers<HubFolder & { port?: number }>(of, terminal, async ({ data, database, port, json }) => {
    const paths = hubPaths(data)
    world.files.ensureFolder(data)
    const read = readHubConfig(world.files, paths.config)
    const config = port === undefined ? read : { ...read, port }
    const stop = endOfRun(world)
    const address = databaseAddress(world.files, data, config, database)
    const node = nodeName(world, data)
    const { node: nodeFile } = paths
    const audit = () => auditInChild(process.argv[1] ?? '', { data, database })
    const { releases } = paths
    const options = { database: address, config, pages, releases, pid: process.pid, node, nodeFile, audit }
    await runHub({
      options,
      world,
      stop,
      ready: url => terminal.out(json === true ? `${JSON.stringify({ url })}\n` : `The hub is at ${url}\n`),
    })
    return { json: { stopped: true }, text: '', exitCode: await stop }
  })
}
