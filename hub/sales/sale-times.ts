/** A calendar date as a number that sorts: 2026-07-18 is 20260718. */
export function dateNumber(date: string): number {
  return Number(date.replaceAll('-', ''))
}

export function dateOfNumber(number: number): string {
  const text = String(number).padStart(8, '0')
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`
}

/** A till's wall-clock time as milliseconds, as if its zone were UTC: it sorts within a store and keeps what the POS wrote. */
export function wallNumber(wall: string): number {
  return Date.parse(`${wall}Z`)
}

/** To the second, as a till shows it. */
export function wallOfNumber(number: number): string {
  return new Date(number).toISOString().slice(0, 19)
}
