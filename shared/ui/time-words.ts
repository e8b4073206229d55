/** Where and in which language a moment is told. */
export interface TimePlace {
  readonly zone: string
  readonly locale: string
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const lengthUnits = [
  ['day', 24 * hourMs, 'long'],
  ['hour', hourMs, 'short'],
  ['minute', minuteMs, 'short'],
] as const

function format(at: number, place: TimePlace, options: Intl.DateTimeFormatOptions): string {
  try {
    return new Intl.DateTimeFormat(place.locale, { ...options, timeZone: place.zone }).format(at)
  } catch {
    // A zone that this browser does not know: its own is better than an empty page.
    return new Intl.DateTimeFormat(place.locale, options).format(at)
  }
}

/** The day at the place, as a text that is equal for equal days. */
export function dayAt(at: number, zone: string): string {
  return format(at, { zone, locale: 'en-CA' }, { year: 'numeric', month: '2-digit', day: '2-digit' })
}

/** `14:05`, as the clock at the place shows it. */
export function clockTime(at: number, place: TimePlace): string {
  return format(at, place, { hour: '2-digit', minute: '2-digit' })
}

/** `14:05` for today, else `Tue 24 Nov, 14:05`. */
export function clockOrDate(at: number, now: number, place: TimePlace): string {
  if (dayAt(at, place.zone) === dayAt(now, place.zone)) return clockTime(at, place)
  return format(at, place, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  })
}

/** `14:05` for today, else `Tue 24 Nov`. */
export function clockOrDay(at: number, now: number, place: TimePlace): string {
  if (dayAt(at, place.zone) === dayAt(now, place.zone)) return clockTime(at, place)
  return format(at, place, { weekday: 'short', day: 'numeric', month: 'short' })
}

/** "12 December 2026": the day of the store's calendar. */
export function dayWords(at: number, place: TimePlace): string {
  return format(at, place, { day: 'numeric', month: 'long', year: 'numeric' })
}

/** The whole moment with its zone, for the hover. */
export function exactTime(at: number, place: TimePlace): string {
  return format(at, place, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  })
}

/** `4 min ago`, `in 22 min`; null from an hour on, when a clock time says more. */
export function relativeWords(at: number, now: number, locale: string): string | null {
  const difference = at - now
  if (Math.abs(difference) >= hourMs) return null
  const words = new Intl.RelativeTimeFormat(locale, { style: 'short', numeric: 'auto' })
  const minutes = Math.round(difference / minuteMs)
  return minutes === 0 ? words.format(0, 'second') : words.format(minutes, 'minute')
}

/** How long something took, in its largest whole unit, at least a minute: `12 min`, `3 hr`, `2 days`. */
export function lengthWords(ms: number, locale: string): string {
  const [unit, unitMs, unitDisplay] = lengthUnits.find(([, of]) => ms >= of) ?? lengthUnits[2]
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay }).format(
    Math.max(1, Math.floor(ms / unitMs)),
  )
}
