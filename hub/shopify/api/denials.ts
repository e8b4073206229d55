import type { Capability } from './capabilities.ts'

/** A part of an answer that the app has no right to: Shopify answers null there, and says so beside the data. */
export interface Denial {
  /** From the answer's root, with positions in lists; empty when Shopify names none. */
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** Fields that an operation can do without, by their path without list positions, and the capability they belong to. */
export type Spares = Readonly<Record<string, Capability>>

/** What an answer with denials is still good for. */
export interface Judged {
  /** Denials of what the operation needs. */
  readonly needed: readonly Denial[]
  /** What it says of each capability: a message where something was withheld, null where something was given. */
  readonly withheld: ReadonlyMap<Capability, string | null>
}

/** Tells the parts that an operation can do without from those it needs. */
export function judgeDenials(data: unknown, denials: readonly Denial[], spares: Spares): Judged {
  const withheld = new Map<Capability, string | null>()
  const needed: Denial[] = []
  for (const denial of denials) {
    const capability = spared(data, denial, spares)
    if (capability === null) needed.push(denial)
    else if (!withheld.has(capability)) withheld.set(capability, denial.message)
  }
  for (const [path, capability] of Object.entries(spares))
    if (!withheld.has(capability) && valuesAt(data, path.split('.')).some(value => value !== null))
      withheld.set(capability, null)
  return { needed, withheld }
}

/**
 * The capability of a denied field that can be done without; null: it is needed, or took more than itself along. Without a path it
 * is the field that Shopify's words name.
 */
function spared(data: unknown, { path, message }: Denial, spares: Spares): Capability | null {
  for (const [name, capability] of Object.entries(spares)) {
    const spare = name.split('.')
    const within = pathWithin(path, spare)
    if (path.length === 0 && namesField(message, spare) && valuesAt(data, spare).includes(null))
      return capability
    // GraphQL answers null for the nearest parent that may be null: that parent must not be more than the field
    if (within !== null && isThere(data, within.slice(0, -1))) return capability
  }
  return null
}

function namesField(message: string, field: readonly string[]): boolean {
  const name = field.at(-1)?.toLowerCase() ?? ''
  return message
    .toLowerCase()
    .split(/[^a-z]+/)
    .includes(name)
}

/** The part of a denial's path that a field's path covers, with list positions; null: it is about another field. */
function pathWithin(
  path: readonly (string | number)[],
  field: readonly string[],
): readonly (string | number)[] | null {
  let matched = 0
  for (const [index, part] of path.entries()) {
    if (typeof part === 'number') continue
    if (part !== field[matched]) return null
    matched += 1
    if (matched === field.length) return path.slice(0, index + 1)
  }
  return null
}

function isThere(data: unknown, path: readonly (string | number)[]): boolean {
  let value: unknown = data
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return false
    value = Reflect.get(value, part)
  }
  return typeof value === 'object' && value !== null
}

/** Every value at a path, in all elements of the lists on the way. */
function valuesAt(data: unknown, path: readonly string[]): readonly unknown[] {
  if (Array.isArray(data)) return data.flatMap(one => valuesAt(one, path))
  const [name, ...rest] = path
  if (name === undefined) return data === undefined ? [] : [data]
  return typeof data === 'object' && data !== null ? valuesAt(Reflect.get(data, name), rest) : []
}
