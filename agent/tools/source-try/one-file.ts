import { basename } from 'node:path'
import type { SalesFiles } from '../../sources/sales-files/sales-files.ts'

/** A folder that holds these bytes as its one file, which has rested for long. */
export function oneFile(file: string, bytes: Buffer): SalesFiles {
  const name = basename(file)
  const identity = 'tried'
  return {
    list: async () => [{ name, bytes: bytes.length, writtenMs: 0, identity }],
    async read(path, offset, into) {
      if (basename(path) !== name) return null
      return { filled: bytes.copy(into, 0, offset), identity }
    },
    watch: () => () => undefined,
  }
}

/** The name with its digits left open, so that tomorrow's file is read as well: `sales-*.csv`. */
export function filesLike(file: string): string {
  const name = basename(file)
  const at = name.lastIndexOf('.')
  const [stem, end] = at > 0 ? [name.slice(0, at), name.slice(at)] : [name, '']
  return `${stem.replace(/\d+(?:[-_. ]?\d+)*/g, '*')}${end}`
}
