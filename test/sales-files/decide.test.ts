import { expect, test } from 'vitest'
import { decideFileEntry } from '../../agent/sources/sales-files/decide.ts'
import type { SalesEntry } from '../../agent/sources/sales-files/file-format.ts'
import type { KnownRow } from '../../agent/sources/source.ts'
import { EpochMs, SourceId } from '../../shared/ids.ts'

const at = {
  source: SourceId.parse('files'),
  now: EpochMs.parse(1_000),
  startFrom: null,
  pass: 'a.xml#1',
  window: null,
  clock: null,
  formerStoreAt: () => null,
  repeated: { are: 'refuse' as const, advice: () => '' },
}
const entry: SalesEntry = {
  key: 'HAR/2/2026-11-25/1',
  wall: '2026-11-25T14:03:00',
  offset: 0,
  text: () => '<Transaction/>',
  read: () => ({ is: 'void' }),
}

test('a broken record of a voided receipt is closed when the void comes again', () => {
  let known: KnownRow | undefined
  const kinds = []
  const seen = [{ is: 'void' }, { is: 'refused', error: new Error('broken') }, { is: 'void' }, { is: 'void' }]
  for (const said of seen as Parameters<typeof decideFileEntry>[1][]) {
    const step = decideFileEntry(entry, said, known, at)
    kinds.push(step.events.map(event => event.kind))
    known = step.known ?? known
  }
  expect(kinds).toEqual([[], ['source.row-refused'], ['source.row-accepted'], []])
  expect(known?.state).toBe('gone')
})
