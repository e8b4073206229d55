import { expect, test } from 'vitest'
import { openWordWatch } from '../../hub/stock/word-watch.ts'

const MINUTE = 60_000
const START = 1_000 * MINUTE
const HOUR = 60 * MINUTE

/** What a watch says of a note that is written each minute until one, looked at each minute until another. */
function watch(of: { readonly aheadMs: number; readonly writtenFor: number; readonly lookedFor: number }) {
  const words = openWordWatch()
  const said = []
  for (let minute = 0; minute <= of.lookedFor; minute += 1) {
    const at = START + Math.min(minute, of.writtenFor) * MINUTE + of.aheadMs
    said.push(words.look({ device: 'dev_1', stamp: `says ${at}`, at }, START + minute * MINUTE))
  }
  return said
}

test('clocks that agree tell at once whether a note is fresh, and since when it is stale', () => {
  const said = watch({ aheadMs: 0, writtenFor: 2, lookedFor: 8 })
  expect(said[0]).toEqual({ is: 'fresh', skewMs: 0 })
  expect(said[5]).toEqual({ is: 'fresh', skewMs: 0 })
  expect(said[6]).toEqual({ is: 'stale', since: START + 2 * MINUTE })
})

test.each([HOUR, -HOUR])('a clock that is off by %s ms is known by the note’s changes', aheadMs => {
  const said = watch({ aheadMs, writtenFor: 4, lookedFor: 12 })
  expect(said[0]).toEqual({ is: 'unknown' })
  expect(said[1]).toEqual({ is: 'fresh', skewMs: -aheadMs })
  expect(said[7]).toEqual({ is: 'fresh', skewMs: -aheadMs })
  expect(said[8]).toEqual({ is: 'stale', since: START + 4 * MINUTE })
})

test('an old note that never changes is stale after three minutes, and nothing says since when', () => {
  const said = watch({ aheadMs: -HOUR, writtenFor: 0, lookedFor: 5 })
  expect(said.map(({ is }) => is)).toEqual(['unknown', 'unknown', 'unknown', 'unknown', 'stale', 'stale'])
  expect(said[4]).toEqual({ is: 'stale', since: null })
})

test('a change while nothing was looked at tells nothing of the clocks', () => {
  const words = openWordWatch()
  const look = (at: number, now: number) => words.look({ device: 'dev_1', stamp: `says ${at}`, at }, now)
  look(START, START)
  expect(look(START + 10 * MINUTE, START + HOUR)).toEqual({ is: 'unknown' })
})

test.each([HOUR, -HOUR])(
  'a look every ten minutes tells as much as one a minute, with a clock off by %s ms',
  aheadMs => {
    const words = openWordWatch()
    const said = [0, 10, 20, 30, 40].map(minute => {
      const at = START + Math.min(minute, 20) * MINUTE + aheadMs
      return words.look({ device: 'dev_1', stamp: `says ${at}`, at }, START + minute * MINUTE)
    })
    expect(said).toEqual([
      { is: 'unknown' },
      { is: 'fresh', skewMs: -aheadMs },
      { is: 'fresh', skewMs: -aheadMs },
      { is: 'stale', since: START + 20 * MINUTE },
      { is: 'stale', since: START + 20 * MINUTE },
    ])
  },
)
