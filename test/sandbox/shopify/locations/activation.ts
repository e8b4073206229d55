import { gid, type IdOf, idOf } from '../graphql/gid.ts'
import type { CodedUserError } from '../orders/prepare.ts'
import { isActive } from '../orders/touch.ts'
import { log, type Shop } from '../shop.ts'
import { type Level, type Location, storedStates } from '../state/entities.ts'
import { keepGroup } from '../stock/adjustment.ts'
import { type Movement, moveStock, quantityOf, unstock } from '../stock/ledger.ts'

interface LocationPayload {
  readonly location: IdOf<'Location'> | null
  readonly userErrors: readonly CodedUserError[]
}

export interface ActivateLocationPayload extends LocationPayload {
  readonly locationActivateUserErrors: readonly CodedUserError[]
}

/** `locationActivate`. What was stocked there before has to be stocked again. */
export function activateLocation(shop: Shop, id: string): ActivateLocationPayload {
  const location = shop.store.get('location', idOf(id, 'Location') ?? -1)
  if (location === undefined) {
    const errors = [problem('LOCATION_NOT_FOUND', 'locationId', 'Location not found.')]
    return { location: null, userErrors: errors, locationActivateUserErrors: errors }
  }
  if (!location.isActive) {
    shop.store.put('location', { ...location, isActive: true, updatedAt: shop.clock.stamp() })
    tell(shop, location, 'LOCATIONS_ACTIVATE')
  }
  return { location: gid('Location', location.id), userErrors: [], locationActivateUserErrors: [] }
}

export interface DeactivateLocationPayload extends LocationPayload {
  readonly locationDeactivateUserErrors: readonly CodedUserError[]
}

/** `locationDeactivate`: open orders forbid it, stock needs somewhere to go. Its levels become inactive. */
export function deactivateLocation(
  shop: Shop,
  wish: { readonly locationId: string; readonly destinationLocationId?: string | null },
): DeactivateLocationPayload {
  const location = shop.store.get('location', idOf(wish.locationId, 'Location') ?? -1)
  const destination =
    wish.destinationLocationId == null
      ? null
      : shop.store.get('location', idOf(wish.destinationLocationId, 'Location') ?? -1)
  const refused = whyNot(shop, location, destination)
  if (location === undefined || refused !== undefined) {
    const errors = refused === undefined ? [] : [refused]
    return { location: null, userErrors: errors, locationDeactivateUserErrors: errors }
  }
  if (location.isActive) {
    if (destination != null) relocate(shop, location, destination)
    for (const level of levelsAt(shop, location)) unstock(shop, level)
    shop.store.put('location', { ...location, isActive: false, updatedAt: shop.clock.stamp() })
    tell(shop, location, 'LOCATIONS_DEACTIVATE')
  }
  return { location: gid('Location', location.id), userErrors: [], locationDeactivateUserErrors: [] }
}

function whyNot(
  shop: Shop,
  location: Location | undefined,
  destination: Location | null | undefined,
): CodedUserError | undefined {
  if (location === undefined) return problem('LOCATION_NOT_FOUND', 'locationId', 'Location not found.')
  if (destination === undefined || destination?.isActive === false) {
    const message = 'Location could not be deactivated because the destination location could not be found.'
    return problem('DESTINATION_LOCATION_NOT_FOUND_OR_INACTIVE', 'destinationLocationId', message)
  }
  if (destination?.id === location.id) {
    const message = 'Location could not be deactivated because the destination is the same location.'
    return problem('DESTINATION_LOCATION_IS_THE_SAME_LOCATION', 'destinationLocationId', message)
  }
  if ([...shop.store.all('location')].every(one => one.id === location.id || !one.isActive)) {
    const message = 'At least one location must fulfill online orders.'
    return problem('CANNOT_DISABLE_ONLINE_ORDER_FULFILLMENT', 'locationId', message)
  }
  for (const order of shop.store.all('fulfillmentOrder')) {
    if (order.locationId !== location.id || !isActive(order)) continue
    const message = 'Location could not be deactivated because it has pending orders.'
    return problem('HAS_FULFILLMENT_ORDERS_ERROR', 'locationId', message)
  }
  const stocked = levelsAt(shop, location).some(level => quantityOf(level, 'on_hand') !== 0)
  if (destination === null && stocked) {
    const message =
      'Location could not be deactivated without specifying where to relocate inventory stocked at the location.'
    return problem('HAS_ACTIVE_INVENTORY_ERROR', 'locationId', message)
  }
  return undefined
}

function levelsAt(shop: Shop, location: Location): readonly Level[] {
  return [...shop.store.all('level')].filter(level => level.locationId === location.id)
}

function relocate(shop: Shop, from: Location, to: Location): void {
  const movements = levelsAt(shop, from).flatMap(({ itemId, quantities }) =>
    storedStates.flatMap((name): readonly Movement[] => [
      { name, delta: -quantities[name], itemId, locationId: from.id },
      { name, delta: quantities[name], itemId, locationId: to.id },
    ]),
  )
  keepGroup(shop, { reason: 'movement_created' }, moveStock(shop, movements))
}

/** A new name or an address that moved: what staff change in the admin. */
export function renameLocation(shop: Shop, location: Location, name: string): void {
  shop.store.put('location', { ...location, name, updatedAt: shop.clock.stamp() })
  tell(shop, location, 'LOCATIONS_UPDATE')
}

/** A store opens. It stocks nothing yet. */
export function addLocation(
  shop: Shop,
  wish: Pick<Location, 'code' | 'name' | 'street' | 'postcode' | 'city' | 'country'>,
): Location {
  const at = shop.clock.stamp()
  const made = shop.store.put('location', {
    ...wish,
    id: shop.store.nextId(),
    isActive: true,
    pickup: null,
    createdAt: at,
    updatedAt: at,
  })
  tell(shop, made, 'LOCATIONS_CREATE')
  return made
}

function tell(shop: Shop, { id, name }: Location, topic: string): void {
  shop.emit(topic, { kind: 'location', id })
  log(shop, topic.toLowerCase().replaceAll('_', ' '), { name })
}

function problem(code: string, field: string, message: string): CodedUserError {
  return { code, field: [field], message }
}
