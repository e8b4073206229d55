import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openHubDb } from '../../../hub/db/db.ts'
import { nodeWorld } from '../../../shared/node-world.ts'
import { quietLog } from '../../manual-world.ts'
import { fillHub } from './content.ts'

/**
 * Writes a hub's database of this version for the tests of later ones: `npx node test/hub-db/frozen/make.ts FILE`. Run
 * once for each release whose schema differs from the one before; a frozen file is never made a second time.
 */
const [target = ''] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'tillbridge-frozen-'))
const path = join(folder, 'hub.db')
const world = nodeWorld({ log: quietLog })
const hub = await openHubDb(world.files, path)
await fillHub(hub)
await hub.destroy()
const db = world.files.database(path, { readOnly: false })
db.pragma('journal_mode = DELETE')
db.pragma('page_size = 1024')
db.prepare('VACUUM INTO ?').run(target)
db.close()
rmSync(folder, { recursive: true })
