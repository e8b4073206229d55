import { recordValueUnreadable } from '../../../../shared/record-problems.ts'
import { isTimeZone } from '../../../../shared/time-zone.ts'
import { zoneClock } from '../../../../shared/wall-clock.ts'

/** Compares a row's own time zone with the store's. @throws RECORD_VALUE_UNREADABLE where they differ, or the name is unknown */
export type ZoneOfRow = (named: string, wall: string, heading: string) => void

/** Zones that exports call by a name that is neither IANA's nor its city's. */
const NAMED: Readonly<Record<string, string>> = {
  'eastern time (us & canada)': 'America/New_York',
  'central time (us & canada)': 'America/Chicago',
  'mountain time (us & canada)': 'America/Denver',
  'pacific time (us & canada)': 'America/Los_Angeles',
  'indiana (east)': 'America/Indiana/Indianapolis',
  arizona: 'America/Phoenix',
  alaska: 'America/Anchorage',
  hawaii: 'Pacific/Honolulu',
  'atlantic time (canada)': 'America/Halifax',
  newfoundland: 'America/St_Johns',
  saskatchewan: 'America/Regina',
  edinburgh: 'Europe/London',
  canberra: 'Australia/Sydney',
  osaka: 'Asia/Tokyo',
  sapporo: 'Asia/Tokyo',
}

/** A zone is the store's if its clock showed the same at that time, whatever it is called. */
export function zoneOfRow(settings: {
  readonly zone: string
  readonly zones: Readonly<Record<string, string>>
}): ZoneOfRow {
  const here = zoneClock(settings.zone)
  const clocks = new Map<string, ReturnType<typeof zoneClock> | null>()
  return (named, wall, heading) => {
    const clock = clocks.get(named) ?? clockOf(named, settings.zones)
    clocks.set(named, clock)
    const ms = Date.parse(`${wall}Z`)
    if (clock !== null && clock(ms) === here(ms)) return
    const expected =
      clock === null
        ? 'a time zone that is known ("zones" says which one a name is)'
        : `${settings.zone}, the "zone" of this source's settings`
    throw recordValueUnreadable({ field: heading, value: named.slice(0, 100), expected })
  }
}

function clockOf(named: string, zones: Readonly<Record<string, string>>) {
  const plain = named.toLowerCase()
  const own = Object.entries(zones).find(([name]) => name.toLowerCase() === plain)?.[1]
  const city = `/${plain.replaceAll(' ', '_')}`
  const zone =
    own ??
    NAMED[plain] ??
    Intl.supportedValuesOf('timeZone').find(each => each.toLowerCase().endsWith(city)) ??
    (isTimeZone(named) ? named : null)
  return zone === null ? null : zoneClock(zone)
}
