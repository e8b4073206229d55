/** What updates do on the disk; replaced whole in tests. */
export interface UpdateFiles {
  /** Room on the disk of a folder that exists, bytes. */
  freeBytes(folder: string): number
  ensureFolder(folder: string): void
  sizeOf(path: string): number | null
  append(path: string, bytes: Uint8Array): void
  /** base64url. */
  sha512(path: string): Promise<string>
  /** Unpacks an archive into a new folder; all of it is durable then. @throws PACKAGE_TAMPERED */
  unpack(archive: string, folder: string, mostBytes: number): Promise<void>
  /** Durable. */
  rename(from: string, to: string): void
  /** A file or a whole folder; does nothing when it is missing. */
  remove(path: string): void
  list(folder: string): readonly string[]
}
