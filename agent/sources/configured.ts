import { z } from 'zod'
import type { SourceId } from '../../shared/ids.ts'
import { settingsMistakes } from '../../shared/plain-issues.ts'
import { sourceKindUnknown, sourceSettingsInvalid } from './problems.ts'
import type { AnySourceKind, OpenSource, SourceParts } from './source.ts'

/** A source as the settings name it. */
export interface SourceConfig {
  readonly source: SourceId
  readonly kind: string
  readonly settings: unknown
}

/**
 * The way to open a source, its settings checked.
 * @throws SOURCE_KIND_UNKNOWN, SOURCE_SETTINGS_INVALID
 */
export function configured(
  { source, kind, settings }: SourceConfig,
  kinds: readonly AnySourceKind[],
): (parts: SourceParts) => Promise<OpenSource> {
  const found = kinds.find(each => each.kind === kind)
  if (found === undefined) throw sourceKindUnknown({ source, kind, known: kinds.map(each => each.kind) })
  try {
    return found.configure(settings)
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    throw sourceSettingsInvalid({ source, problems: settingsMistakes(error, 'settings') }, error)
  }
}
