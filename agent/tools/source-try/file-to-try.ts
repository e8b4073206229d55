import type { SourceId } from '../../../shared/ids.ts'
import type { FileAnswers } from './questions.ts'

/** The file to look at: its path, its first bytes, and what is known of its store. */
export interface FileToTry {
  readonly file: string
  readonly folder: string
  readonly bytes: Buffer
  readonly source: SourceId
  readonly store: { readonly zone: string; readonly warehouse: string }
  readonly answers: FileAnswers
  /** How many bytes of the file follow those that are looked at. */
  readonly unread: number
}
