import { writeSync } from 'node:fs'
import SQLite from 'better-sqlite3'
import { posWriteUnavailable } from '../../agent/write-back/problems.ts'
import { unicentaTarget } from '../../agent/write-back/sql-target.ts'
import { openWriteBacks, writeBackTables } from '../../agent/write-back/write-backs.ts'
import { noon, partsFor, restocked, target } from './parts.ts'

/**
 * An agent that writes `count` returns into a POS, with a journal of its own.
 * `kill`: it dies after the POS's commit of each `kill`-th, before it notes so.
 */
const [journalFile = '', posFile = '', count = '0', kill = '0', device = 'dev_one'] = process.argv.slice(2)
const db = new SQLite(journalFile)
db.pragma('journal_mode = WAL')
if (db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'write_back'").get() === undefined)
  db.exec(writeBackTables)
db.exec('CREATE TABLE IF NOT EXISTS told (event TEXT NOT NULL)')
const writeBacks = openWriteBacks(db, [{ target, what: ['return'] }], () => noon)
db.transaction(() => {
  for (let i = 0; i < Number(count); i += 1) writeBacks.plan(restocked(String(i)))
}).immediate()

const settings = { database: { product: 'sqlite', file: posFile }, zone: 'UTC', warehouse: '0' }
/** The other agent's lock: again. */
async function untilFree<T>(work: () => Promise<T>): Promise<T> {
  for (;;)
    try {
      return await work()
    } catch (error) {
      if (!posWriteUnavailable.is(error)) throw error
    }
}
const pos = await untilFree(() => unicentaTarget.configure('pos', settings)(partsFor(device)))
for (let n = 1; ; n += 1) {
  const job = writeBacks.take(target)
  if (job === null) break
  await untilFree(() => pos.write(job))
  writeSync(1, '.')
  if (n === Number(kill)) process.kill(process.pid, 'SIGKILL')
  db.transaction(() => {
    for (const event of writeBacks.noteOutcome(target, job.externalId, { kind: 'done' }))
      db.prepare('INSERT INTO told VALUES (?)').run(JSON.stringify(event))
  }).immediate()
}
await pos.close()
db.close()
writeSync(1, 'done')
