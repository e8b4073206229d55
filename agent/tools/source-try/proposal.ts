import type { PreviewRow } from '../../sources/preview.ts'
import type { FileQuestion } from './questions.ts'

/** How the sales of a POS are to be read, and what that makes of them. */
export interface SourceProposal<Settings = Readonly<Record<string, unknown>>> {
  /** The kind of source. */
  readonly kind: string
  /** How they are kept, for the person who checks it: `semicolons between columns`. */
  readonly layout: string
  /** For `settings` of the source in agent.json. */
  readonly settings: Settings
  /** What each record becomes with them. */
  readonly rows: readonly PreviewRow[]
  /** What the settings rest on that the POS does not say. */
  readonly assumed: readonly string[]
  /** What only a person knows, the first to be answered first. */
  readonly questions: readonly FileQuestion[]
  /** Whether totals or payments agree with what was read. */
  readonly isProven: boolean
  /** Why it can't be read as a whole; null when it can. */
  readonly fault: { readonly code: string; readonly sentence: string } | null
}
