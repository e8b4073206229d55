/** Begins a stored body that is not as it came. JSON begins with another character, so bodies of real events never do. */
const WRITTEN_AS_JSON = '\u0001'
/** Begins a body of which a card number was masked: its hash is that of the body as it came, which is not kept. */
const MASKED = '\u0002'

/** A record's body as both engines keep it. PostgreSQL's text refuses U+0000, which a broken record may hold. */
export function storedBody(body: string, { isMasked = false } = {}): string {
  if (isMasked) return `${MASKED}${JSON.stringify(body)}`
  const isPlain = !body.includes('\u0000') && !body.startsWith(WRITTEN_AS_JSON) && !body.startsWith(MASKED)
  return isPlain ? body : `${WRITTEN_AS_JSON}${JSON.stringify(body)}`
}

/** A stored body as it came from the till, unit for unit, but for masked card numbers. */
export function bodyAsItCame(stored: string): string {
  if (!stored.startsWith(WRITTEN_AS_JSON) && !stored.startsWith(MASKED)) return stored
  return String(JSON.parse(stored.slice(1)))
}

/** Whether a card number was masked in a stored body, so that its hash can't be checked. */
export function isMaskedBody(stored: string): boolean {
  return stored.startsWith(MASKED)
}
