import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { commonLayout, KEYBOARD, readHidDescriptor } from '../../agent/peripherals/scanners/hid-descriptor.ts'
import { hidScans } from '../../agent/peripherals/scanners/hid-report.ts'
import { MAX_CODE_BYTES } from '../../agent/peripherals/scanners/scan-framing.ts'
import { fuzzRuns, fuzzSeed } from './fuzz.ts'
import { keyboardDescriptor, scannerDescriptor, scanReports } from './hid-samples.ts'

function assembled(descriptor: Uint8Array | null) {
  const codes: string[] = []
  const drops: [number, string][] = []
  const layouts = descriptor === null ? [] : readHidDescriptor(descriptor).layouts
  const scans = hidScans(layouts, {
    code: code => void codes.push(Buffer.from(code).toString('latin1')),
    dropped: (count, why) => void drops.push([count, why]),
  })
  return { codes, drops, scans }
}

describe('the report descriptor', () => {
  test("a scanner's own description gives the common layout", () => {
    expect(readHidDescriptor(scannerDescriptor())).toEqual({
      applications: [0x8c0002],
      layouts: [commonLayout],
    })
  })
  test('fields elsewhere, a report without count, without id', () => {
    const [layout] = readHidDescriptor(scannerDescriptor({ dataBytes: 120, hasCount: false })).layouts
    expect(layout).toEqual({
      ...commonLayout,
      bytes: 127,
      countAt: null,
      aimAt: [1, 2, 3],
      dataAt: 4,
      dataBytes: 120,
      continuedBit: 126 * 8,
    })
  })
  test('a keyboard is known as one and has no scans', () => {
    expect(readHidDescriptor(keyboardDescriptor)).toEqual({ applications: [KEYBOARD], layouts: [] })
  })
  test('push and pop, usages of four bytes, a range of usages', () => {
    const descriptor = Uint8Array.from([
      ...[0x05, 0x8c, 0x09, 0x02, 0xa1, 0x01, 0x75, 0x08, 0x95, 0x03, 0xa4, 0x05, 0x0d, 0x95, 0x07, 0xb4],
      ...[0x19, 0xfb, 0x29, 0xfd, 0x81, 0x02], // AIM 1 to 3, on the page from before the push
      ...[0x95, 0x14, 0x0b, 0xfe, 0x00, 0x8c, 0x00, 0x81, 0x02, 0xc0], // 20 bytes of data
    ])
    expect(readHidDescriptor(descriptor).layouts).toEqual([
      {
        reportId: null,
        bytes: 23,
        countAt: null,
        aimAt: [0, 1, 2],
        dataAt: 3,
        dataBytes: 20,
        continuedBit: null,
      },
    ])
  })
})

