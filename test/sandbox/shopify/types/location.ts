import { exists } from '../catalogue/products.ts'
import { connection, type PageArguments } from '../graphql/connection.ts'
import type { Fields } from '../graphql/fields.ts'
import { gid, idOf } from '../graphql/gid.ts'
import { invalidId } from '../graphql/global-ids.ts'
import { isIndexed, search } from '../graphql/search.ts'
import { isActive } from '../orders/touch.ts'
import type { Shop } from '../shop.ts'
import { dateTime } from '../state/clock.ts'
import type { Level, Location } from '../state/entities.ts'
import { levelOf } from '../stock/ledger.ts'
import { type LevelListArguments, levelFilters } from './inventory.ts'

export const locationFields: Fields<Location> = {
  id: location => gid('Location', location.id),
  legacyResourceId: location => String(location.id),
  name: location => location.name,
  isActive: location => location.isActive,
  activatable: location => !location.isActive,
  fulfillsOnlineOrders: location => location.isActive,
  shipsInventory: location => location.isActive,
  isFulfillmentService: () => false,
  fulfillmentService: () => null,
  hasActiveInventory: (location, _, { shop }) => levelsAt(shop, location).some(level => level.isActive),
  hasUnfulfilledOrders: (location, _, { shop }) =>
    [...shop.store.all('fulfillmentOrder')].some(
      order => order.locationId === location.id && isActive(order),
    ),
  localPickupSettingsV2: location => location.pickup,
  address: location => ({
    address1: location.street,
    address2: null,
    city: location.city,
    zip: location.postcode,
    country: location.country,
    countryCode: location.country,
    province: null,
    provinceCode: null,
    phone: null,
    latitude: null,
    longitude: null,
    formatted: [location.street, `${location.postcode} ${location.city}`, location.country],
  }),
  inventoryLevel: (
    location,
    args: { readonly inventoryItemId: string; readonly includeInactive?: boolean | null },
    { shop },
  ) => {
    const itemId = idOf(args.inventoryItemId, 'InventoryItem')
    if (itemId === undefined) throw invalidId(args.inventoryItemId)
    const level = levelOf(shop, itemId, location.id)
    return level === undefined || (!level.isActive && args.includeInactive !== true) ? null : level
  },
  inventoryLevels: (location, args: LevelListArguments, { shop, searchLagMs }) => {
    const matches = search(args.query, levelFilters(shop, searchLagMs), shop.settings)
    const shown = levelsAt(shop, location).filter(
      level =>
        (level.isActive || args.includeInactive === true) &&
        matches(level) &&
        (args.query == null || isIndexed(level, shop.clock.now(), searchLagMs)),
    )
    return connection(shown, args, level => ({ value: level.id, id: level.id }))
  },
  createdAt: location => dateTime(location.createdAt),
  updatedAt: location => dateTime(location.updatedAt),
}

function levelsAt(shop: Shop, location: Location): readonly Level[] {
  return [...shop.store.all('level')].filter(
    level => level.locationId === location.id && exists(shop.store.get('item', level.itemId)),
  )
}

/** `locations`: sorted by name unless asked otherwise. */
export function locationList(
  shop: Shop,
  args: PageArguments & {
    readonly includeInactive?: boolean | null
    readonly query?: string | null
    readonly sortKey?: string | null
  },
) {
  const matches = search<Location>(
    args.query,
    {
      name: (location, term) => location.name.toLowerCase() === term.value.toLowerCase(),
      active: (location, term) => String(location.isActive) === term.value,
    },
    shop.settings,
  )
  const shown = [...shop.store.all('location')].filter(
    location => (location.isActive || args.includeInactive === true) && matches(location),
  )
  return connection(shown, args, location => ({
    value: args.sortKey === 'ID' ? location.id : location.name,
    id: location.id,
  }))
}
