import { GraphQLError } from 'graphql'
import { exists } from '../catalogue/products.ts'
import { requireScope } from '../graphql/access.ts'
import { connection, type PageArguments } from '../graphql/connection.ts'
import type { Fields } from '../graphql/fields.ts'
import { gid, idOf } from '../graphql/gid.ts'
import { invalidId } from '../graphql/global-ids.ts'
import { levelGid } from '../graphql/level-gid.ts'
import {
  type Filters,
  idMatches,
  indexedAt,
  isIndexed,
  search,
  timeMatches,
  tokensMatch,
} from '../graphql/search.ts'
import type { Shop } from '../shop.ts'
import { dateTime } from '../state/clock.ts'
import {
  type AdjustmentGroup,
  type Item,
  type Level,
  type QuantityChange,
  type QuantityName,
  storedStates,
} from '../state/entities.ts'
import { levelOf, quantityOf } from '../stock/ledger.ts'

export type LevelListArguments = PageArguments & {
  readonly includeInactive?: boolean | null
  readonly query?: string | null
}

const otherAppId = 68_000_000_005

const quantityNames: readonly QuantityName[] = [...storedStates, 'on_hand']

/** The filters of every list of levels. */
export function levelFilters(shop: Shop, lagMs: number): Filters<Level> {
  return {
    id: (level, term) => idMatches(level.id, term, 'InventoryLevel'),
    inventory_item_id: (level, term) => idMatches(level.itemId, term, 'InventoryItem'),
    updated_at: (level, term) =>
      timeMatches(indexedAt(level, shop.clock.now(), lagMs), term, shop.clock.now()),
    created_at: (level, term) => timeMatches(level.createdAt, term, shop.clock.now()),
  }
}

export const itemFields: Fields<Item> = {
  id: item => gid('InventoryItem', item.id),
  legacyResourceId: item => String(item.id),
  sku: item => item.sku,
  tracked: item => item.tracked,
  trackedEditable: () => ({ locked: false, reason: null }),
  requiresShipping: () => true,
  duplicateSkuCount: (item, _, { shop }) =>
    [...shop.store.all('item')]
      .filter(exists)
      .filter(other => item.sku !== null && other.sku === item.sku && other.id !== item.id).length,
  inventoryLevel: (
    item,
    args: { readonly locationId: string; readonly includeInactive?: boolean | null },
    { shop },
  ) => {
    const locationId = idOf(args.locationId, 'Location')
    if (locationId === undefined) throw invalidId(args.locationId)
    const level = levelOf(shop, item.id, locationId)
    return level === undefined || (!level.isActive && args.includeInactive !== true) ? null : level
  },
  inventoryLevels: (item, args: LevelListArguments, { shop, searchLagMs }) => {
    const matches = search(args.query, levelFilters(shop, searchLagMs), shop.settings)
    const levels = [...shop.store.all('location')].flatMap(
      location => levelOf(shop, item.id, location.id) ?? [],
    )
    const shown = levels.filter(
      level =>
        (level.isActive || args.includeInactive === true) &&
        matches(level) &&
        (args.query == null || isIndexed(level, shop.clock.now(), searchLagMs)),
    )
    return connection(shown, args, level => ({ value: level.id, id: level.id }))
  },
  locationsCount: (item, _, { shop }) => ({
    count: [...shop.store.all('location')].filter(({ id }) => levelOf(shop, item.id, id)?.isActive === true)
      .length,
    precision: 'EXACT',
  }),
  variant: (item, _, { shop }) => {
    const [first] = item.variantIds
    return first === undefined ? null : shop.store.need('variant', first)
  },
  variants: (item, args: PageArguments, { shop }) =>
    connection(
      item.variantIds.map(id => shop.store.need('variant', id)),
      args,
      variant => ({ value: variant.id, id: variant.id }),
    ),
  createdAt: item => dateTime(item.createdAt),
  updatedAt: item => dateTime(item.updatedAt),
}

