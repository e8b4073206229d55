import { Command } from 'commander'
import { answers, command, needsOption, refuseTogether, someWords } from '../../shared/command-line.ts'
import { describeError } from '../../shared/errors.ts'
import type { World } from '../../shared/world.ts'
import { allHours, hoursInWords, readHours, type StoreHours } from '../checks/opening-hours.ts'
import { hubPaths, readHubConfig, shopAccess } from '../config.ts'
import { transaction } from '../db/db.ts'
import { demandShopCurrency, nameOfLocation } from '../fleet/store-check.ts'
import { setHours } from '../fleet/store-hours.ts'
import { regions, setRegion } from '../fleet/store-region.ts'
import {
  demandStore,
  listStores,
  listWarehouses,
  mapWarehouse,
  putStore,
  type Store,
  type Warehouse,
} from '../fleet/stores.ts'
import { readShopFacts, type ShopFacts } from '../shopify/catalogue/shop-check.ts'
import {
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  withDb,
} from './command-parts.ts'

export function storeCommand(parts: HubCommandParts): Command {
  return new Command('store')
    .description('the stores and the Shopify locations of their warehouses')
    .addCommand(addCommand(parts))
    .addCommand(mapCommand(parts))
    .addCommand(hoursCommand(parts))
    .addCommand(regionCommand(parts))
    .addCommand(listCommand(parts))
}

/** What Shopify says about the shop, or why that is not known. */
type Asked =
  | { readonly facts: ShopFacts; readonly why: null }
  | { readonly facts: null; readonly why: string }

async function askShopify(world: World, folder: string): Promise<Asked> {
  const shop = readHubConfig(world.files, hubPaths(folder).config).shopify
  if (shop === undefined) return { facts: null, why: 'no shop is set in hub.json' }
  try {
    return { facts: await readShopFacts(shopAccess(shop, world.files), world), why: null }
  } catch (error) {
    return { facts: null, why: describeError(error).sentence.replace(/\.$/, '') }
  }
}

function addCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('add', 'add a store; for one that exists, change its name, time zone and currency')
    .argument('<code>', 'its short code, such as HAR')
    .requiredOption('--name <name>', 'what people call it', someWords)
    .requiredOption('--zone <zone>', 'IANA time zone, such as Europe/Berlin')
    .requiredOption('--currency <code>', 'ISO 4217, such as EUR')
    .option(...hubFolderOption)
    .option(...databaseOption)
  type Options = HubFolder & { name: string; zone: string; currency: string }
  return answers<Options>(of, terminal, async ({ data, database, name, zone, currency }, code = '') => {
    const asked = await askShopify(world, data)
    if (asked.facts !== null) demandShopCurrency(currency, asked.facts.currency)
    const store = { code, name, zone, currency }
    await withDb(
      world,
      { data, database },
      db => transaction(db, tx => putStore(tx, store, world.clock.now())),
      {
        create: true,
      },
    )
    const checked = asked.facts !== null
    const doubt = checked ? '' : ` The currency was not compared with Shopify's: ${asked.why}.`
    return { json: { ...store, checked }, text: `Store ${code} is ${name}.${doubt}` }
  })
}

function mapCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'map',
    'say which Shopify location mirrors a warehouse of the POS; a store’s first is its main one',
  )
    .argument('<store>', 'the store’s code')
    .argument('<warehouse>', 'the POS’s own code')
    .argument('<location>', 'the Shopify location’s number or global id')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder>(
    of,
    terminal,
    async ({ data, database }, code = '', warehouse = '', location = '') => {
      const asked = await askShopify(world, data)
      const name = asked.facts === null ? null : nameOfLocation(location, asked.facts.locations)
      await withDb(world, { data, database }, db =>
        transaction(db, tx => mapWarehouse(tx, code, warehouse, location, world.clock.now())),
      )
      const doubt =
        name === null ? ` Whether Shopify has that location was not checked: ${asked.why}.` : ` (${name}).`
      return {
        json: { store: code, warehouse, location, name, checked: name !== null },
        text: `Warehouse "${warehouse}" of ${code} is location ${location}${name === null ? '.' : ''}${doubt}`,
      }
    },
  )
}

function hoursCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'hours',
    'show or set when a store is open: a till that is silent then becomes an exception soon',
  )
    .argument('<store>', 'the store’s code')
    .option('--open <hours...>', 'such as "mon-fri 09:00-20:00" "sat 10:00-18:00"')
    .option('--closed <dates...>', 'dates on which it is closed, such as 2026-12-25')
    .option('--after <minutes>', 'how much opening time a till may be silent for', '30')
    .option('--none', 'forget the hours: tills may then be silent for two days')
    .option(...hubFolderOption)
    .option(...databaseOption)
  for (const option of ['open', 'closed', 'after']) refuseTogether(of, option, 'none')
  for (const option of ['closed', 'after']) needsOption(of, option, 'open')
  type Options = HubFolder & { open?: string[]; closed?: string[]; after: string; none?: boolean }
  return answers<Options>(of, terminal, async ({ data, database, open, closed, after, none }, code = '') => {
    const given =
      open === undefined ? null : readHours({ open, closed: closed ?? [], afterMinutes: Number(after) })
    const hours = await withDb(world, { data, database }, async db => {
      if (given !== null || none === true) await transaction(db, tx => setHours(tx, code, given))
      await demandStore(db, code)
      return (await allHours(db)).get(code)?.hours ?? null
    })
    return {
      json: { store: code, hours: hours === null ? null : listedHours(hours) },
      text: hoursText(code, hours),
    }
  })
}

function listedHours(hours: StoreHours) {
  return { open: hoursInWords(hours), closed: hours.closed, afterMinutes: hours.afterMinutes }
}

function hoursText(store: string, hours: StoreHours | null): string {
  if (hours === null)
    return `No hours are set for ${store}. A till that is silent for two days is an exception.`
  const closed = hours.closed.length === 0 ? '' : `; closed on ${hours.closed.join(', ')}`
  const open = hoursInWords(hours).join('; ')
  return `${store} is open ${open || 'never'}${closed}. A till that is silent for ${hours.afterMinutes} minutes of that is an exception.`
}

function regionCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'region',
    'show or set the region of a store, for which settings of its tills can be set',
  )
    .argument('<store>', 'the store’s code')
    .argument('[region]', 'the region’s name')
    .option('--none', 'it is in no region')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder & { none?: boolean }>(
    of,
    terminal,
    async ({ data, database, none }, store = '', given) => {
      if (given !== undefined && none === true)
        of.error("error: option '--none' cannot be used with a region")
      const region = await withDb(world, { data, database }, async db => {
        if (given !== undefined || none === true)
          await transaction(db, tx => setRegion(tx, store, given ?? null))
        await demandStore(db, store)
        return (await regions(db)).get(store) ?? null
      })
      const text =
        region === null ? `Store ${store} is in no region.` : `Store ${store} is in region ${region}.`
      return { json: { store, region }, text }
    },
  )
}

/** A store as `store list --json` prints it; docs/commands.md describes it. */
function listed(
  { code, name, zone, currency }: Store,
  warehouses: readonly Warehouse[],
  byStore: ReadonlyMap<string, string>,
) {
  const own = warehouses.filter(({ store }) => store === code)
  return {
    store: code,
    name,
    zone,
    currency,
    region: byStore.get(code) ?? null,
    warehouses: own.map(one => ({
      warehouse: one.code,
      location: one.location_id,
      isMain: one.main === 1,
    })),
  }
}

function listCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('list', 'the stores and their warehouses')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder>(of, terminal, async ({ data, database }) => {
    const { stores, warehouses, byStore } = await withDb(world, { data, database }, async db => ({
      stores: await listStores(db),
      warehouses: await listWarehouses(db),
      byStore: await regions(db),
    }))
    const found = stores.map(one => listed(one, warehouses, byStore))
    const lines = found.map(({ store, name, zone, currency, region, warehouses: own }) => {
      const mapped = own
        .map(w => `${w.warehouse} → ${w.location ?? 'not mapped'}${w.isMain ? ' (main)' : ''}`)
        .join(', ')
      const place = region === null ? '' : `  region ${region}`
      return `${store}  ${name}  ${zone}  ${currency}${place}  ${mapped}`
    })
    return { json: found, text: lines.join('\n') || 'There are no stores yet.' }
  })
}
