import { expect, test } from 'vitest'
import { listExceptions } from '../../hub/checks/exceptions.ts'
import { noteClocks } from '../../hub/gateway/clock-notes.ts'
import { openTillRecords } from '../hub-streams/till-records.ts'

const MINUTE = 60_000

test('a till’s clock more than two minutes off is an exception until it is right', async () => {
  await using hub = await openTillRecords()
  const [one, other] = [await hub.enrol('Till 1'), await hub.enrol('Till 2')]
  const live = (...offsets: readonly (readonly [string, number | null])[]) =>
    new Map(offsets.map(([device, offsetMs]) => [device, { offsetMs }]))
  const open = async () => (await listExceptions(hub.db)).map(({ sentence }) => sentence.split('.')[0])

  await noteClocks(hub.db, live([one, 2 * MINUTE], [other, null]), 1)
  expect(await open()).toEqual([])
  await noteClocks(hub.db, live([one, 48 * 60 * MINUTE], [other, -3 * MINUTE]), 2)
  expect((await open()).sort()).toEqual([
    'The clock of till "Till 1" in store HAR is 2880 minutes ahead of the hub',
    'The clock of till "Till 2" in store HAR is 3 minutes behind the hub',
  ])
  await noteClocks(hub.db, live([other, 100]), 3) // the first till is not connected: nothing is known of it
  expect(await open()).toEqual(['The clock of till "Till 1" in store HAR is 2880 minutes ahead of the hub'])
  await noteClocks(hub.db, live([one, -100]), 4)
  expect(await open()).toEqual([])
})
