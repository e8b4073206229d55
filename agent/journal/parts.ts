import type { ApisOf, JournalCore, JournalParts, OpenPart } from './part.ts'
import { migratePart } from './schema.ts'

export type OpenParts = Readonly<Record<string, OpenPart<unknown>>>

/** Brings each part's tables up to date and opens it. @throws SCHEMA_NEWER */
export function openParts(
  parts: JournalParts,
  path: string,
  coreFor: (name: string) => JournalCore,
): OpenParts {
  return Object.fromEntries(
    Object.entries(parts).map(([key, part]) => {
      const core = coreFor(part.name)
      migratePart(core.db, path, part)
      return [key, part.open(core)]
    }),
  )
}

/** Each key's API is what the part under that key returned: the types follow the keys, which `Object` forgets. */
export function apisOf<Parts extends JournalParts>(parts: OpenParts): ApisOf<Parts> {
  return Object.fromEntries(Object.entries(parts).map(([key, part]) => [key, part.api])) as ApisOf<Parts>
}
