import type { z } from 'zod'
import { settingsMistakes } from '../../shared/plain-issues.ts'
import type { Clock, Files, Log } from '../../shared/world.ts'
import type { DropFiles } from './drop-files.ts'
import type { WriteBackJob } from './job.ts'
import { writeBackSettingsInvalid } from './problems.ts'

/** What a target may reach. */
export interface TargetParts {
  /** The target's name: the source that reads the same POS. */
  readonly target: string
  /** This agent's device, to tell it from another of the same store. */
  readonly device: string
  readonly clock: Clock
  readonly log: Log
  readText(file: string): string | null
  /** Opens an SQLite file that exists for writing; null: there is none. */
  openDatabase(file: string): ReturnType<Files['database']> | null
  readonly dropFiles: DropFiles
}

/** A POS open for writing. */
export interface OpenTarget {
  /**
   * Resolves once the job is durably in the POS, also if it was there before. It is never written twice, even after a
   * crash in between or beside another agent.
   * @throws POS_ARTICLE_UNKNOWN, POS_ARTICLE_AMBIGUOUS, POS_WRITE_REFUSED: the POS refused it; anything else: not now
   */
  write(job: WriteBackJob): Promise<void>
  close(): Promise<void>
}

/** A kind of target: one file, a schema for its settings, and one line in index.ts. */
export interface TargetKind {
  readonly kind: string
  readonly settings: z.ZodType
  /** @throws WRITE_BACK_SETTINGS_INVALID */
  configure(target: string, settings: unknown): (parts: TargetParts) => Promise<OpenTarget>
}

export function defineTarget<Settings>(kind: {
  readonly kind: string
  readonly settings: z.ZodType<Settings>
  open(settings: Settings, parts: TargetParts): Promise<OpenTarget>
}): TargetKind {
  return {
    kind: kind.kind,
    settings: kind.settings,
    configure(target, settings) {
      const parsed = kind.settings.safeParse(settings)
      if (!parsed.success)
        throw writeBackSettingsInvalid(
          { target, why: settingsMistakes(parsed.error, 'settings').join('; ') },
          parsed.error,
        )
      return parts => kind.open(parsed.data, parts)
    },
  }
}
