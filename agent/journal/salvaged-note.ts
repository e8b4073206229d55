import { z } from 'zod'
import { JournalSalvaged } from '../../shared/events.ts'
import type { Files } from '../../shared/world.ts'

/**
 * What the newest salvage of a journal brought, kept beside it. `exchanging`: the damaged file and the new one are
 * complete and not yet both in their places.
 */
const SalvagedNote = z.object({ state: z.enum(['exchanging', 'done']), event: JournalSalvaged })
export type SalvagedNote = z.infer<typeof SalvagedNote>

const noteOf = (path: string) => `${path}.salvaged`

export function readSalvagedNote(files: Pick<Files, 'readText'>, path: string): SalvagedNote | null {
  const text = files.readText(noteOf(path))
  if (text === null) return null
  try {
    return SalvagedNote.parse(JSON.parse(text))
  } catch {
    return null // the disk that damaged the journal damaged the note: it is of no use
  }
}

export function writeSalvagedNote(
  files: Pick<Files, 'writePrivate'>,
  path: string,
  note: SalvagedNote,
): void {
  files.writePrivate(noteOf(path), `${JSON.stringify(note)}\n`)
}
