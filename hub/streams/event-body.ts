/** Begins a stored body that is not as it came. JSON begins with another character, so bodies of real events never do. */
const WRITTEN_AS_JSON = '\u0001'

/** A record's body as both engines keep it. PostgreSQL's text refuses U+0000, which a broken record may hold. */
export function storedBody(body: string): string {
  const isPlain = !body.includes('\u0000') && !body.startsWith(WRITTEN_AS_JSON)
  return isPlain ? body : `${WRITTEN_AS_JSON}${JSON.stringify(body)}`
}

/** A stored body as it came from the till, unit for unit. Only records that were set aside need this. */
export function bodyAsItCame(stored: string): string {
  if (!stored.startsWith(WRITTEN_AS_JSON)) return stored
  return String(JSON.parse(stored.slice(WRITTEN_AS_JSON.length)))
}
