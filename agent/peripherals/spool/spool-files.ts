/** The few things that the print spool needs of a disk, in one folder. Names are plain. All reject when the disk fails. */
export interface SpoolFiles {
  /** Names and sizes of the files; makes the folder, for its user alone, when it is missing. */
  list(): Promise<readonly { readonly name: string; readonly size: number }[]>
  read(name: string): Promise<Uint8Array>
  /** Makes a file that must not exist, readable by its user alone. */
  create(name: string): Promise<SpoolFile>
  /** Does nothing if the file is missing. */
  remove(name: string): Promise<void>
  /** Leaves a file its name and its first byte. */
  empty(name: string): Promise<void>
}

export interface SpoolFile {
  append(bytes: Uint8Array): Promise<void>
  /** Resolves once what was appended would survive a power cut. */
  sync(): Promise<void>
  close(): Promise<void>
}
