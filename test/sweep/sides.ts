import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openAgentJournal } from '../../agent/agent-journal.ts'
import { agentPaths } from '../../agent/config.ts'
import { writeDeviceFile } from '../../agent/enrolment/device-file.ts'
import { hubPaths } from '../../hub/config.ts'
import { openHubDatabase, transaction } from '../../hub/db/db.ts'
import { createEnrolCode, enrolDevice } from '../../hub/fleet/enrolment.ts'
import { openHubKey } from '../../hub/fleet/hub-key.ts'
import { mapWarehouse, putStore } from '../../hub/fleet/stores.ts'
import { hubIdentity } from '../../hub/hub.ts'
import { audit } from '../../hub/stock/audit.ts'
import { DeviceId } from '../../shared/ids.ts'
import { signedEnrolment } from '../../shared/protocol.ts'
import { newSigningKey } from '../../shared/signing.ts'
import { onHand, sendSnapshot } from '../gateway/till-and-hub.ts'
import { DEVICE, lightWorld, readChain } from '../journal/test-journal.ts'
import { agentScript } from './agent-script.ts'
import { hubScript } from './hub-script.ts'
import { SALES, type Script } from './script.ts'

/** A program whose files are swept. */
export interface Side {
  readonly name: 'agent' | 'hub'
  readonly script: Script
  /** The files whose calls are failed: the database, what SQLite keeps beside it, and the notes about it. */
  files(folder: string): string[]
  /** Makes a folder that the script can start in. */
  prepare(folder: string): Promise<void>
  /** After the last run, on a good disk: what is wrong, in words. */
  faultsOf(folder: string): Promise<string[]>
}

const besideDatabase = ['', '-wal', '-shm', '-journal']
const databaseFiles = (path: string) => besideDatabase.map(end => path + end)
const notes = (path: string, ends: readonly string[]) =>
  ends.flatMap(end => [`${path}${end}`, `${path}${end}.new`])

const agent: Side = {
  name: 'agent',
  script: agentScript,
  files(folder) {
    const { journal } = agentPaths(folder)
    return [...databaseFiles(journal), ...notes(journal, ['.check', '.salvaged', '.ballast'])]
  },
  async prepare(folder) {
    const world = lightWorld()
    const paths = agentPaths(folder)
    const settings = { currency: 'EUR', zone: 'Europe/Berlin', warehouse: '0', oddTimes: 'accept' }
    const config = { till: { port: 0 }, sources: [{ source: 'pos', kind: 'http', settings }] }
    world.files.writePrivate(paths.config, JSON.stringify(config))
    world.files.writePrivate(paths.posToken, `${'t'.repeat(43)}\n`)
    writeDeviceFile(world.files, paths.device, {
      device: DeviceId.parse(DEVICE),
      hub: { id: 'hub_1', url: 'http://127.0.0.1:9' },
      store: 'HAR',
      storeName: 'Harbour',
      till: 'Till 1',
      zone: 'Europe/Berlin',
      privateKey: newSigningKey(world.random).privateKey,
    })
  },
  async faultsOf(folder) {
    using journal = openAgentJournal({
      path: agentPaths(folder).journal,
      device: DEVICE,
      world: lightWorld(),
      failed() {},
    })
    const events = (await readChain(journal)).map(body => JSON.parse(body))
    const receipts = events.filter(({ kind }) => kind === 'sale.completed').map(({ receipt }) => receipt)
    return receiptsWrong(receipts.map(String))
  },
}

function receiptsWrong(held: readonly string[]): string[] {
  const wanted = Array.from({ length: SALES }, (_, index) => String(index + 1))
  const missing = wanted.filter(receipt => !held.includes(receipt))
  const doubled = held.filter((receipt, index) => held.indexOf(receipt) !== index)
  return [
    ...missing.map(receipt => `receipt ${receipt} is missing`),
    ...doubled.map(receipt => `receipt ${receipt} is held twice`),
  ]
}

const hub: Side = {
  name: 'hub',
  script: hubScript,
  files(folder) {
    const { database } = hubPaths(folder)
    return [...databaseFiles(database), ...databaseFiles(`${database}.record`), `${database}.ballast`]
  },
  async prepare(folder) {
    const world = lightWorld()
    const till = join(folder, 'till')
    mkdirSync(till, { recursive: true })
    const db = await openHubDatabase(world, { file: hubPaths(folder).database })
    const id = await hubIdentity(db, world)
    const now = world.clock.now()
    const store = { code: 'HAR', name: 'Harbour', zone: 'Europe/Berlin', currency: 'EUR' }
    await transaction(db, tx => putStore(tx, store, now))
    await transaction(db, tx => mapWarehouse(tx, 'HAR', '0', '101', now))
    const code = await transaction(db, tx => createEnrolCode(tx, world, 'HAR', 'Till 1'))
    const { publicKey, privateKey, sign } = newSigningKey(world.random)
    const proof = sign(signedEnrolment(code, publicKey))
    const {
      hub: _,
      hubKey,
      ...told
    } = await enrolDevice(
      { db, world, hub: id, key: openHubKey({ db, world }).publicKey, sendSnapshot },
      { code, publicKey, proof, till: null },
    )
    writeDeviceFile(world.files, join(till, 'device.json'), {
      ...told,
      hub: { id, url: 'http://127.0.0.1:1', ...(hubKey === undefined ? {} : { key: hubKey }) },
      privateKey,
    })
    await db.destroy()
  },
  async faultsOf(folder) {
    const db = await openHubDatabase(lightWorld(), { file: hubPaths(folder).database })
    try {
      const sales = await db.selectFrom('sale').select('receipt_number').execute()
      const { findings } = await audit(db)
      const units = await onHand(db)
      return [
        ...receiptsWrong(sales.map(({ receipt_number }) => receipt_number)),
        ...findings.map(({ sentence }) => sentence),
        ...(units === -SALES ? [] : [`${-units} units were sold instead of ${SALES}`]),
      ]
    } finally {
      await db.destroy()
    }
  },
}

export const sides: readonly Side[] = [agent, hub]
