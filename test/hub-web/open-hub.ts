import { join } from 'node:path'
import { transaction } from '../../hub/db/db.ts'
import { createEnrolCode, enrolDevice } from '../../hub/fleet/enrolment.ts'
import { openHubKey } from '../../hub/fleet/hub-key.ts'
import { openCustomerLinks } from '../../hub/pickups/customer-choice/links.ts'
import { releaseDownloads } from '../../hub/releases/release-files.ts'
import { hashPassword, putAccount } from '../../hub/web/accounts.ts'
import type { NowParts } from '../../hub/web/now-view.ts'
import { openPort } from '../../hub/web/port.ts'
import { serveHub } from '../../hub/web/server.ts'
import { startTestHub } from '../gateway/till-and-hub.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

export const PASSWORD = 'correct horse battery'

/** The hub's real web server over TCP, on a real database, without a shop. `webhooks` takes what arrives. */
export async function openHub(
  given: {
    publicUrl?: string
    storage?: NowParts['storage']
    trustedProxies?: string[]
    metricsToken?: string
  } = {},
) {
  const folder = temporaryFolder()
  const world = manualWorld()
  const hub = await startTestHub(world, folder.path)
  async function setPassword(password: string): Promise<void> {
    const hash = await hashPassword(world.random, password)
    await transaction(hub.db, tx => putAccount(tx, 'kim', hash, world.clock.now()))
  }
  await setPassword(PASSWORD)
  const key = openHubKey({ db: hub.db, world })
  const webhooks: { headers: object; raw: Buffer }[] = []
  const port = await openPort(world, '127.0.0.1', 0)
  const links = openCustomerLinks({ db: hub.db, random: world.random, address: port.url })
  const server = await serveHub({
    world,
    db: hub.db,
    gateway: hub.gateway,
    signals: hub.signals,
    port,
    pages: join(process.cwd(), 'dist/hub'),
    publicUrl: given.publicUrl ?? null,
    trustedProxies: given.trustedProxies ?? [],
    metricsToken: () => given.metricsToken ?? null,
    key,
    links,
    view: {
      db: hub.db,
      live: hub.gateway.live,
      storage: given.storage ?? hub.gateway.storage,
      shopify: () => ({ state: 'not-configured', shop: null, problem: null }),
      now: world.clock.now,
    },
    enrol: body =>
      enrolDevice(
        { db: hub.db, world, hub: 'hub_test', key: key.publicKey, sendSnapshot: async () => {} },
        body,
      ),
    downloads: releaseDownloads({ world, db: hub.db, key, folder: join(folder.path, 'releases') }),
    receiveWebhook: async (headers, raw) => void webhooks.push({ headers, raw }),
  })
  return {
    url: port.url,
    key,
    links,
    releases: join(folder.path, 'releases'),
    world,
    webhooks,
    setPassword,
    db: hub.db,
    /** Makes the account one that may only look. */
    async makeViewer(): Promise<void> {
      await transaction(hub.db, tx => tx.updateTable('account').set({ role: 'viewer' }).execute())
    },
    enrolCode: (till = 'Till 1') => transaction(hub.db, tx => createEnrolCode(tx, world, 'HAR', till)),
    async [Symbol.asyncDispose](): Promise<void> {
      await server[Symbol.asyncDispose]()
      await hub[Symbol.asyncDispose]()
      await port[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}
