import type { Reads } from '../db/db.ts'

/** Whether work waits because the app lacks one of these scopes or capabilities: that has an exception, and what waits needs no other. */
export async function isScopeMissing(db: Reads, of: readonly string[]): Promise<boolean> {
  const row = await db
    .selectFrom('exception')
    .select('id')
    .where('kind', '=', 'shopify-scope-missing')
    .where('subject', 'in', of)
    .where('closed_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
