import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { adoptJournal } from '../../agent/journal/adopt.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'
import { DEVICE, lightWorld, openTestJournal, readChain } from './test-journal.ts'

const FORMER = 'dev_former0000000000000'

/** A former device's journal: three sales, of which the hub has acked the first. */
async function formerJournal(path: string) {
  const world = lightWorld()
  using opened = openTestJournal(world, path, FORMER)
  await opened.journal.record([sale(1), sale(2), sale(3)])
  await opened.journal.events.acknowledge({ epoch: 1, seq: 1 })
  return world
}

test('what a former device still owed goes into the new one’s journal, once, and its file is kept', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const world = await formerJournal(path)
  const real = { ...world, files: manualWorld().files } // with a ballast of its own
  await adoptJournal(real, { path, device: DEVICE, verify: false, parts: {}, isHome: () => true })
  await adoptJournal(world, { path, device: DEVICE, verify: false, parts: {}, isHome: () => true })
  using opened = openTestJournal(world, path)
  expect(await readChain(opened.journal)).toEqual([sale(2), sale(3)].map(event => JSON.stringify(event)))
  expect(existsSync(`${path}.${FORMER}`)).toBe(true)
  expect(readdirSync(folder.path).filter(name => name.includes('.next'))).toEqual([])
})

test('a record whose shape this version does not know is carried byte for byte', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const world = await formerJournal(path)
  const odd = [
    '{"kind":"sale.completed","at":1,"receipt":"of an older schema"}',
    '{"kind":"weather.changed", "at":2}',
  ]
  {
    using opened = openTestJournal(world, path, FORMER)
    await opened.journal.carry(
      odd.map((body, index) => ({ kind: 'sale.completed', at: index, body })),
      FORMER,
    )
  }
  await adoptJournal(world, { path, device: DEVICE, verify: false, parts: {}, isHome: () => true })
  using opened = openTestJournal(world, path)
  expect((await readChain(opened.journal)).slice(-2)).toEqual(odd)
})

test('a start that was killed between the two renames is finished by the next', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const world = await formerJournal(path)
  await adoptJournal(world, { path, device: DEVICE, verify: false, parts: {}, isHome: () => true })
  renameSync(path, `${path}.next`)
  await adoptJournal(world, { path, device: DEVICE, verify: false, parts: {}, isHome: () => true })
  using opened = openTestJournal(world, path)
  expect(await readChain(opened.journal)).toHaveLength(2)
})

test('a file that is not a database is set aside whole, and a new journal begins', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  writeFileSync(path, 'x'.repeat(20_000))
  const world = lightWorld()
  await adoptJournal(world, { path, device: DEVICE, verify: true, parts: {}, isHome: () => true })
  expect(readdirSync(folder.path).filter(name => name.startsWith('journal.db.damaged-'))).toHaveLength(1)
  using opened = openTestJournal(world, path)
  const kinds = (await readChain(opened.journal, DEVICE, { epoch: 2, seq: 0 })).map(
    body => JSON.parse(body).kind,
  )
  expect(kinds).toEqual(['epoch.opened', 'journal.salvaged'])
})

test('our own journal is left as it is', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const world = lightWorld()
  {
    using opened = openTestJournal(world, path)
    await opened.journal.record([sale(1)])
  }
  await adoptJournal(world, { path, device: DEVICE, verify: true, parts: {}, isHome: () => true })
  using opened = openTestJournal(world, path)
  expect(await readChain(opened.journal)).toHaveLength(1)
})

test('a journal of another store is kept aside as it is, also when it must be salvaged first', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const world = await formerJournal(path)
  writeFileSync(`${path}.check`, 'SQLITE_CORRUPT')
  await adoptJournal(world, { path, device: DEVICE, verify: false, parts: {}, isHome: () => false })
  expect(existsSync(path)).toBe(false)
  expect(readdirSync(folder.path).filter(name => name.startsWith('journal.db.damaged-'))).toHaveLength(1)
  using kept = openTestJournal(world, `${path}.other-store.${FORMER}`, FORMER)
  const bodies = await readChain(kept.journal, FORMER, { epoch: 1, seq: 1 })
  expect(bodies.slice(0, 2)).toEqual([sale(2), sale(3)].map(event => JSON.stringify(event)))
  using opened = openTestJournal(world, path)
  expect(await readChain(opened.journal)).toEqual([])
})
