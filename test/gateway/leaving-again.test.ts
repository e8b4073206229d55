import { expect, test } from 'vitest'
import { transaction, withFence } from '../../hub/db/db.ts'
import { openHubKey } from '../../hub/fleet/hub-key.ts'
import { openGateway } from '../../hub/gateway/gateway.ts'
import { decodeFrame, type Frame, type Hello, signedHello } from '../../shared/protocol.ts'
import { signingKey } from '../../shared/signing.ts'
import { genesis } from '../../shared/stream/chain.ts'
import { manualWorld, temporaryFolder, turns, until, wirePair } from '../manual-world.ts'
import { enrolTestTill, sendSnapshot, startTestHub } from './till-and-hub.ts'

test('a till that says again and again that it leaves costs the hub few transactions', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const { db, signals } = hub
  const device = await enrolTestTill(world, db)
  let begun = 0
  const counted = withFence(db, async () => {
    begun += 1
  })
  await using gateway = openGateway({
    world,
    db: counted,
    hub: 'hub_test',
    key: openHubKey({ db, world }),
    signals,
    sendSnapshot,
  })
  const line = wirePair()
  const frames: Frame[] = []
  line.a.listen({ open() {}, message: text => void frames.push(decodeFrame(text)), closed() {} })
  gateway.accept(line.b, '10.0.0.9')
  await until('a challenge', () => frames.some(({ t }) => t === 'challenge'))
  const challenge = frames.find(frame => frame.t === 'challenge')
  const nonce = challenge?.t === 'challenge' ? challenge.nonce : ''
  const end = { epoch: 1, seq: 1_000, hash: 'not held' }
  const start = { epoch: 1, seq: 0, hash: genesis('events', device.device, 1) }
  const said = {
    protocol: 1,
    device: device.device,
    version: 'test',
    instance: 'run_1',
    nonce: 'n',
    clock: world.clock.now(),
    events: { last: end, acked: start },
    commands: { epoch: 0, seq: 0, hash: genesis('commands', device.device, 0) },
  } as Omit<Hello, 't' | 'signature'>
  const signature = signingKey(device.privateKey).sign(signedHello('hub_test', nonce, said))
  line.a.send(JSON.stringify({ t: 'hello', ...said, signature }))
  await until('a welcome', () => frames.some(({ t }) => t === 'welcome'))
  await transaction(db, async () => undefined)
  await turns()
  const before = begun
  const status = { t: 'status', unsent: 0, oldestUnsentAt: null, clock: 1, sources: [], leavingTo: 'NEU' }
  for (let count = 0; count < 500; count += 1) line.a.send(JSON.stringify(status))
  line.a.send(JSON.stringify({ t: 'ping', clock: 1 }))
  await until('the pong', () => frames.some(({ t }) => t === 'pong'))
  await turns()
  expect(begun - before).toBeLessThan(50)
})
