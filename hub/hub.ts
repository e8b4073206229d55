import { randomId, type World } from '../shared/world.ts'
import { type HubConfig, readSecret } from './config.ts'
import { type Db, openHubDb, transaction } from './db/db.ts'
import { readSetting, writeSetting } from './db/setting.ts'
import { enrolDevice } from './fleet/enrolment.ts'
import { applyDeferredEvents, type EventEffects } from './gateway/event-log.ts'
import { openGateway } from './gateway/gateway.ts'
import { applyPickupMoved } from './pickups/apply-move.ts'
import { sendOpenPickups } from './pickups/snapshot.ts'
import { startShopify } from './shopify/shopify.ts'
import { openSignals } from './signals.ts'
import { readNow } from './web/now-view.ts'
import { serveHub } from './web/server.ts'

export interface Hub extends AsyncDisposable {
  readonly url: string
}

/** The hub's own name, drawn at its first start; devices enrol with it and refuse another. */
export async function hubIdentity(db: Db, world: Pick<World, 'random'>): Promise<string> {
  return transaction(db, async tx => {
    const known = await readSetting(tx, 'hub')
    if (known !== null) return known
    const drawn = randomId(world.random, 'hub', 16)
    await writeSetting(tx, 'hub', drawn)
    return drawn
  })
}

/** Composes the hub: database, gateway, Shopify, web. A failed start leaves nothing open. */
export async function startHub(
  options: { database: string; config: HubConfig; pages: string },
  world: World,
): Promise<Hub> {
  const { config } = options
  await using building = new AsyncDisposableStack()
  const db = building.adopt(await openHubDb(world.files, options.database), opened => opened.destroy())
  const hub = await hubIdentity(db, world)
  const signals = openSignals()
  const effects: EventEffects = { pickupMoved: applyPickupMoved }
  await applyDeferredEvents(db, effects, world.clock.now)

  const gateway = building.use(openGateway({ world, db, hub, effects, signals }))
  const shop = config.shopify
  const shopify = building.use(
    await startShopify({
      db,
      world,
      signals,
      settings:
        shop === undefined
          ? null
          : {
              shop: shop.shop,
              accessToken: () => readSecret(world.files, shop.accessTokenFile, 'Shopify access token'),
              clientSecret: () => readSecret(world.files, shop.clientSecretFile, 'Shopify client secret'),
              pollSeconds: shop.pollSeconds,
            },
      publicUrl: () => config.publicUrl ?? address,
    }),
  )
  let address = config.publicUrl ?? `http://${config.host}:${config.port}`
  const web = building.use(
    await serveHub({
      world,
      db,
      gateway,
      signals,
      host: config.host,
      port: config.port,
      pages: options.pages,
      secureCookies: config.publicUrl?.startsWith('https:') ?? false,
      readNow: () => readNow({ db, live: gateway.live, shopify: shopify.state, now: world.clock.now }),
      enrol: body => enrolDevice({ db, world, hub, sendSnapshot: sendOpenPickups }, body),
      receiveWebhook: shopify.receiveWebhook,
    }),
  )
  address = config.publicUrl ?? web.url
  const parts = building.move()
  return { url: web.url, [Symbol.asyncDispose]: () => parts.disposeAsync() }
}
