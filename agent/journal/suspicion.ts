import { describeError, type TillbridgeError } from '../../shared/errors.ts'
import type { World } from '../../shared/world.ts'

/** A note beside the journal that its file is to be checked before it is used again, whatever ends the agent before. */
const noteOf = (path: string) => `${path}.check`

/** Why the file at `path` is suspected; null: it is not. */
export function suspicionOf({ files }: Pick<World, 'files'>, path: string): string | null {
  return files.readText(noteOf(path))?.trim() ?? null
}

/** A disk that takes no more writes can't take this one either: the running agent then remembers it alone. */
export function noteSuspicion(
  { files, log }: Pick<World, 'files' | 'log'>,
  path: string,
  error: TillbridgeError,
): void {
  try {
    files.writePrivate(noteOf(path), `${String(error.facts['cause'] ?? error.code)}\n`)
  } catch (failure) {
    log.warn({ path, ...describeError(failure) }, 'it could not be noted that the journal is to be checked')
  }
}

export function forgetSuspicion({ files }: Pick<World, 'files'>, path: string): void {
  files.remove(noteOf(path))
}
