import { idOf } from '../graphql/gid.ts'
import type { Shop } from '../shop.ts'
import type { CodedUserError } from './prepare.ts'

export interface PickupSettings {
  readonly locationId: string
  readonly pickupTime: string
  readonly instructions?: string | null
}

export interface PickupPayload {
  readonly localPickupSettings: { readonly pickupTime: string; readonly instructions: string } | null
  readonly userErrors: readonly CodedUserError[]
}

/** `locationLocalPickupEnable`. */
export function enablePickup(shop: Shop, settings: PickupSettings): PickupPayload {
  const location = shop.store.get('location', idOf(settings.locationId, 'Location') ?? -1)
  if (location?.isActive !== true) {
    return refusal('ACTIVE_LOCATION_NOT_FOUND', 'locationId', 'The active location could not be found.')
  }
  if (settings.pickupTime === 'CUSTOM') {
    return refusal('CUSTOM_PICKUP_TIME_NOT_ALLOWED', 'pickupTime', 'Custom pickup time is not allowed.')
  }
  const pickup = { pickupTime: settings.pickupTime, instructions: settings.instructions ?? '' }
  shop.store.put('location', { ...location, pickup, updatedAt: shop.clock.stamp() })
  return { localPickupSettings: pickup, userErrors: [] }
}

function refusal(code: string, field: string, message: string): PickupPayload {
  return { localPickupSettings: null, userErrors: [{ code, field: ['localPickupSettings', field], message }] }
}
