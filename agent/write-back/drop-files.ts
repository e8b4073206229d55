/** The few things that a file drop needs of a disk, each durable once it returns. Names are plain, inside `folder`. */
export interface DropFiles {
  /** False: there is no such folder. */
  isFolder(folder: string): boolean
  ensureFolder(folder: string): void
  /** Writes or replaces a file and makes it durable. */
  write(folder: string, name: string, text: string): void
  /** Creates a file that must not exist, and makes it durable; false: it exists. */
  create(folder: string, name: string, text: string): boolean
  /** Null: there is none. */
  read(folder: string, name: string): string | null
  /** Moves a file at once, onto one of the same name if need be, and makes that durable; one that is gone is left. */
  move(fromFolder: string, toFolder: string, name: string, toName: string): void
  /** Names and last change (ms) of the folder's files. */
  list(folder: string): readonly { readonly name: string; readonly changed: number }[]
  /** Also when there is none. */
  remove(folder: string, name: string): void
}
