/** An expected failure: a stable code, a sentence that a person can act on, the facts, and the cause. */
export class TillbridgeError extends Error {
  override readonly name = 'TillbridgeError'
  readonly code: string
  readonly facts: Readonly<Record<string, unknown>>

  constructor(code: string, sentence: string, facts: Readonly<Record<string, unknown>>, cause?: unknown) {
    super(sentence, cause === undefined ? undefined : { cause })
    this.code = code
    this.facts = facts
  }
}

/** Makes a `TillbridgeError` of one kind; also tells whether a caught value is of that kind. */
export interface ErrorKind<Facts> {
  (facts: Facts, cause?: unknown): TillbridgeError
  readonly code: string
  is(value: unknown): value is TillbridgeError
}

/**
 * Declares one kind of expected error. Every code has its line in docs/errors.md; a test keeps that so.
 * @param code stable, SCREAMING_SNAKE_CASE; logs, metrics and documents refer to it
 * @param sentence what happened and what to do, in plain words; never a secret
 */
export function defineError<Facts extends Record<string, unknown>>(
  code: string,
  sentence: (facts: Facts) => string,
): ErrorKind<Facts> {
  const make = (facts: Facts, cause?: unknown) => new TillbridgeError(code, sentence(facts), facts, cause)
  return Object.assign(make, {
    code,
    is: (value: unknown): value is TillbridgeError => value instanceof TillbridgeError && value.code === code,
  })
}

/** What failed first, when closing what was open failed as well: JavaScript then throws a SuppressedError of the last failure. */
export function firstCause(error: unknown): unknown {
  return error instanceof SuppressedError ? firstCause(error.suppressed) : error
}

/** The code and sentence of any thrown value; unexpected ones come as `UNEXPECTED` with their message. */
export function describeError(thrown: unknown): { code: string; sentence: string } {
  const value = firstCause(thrown)
  if (value instanceof TillbridgeError) return { code: value.code, sentence: value.message }
  return { code: 'UNEXPECTED', sentence: value instanceof Error ? value.message : String(value) }
}
