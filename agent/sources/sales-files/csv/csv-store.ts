import { wallClock } from '../../../../shared/wall-clock.ts'
import { momentClock } from '../moment-clock.ts'
import { type ZoneOfRow, zoneOfRow } from './row-zone.ts'
import type { CsvSettings } from './settings.ts'

/** A source of the kind `csv`: its settings, and how it reads moments. */
export interface CsvStore {
  readonly source: string
  readonly settings: CsvSettings
  readonly clock: ReturnType<typeof wallClock>
  /** Business days are the store's own in any case. */
  readonly dayClock: ReturnType<typeof wallClock>
  readonly zoneOf: ZoneOfRow
}

export function csvStore(source: string, settings: CsvSettings): CsvStore {
  return {
    source,
    settings,
    clock: momentClock(settings),
    dayClock: wallClock({ numbers: 'epoch-ms' }, settings.zone),
    zoneOf: zoneOfRow(settings),
  }
}
