import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { agentPaths } from '../../agent/config.ts'
import { readDeviceFile, writeDeviceFile } from '../../agent/enrolment/device-file.ts'
import { enrolTill } from '../../agent/enrolment/enrol.ts'
import { hubPaths } from '../../hub/config.ts'
import { addVersion, contractOf } from '../../hub/contract/contract.ts'
import { openHubDb, type Tx, transaction } from '../../hub/db/db.ts'
import { createEnrolCode } from '../../hub/fleet/enrolment.ts'
import { mapWarehouse, putStore } from '../../hub/fleet/stores.ts'
import { hashPassword, putAccount } from '../../hub/web/accounts.ts'
import { jsonLog, nodeWorld } from '../../shared/node-world.ts'
import { reservePort } from '../reserved-port.ts'
import { type CatalogueStore, stores as catalogueStores, currency } from './catalogue.ts'
import { lightStores } from './light/stores.ts'
import { openPos } from './pos/pos.ts'
import { type Part, startPart } from './processes.ts'
import { openTillDoors } from './till-doors.ts'

export interface EverythingOptions {
  /** Where all parts keep their data. */
  readonly folder: string
  readonly stores: number
  readonly secondsBetweenSales: number
  /** The POS sells only when a test or a person writes into its database. */
  readonly quietPos: boolean
  /** 0: any free port. Tills take `till`, `till + 1` … */
  readonly ports: { readonly hub: number; readonly shopify: number; readonly till: number }
  /** The address at which a store's agent reaches the hub, when something is in between. */
  hubAddressFor?(store: string, hub: string): Promise<string>
  log(part: string, line: string): void
}

/** The content of `.tillbridge/run.json`: everything needed to drive the set-up from outside. */
export interface RunFile {
  readonly hub: { readonly url: string; readonly user: string; readonly password: string }
  readonly shopify: { readonly url: string; readonly shop: string; readonly accessToken: string }
  readonly stores: readonly {
    readonly code: string
    readonly name: string
    readonly locationId: string
    readonly till: { readonly url: string }
    readonly pos: { readonly kind: string; readonly file: string }
    /** Where the POS prints, through the agent, and the folder of what came out. */
    readonly printer: { readonly port: number; readonly paper: string }
  }[]
  /** Simulated tills: they send sales to the hub over the real protocol, and have no POS, page or printer. */
  readonly lightStores: readonly {
    readonly code: string
    readonly name: string
    readonly locationId: string
  }[]
}

export interface Everything extends AsyncDisposable {
  readonly run: RunFile
  readonly parts: {
    readonly shopify: Part
    readonly hub: Part
    readonly agents: readonly Part[]
    readonly pos: readonly Part[]
    readonly printers: readonly Part[]
  }
}

/** As the sandbox POS prints them. */
const POS_DATES = { formats: ['YYYY-MM-DD'], times: ['HH:mm:ss'] }

const USER = 'kim'
const world = nodeWorld({ log: jsonLog('warn', { part: 'start' }) })
const here = (path: string) => new URL(path, import.meta.url).pathname

