import { join } from 'node:path'
import { z } from 'zod'
import type { Files, World } from '../../shared/world.ts'

/** An update that was fetched and unpacked, and waits for the launcher to start it. */
const Staged = z.object({
  version: z.string(),
  /** The hub's name for its offer. */
  offered: z.string(),
  /** The form of the journal that it writes. */
  journal: z.int(),
  /** The sources that were being read before it: it has to read them as well. */
  worked: z.array(z.string()),
})
export type Staged = z.infer<typeof Staged>

const Failed = z.object({
  offered: z.string(),
  version: z.string(),
  code: z.string(),
  sentence: z.string(),
  at: z.number(),
})

/** Which version runs, kept beside the versions. The launcher alone writes it. */
const UpdateState = z.object({
  /** Null: the program that was installed. */
  current: z.string().nullable().default(null),
  /** What goes on when `current` does not work; null: the program that was installed. */
  previous: z.string().nullable().default(null),
  /** The version of the installed program when `current` took its place: a newer one that is installed later wins. */
  over: z.string().default(''),
  trial: Staged.extend({ starts: z.int() }).nullable().default(null),
  failed: Failed.nullable().default(null),
  /** The newest version that worked here. */
  newest: z.string().default('0.0.0'),
  /** The journal of this version is still to be set aside, and the one before it put back. */
  restoring: z.string().nullable().default(null),
})
export type UpdateState = z.infer<typeof UpdateState>

/** Where a till keeps its updates, below the agent's data folder. */
export function updatePaths(folder: string) {
  const updates = join(folder, 'updates')
  const versions = join(updates, 'versions')
  return {
    updates,
    versions,
    state: join(updates, 'state.json'),
    staged: join(updates, 'staged.json'),
    version: (version: string) => join(versions, version),
    program: (version: string) => join(versions, version, 'bin', 'tillbridge-agent.mjs'),
  }
}

const nothing: UpdateState = UpdateState.parse({})

/** What is kept, for those who only look; a file that can't be read counts as none. */
export function readUpdateState(world: Pick<World, 'files' | 'log'>, path: string): UpdateState {
  return lookUpdateState(world, path) ?? nothing
}

/** What is kept; null: there is a file, and it can't be read. */
export function lookUpdateState(world: Pick<World, 'files' | 'log'>, path: string): UpdateState | null {
  const kept = readKept(world, path, UpdateState)
  return kept === 'none' ? nothing : kept
}

export function readStaged(world: Pick<World, 'files' | 'log'>, path: string): Staged | null {
  const kept = readKept(world, path, Staged)
  return kept === 'none' ? null : kept
}

/** `none`: there is no file; null: it can't be read. */
function readKept<Kept>(
  { files, log }: Pick<World, 'files' | 'log'>,
  path: string,
  schema: z.ZodType<Kept>,
): Kept | 'none' | null {
  try {
    const text = files.readText(path)
    return text === null ? 'none' : schema.parse(JSON.parse(text))
  } catch (error) {
    log.error({ path, error }, 'what is known of updates can’t be read')
    return null
  }
}

export function writeUpdateState(
  files: Pick<Files, 'writePrivate'>,
  path: string,
  kept: UpdateState | Staged,
): void {
  files.writePrivate(path, `${JSON.stringify(kept)}\n`)
}
