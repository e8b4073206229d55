import type { ExceptionCode, FieldsOf } from './words/message.ts'

/** What is wrong with one subject: which text says so, and its fields. Worded when it is shown, in the reader's language. */
export type SubjectProblem = {
  [Code in ExceptionCode]: OfDevice<Code> & {
    /** An exception's kind, or a variant of it: `kind.variant`. */
    readonly code: Code
    /** What it is about: the same problem is one exception with a count. */
    readonly subject: string
    readonly store: string | null
    readonly fields: FieldsOf<Code>
    /** What a person needs to investigate, beyond the sentence. */
    readonly evidence: Readonly<Record<string, unknown>>
  }
}[ExceptionCode]

/** Kinds that what a till sends opens. Each till has a share of its store's list, and can fill no more than that. */
type KindOfTills =
  | 'cancelled-but-collected'
  | 'clock-wrong'
  | 'command-unreadable'
  | 'event-unreadable'
  | 'handed-over-after-move'
  | 'handed-over-twice'
  | 'handed-over-unknown'
  | 'handed-over-unpaid'
  | 'item-bundle'
  | 'item-untracked'
  | 'journal-damaged'
  | 'look-ups-beyond-limit'
  | 'moves-beyond-limit'
  | 'order-sale-unclear'
  | 'order-sale-voided'
  | 'peripheral-missing'
  | 'pickup-move-refused'
  | 'pickup-refused'
  | 'pickup-short'
  | 'pins-guessed'
  | 'pos-row-refused'
  | 'pos-unread'
  | 'refund-owed'
  | 'return-not-undone'
  | 'return-refused'
  | 'return-stuck'
  | 'pos-write-refused'
  | 'pos-write-waiting'
  | 'printer-needs-care'
  | 'receipt-does-not-balance'
  | 'receipt-of-two-tills'
  | 'receipt-unparsed'
  | 'sku-ambiguous'
  | 'sku-unknown'
  | 'own-settings-broken'
  | 'reads-no-sales'
  | 'till-disk-full'
  | 'till-disk-low'
  | 'till-restored'
  | 'till-unusual'
  | 'unposted-sale'
  | 'unsent-of-other-store'

type KindOf<Code extends string> = Code extends `${infer Kind}.${string}` ? Kind : Code

/** The device whose event or report it came by; null: an order or an answer of Shopify says it. */
type OfDevice<Code extends ExceptionCode> =
  KindOf<Code> extends KindOfTills ? { readonly device: string | null } : { readonly device?: string | null }

/** Which open exceptions of a kind a finding speaks for: those not found again are closed. */
export type Scope =
  | 'all'
  | { readonly subjects: readonly string[] }
  | { readonly store: string }
  /** One wording of the kind; a subject found that is open in another wording takes this one. */
  | { readonly code: ExceptionCode }