/** A secret of this set-up: drawn once, kept in a file of its own that only its user can read. */
function secret(folder: string, name: string, bytes: number): { file: string; value: string } {
  const file = join(folder, name)
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(bytes).toString('base64url')}\n`, { mode: 0o600 })
  return { file, value: readFileSync(file, 'utf8').trim() }
}

/** Starts the sandbox shop, the hub, an agent and a POS for each store, each in a process of its own. */
export async function startEverything(options: EverythingOptions): Promise<Everything> {
  const folder = resolve(options.folder) // programs that read run.json may stand elsewhere
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const chosen = catalogueStores.slice(0, options.stores)
  const light = lightStores(options.stores - chosen.length)
  demandRoomFor(folder, chosen.length + light.length)
  await using started = new AsyncDisposableStack()
  const keep = (part: Part): Part => started.adopt(part, p => p.stop())

  const token = secret(folder, 'shopify-access-token', 24)
  const clientSecret = secret(folder, 'shopify-client-secret', 24)
  const password = secret(folder, 'hub-password', 12)
  let shopUrl = ''
  let shop = ''
  const shopify = keep(
    await startPart({
      name: 'sandbox Shopify',
      args: [
        here('shopify/main.ts'),
        '--json',
        '--light-stores',
        String(light.length),
        '--port',
        String(options.ports.shopify),
        '--file',
        join(folder, 'shopify.db'),
        '--access-token-file',
        token.file,
        '--client-secret-file',
        clientSecret.file,
      ],
      log: line => options.log('shopify', line),
      ready: line => {
        shopUrl = urlOf(line)
        shop = z.object({ shop: z.string() }).parse(JSON.parse(line)).shop
      },
    }),
  )

  const hubFolder = join(folder, 'hub')
  const codes = await prepareHub(hubFolder, [...chosen, ...light], password.value, {
    host: '127.0.0.1',
    port: options.ports.hub,
    shopify: {
      shop: shopUrl,
      accessTokenFile: token.file,
      clientSecretFile: clientSecret.file,
      pollSeconds: 5,
    },
  })
  let hubUrl = ''
  const hub = keep(
    await startPart({
      name: 'hub',
      args: [here('../../hub/cli.mjs'), 'serve', '--json', '--data', hubFolder],
      log: line => options.log('hub', line),
      ready: line => {
        hubUrl = urlOf(line)
        keepPort(hubFolder, hubUrl)
      },
    }),
  )

  const folderOf = (store: string) => join(folder, `agent-${store}`)
  const linkOf = (store: string) => world.files.readText(agentPaths(folderOf(store)).link)?.trim() ?? null
  const doors = started.use(await openTillDoors(linkOf))
  const stores: RunFile['stores'][number][] = []
  const agents: Part[] = []
  const pos: Part[] = []
  const printers: Part[] = []
  for (const [index, store] of chosen.entries()) {
    const posFile = join(folder, `pos-${store.code}.db`)
    openPos(posFile, store).close()
    const address = (await options.hubAddressFor?.(store.code, hubUrl)) ?? hubUrl
    const agentFolder = folderOf(store.code)
    const port = options.ports.till === 0 ? 0 : options.ports.till + index
    const paper = join(folder, `paper-${store.code}`)
    let printerPort = 0
    const printer = await startPart({
      name: `printer ${store.code}`,
      args: [here('printer/main.ts'), '--paper', paper],
      log: line => options.log(`printer ${store.code}`, line),
      ready: line => {
        printerPort = Number(new URL(urlOf(line)).port)
      },
    })
    printers.push(keep(printer))
    const printPort = await reservePort()
    await prepareAgent({
      folder: agentFolder,
      printPort,
      printerPort,
      store,
      posFile,
      hub: address,
      port,
      code: codes.get(store.code) ?? '',
    })
    const agent = keep(
      await startPart({
        name: `agent ${store.code}`,
        args: [here('../../agent/cli.mjs'), 'run', '--json', '--data', agentFolder],
        log: line => options.log(`agent ${store.code}`, line),
        ready: line => keepTillPort(agentFolder, urlOf(line)),
      }),
    )
    agents.push(agent)
    if (!options.quietPos) {
      const part = await startPart({
        name: `POS ${store.code}`,
        args: [
          here('pos/main.ts'),
          '--store',
          store.code,
          '--file',
          posFile,
          '--seconds-between-sales',
          String(options.secondsBetweenSales),
          '--printer-port',
          String(printPort),
        ],
        log: line => options.log(`pos ${store.code}`, line),
        ready() {},
      })
      pos.push(keep(part))
    }
    stores.push({
      code: store.code,
      name: store.name,
      locationId: `gid://shopify/Location/${store.shopifyLocationId}`,
      till: { url: doors.of(store.code) },
      pos: { kind: 'unicenta', file: posFile },
      printer: { port: printPort, paper },
    })
  }
  if (light.length > 0) keep(await startLightStores(options, light, folder, hubUrl, codes))
  const run: RunFile = {
    hub: { url: hubUrl, user: USER, password: password.value },
    shopify: { url: shopUrl, shop, accessToken: token.value },
    stores,
    lightStores: light.map(({ code, name, shopifyLocationId }) => ({
      code,
      name,
      locationId: `gid://shopify/Location/${shopifyLocationId}`,
    })),
  }
  await allReady(run)
  const all = started.move()
  return {
    run,
    parts: { shopify, hub, agents, pos, printers },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** A sandbox shop has the locations that it was made with. */
function demandRoomFor(folder: string, stores: number): void {
  const file = join(folder, 'stores')
  const made = existsSync(join(folder, 'shopify.db'))
    ? Number(existsSync(file) ? readFileSync(file, 'utf8') : catalogueStores.length)
    : Math.max(stores, catalogueStores.length)
  if (stores > made)
    throw new Error(`${folder} was made for ${made} stores. For ${stores}, start once with --fresh.`)
  writeFileSync(file, `${made}\n`)
}

/** All light stores in one process, enrolled here as any till. */
async function startLightStores(
  options: EverythingOptions,
  stores: readonly CatalogueStore[],
  folder: string,
  hub: string,
  codes: ReadonlyMap<string, string>,
): Promise<Part> {
  const own = join(folder, 'light')
  for (const { code } of stores) {
    world.files.ensureFolder(join(own, code))
    await enrolOnce(agentPaths(join(own, code)).device, hub, codes.get(code) ?? '')
  }
  return startPart({
    name: 'light stores',
    args: [
      here('light/main.ts'),
      '--folder',
      own,
      '--stores',
      String(stores.length),
      '--seconds-between-sales',
      String(options.secondsBetweenSales),
      ...(options.quietPos ? ['--quiet'] : []),
    ],
    log: line => options.log('light stores', line),
    ready() {},
  })
}

/** Enrols a till that has no device file yet, and tells one that has where the hub is now. */
async function enrolOnce(path: string, hub: string, code: string): Promise<void> {
  const device = readDeviceFile(world.files, path)
  if (device === null) writeDeviceFile(world.files, path, await enrolTill(world, hub, code, null))
  else writeDeviceFile(world.files, path, { ...device, hub: { ...device.hub, url: hub } })
}

const Said = z.object({ url: z.string().optional(), till: z.object({ url: z.string() }).optional() })

/** The address in the line by which a part says that it is ready. */
function urlOf(line: string): string {
  const { url, till } = Said.parse(JSON.parse(line))
  const found = url ?? till?.url
  if (found === undefined) throw new Error(`a part said ${line} instead of its address`)
  return found
}

/** Stores, their Shopify locations, an account and, for stores without a till, an enrolment code. */
async function prepareHub(
  folder: string,
  chosen: readonly CatalogueStore[],
  password: string,
  config: object,
): Promise<Map<string, string>> {
  world.files.ensureFolder(folder)
  const before = join(folder, 'hub.json')
  const kept = existsSync(before) ? (JSON.parse(readFileSync(before, 'utf8')) as { port?: number }) : {}
  world.files.writePrivate(
    before,
    JSON.stringify(
      {
        ...config,
        ...('port' in config && config.port === 0 && kept.port !== undefined ? { port: kept.port } : {}),
      },
      null,
      2,
    ),
  )
  const db = await openHubDb(world.files, hubPaths(folder).database)
  const codes = new Map<string, string>()
  try {
    const hash = await hashPassword(world.random, password)
    await transaction(db, async tx => {
      const now = world.clock.now()
      await putAccount(tx, USER, hash, now)
      for (const { code, name, zone, posWarehouse, shopifyLocationId } of chosen) {
        await putStore(tx, { code, name, zone, currency }, now)
        await mapWarehouse(tx, code, posWarehouse, String(shopifyLocationId), now)
        await agreeOnReturns(tx, code, now)
        codes.set(code, await createEnrolCode(tx, world, code, 'Till 1'))
      }
    })
  } finally {
    await db.destroy()
  }
  return codes
}

/** The stores of this set-up take online orders back, so that it can be tried; others do once it is agreed. */
async function agreeOnReturns(tx: Tx, store: string, now: number): Promise<void> {
  const agreed = await contractOf(tx, store)
  if (agreed === null) return
  const terms = { ...agreed.terms, returns: 'refund' as const }
  await addVersion(tx, { store, terms, by: USER, why: 'returns can be tried here' }, now)
}

/** A free port that the first start found is kept, so that a second start goes on from where it was. */
function keepPort(hubFolder: string, url: string): void {
  const file = join(hubFolder, 'hub.json')
  const config: unknown = JSON.parse(readFileSync(file, 'utf8'))
  world.files.writePrivate(
    file,
    JSON.stringify({ ...(config as object), port: Number(new URL(url).port) }, null, 2),
  )
}
function keepTillPort(agentFolder: string, url: string): void {
  const file = agentPaths(agentFolder).config
  const config = JSON.parse(readFileSync(file, 'utf8')) as { till: object }
  world.files.writePrivate(
    file,
    JSON.stringify({ ...config, till: { ...config.till, port: Number(new URL(url).port) } }, null, 2),
  )
}

async function prepareAgent(agent: {
  folder: string
  store: CatalogueStore
  posFile: string
  printPort: number
  printerPort: number
  hub: string
  port: number
  code: string
}): Promise<void> {
  const paths = agentPaths(agent.folder)
  world.files.ensureFolder(agent.folder)
  const settings = {
    file: agent.posFile,
    warehouse: agent.store.posWarehouse,
    currency,
    zone: agent.store.zone,
    startFrom: 'all',
  }
  const { zone, posWarehouse: warehouse, code: till } = agent.store
  const paper = {
    printer: 'receipts',
    template: 'unicenta',
    dates: POS_DATES,
    zone,
    currency,
    warehouse,
    till,
  }
  const settingsOf = {
    till: { port: agent.port },
    sources: [
      { source: 'pos', kind: 'unicenta', settings },
      { source: 'paper', kind: 'receipts', witnessOf: 'pos', settings: paper },
    ],
    peripherals: [
      {
        peripheral: 'receipts',
        kind: 'print-path',
        settings: {
          from: { by: 'tcp', port: agent.printPort },
          to: { by: 'tcp', host: '127.0.0.1', port: agent.printerPort },
        },
      },
    ],
    printing: { printer: 'receipts' },
  }
  world.files.writePrivate(paths.config, JSON.stringify(settingsOf, null, 2))
  await enrolOnce(paths.device, agent.hub, agent.code)
}

/** Every till online and the shop's catalogue read: from here on a sale reaches Shopify automatically. */
async function allReady(run: RunFile): Promise<void> {
  const deadline = Date.now() + 60_000
  for (;;) {
    const metrics = await fetch(`${run.hub.url}/metrics`).then(
      r => r.text(),
      () => '',
    )
    const tills = metrics.match(/^tillbridge_hub_device_connected\{.*\} 1$/gm)?.length ?? 0
    if (
      tills >= run.stores.length + run.lightStores.length &&
      /^tillbridge_hub_shopify_connected 1$/m.test(metrics)
    )
      return
    if (Date.now() > deadline) throw new Error('the set-up did not come up within a minute; its log says why')
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}
