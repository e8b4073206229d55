import type { Reads } from '../db/db.ts'

/** The names of the files into which events were archived. */
export async function archiveFiles(db: Reads): Promise<readonly string[]> {
  const rows = await db.selectFrom('event_archive').select('file').distinct().orderBy('file').execute()
  return rows.map(row => row.file)
}
