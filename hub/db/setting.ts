import type { Reads, Tx } from './db.ts'

/** A single remembered value of the hub; null when it was never set. */
export async function readSetting(db: Reads, key: string): Promise<string | null> {
  const row = await db.selectFrom('setting').select('value').where('key', '=', key).executeTakeFirst()
  return row?.value ?? null
}

export async function writeSetting(tx: Tx, key: string, value: string): Promise<void> {
  await tx
    .insertInto('setting')
    .values({ key, value })
    .onConflict(c => c.column('key').doUpdateSet({ value }))
    .execute()
}
