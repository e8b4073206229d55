import { expect, test } from 'vitest'
import { fuzz } from './fuzz.ts'

/** `npm run fuzz -- test/sales-files` runs a million and more. */
test('6,000 broken documents: none throws past its own record', () => {
  const { read } = fuzz(1, 2_000)
  expect(read).toBeGreaterThan(6_000)
})
