/** A file of a watched folder as the last look found it. */
export interface JournalFile {
  readonly name: string
  readonly bytes: number
  /** When it was last written, by the file system's clock; ms with their fraction. */
  readonly writtenMs: number
  /** Tells it from another file that took its name. */
  readonly identity: string
}

/** A piece of a file, and what the file was at that moment. */
export interface JournalPiece {
  /** Fewer than asked for only at the file's end. */
  readonly bytes: Uint8Array
  readonly identity: string
}

/** The little that reading journals takes of a file system. Nothing here writes, moves, locks or keeps a file open. */
export interface JournalFiles {
  /** The regular files right in the folder, in no order; null: there is no such folder. */
  list(folder: string): Promise<readonly JournalFile[] | null>
  /** Null: the file is gone. */
  read(file: string, offset: number, length: number): Promise<JournalPiece | null>
  /** Calls back soon after something in the folder changed, as far as the system says so. Gives the way to stop. */
  watch(folder: string, changed: () => void): () => void
}
