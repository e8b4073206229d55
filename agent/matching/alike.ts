/** What of a sale two sources can be compared by. */
export interface SaleFacts {
  readonly receipt: string
  /** As `numberKey` makes it; empty: the source does not know it. */
  readonly number: string
  /** As `tillKey` makes it. */
  readonly till: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly currency: string
  /** Minor units. */
  readonly total: number
}

/** A receipt number without what tills print around it: `Bon-Nr. T1-000123` and `123` are one. */
export function numberKey(number: string): string {
  const digits = number.normalize('NFKC').match(/\d+/g)?.at(-1)
  if (digits !== undefined) return digits.replace(/^0+(?=\d)/, '')
  return plainName(number)
}

/** A till's name: its number if it has one (`Kasse 01` is `1`), else its letters. */
export function tillKey(till: string): string {
  return numberKey(till)
}

function plainName(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}

/** Two tills may be one: equal, one unknown, or one named by number and the other by word, which says nothing. */
export function mayBeSameTill(a: string, b: string): boolean {
  if (a === '' || b === '' || a === b) return true
  return /^\d/.test(a) !== /^\d/.test(b)
}

/** Whether two sources may speak of one sale, their receipt numbers left aside. */
export function isAlike(a: SaleFacts, b: SaleFacts, windowMs: number): boolean {
  return (
    a.currency === b.currency &&
    a.total === b.total &&
    Math.abs(a.at - b.at) <= windowMs &&
    mayBeSameTill(a.till, b.till)
  )
}
