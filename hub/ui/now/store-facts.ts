import type { StateLook } from '../../../shared/ui/theme.ts'
import type { DeviceView, LocationView } from '../../web/api-schema.ts'

/** What a till's connection looks like. */
export const connectionLook: Record<DeviceView['connection'], StateLook> = {
  connected: 'done',
  disconnected: 'caution',
  'never-connected': 'quiet',
  quarantined: 'wrong',
  revoked: 'quiet',
}

/** A till that head office expects to hear from. */
function isExpected(device: DeviceView): boolean {
  return device.connection !== 'revoked'
}

/** How many tills should be connected and are not. */
export function silentTills(locations: readonly LocationView[]): number {
  const devices = locations.flatMap(location => location.devices)
  return devices.filter(device => isExpected(device) && device.connection !== 'connected').length
}

/** Age of the oldest event that the hub lacks from this store; null when a till that may hold one is silent. */
export function storeLag(location: LocationView): number | null {
  let lag = 0
  for (const device of location.devices.filter(isExpected)) {
    if (device.lagMs === null) return null
    lag = Math.max(lag, device.lagMs)
  }
  return location.devices.length === 0 ? null : lag
}

/** Events that the store's tills hold and the hub lacks; `sure` only while all tills are connected. */
export function storeUnsent(location: LocationView): { count: number | null; sure: boolean } {
  const devices = location.devices.filter(isExpected)
  const known = devices.flatMap(device => (device.unsent === null ? [] : [device.unsent]))
  const sure = devices.every(device => device.connection === 'connected' && device.unsent !== null)
  if (known.length === 0) return { count: null, sure: false }
  return { count: known.reduce((sum, count) => sum + count, 0), sure }
}

const freshMs = 60_000

/** Whether the hub holds all that the store has done, but for the last minute. */
export function isUpToDate(location: LocationView): boolean {
  const lag = storeLag(location)
  const reading = location.devices.every(device => device.sources.every(source => source.state === 'reading'))
  return lag !== null && lag < freshMs && reading && silentTills([location]) === 0
}
