import { defineError, describeError } from '../shared/errors.ts'
import { holdInstance } from '../shared/instance-lock.ts'
import type { World } from '../shared/world.ts'
import { databaseDamagedProblem, recordDamagedProblem } from './checks/database-damaged.ts'
import { openException } from './checks/exceptions.ts'
import { forgetClosed } from './checks/forget-closed.ts'
import { noteDiskFull } from './checks/hub-disk-full.ts'
import { checks } from './checks/index.ts'
import type { SubjectProblem } from './checks/problem.ts'
import { startChecks } from './checks/run-checks.ts'
import { type HubConfig, readSecret, shopAccess } from './config.ts'
import { type DatabaseAddress, type Db, openHubDatabase, type Tx, transaction } from './db/db.ts'
import { hubDatabaseDamaged } from './db/engines/watched.ts'
import { startLease } from './db/lease.ts'
import { applyEvents } from './effects/index.ts'
import { noteStarted } from './fleet/connected.ts'
import { enrolDevice, greetDevice } from './fleet/enrolment.ts'
import { openHubKey, readHubId } from './fleet/hub-key.ts'
import { readFleet, takeInFleet } from './fleet/restored-fleet.ts'
import { tellStaff } from './fleet/staff.ts'
import { openFreeStockTeller } from './free-stock/free-stock.ts'
import { openGateway } from './gateway/gateway.ts'
import { nameLookUps } from './gateway/name-look-ups.ts'
import { limitQuestions } from './gateway/question-limit.ts'
import { type Generation, startGeneration } from './generation/generation.ts'
import { removeRefusedHolds } from './outbox/refused-holds.ts'
import { packWrites } from './outbox/write-blocks.ts'
import { startPacking } from './packing.ts'
import { openCustomerLinks } from './pickups/customer-choice/links.ts'
import { forgetReminders } from './pickups/forget-reminders.ts'
import { releaseDownloads } from './releases/release-files.ts'
import { readRollOuts, takeInRollOuts } from './releases/restored-roll-outs.ts'
import { startRollOut } from './releases/roll-out.ts'
import { readRecordedSettings, takeInSettings } from './remote-settings/restored-settings.ts'
import { startSettingsRollOut } from './remote-settings/roll-out-settings.ts'
import { sendStoreSnapshot } from './returns/store-snapshot.ts'
import { type ShopifySettings, startShopify } from './shopify/shopify.ts'
import { openSignals } from './signals.ts'
import type { LiveTill } from './stock/heard-till.ts'
import { mergeToldMoves } from './stock/merge-told-moves.ts'
import { startNightlyAudit } from './stock/nightly-audit.ts'
import { hasSentStock, openSendKeys, recoverFromRecord } from './stock/recover-from-record.ts'
import { blockCheck } from './streams/check-blocks.ts'
import { applyDeferredEvents } from './streams/event-log.ts'
import { packEvents } from './streams/pack.ts'
import { askTills } from './support/ask-tills.ts'
import { endAllSessions } from './web/accounts.ts'
import { openPort } from './web/port.ts'
import { serveHub } from './web/server.ts'

export interface Hub extends AsyncDisposable {
  readonly url: string
}

/** A till that was away for longer may still bring a count of that time; a person is asked then. */
const MERGE_MOVES_DAYS = 30
/** A trace shows for so long how a customer was reminded. */
const FORGET_REMINDERS_DAYS = 90

/** The hub's own name, drawn at its first start. */
export function hubIdentity(db: Db, world: Pick<World, 'random'>): Promise<string> {
  return transaction(db, tx => readHubId(tx, world.random))
}

function shopSettings(config: HubConfig, ownUrl: string, world: World): ShopifySettings | null {
  const shop = config.shopify
  if (shop === undefined) return null
  return {
    ...shopAccess(shop, world.files),
    webhookUrl: `${config.publicUrl ?? ownUrl}/webhooks/shopify`,
    pollOrdersMs: shop.pollSeconds * 1_000,
    expireAfterDays: config.pickups.expireAfterDays,
    allLevelsAt: config.selfCheck,
  }
}

export const hubAlreadyRunning = defineError(
  'HUB_ALREADY_RUNNING',
  (f: { database: string; pid: number | null }) =>
    `A hub is already running here (${f.database}, pid ${f.pid ?? 'unknown'}). Stop it first, or use another data folder.`,
)

/**
 * Lets one hub use a database file, and one hub of this name a database on a server: two of one name would take the
 * lease from each other again and again.
 */
function holdDatabase(
  world: Pick<World, 'files'>,
  options: { database: DatabaseAddress; pid: number; nodeFile?: string },
): Disposable | null {
  const named = 'file' in options.database ? options.database.file : options.nodeFile
  const held = named === undefined ? undefined : world.files.realPath(named)
  if (held === undefined) return null
  return holdInstance(world.files, {
    path: `${held}.lock`,
    pid: options.pid,
    refusal: holder => hubAlreadyRunning({ database: held, pid: holder }),
  })
}

