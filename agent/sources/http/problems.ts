import { defineError } from '../../../shared/errors.ts'

export const postedSaleMalformed = defineError(
  'POSTED_SALE_MALFORMED',
  (f: { why: string }) => `The posted sale can't be read: ${f.why}. Correct it and post it again.`,
)
export const idempotencyKeyMissing = defineError(
  'IDEMPOTENCY_KEY_MISSING',
  () =>
    'The header Idempotency-Key is missing or longer than 200 characters. Send a new key with each sale, and the same one when trying again.',
)
export const idempotencyKeyReused = defineError(
  'IDEMPOTENCY_KEY_REUSED',
  (f: { key: string }) =>
    `The key "${f.key}" was used before for other content. Draw a new key for each request that differs.`,
)
export const posSourceClosed = defineError(
  'POS_SOURCE_CLOSED',
  (f: { source: string }) =>
    `This agent has no open source "${f.source}" of the kind "http". Add it to "sources" in agent.json, and post to its name.`,
)
