import { z } from 'zod'
import type { Reads } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'

type CountRow = Schema['pos_count']

/** What a till told last of an entry that another till has told since. `quantity` in thousandths of a unit; `at`: hub clock, ms. */
export interface CountWord {
  readonly quantity: number
  readonly at: number
}

const Words = z.record(z.string(), z.object({ quantity: z.int(), at: z.int() }))

/** Of so many other tills the word is kept, the newest first. */
const MOST_OTHERS = 15

/** What the other tills of a count told last, by device. */
export const otherWords = ({ others_json }: Pick<CountRow, 'others_json'>) =>
  new Map(Object.entries(Words.parse(JSON.parse(others_json))))

/** As `pos_count` keeps them. */
export function wordsText(words: ReadonlyMap<string, CountWord>): string {
  const newest = [...words].toSorted(([, one], [, other]) => other.at - one.at).slice(0, MOST_OTHERS)
  return JSON.stringify(Object.fromEntries(newest))
}

/** The tills that read the entry of a count, without those that were revoked: what they still had to tell does not come. */
async function readersOf(db: Reads, row: CountRow) {
  const words = otherWords(row)
  const own = { quantity: row.newest_quantity, at: row.newest_at }
  words.set(row.device, own)
  const rows = await db
    .selectFrom('device')
    .select(['device', 'last_seen_at'])
    .where('device', 'in', [...words.keys()])
    .where('state', '<>', 'revoked')
    .execute()
  return rows.map(({ device, last_seen_at }) => ({
    lastSeenAt: last_seen_at ?? 0,
    isAgreed: (words.get(device) ?? own).quantity === row.newest_quantity,
  }))
}

/**
 * Whether a till that tells this number was connected after it for so long that it would have told another one by now. A
 * count whose tills were all revoked is not waited for.
 */
export async function wasHeardAfter(db: Reads, row: CountRow, forMs: number): Promise<boolean> {
  const agreed = (await readersOf(db, row)).filter(one => one.isAgreed)
  return agreed.length === 0 || agreed.some(one => one.lastSeenAt >= row.received_at + forMs)
}

/** So long a till that is off the line, and told another number before, is waited for. */
const SILENT_MS = 48 * 60 * 60_000

/**
 * Whether other tills count the item in the same table. `differs`: one told another number before, was connected since for so long that
 * it would have told this one, and has not: it may be a table beside this one. `silent`: that is not known yet.
 */
export async function otherTills(
  db: Reads,
  row: CountRow,
  { forMs, now }: { readonly forMs: number; readonly now: number },
): Promise<'agree' | 'differs' | 'silent'> {
  const others = (await readersOf(db, row)).filter(one => !one.isAgreed)
  if (others.length === 0) return 'agree'
  const isKnown = others.some(one => one.lastSeenAt >= row.received_at + forMs)
  return isKnown || now >= row.received_at + SILENT_MS ? 'differs' : 'silent'
}