/** @throws HUB_DATABASE_DAMAGED */
async function demandWhole(db: Db, address: DatabaseAddress): Promise<void> {
  const found = await db.check()
  if (found.length > 0 && 'file' in address)
    throw hubDatabaseDamaged({ path: address.file, why: found.slice(0, 3).join('; ') })
}

/** A page that can't be read: the rest may be whole, so the hub goes on and people are told. */
async function sayDamaged(
  db: Db,
  world: Pick<World, 'clock' | 'log'>,
  problem: SubjectProblem,
): Promise<void> {
  try {
    await transaction(db, tx => openException(tx, problem, world.clock.now()))
  } catch (failure) {
    world.log.error(
      { ...describeError(failure) },
      'the exception for the damaged database could not be opened',
    )
  }
}

/** Where customers open their links; null: nowhere that they reach. */
function customerAddress(publicUrl: string | undefined): string | null {
  return publicUrl?.startsWith('https:') === true ? publicUrl.replace(/\/$/, '') : null
}

/** Whether the disk has room, from before there is a database that can be told. */
function diskRoom() {
  let isFull = false
  let told: (isFull: boolean) => Promise<void> = async () => {}
  let telling: Promise<void> = Promise.resolve()
  const tell = () => {
    telling = telling.then(() => told(isFull))
  }
  return {
    changed(now: boolean): void {
      isFull = now
      tell()
    },
    /** Tells now and at each change, until it is disposed. */
    tell(to: typeof told): AsyncDisposable {
      told = to
      tell()
      return {
        async [Symbol.asyncDispose]() {
          told = async () => {}
          await telling
        },
      }
    },
  }
}

async function sayDiskFull(db: Db, world: Pick<World, 'clock' | 'log'>, isFull: boolean): Promise<void> {
  try {
    await transaction(db, tx => noteDiskFull(tx, isFull, world.clock.now()))
  } catch (failure) {
    world.log.error(
      { ...describeError(failure) },
      'the exception for the full disk could not be opened or closed',
    )
  }
}

/** Beside the database file; on PostgreSQL beside the file that names the hub. Null: the hub keeps no record. */
function recordFile(options: { database: DatabaseAddress; nodeFile?: string }): string | null {
  const beside = 'file' in options.database ? options.database.file : options.nodeFile
  return beside === undefined ? null : `${beside}.record`
}

/** Knows whether the database was put back to an older state, and begins the recovery if it was. */
function openGeneration(
  options: { database: DatabaseAddress; nodeFile?: string },
  parts: { db: Db; world: World; hub: string },
): Promise<Generation> {
  return startGeneration({
    ...parts,
    file: recordFile(options),
    alone: 'file' in options.database,
    openKeys: openSendKeys,
    hasSent: hasSentStock,
    readFleet: async from => ({
      ...(await readFleet(from)),
      rollOuts: { ...(await readRollOuts(from)), settings: await readRecordedSettings(from) },
    }),
    async onRestored(tx, found) {
      await takeInRollOuts(tx, found)
      await takeInSettings(tx, found)
      await takeInFleet(tx, parts.world, found, (inside, device, now) =>
        greetDevice(inside, { sendSnapshot }, device.device, now),
      )
      await recoverFromRecord(tx, found)
      const sessions = await endAllSessions(tx)
      parts.world.log.warn({ sessions }, 'the database was put back: all sessions of the hub’s pages end')
    },
    onDamagedRecord: aside => sayDamaged(parts.db, parts.world, recordDamagedProblem(aside)),
  })
}

/** What a device is told at its enrolment, with another version and by a restored hub: all that its store's tills know. */
async function sendSnapshot(tx: Tx, device: string, now: number): Promise<void> {
  await tellStaff(tx, device, now)
  await sendStoreSnapshot(tx, device, now)
}

