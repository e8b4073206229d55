import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { createEnrolCode, enrolDevice } from '../../hub/fleet/enrolment.ts'
import { signedEnrolment } from '../../shared/protocol.ts'
import { newSigningKey } from '../../shared/signing.ts'
import { sendSnapshot } from '../gateway/till-and-hub.ts'
import { openTillRecords } from '../hub-streams/till-records.ts'

const DAY_MS = 86_400_000

test('a code that is unknown, used or has ended is refused with the sentence that fits, and what to do', async () => {
  await using hub = await openTillRecords()
  const { db, world } = hub
  const made = (till: string) => transaction(db, tx => createEnrolCode(tx, world, 'HAR', till))
  const enrol = (code: string) => {
    const { publicKey, sign } = newSigningKey(world.random)
    const proof = sign(signedEnrolment(code, publicKey))
    const parts = { db, world, hub: 'hub_test', key: async () => 'key', sendSnapshot }
    return enrolDevice(parts, { code, publicKey, proof, till: null })
  }
  const refused = (said: string) => ({
    code: 'ENROL_CODE_WRONG',
    message: expect.stringMatching(new RegExp(`${said}.* Make a new one with: tillbridge-hub enrol-code`)),
  })
  const used = await made('Till 8')
  await enrol(used)
  await expect(enrol(used)).rejects.toMatchObject(refused('was used already'))
  await expect(enrol('ABCD-EFGH-JKMN-PQRS')).rejects.toMatchObject(refused('does not know this code'))
  const late = await made('Till 9')
  world.setWallClock(world.clock.now() + DAY_MS)
  await expect(enrol(late)).rejects.toMatchObject(
    refused('was valid until \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC'),
  )
  await expect(enrol(used)).rejects.toMatchObject(refused('was used already'))
})
