import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openHubDb } from '../hub/db/db.ts'
import { nodeWorld } from '../shared/node-world.ts'
import { quietLog, temporaryFolder } from './manual-world.ts'

let made: Promise<Buffer> | null = null

/** The SQLite file of a hub as its migrations leave it: to write these bytes is a dozen times cheaper than to migrate. */
export function migratedHub(): Promise<Buffer> {
  made ??= make()
  return made
}

async function make(): Promise<Buffer> {
  using folder = temporaryFolder()
  const file = join(folder.path, 'hub.db')
  const db = await openHubDb(nodeWorld({ log: quietLog }).files, file)
  await db.destroy()
  return readFileSync(file)
}
