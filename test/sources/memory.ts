import type { FormerStoreAt, KnownRow, SourceMemory, SourceReading } from '../../agent/sources/source.ts'
import type { AgentEvent } from '../../shared/events.ts'

/** A journal's side of a source, in memory. `copy` is what a backup of the journal would hold. */
export class TestMemory implements SourceMemory {
  readonly events: AgentEvent[] = []
  readonly rows = new Map<string, KnownRow>()
  readonly readings: SourceReading[] = []
  #mark: string | null = null
  formerStoreAt: FormerStoreAt = () => null

  mark(): unknown {
    return this.#mark === null ? null : JSON.parse(this.#mark)
  }

  known(keys: readonly string[]): ReadonlyMap<string, KnownRow> {
    return new Map(
      keys.flatMap(key => {
        const row = this.rows.get(key)
        return row === undefined ? [] : [[key, row] as const]
      }),
    )
  }

  knownBetween(from: string, to: string, limit: number): readonly KnownRow[] {
    return [...this.rows.values()]
      .filter(row => row.soldAt >= from && row.soldAt < to)
      .sort((a, b) => (a.soldAt < b.soldAt ? -1 : 1))
      .slice(0, limit)
  }

  async commit(reading: SourceReading): Promise<void> {
    this.readings.push(reading)
    this.events.push(...reading.events)
    for (const row of reading.known) this.rows.set(row.key, row)
    if (reading.mark !== null) this.#mark = JSON.stringify(reading.mark)
  }

  copy(): TestMemory {
    const copy = new TestMemory()
    copy.formerStoreAt = this.formerStoreAt
    copy.events.push(...this.events)
    for (const [key, row] of this.rows) copy.rows.set(key, row)
    copy.#mark = this.#mark
    return copy
  }
}
