import type { JournalSalvaged } from '../../shared/events.ts'
import type { Reads } from '../db/db.ts'
import type { SubjectProblem } from './problem.ts'
import type { FieldValue } from './words/message.ts'

/** The phrases of what a journal's parts hold; a part that this version does not know is named as it is. */
const lostParts = {
  position: { phrase: 'phrase.lost-position' },
  commands: { phrase: 'phrase.lost-commands' },
  sources: { phrase: 'phrase.lost-sources' },
  'captured-receipts': { phrase: 'phrase.lost-captured-receipts' },
  prints: { phrase: 'phrase.lost-captured-receipts' },
  matching: { phrase: 'phrase.lost-matching' },
  pickups: { phrase: 'phrase.lost-pickups' },
  store: { phrase: 'phrase.lost-store' },
  staff: { phrase: 'phrase.lost-staff' },
  reminders: { phrase: 'phrase.lost-reminders' },
  'print-jobs': { phrase: 'phrase.lost-print-jobs' },
  'write-backs': { phrase: 'phrase.lost-write-backs' },
} as const satisfies Readonly<Record<string, FieldValue>>

/** What head office is to know of a till's damaged journal. */
export async function salvagedProblem(
  db: Reads,
  { event, device, store }: { event: JournalSalvaged; device: string; store: string },
): Promise<SubjectProblem> {
  const found = await db.selectFrom('device').select('till').where('device', '=', device).executeTakeFirst()
  const { cause, file, events, sales, isEndLost, parts } = event
  const till = found?.till ?? device
  const evidence = { cause, file, events, sales, isEndLost, parts }
  const missing = missingIn(event)
  const subject = { subject: device, store, device, evidence }
  return missing === null
    ? { code: 'journal-damaged.whole', ...subject, fields: { till, store, cause, file } }
    : { code: 'journal-damaged.missing', ...subject, fields: { till, store, cause, file, missing } }
}

function missingIn({ events, sales, isEndLost, parts }: JournalSalvaged): FieldValue | null {
  const known: Readonly<Record<string, FieldValue>> = lostParts
  const all: FieldValue[] = [
    ...(events > 0 ? [{ phrase: 'phrase.lost-events', fields: { events, sales } } as const] : []),
    ...(isEndLost ? [{ phrase: 'phrase.lost-end' } as const] : []),
    ...parts.map(part => known[part] ?? part),
  ]
  const [first, ...others] = all
  if (first === undefined) return null
  return others.reduce<FieldValue>(
    (list, next) => ({ phrase: 'phrase.lost-list', fields: { first: list, next } }),
    first,
  )
}
