const secondMs = 1_000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

const steps = [
  { unit: 'day', ms: dayMs },
  { unit: 'hour', ms: hourMs },
  { unit: 'minute', ms: minuteMs },
  { unit: 'second', ms: secondMs },
] as const

/** A duration in its largest whole unit: `8 sec`, `41 min`, `3 hr`; `none` for under a second. */
export function lagWords(lagMs: number, locale: string, none: string): string {
  const step = steps.find(({ ms }) => lagMs >= ms)
  if (step === undefined) return none
  const format = new Intl.NumberFormat(locale, { style: 'unit', unit: step.unit, unitDisplay: 'short' })
  return format.format(Math.floor(lagMs / step.ms))
}
