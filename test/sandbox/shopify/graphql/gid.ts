/** A global id as Shopify writes them, its type known to the compiler. */
export type IdOf<T extends string> = `gid://shopify/${T}/${string}`

/** `gid://shopify/Order/5900000000001`. */
export function gid<T extends string>(type: T, id: number | string): IdOf<T> {
  return `gid://shopify/${type}/${id}`
}

/** What a global id names; undefined when the text is not a global id. */
export function parseGid(text: string): { type: string; id: string } | undefined {
  const match = /^gid:\/\/shopify\/(\w+)\/([^?]+)(\?.*)?$/.exec(text)
  const [, type, id] = match ?? []
  return type === undefined || id === undefined ? undefined : { type, id }
}

/** The number in a global id of this type; undefined for another type or no id at all. */
export function idOf(text: string, type: string): number | undefined {
  const parsed = parseGid(text)
  if (parsed?.type !== type || !/^\d{1,15}$/.test(parsed.id)) return undefined
  return Number(parsed.id)
}
