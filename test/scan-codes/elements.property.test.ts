import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allAis } from '../../agent/codecs/scan-codes/ai-table.ts'
import { decodeScan } from '../../agent/codecs/scan-codes/decode-scan.ts'
import { readDigitalLink } from '../../agent/codecs/scan-codes/digital-link.ts'
import { readElements, wrongInValue } from '../../agent/codecs/scan-codes/element-string.ts'
import { ScanRules } from '../../agent/codecs/scan-codes/rules.ts'
import { composed, element } from './composed.ts'

const rules = ScanRules.parse({ fnc1: ['{GS}'] })
const plain = (found: ReturnType<typeof readElements>['found']) =>
  found.map(({ ai, value }) => ({ ai: ai.ai, value }))

test('elements are read as they were put together, wherever separators may stand', () =>
  fc.assert(
    fc.property(composed, ({ text, elements }) => {
      const read = readElements(text)
      expect(read.problem).toBeNull()
      expect(plain(read.found)).toEqual(elements)
      for (const { value, from, to } of read.found) expect(text.slice(from, to)).toBe(value)
    }),
    { numRuns: 2_000 },
  ))

test('a scan of them names the same AIs, with the separator sent as a sign of its own or FNC1 in front', () =>
  fc.assert(
    fc.property(composed, fc.boolean(), ({ text, elements }, signs) => {
      const sent = signs ? text.replaceAll('\x1d', '{GS}') : `\x1d${text}`
      const scan = decodeScan(`]d2${sent}`, rules, 2026)
      expect(scan.problem).toBeNull()
      expect(scan.elements.map(({ ai }) => ai)).toEqual(elements.map(({ ai }) => ai))
    }),
  ))

test('a value with one character too many or of another kind is refused, and so is every shorter fixed one', () =>
  fc.assert(
    fc.property(element, ({ ai, value }) => {
      expect(wrongInValue(ai, value)).toBeNull()
      expect(wrongInValue(ai, `${value}${'0'.repeat(ai.most - value.length + 1)}`)).not.toBeNull()
      expect(wrongInValue(ai, `~${value.slice(1)}`)).not.toBeNull()
      if (!ai.separated) expect(wrongInValue(ai, value.slice(0, -1))).not.toBeNull()
    }),
  ))

test('no AI is the beginning of another, so that reading can not go astray', () => {
  const numbers = allAis().map(({ ai }) => ai)
  expect(numbers.length).toBeGreaterThan(500)
  expect(numbers.filter(one => numbers.some(other => other !== one && other.startsWith(one)))).toEqual([])
})

test('what a Digital Link holds is read back, percent-encoded as it must be', () =>
  fc.assert(
    fc.property(
      fc.uniqueArray(element, { maxLength: 5, selector: ({ ai }) => ai.ai }),
      fc.constantFrom('https://id.example', 'HTTP://shop.example:8080/some/page'),
      (elements, base) => {
        const attributes = elements.filter(({ ai }) => ai.inLink && ai.ai !== '01' && ai.ai !== '10')
        const encoded = (text: string) =>
          encodeURIComponent(text).replace(/[!'()*]/g, one => `%${one.charCodeAt(0).toString(16)}`)
        const query = attributes.map(({ ai, value }) => `${ai.ai}=${encoded(value)}`).join('&')
        const read = readDigitalLink(`${base}/01/09506000134352/10/A%2fB?${query}&v=1`)
        expect(read?.problem ?? null).toBeNull()
        expect(plain(read?.found ?? [])).toEqual([
          { ai: '01', value: '09506000134352' },
          { ai: '10', value: 'A/B' },
          ...attributes.map(({ ai, value }) => ({ ai: ai.ai, value })),
        ])
      },
    ),
  ))