export const levelFields: Fields<Level> = {
  id: level => levelGid(level),
  isActive: level => level.isActive,
  canDeactivate: level => level.isActive,
  deactivationAlert: () => null,
  item: (level, _, { shop }) => shop.store.need('item', level.itemId),
  location: (level, _, { shop }) => shop.store.need('location', level.locationId),
  quantities: (level, { names }: { readonly names: readonly string[] }) =>
    names.map(wanted => {
      const name = quantityNames.find(known => known === wanted)
      if (name === undefined) {
        throw new GraphQLError(`The quantity name ${wanted} is invalid.`, {
          extensions: { code: 'INVALID_FIELD_ARGUMENTS' },
        })
      }
      const changed = level.changedAt[name]
      return {
        id: `gid://shopify/InventoryQuantity/${level.id}?inventory_item_id=${level.itemId}&name=${name}`,
        name,
        quantity: quantityOf(level, name),
        updatedAt: changed === undefined ? null : dateTime(changed),
      }
    }),
  createdAt: level => dateTime(level.createdAt),
  updatedAt: level => dateTime(level.updatedAt),
}

export const groupFields: Fields<AdjustmentGroup> = {
  id: group => gid('InventoryAdjustmentGroup', group.id),
  reason: group => group.reason,
  referenceDocumentUri: group => group.referenceDocumentUri,
  app: group =>
    group.by === undefined ? {} : group.by === 'other-app' ? { id: otherAppId, title: 'Another app' } : null,
  staffMember: group =>
    group.by === 'staff' ? { id: gid('StaffMember', 68_000_000_006), name: 'Shop staff' } : null,
  createdAt: group => dateTime(group.createdAt),
  changes: (
    group,
    args: {
      readonly inventoryItemIds?: readonly string[] | null
      readonly locationIds?: readonly string[] | null
      readonly quantityNames?: readonly string[] | null
    },
  ) =>
    group.changes.filter(
      change =>
        (args.inventoryItemIds?.includes(gid('InventoryItem', change.itemId)) ?? true) &&
        (args.locationIds?.includes(gid('Location', change.locationId)) ?? true) &&
        (args.quantityNames?.includes(change.name) ?? true),
    ),
}

export const changeFields: Fields<QuantityChange> = {
  name: change => change.name,
  delta: change => change.delta,
  quantityAfterChange: (change, _, { hideQuantityAfterChange }) =>
    hideQuantityAfterChange ? null : change.quantityAfterChange,
  item: (change, _, { shop }) => shop.store.need('item', change.itemId),
  location: (change, _, { shop }) => shop.store.need('location', change.locationId),
  ledgerDocumentUri: change => change.ledgerDocumentUri,
}

export const inventoryProperties = {
  quantityNames: quantityNames.map(name => ({
    name,
    displayName: name.replaceAll('_', ' '),
    isInUse: true,
    belongsTo: name === 'incoming' || name === 'on_hand' ? [] : ['on_hand'],
    comprises: name === 'on_hand' ? storedStates.filter(state => state !== 'incoming') : [],
  })),
}

/** `inventoryItems`. */
export function itemList(
  shop: Shop,
  args: PageArguments & { readonly query?: string | null },
  lagMs: number,
) {
  requireScope(shop, 'read_inventory', 'inventoryItems')
  const now = shop.clock.now()
  const matches = search<Item>(
    args.query,
    {
      sku: (item, term) => tokensMatch(item.sku, term),
      id: (item, term) => idMatches(item.id, term, 'InventoryItem'),
      created_at: (item, term) => timeMatches(item.createdAt, term, now),
      updated_at: (item, term) => timeMatches(indexedAt(item, now, lagMs), term, now),
    },
    shop.settings,
  )
  const shown = [...shop.store.all('item')]
    .filter(exists)
    .filter(item => matches(item) && (args.query == null || isIndexed(item, now, lagMs)))
  return connection(shown, args, item => ({ value: item.id, id: item.id }))
}
