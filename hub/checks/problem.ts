import type { ExceptionCode, FieldsOf } from './words/message.ts'

/** What is wrong with one subject: which text says so, and its fields. Worded when it is shown, in the reader's language. */
export type SubjectProblem = {
  [Code in ExceptionCode]: {
    /** An exception's kind, or a variant of it: `kind.variant`. */
    readonly code: Code
    /** What it is about: the same problem is one exception with a count. */
    readonly subject: string
    readonly store: string | null
    /** The device whose event it came by, so that one device cannot fill its store's list. */
    readonly device?: string
    readonly fields: FieldsOf<Code>
    /** What a person needs to investigate, beyond the sentence. */
    readonly evidence: Readonly<Record<string, unknown>>
  }
}[ExceptionCode]

/** Which open exceptions of a kind a finding speaks for: those not found again are closed. */
export type Scope =
  | 'all'
  | { readonly subjects: readonly string[] }
  | { readonly store: string }
  /** One wording of the kind; a subject found that is open in another wording takes this one. */
  | { readonly code: ExceptionCode }
