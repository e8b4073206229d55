/** A file of a watched folder as the last look found it. */
export interface SalesFile {
  readonly name: string
  readonly bytes: number
  /** When it was last written, by the file system's clock; ms with their fraction. */
  readonly writtenMs: number
  /** Tells it from another file that took its name. */
  readonly identity: string
}

/** What a read gave, and what the file was at that moment. */
export interface SalesFilePiece {
  /** Bytes that were filled in: fewer than there was room for only at the file's end. */
  readonly filled: number
  readonly identity: string
}

/** The little that reading journals takes of a file system. Nothing here writes, moves, locks or keeps a file open. */
export interface SalesFiles {
  /** The regular files right in the folder, in no order; null: there is no such folder. */
  list(folder: string): Promise<readonly SalesFile[] | null>
  /** Fills `into` from `offset` on. Null: the file is gone. */
  read(file: string, offset: number, into: Uint8Array): Promise<SalesFilePiece | null>
  /** Calls back soon after something in the folder changed, as far as the system says so. Gives the way to stop. */
  watch(folder: string, changed: () => void): () => void
}
