import type { Tx } from '../db/db.ts'
import { storableSubject } from './storable-subject.ts'

/** Kinds whose evidence may hold what Shopify said of an order or a customer. */
const kinds = ['order-unreadable', 'webhook-unreadable', 'customer-data-request'] as const

/** Removes the evidence of exceptions, open and closed, that are about these subjects or contain one of these texts. */
export async function redactEvidence(
  tx: Tx,
  about: { readonly subjects: readonly string[]; readonly containing: readonly string[] },
): Promise<void> {
  const { subjects, containing } = about
  if (subjects.length === 0 && containing.length === 0) return
  await tx
    .updateTable('exception')
    .set({ evidence_json: '{"redacted":true}' })
    .where('kind', 'in', kinds)
    .where(e =>
      e.or([
        ...(subjects.length === 0 ? [] : [e('subject', 'in', subjects.map(storableSubject))]),
        ...containing.map(text => e('evidence_json', 'like', `%${text}%`)),
      ]),
    )
    .execute()
}
