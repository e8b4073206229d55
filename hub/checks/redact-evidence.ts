import { z } from 'zod'
import type { Tx } from '../db/db.ts'

/** Kinds whose evidence may hold what Shopify said of an order or a customer. */
const kinds = ['order-unreadable', 'webhook-unreadable', 'customer-data-request'] as const
/** Kinds whose words name a customer: the field `customer`. A test compares this with the words. */
export const namesCustomerIn = ['pickup-short', 'pickup-not-collected'] as const
const ROWS_A_LOOK = 200
const REDACTED = '{"redacted":true}'

/** Whom a redaction is about: these subjects and ids, or every customer of the shop. */
type About = { readonly subjects: ReadonlySet<string>; readonly numbers: ReadonlySet<string> } | 'all'

/**
 * Removes customers from exceptions, open and closed: the names in their words, and the evidence of those that are about these
 * subjects or name one of these ids, as a number or in a gid, also within a text that is JSON itself.
 */
export async function redactExceptions(tx: Tx, about: About): Promise<void> {
  await redactNames(tx, about)
  await redactEvidence(tx, about)
}

const NO_NAME = { phrase: 'phrase.no-name' } as const

async function redactNames(tx: Tx, about: About): Promise<void> {
  const rows = await tx
    .selectFrom('exception')
    .select(['id', 'subject', 'fields_json'])
    .where('kind', 'in', namesCustomerIn)
    .where('fields_json', 'not like', `%"customer":${JSON.stringify(NO_NAME)}%`)
    .execute()
  for (const { id, subject, fields_json } of rows) {
    // a question to a customer is named within its order's subject
    if (about !== 'all' && !about.subjects.has(subject.replace(/\/choice\/.*$/, ''))) continue
    const fields = { ...Fields.parse(JSON.parse(fields_json)), customer: NO_NAME }
    await tx
      .updateTable('exception')
      .set({ fields_json: JSON.stringify(fields) })
      .where('id', '=', id)
      .execute()
  }
}

const Fields = z.record(z.string(), z.unknown())

async function redactEvidence(tx: Tx, about: About): Promise<void> {
  for (let last = 0; ; ) {
    const rows = await tx
      .selectFrom('exception')
      .select(['id', 'subject', 'evidence_json'])
      .where('kind', 'in', kinds)
      .where('id', '>', last)
      .where('evidence_json', '<>', REDACTED)
      .orderBy('id')
      .limit(ROWS_A_LOOK)
      .execute()
    for (const { id, subject, evidence_json } of rows) {
      const isMeant = about === 'all' || about.subjects.has(subject) || namesOne(evidence_json, about.numbers)
      if (isMeant)
        await tx.updateTable('exception').set({ evidence_json: REDACTED }).where('id', '=', id).execute()
    }
    const end = rows.at(-1)
    if (end === undefined) return
    last = end.id
  }
}

const NAMES_ID = /(^|_)(ids?|gid|orders?)(_|$)/i
const LONG_NUMBER = /\d{6,20}/g

/** Whether a text names one of these ids. What is not JSON, such as a body that was cut off, is searched for its long numbers. */
export function namesOne(text: string, numbers: ReadonlySet<string>): boolean {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return [...text.matchAll(LONG_NUMBER)].some(([number]) => numbers.has(number)) // nothing says which of them are ids
  }
  return valueNames(parsed, '', numbers)
}

function valueNames(value: unknown, key: string, numbers: ReadonlySet<string>): boolean {
  if (typeof value === 'number') return NAMES_ID.test(key) && numbers.has(String(value))
  if (typeof value === 'string') {
    const gid = /^gid:\/\/shopify\/[A-Za-z]+\/([^/?]+)/.exec(value)?.[1]
    if (gid !== undefined) return numbers.has(gid)
    if (/^\s*[[{]/.test(value)) return namesOne(value, numbers)
    return NAMES_ID.test(key) && numbers.has(value)
  }
  if (Array.isArray(value)) return value.some(one => valueNames(one, key, numbers))
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, one]) => valueNames(one, name, numbers))
}
