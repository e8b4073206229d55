import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type DropReason,
  type Framing,
  frameScans,
  MAX_CODE_BYTES,
} from '../../agent/peripherals/scanners/scan-framing.ts'
import { fuzzRuns, fuzzSeed } from './fuzz.ts'

const bytes = (text: string) => Uint8Array.from(text, character => character.charCodeAt(0))
const text = (code: Uint8Array) => String.fromCharCode(...code)

function framed(framing: Partial<Framing> = {}) {
  const codes: string[] = []
  const drops: [number, DropReason][] = []
  const scans = frameScans(
    { prefix: '', suffix: 'line-end', ...framing },
    { code: code => void codes.push(text(code)), dropped: (count, why) => void drops.push([count, why]) },
  )
  return { codes, drops, scans, take: (sent: string, nowMs = 0) => scans.take(bytes(sent), nowMs) }
}

describe('where a code ends', () => {
  test.each([
    ['CR', {}, '4006381333931\r', ['4006381333931']],
    ['LF', {}, '4006381333931\n', ['4006381333931']],
    ['CR LF', {}, 'A\r\nB\r\n', ['A', 'B']],
    ['STX and ETX', { suffix: 'stx-etx' as const }, '\x02A\x03\x02B\x03', ['A', 'B']],
    ['an own suffix', { suffix: { text: '##' } }, 'A#1##B##', ['A#1', 'B']],
    ['an own prefix', { prefix: '~Q' }, '~QA\r~QB\r', ['A', 'B']],
    ['FNC1 inside', {}, ']C10104006381333931\x1d10LOT\r', [']C10104006381333931\x1d10LOT']],
  ])('%s', (_name, framing, sent, codes) => {
    const whole = framed(framing)
    whole.take(sent)
    expect(whole).toMatchObject({ codes, drops: [] })
    const split = framed(framing)
    for (const character of sent) split.take(character)
    expect(split).toMatchObject({ codes, drops: [] })
  })

  test('without a suffix a pause ends it', () => {
    const one = framed({ suffix: 'none' })
    one.take('4006381')
    one.take('333931', 40)
    expect(one.codes).toEqual([])
    expect(one.scans.waitMs()).toBe(100)
    one.scans.paused(150)
    expect(one).toMatchObject({ codes: ['4006381333931'], drops: [] })
    expect(one.scans.waitMs()).toBeNull()
  })
})

describe('what is let go', () => {
  test('half a code after a pause, and the next one is whole', () => {
    const one = framed()
    one.take('400638')
    one.scans.paused(1_000)
    one.take('12345670\r', 1_200)
    expect(one).toMatchObject({ codes: ['12345670'], drops: [[6, 'broken-off']] })
  })
  test('half a code when the cable is pulled', () => {
    const one = framed()
    one.take('400638')
    one.scans.reset()
    expect(one.drops).toEqual([[6, 'broken-off']])
  })
  test('bytes before the prefix', () => {
    const one = framed({ prefix: '~' })
    one.take('noise~A\rnothing\r')
    expect(one).toMatchObject({
      codes: ['A'],
      drops: [
        [5, 'no-prefix'],
        [7, 'no-prefix'],
      ],
    })
  })
  test('a first code that broke off between STX and STX', () => {
    const one = framed({ suffix: 'stx-etx' })
    one.take('\x0212\x0234\x03')
    expect(one).toMatchObject({ codes: ['34'], drops: [[3, 'no-prefix']] })
  })
  test.each([
    ['line-end' as const, '\r'],
    [{ text: '0123456789abcdef' }, '0123456789abcdef'],
  ])('a code beyond 4,096 bytes, none of the next (%j)', (suffix, end) => {
    const one = framed({ suffix })
    one.take('x'.repeat(MAX_CODE_BYTES) + end)
    one.take('y'.repeat(MAX_CODE_BYTES + 1) + end)
    one.take('z'.repeat(1_000_003) + end)
    one.take(`next${end}`)
    expect(one.codes.map(code => code.length)).toEqual([MAX_CODE_BYTES, 4])
    expect(one.drops).toEqual([
      [MAX_CODE_BYTES + 1, 'too-long'],
      [1_000_003, 'too-long'],
    ])
  })
  test('a flood beyond 2,000 codes and 50 a second, told once it ebbs', () => {
    const one = framed()
    one.take('12345670\r'.repeat(2_500), 0)
    expect(one.codes).toHaveLength(2_000)
    one.take('12345670\r'.repeat(100), 1_000)
    expect(one.codes).toHaveLength(2_050)
    expect(one.drops).toEqual([[4_000, 'flood']])
    one.scans.paused(2_000)
    expect(one.drops).toEqual([
      [4_000, 'flood'],
      [400, 'flood'],
    ])
  })
})

const framing: fc.Arbitrary<Framing> = fc.record({
  prefix: fc.constantFrom('', '\x02', '~Q'),
  suffix: fc.constantFrom<Framing['suffix']>(
    'line-end',
    'stx-etx',
    'none',
    { text: '\x03' },
    { text: '#\r#' },
  ),
})
const noise = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  fc
    .array(fc.constantFrom(0x02, 0x03, 0x0a, 0x0d, 0x23, 0x31, 0x51, 0x7e), { maxLength: 200 })
    .map(some => Uint8Array.from(some)),
  fc.nat(9_000).map(length => new Uint8Array(length).fill(0x31)),
)

test(`${fuzzRuns} inputs: no throw, no long or empty code, no more told than was sent`, () => {
  let runs = 0
  fc.assert(
    fc.property(framing, fc.array(noise, { maxLength: 4 }), (how, pieces) => {
      runs += 1
      let told = 0
      const scans = frameScans(how, {
        code(code) {
          if (code.length === 0 || code.length > MAX_CODE_BYTES)
            throw new Error(`a code of ${code.length} bytes`)
          told += code.length
        },
        dropped(count) {
          if (count <= 0) throw new Error('nothing dropped')
          told += count
        },
      })
      pieces.forEach((piece, i) => {
        scans.take(piece, i * 10)
        if (i % 2 === 1) scans.paused(i * 10 + 5)
      })
      scans.paused(1_000)
      scans.reset()
      const sent = pieces.reduce((sum, piece) => sum + piece.length, 0)
      return told <= sent && scans.waitMs() === null
    }),
    { numRuns: fuzzRuns, seed: fuzzSeed },
  )
  expect(runs).toBe(fuzzRuns)
})

test('however codes are cut on their way, they arrive as they were sent', () => {
  const code = fc.uint8Array({ minLength: 1, maxLength: 80 }).map(raw => raw.map(byte => 0x20 + (byte % 90)))
  fc.assert(
    fc.property(
      fc.array(code, { maxLength: 8 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 30 })),
      (codes, cuts) => {
        const sent = codes.map(one => `${text(one)}\r\n`).join('')
        const one = framed()
        for (let at = 0; at < sent.length; ) {
          const length = cuts.next().value
          one.take(sent.slice(at, at + length))
          at += length
        }
        expect(one).toMatchObject({ codes: codes.map(text), drops: [] })
      },
    ),
    { numRuns: 500 },
  )
})
