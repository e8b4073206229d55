import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeScan } from '../../agent/codecs/scan-codes/decode-scan.ts'
import { ScanRules } from '../../agent/codecs/scan-codes/rules.ts'
import { scanText } from '../../agent/codecs/scan-codes/scan-text.ts'
import { fuzz, mutated, seeded } from './fuzz.ts'

// One million and more: `npx node test/scan-codes/fuzz.child.ts`
test('20,000 mutated scans: none throws, none takes long, all fit their event', () => {
  const { slowestMs, problems } = fuzz(4_711, 20_000)
  expect(slowestMs).toBeLessThan(500)
  expect(problems).toBeGreaterThan(2_000)
  expect(problems).toBeLessThan(18_000)
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