describe('scans', () => {
  test.each([
    ['described', scannerDescriptor()],
    ['silent', null],
  ])('one report (%s)', (_name, descriptor) => {
    const one = assembled(descriptor)
    for (const report of scanReports(']E0', '4006381333931')) one.scans.take(report)
    expect(one).toMatchObject({ codes: [']E04006381333931'], drops: [] })
  })
  test('a long code over several reports', () => {
    const code = Array.from({ length: 300 }, (_, i) => String.fromCharCode(0x30 + (i % 70))).join('')
    const one = assembled(scannerDescriptor())
    const reports = scanReports(']Q3', code)
    expect(reports).toHaveLength(6)
    for (const report of reports) one.scans.take(report)
    expect(one).toMatchObject({ codes: [`]Q3${code}`], drops: [] })
  })
  test('a byte count is kept to, NULs inside and all', () => {
    const one = assembled(scannerDescriptor())
    const [report = new Uint8Array()] = scanReports(']d2', 'A\x00B\x1dC')
    report[12] = 0x5a // padding with something else than NUL
    one.scans.take(report)
    expect(one.codes).toEqual([']d2A\x00B\x1dC'])
  })
  test('without a count, NULs at the end are padding', () => {
    const one = assembled(scannerDescriptor({ hasCount: false, dataBytes: 20 }))
    const report = new Uint8Array(27)
    report.set([2, 0x5d, 0x45, 0x30, 0x31, 0x32, 0x33])
    one.scans.take(report)
    expect(one.codes).toEqual([']E0123'])
  })
  test('no identifier, one that is sent twice, and the CR that is added for keyboards', () => {
    const one = assembled(scannerDescriptor())
    for (const report of scanReports('\x00\x00\x00', '123\r\n')) one.scans.take(report)
    for (const report of scanReports(']E0', ']E0456\r')) one.scans.take(report)
    expect(one.codes).toEqual(['123', ']E0456'])
  })
  test('a count beyond the data, a report that is cut off, one of another kind', () => {
    const one = assembled(scannerDescriptor())
    const [long = new Uint8Array()] = scanReports(']E0', 'x'.repeat(56))
    long[1] = 255
    one.scans.take(long)
    const [cut = new Uint8Array()] = scanReports(']E0', '12345')
    one.scans.take(cut.subarray(0, 7))
    one.scans.take(Uint8Array.of(5, 1, 2, 3))
    expect(one.codes).toEqual([`]E0${'x'.repeat(56)}`, ']E012'])
  })
  test('a code whose rest never comes, and one that never ends', () => {
    const one = assembled(scannerDescriptor())
    const [first = new Uint8Array()] = scanReports(']E0', 'x'.repeat(60))
    one.scans.take(first)
    expect(one.scans.isWaiting()).toBe(true)
    one.scans.breakOff()
    expect(one).toMatchObject({ codes: [], drops: [[56, 'broken-off']] })
    for (let i = 0; i < 100; i += 1) one.scans.take(first)
    const [last = new Uint8Array()] = scanReports(']E0', 'end')
    one.scans.take(last)
    one.scans.take(last)
    expect(one).toMatchObject({
      codes: [']E0end'],
      drops: [
        [56, 'broken-off'],
        [5_603, 'too-long'],
      ],
    })
  })
})

/** A valid description with some bytes changed, cut or added; or any bytes at all. */
const mutated = (valid: fc.Arbitrary<Uint8Array>) =>
  fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .tuple(
        valid,
        fc.array(fc.tuple(fc.nat(255), fc.nat(255)), { maxLength: 6 }),
        fc.nat(300),
        fc.uint8Array({ maxLength: 8 }),
      )
      .map(([bytes, changes, length, tail]) => {
        const changed = Uint8Array.from([...bytes.subarray(0, length), ...tail])
        for (const [at, value] of changes) if (changed.length > 0) changed[at % changed.length] = value
        return changed
      }),
  )
const descriptors = mutated(
  fc.constantFrom(scannerDescriptor(), scannerDescriptor({ hasCount: false }), keyboardDescriptor),
)
const reports = fc.array(mutated(fc.constantFrom(...scanReports(']Q1', 'x'.repeat(130)))), { maxLength: 8 })

test(`${fuzzRuns} mutated descriptors and reports: no throw, codes within bounds`, () => {
  let runs = 0
  fc.assert(
    fc.property(descriptors, reports, (descriptor, sent) => {
      runs += 1
      const { layouts, applications } = readHidDescriptor(descriptor)
      const scans = hidScans(layouts, {
        code(code) {
          if (code.length === 0 || code.length > MAX_CODE_BYTES + 3)
            throw new Error(`a code of ${code.length} bytes`)
        },
        dropped(count) {
          if (count <= 0) throw new Error('nothing dropped')
        },
      })
      for (const report of sent) scans.take(report)
      scans.breakOff()
      return !scans.isWaiting() && applications.length <= 64 && layouts.every(({ bytes }) => bytes <= 4_097)
    }),
    { numRuns: fuzzRuns, seed: fuzzSeed },
  )
  expect(runs).toBe(fuzzRuns)
})
