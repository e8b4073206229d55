import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Db, openHubDb, transaction } from '../../hub/db/db.ts'
import { addDevice } from '../../hub/fleet/devices.ts'
import { DeviceId } from '../../shared/ids.ts'
import { jsonLog, nodeWorld } from '../../shared/node-world.ts'
import { temporaryFolder } from '../manual-world.ts'
import { runHere } from './command.ts'

const WHO = ['--by', 'Kim Adler', '--why', 'two orders went to strangers']
const device = DeviceId.parse('dev_0000000000000001')

/** The folder's database, for as long as a step takes: the commands open it themselves. */
async function inDb<T>(folder: string, step: (db: Db) => Promise<T>): Promise<T> {
  const { files } = nodeWorld({ log: jsonLog('silent', {}) })
  const db = await openHubDb(files, join(folder, 'hub.db'))
  try {
    return await step(db)
  } finally {
    await db.destroy()
  }
}

test('a store’s rule for hand-overs is agreed on, shown with its versions, and told to its tills at once', async () => {
  using folder = temporaryFolder()
  const hub = (...args: string[]) => runHere('hub', [...args, '--data', folder.path])
  const store = ['--name', 'Harbour', '--zone', 'Europe/Berlin', '--currency', 'EUR']
  expect((await hub('store', 'add', 'HAR', ...store)).code).toBe(0)
  expect((await hub('contract', 'set', 'HAR', ...WHO)).err).toContain('--hand-over')
  expect(await hub('contract', 'set', 'HAR', '--hand-over', 'perhaps', ...WHO)).toMatchObject({ code: 2 })

  await inDb(folder.path, db =>
    transaction(db, tx => addDevice(tx, { device, store: 'HAR', till: 'Till 1', publicKey: 'k' }, 1)),
  )
  const said = await hub('contract', 'set', 'HAR', '--hand-over', 'checked', ...WHO)
  expect(said.out).toContain('Orders are handed over once staff have checked who collects them.')
  const told = await inDb(folder.path, db => db.selectFrom('command').select(['device', 'body']).execute())
  expect(told.map(row => [row.device, JSON.parse(row.body)])).toMatchObject([
    [device, { kind: 'store.described', store: 'HAR', till: 'Till 1', handOver: 'checked' }],
  ])
  const shown: unknown = JSON.parse((await hub('contract', 'show', '--json')).out)
  expect(shown).toMatchObject([{ store: 'HAR', handOver: 'checked', versions: [{ handOver: 'checked' }] }])
})
