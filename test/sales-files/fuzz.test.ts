import { expect, test } from 'vitest'
import { fuzz } from './fuzz.ts'

/** A million and more are run by hand: fuzz.child.ts. */
test('20,000 broken documents: none throws past its own record, none stalls', () => {
  const { read } = fuzz(1, 7_000)
  expect(read).toBeGreaterThan(20_000)
}, 120_000)
