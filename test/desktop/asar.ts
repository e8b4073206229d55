import { readFileSync } from 'node:fs'
import { z } from 'zod'

const Entry = z.object({
  get files() {
    return z.record(z.string(), Entry).optional()
  },
  size: z.number().optional(),
  offset: z.string().optional(),
  unpacked: z.boolean().optional(),
})
type Entry = z.infer<typeof Entry>

export interface PackedFile {
  readonly path: string
  readonly size: number
  /** Whether it lies beside the archive: the system loads no native part out of one. */
  readonly isUnpacked: boolean
  text(): string
}

/** The files of an app.asar: a Chromium pickle with a JSON header, then the files' bytes. */
export function readAsar(file: string): PackedFile[] {
  const bytes = readFileSync(file)
  const jsonLength = bytes.readUInt32LE(12)
  const base = 8 + bytes.readUInt32LE(4)
  const header = Entry.parse(JSON.parse(bytes.subarray(16, 16 + jsonLength).toString()))
  const found: PackedFile[] = []
  const walk = (entry: Entry, path: string): void => {
    for (const [name, below] of Object.entries(entry.files ?? {}))
      walk(below, path === '' ? name : `${path}/${name}`)
    if (entry.files !== undefined) return
    const start = base + Number(entry.offset ?? 0)
    const size = entry.size ?? 0
    const isUnpacked = entry.unpacked === true
    found.push({ path, size, isUnpacked, text: () => bytes.subarray(start, start + size).toString() })
  }
  walk(header, '')
  return found
}
