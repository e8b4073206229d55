import { sql } from 'kysely'
import type { Reads } from '../db/db.ts'
import { storableSubject } from './storable-subject.ts'
import { type ExceptionKind, StoredFields } from './words/message.ts'

/** What is asked about an order. */
export interface AskedOrder {
  readonly order: string
  /** As people, receipts and POS systems may name it. */
  readonly names: readonly string[]
  readonly pickups: readonly string[]
}

/** Whether an exception is open about an order or one of its pickups, other than of some kinds. */
export async function isOpenAbout(
  db: Reads,
  { order, names, pickups }: AskedOrder,
  besides: readonly ExceptionKind[],
): Promise<boolean> {
  const subjects = [order, ...pickups].map(storableSubject)
  const isSubject = (subject: string) =>
    subjects.some(one => subject === one || subject.startsWith(`${one}/`))
  // what a name may have beside letters and digits is written in another way in JSON, or stands for any text here
  const named = names.map(name => `%"${name.replaceAll(/[^\p{L}\p{N}]/gu, '%')}"%`)
  const rows = await db
    .selectFrom('exception')
    .select(['subject', 'fields_json'])
    .where('closed_at', 'is', null)
    .where('kind', 'not in', besides)
    .where(e =>
      e.or([
        ...subjects.flatMap(one => [e('subject', '=', one), e('subject', 'like', `${one}/%`)]),
        ...named.map(one => sql<boolean>`fields_json LIKE ${one}`),
      ]),
    )
    .execute()
  return rows.some(({ subject, fields_json }) => {
    if (isSubject(subject)) return true
    const { order: first, other } = StoredFields.parse(JSON.parse(fields_json))
    return names.some(name => name === first || name === other)
  })
}
