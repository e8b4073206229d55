import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { withArchives } from '../../hub/commands/given-archives.ts'
import { openArchiveFile } from '../../hub/db/archive-file.ts'
import { transaction } from '../../hub/db/db.ts'
import { writeSetting } from '../../hub/db/setting.ts'
import { archiveEvents } from '../../hub/streams/archive.ts'
import { packEvents } from '../../hub/streams/pack.ts'
import { openLedger } from '../hub-sales/ledger-of.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'
import { feed, TILLS } from './lives.ts'

test('a broken file of the archive folder keeps no other from being read; one that was asked for is refused', async () => {
  await using ledger = await openLedger()
  using folder = temporaryFolder()
  const { db } = ledger
  const world = manualWorld()
  await transaction(db, tx => writeSetting(tx, 'hub', 'hub_1'))
  const send = feed(db, () => 1)
  for (const [file, from] of [
    ['a.db', 0],
    ['b.db', 4],
  ] as const) {
    await send(
      TILLS[0],
      Array.from({ length: 4 }, (_, n) => ({ what: 'sale', number: from + n, units: 1 })),
    )
    await packEvents(db, { before: 5, blockSize: 4 }, async () => true)
    using archive = openArchiveFile(world.files, join(folder.path, file), { hub: 'hub_1', create: true })
    await archiveEvents(db, archive, 5, () => undefined)
  }
  writeFileSync(join(folder.path, 'a.db'), 'not a database, though it has the name of one')
  writeFileSync(
    join(folder.path, 'hub.json'),
    JSON.stringify({ history: { archiveFolder: folder.path } }),
    'utf8',
  )
  const names = async (archive?: readonly string[]) =>
    withArchives(world, db, { data: folder.path, archive }, async archives => [...archives.keys()])
  expect(await names()).toEqual(['b.db'])
  await expect(names([join(folder.path, 'a.db')])).rejects.toMatchObject({ code: 'ARCHIVE_FOREIGN' })
})
