import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeScan } from '../../agent/codecs/scan-codes/decode-scan.ts'
import { ScanRules } from '../../agent/codecs/scan-codes/rules.ts'
import { scanText } from '../../agent/codecs/scan-codes/scan-text.ts'
import { fuzz, mutated, seeded } from './fuzz.ts'

// The long run is scans.fuzz.ts, by `npm run fuzz`.
test('500 mutated scans: none throws, all fit their event', () => {
  const { problems } = fuzz(4_711, 500)
  expect(problems).toBeGreaterThan(50)
  expect(problems).toBeLessThan(450)
})

test('the same seed gives the same inputs', () => {
  const inputs = (seed: number) => Array.from({ length: 50 }, (_, __, pick = seeded(seed)) => mutated(pick))
  expect(inputs(5)).toEqual(inputs(5))
  expect(inputs(5)).not.toEqual(inputs(6))
})

test('any bytes at all become a scan', () => {
  const rules = ScanRules.parse({})
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 6_000 }), bytes => {
      const scan = decodeScan(scanText(bytes), rules, 2026)
      expect(scan.text.length).toBeLessThanOrEqual(4_096)
    }),
    { numRuns: 300 },
  )
})
