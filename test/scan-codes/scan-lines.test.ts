import { expect, test } from 'vitest'
import { ScanRules } from '../../agent/codecs/scan-codes/rules.ts'
import { decodeScanLines } from '../../agent/commands/decode-scans.ts'

const rules = ScanRules.parse({})
const decode = (...lines: string[]) => decodeScanLines(lines, rules, 2026)

test('each line is an object of its own; empty ones are left out', () => {
  const out = decode(']E04006381333931', '', '  ', ']E04006381333930', 'MUG-WHT\r')
  expect(
    out.map(({ input, gtin, text, error }) => ({ input, gtin, text, error: error?.code ?? null })),
  ).toEqual([
    { input: ']E04006381333931', gtin: '04006381333931', text: '4006381333931', error: null },
    { input: ']E04006381333930', gtin: null, text: '4006381333930', error: 'GTIN_INVALID' },
    { input: 'MUG-WHT', gtin: null, text: 'MUG-WHT', error: null },
  ])
})

test('FNC1 may be the byte or be written out, in small or capital letters', () => {
  const lines = ['\x1d', '\\x1d', '\\x1D'].map(gs => `]C1${gs}0109506000134352${gs}10A-1${gs}17270600`)
  for (const out of decode(...lines)) {
    expect(out.ais).toEqual({ '01': '09506000134352', '10': 'A-1', '17': '270600' })
    expect(out.elements.map(({ ai }) => ai)).toEqual(['01', '10', '17'])
    expect(out.text).toBe('0109506000134352\x1d10A-1\x1d17270600')
    expect(out.error).toBeNull()
  }
  expect(decode(lines[1] ?? '')[0]?.input).toBe(lines[1])
})

test('a backslash that writes no control character stays', () => {
  expect(decode(']Q1C:\\x41\\xzz')[0]?.text).toBe('C:\\x41\\xzz')
})

test('every field is there, so that a line can be read without looking', () => {
  expect(Object.keys(decode('x')[0] ?? {}).sort()).toEqual([
    'addOn',
    'aim',
    'ais',
    'elements',
    'error',
    'gtin',
    'input',
    'item',
    'order',
    'restricted',
    'symbology',
    'text',
    'warnings',
  ])
})
