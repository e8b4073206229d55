import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openAgentJournal } from '../../../agent/agent-journal.ts'
import { nodeWorld } from '../../../shared/node-world.ts'
import { quietLog } from '../../manual-world.ts'
import { DEVICE } from '../test-journal.ts'
import { fill, frozenRules } from './content.ts'

/**
 * Writes a journal of this version for the tests of later ones: `npx node test/journal/frozen/make.ts FILE`. Run once
 * for each release whose schema differs from the one before; a frozen file is never made a second time.
 */
const [target = ''] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'tillbridge-frozen-'))
const path = join(folder, 'journal.db')
const world = nodeWorld({ log: quietLog })
const failed = (error: unknown) => {
  throw error
}
const journal = openAgentJournal({ path, device: DEVICE, world, failed, ...frozenRules })
await fill(journal)
journal[Symbol.dispose]()
const db = world.files.database(path, { readOnly: false })
db.pragma('journal_mode = DELETE')
db.pragma('page_size = 1024')
db.prepare('VACUUM INTO ?').run(target)
db.close()
rmSync(folder, { recursive: true })