/** Composes the hub: database, gateway, Shopify, web. A failed start leaves nothing open. */
export async function startHub(
  options: {
    database: DatabaseAddress
    config: HubConfig
    pages: string
    /** The folder of the releases' files. */
    releases: string
    /** Of this process; a second copy is told of it. */
    pid: number
    /** Tells hubs on one PostgreSQL database apart, and stays the same when this one starts again. */
    node?: string
    /** Holds that name; only one process may use it. */
    nodeFile?: string
    /** Called once when the database must not be used any more; the caller disposes the hub and starts a new one. */
    failed?(error: Error): void
    /** Reads the whole file first: its disk has failed before. */
    verify?: boolean
    /** Recounts everything outside this process, each night. Left out: the hub does not check itself. */
    audit?: Parameters<typeof startNightlyAudit>[0]['audit']
  },
  world: World,
): Promise<Hub> {
  const { config } = options
  const damage = Promise.withResolvers<Error>()
  const room = diskRoom()
  const faults = { failed: options.failed, damaged: damage.resolve, full: room.changed }
  await using building = new AsyncDisposableStack()
  building.use(holdDatabase(world, options))
  const db = building.adopt(
    await openHubDatabase(world, options.database, { create: true, server: { ...world, faults } }),
    opened => opened.destroy(),
  )
  if (options.verify === true) await demandWhole(db, options.database)
  void damage.promise.then(error => {
    world.log.error({ error }, error.message)
    return sayDamaged(db, world, databaseDamagedProblem(error))
  })
  building.use(room.tell(isFull => sayDiskFull(db, world, isFull)))
  const hub = await hubIdentity(db, world)
  await noteStarted(db, world.clock.now()).catch((error: unknown) =>
    world.log.warn(describeError(error), 'it is not noted that the hub started'),
  )
  const key = openHubKey({ db, world })
  const signals = openSignals()
  const generation = building.use(await openGeneration(options, { db, world, hub }))
  await applyDeferredEvents({ db, apply: applyEvents, now: world.clock.now })

  // In the order of their ends, last first: no more requests, then the devices' connections, then Shopify, then the port.
  const port = building.use(await openPort(world, config.host, config.port))
  const links = openCustomerLinks({
    db,
    random: world.random,
    address: customerAddress(config.publicUrl),
  })
  const lease = building.use(await startLease({ db, world, name: 'shopify', holder: options.node ?? hub }))
  /** The gateway comes after Shopify, as it must end before it. */
  const connected: { live?: () => ReadonlyMap<string, LiveTill> } = {}
  const shopify = building.use(
    await startShopify({
      db,
      world,
      lease,
      signals,
      sends: generation.sends,
      links,
      tills: () => connected.live?.() ?? null,
      settings: shopSettings(config, port.url, world),
    }),
  )
  building.use(
    startPacking({
      world,
      afterDays: config.history.packAfterDays,
      packs: {
        events: (wanted, pause) => packEvents(db, wanted, pause),
        writes: (wanted, pause) => packWrites(db, wanted, pause),
      },
      forgets: {
        exceptions: {
          afterDays: config.history.forgetExceptionsAfterDays,
          forget: (wanted, pause) => forgetClosed(db, wanted, pause),
        },
        'moves of items that are not counted again': {
          afterDays: MERGE_MOVES_DAYS,
          forget: (wanted, pause) => mergeToldMoves(db, wanted, pause),
        },
        'reminders of pickups that have ended': {
          afterDays: FORGET_REMINDERS_DAYS,
          forget: (wanted, pause) => forgetReminders(db, wanted, pause),
        },
        'refused holds': {
          afterDays: config.history.packAfterDays,
          forget: (wanted, pause) => removeRefusedHolds(db, wanted, pause),
        },
      },
      check: blockCheck(db, { now: world.clock.now }),
    }),
  )
  const rollOut = building.use(
    startRollOut({
      world,
      db,
      key,
      soakMs: config.updates.soakMinutes * 60_000,
      changed: () => signals.say('now'),
    }),
  )
  const restored = String(generation.restoredAt ?? 0)
  const freeStock = building.use(
    openFreeStockTeller({
      db,
      world,
      signals,
      generation: restored,
      isLive: (device): boolean => gateway.live().has(device),
    }),
  )
  const soakMs = config.updates.soakMinutes * 60_000
  const settings = building.use(startSettingsRollOut({ world, db, signals, soakMs }))
  const support = building.use(askTills({ world, db }))
  const gateway = building.use(
    openGateway({
      world,
      db,
      hub,
      key,
      restoredAt: generation.restoredAt,
      life: generation.life,
      claimed: generation.noteUnknown,
      signals,
      sendSnapshot,
      running: rollOut.reported,
      stock: ({ store }, since) => freeStock.since(store, since),
      settings: settings.reported,
      support,
      answer: limitQuestions(
        world,
        ({ store }, question) => shopify.answerReturn(store, question),
        async ({ device, store }, limit) => {
          await transaction(db, tx => nameLookUps(tx, device, limit, world.clock.now()))
          signals.say('now', store)
        },
      ),
    }),
  )
  connected.live = gateway.live
  const { audit } = options
  if (audit !== undefined)
    building.use(
      startNightlyAudit({
        world,
        db,
        time: config.selfCheck,
        audit,
        isMine: lease.isHeld,
        changed: () => signals.say('now'),
      }),
    )
  building.use(startChecks({ world, db, checks, bounds: config.unusual, changed: () => signals.say('now') }))
  building.use(
    await serveHub({
      world,
      db,
      gateway,
      signals,
      port,
      pages: options.pages,
      publicUrl: config.publicUrl ?? null,
      trustedProxies: config.trustedProxies,
      maxConnections: config.maxConnections,
      metricsToken: () => {
        const { tokenFile } = config.metrics
        return tokenFile === undefined ? null : readSecret(world.files, tokenFile, 'token for /metrics')
      },
      key,
      links,
      view: {
        db,
        live: gateway.live,
        storage: gateway.storage,
        shopify: shopify.state,
        now: world.clock.now,
      },
      async enrol(body) {
        const answer = await enrolDevice({ db, world, hub, key: key.publicKey, sendSnapshot }, body)
        await generation.noteFleet() // a restored hub must know a device that has had its answer
        return answer
      },
      downloads: releaseDownloads({ world, db, key, folder: options.releases }),
      receiveWebhook: shopify.receiveWebhook,
    }),
  )
  const parts = building.move()
  return { url: port.url, [Symbol.asyncDispose]: () => parts.disposeAsync() }
}
