import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  conditionsOf,
  factsOfAutomatic,
  factsOfPaperAnswer,
  factsOfRealTime,
} from '../../agent/peripherals/printers/conditions.ts'
import { questionWatch } from '../../agent/peripherals/printers/question-watch.ts'
import { starStatusReader } from '../../agent/peripherals/printers/star-status.ts'
import { type Heard, statusReader } from '../../agent/peripherals/printers/status.ts'

function hear(bytes: readonly number[]): Heard[] {
  const reader = statusReader()
  return bytes.flatMap(byte => reader.take(byte) ?? [])
}

describe('ESC/POS status, told apart by its fixed bits', () => {
  test('an automatic status is four bytes, a real-time answer one', () => {
    expect(hear([0x14, 0x00, 0x00, 0x0f, 0x16])).toEqual([
      { is: 'automatic', bytes: [0x14, 0x00, 0x00, 0x0f] },
      { is: 'real-time', byte: 0x16 },
    ])
  })
  test('a real-time answer and XOFF between the bytes of an automatic status change nothing in it', () => {
    expect(hear([0x18, 0x12, 0x00, 0x13, 0x0c, 0x00])).toEqual([
      { is: 'real-time', byte: 0x12 },
      { is: 'flow' },
      { is: 'automatic', bytes: [0x18, 0x00, 0x0c, 0x00] },
    ])
  })
  test('one that breaks off gives way to the next', () => {
    expect(hear([0x10, 0x00, 0x30, 0x00, 0x00, 0x00])).toEqual([
      { is: 'automatic', bytes: [0x30, 0x00, 0x00, 0x00] },
    ])
  })
  test('a process id is a block of its own, and no answer is read out of it', () => {
    expect(hear([0x37, 0x22, 0x10, 0x12, 0x41, 0x42, 0x00, 0x00])).toEqual([
      { is: 'block' },
      { is: 'answer', byte: 0x00 },
    ])
  })
  test('a block without an end lets go', () => {
    const heard = hear([0x5f, ...Array.from({ length: 300 }, () => 0x41), 0x12])
    expect(heard.at(-1)).toEqual({ is: 'real-time', byte: 0x12 })
  })
  test('any bytes: nothing thrown, and whatever is heard has its fixed bits', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), bytes => {
        for (const heard of hear([...bytes])) {
          if (heard.is === 'real-time') expect(heard.byte & 0x93).toBe(0x12)
          if (heard.is === 'answer') expect(heard.byte & 0x90).toBe(0)
          if (heard.is !== 'automatic') continue
          expect(heard.bytes[0] & 0x93).toBe(0x10)
          for (const byte of heard.bytes.slice(1)) expect(byte & 0x90).toBe(0)
        }
      }),
    )
  })
  test('a whole status is found after any rubbish that has come to rest', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), rubbish => {
        const reader = statusReader()
        for (const byte of rubbish) reader.take(byte)
        reader.forget()
        expect([0x14, 0, 0, 0].map(byte => reader.take(byte)).at(-1)).toEqual({
          is: 'automatic',
          bytes: [0x14, 0, 0, 0],
        })
      }),
    )
  })
})

describe('conditions', () => {
  test.each([
    [[0x10, 0, 0, 0], []],
    [
      [0x18, 0, 0x0c, 0],
      ['offline', 'paper-out'],
    ],
    [
      [0x38, 0, 0, 0],
      ['offline', 'cover-open'],
    ],
    [[0x10, 0, 0x03, 0], ['paper-low']],
    [
      [0x18, 0x08, 0, 0],
      ['offline', 'cutter-error'],
    ],
    [
      [0x18, 0x20, 0, 0],
      ['offline', 'error'],
    ],
  ] as const)('of automatic status %j are %j', (bytes, conditions) => {
    expect(conditionsOf(factsOfAutomatic([...bytes]), null)).toEqual(conditions)
  })
  test.each([
    [1, 0x1a, ['offline']],
    [2, 0x16, ['cover-open']],
    [3, 0x1a, ['cutter-error']],
    [3, 0x32, ['error']],
    [4, 0x1e, ['paper-low']],
    [4, 0x7e, ['paper-out']],
    [4, 0x12, []],
  ] as const)('of the answer to DLE EOT %i, %i, are %j', (question, byte, conditions) => {
    expect(conditionsOf(factsOfRealTime(question, byte), null)).toEqual(conditions)
  })
  test('a drawer is open by the level that its settings say, and not spoken of without them', () => {
    const high = factsOfRealTime(1, 0x16)
    const low = factsOfRealTime(1, 0x12)
    expect(conditionsOf(high, 'high')).toEqual(['drawer-open'])
    expect(conditionsOf(high, 'low')).toEqual([])
    expect(conditionsOf(low, 'low')).toEqual(['drawer-open'])
    expect(conditionsOf(high, null)).toEqual([])
    expect(conditionsOf({}, 'low')).toEqual([])
  })
  test('GS r 1 tells of paper', () => {
    expect(conditionsOf(factsOfPaperAnswer(0x03), null)).toEqual(['paper-low'])
    expect(conditionsOf(factsOfPaperAnswer(0x0f), null)).toEqual(['paper-out'])
  })
})

describe("Star's automatic status", () => {
  const read = (bytes: readonly number[]) => {
    const reader = starStatusReader()
    return bytes.flatMap(byte => reader.take(byte) ?? [])
  }
  test('nine bytes: cover open, off-line, paper out, three ETB counted', () => {
    expect(read([0x23, 0x86, 0x28, 0x00, 0x00, 0x08, 0x00, 0x06, 0x00])).toEqual([
      {
        facts: {
          coverOpen: true,
          offline: true,
          drawerPinHigh: false,
          cutterError: false,
          error: false,
          paperOut: true,
          paperLow: false,
        },
        etbCount: 3,
      },
    ])
  })
  test('seven bytes count no ETB; XON in between is not part of it', () => {
    expect(read([0x0f, 0x06, 0x11, 0x00, 0x08, 0x00, 0x04, 0x00])).toMatchObject([
      { facts: { cutterError: true, paperLow: true }, etbCount: null },
    ])
  })
  test('any bytes: nothing thrown, and a whole one after them is found', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
        const after = [0xff, 0x23, 0x06, 0, 0, 0, 0, 0, 0, 0]
        expect(read([...bytes, ...after]).at(-1)).toMatchObject({ etbCount: 0 })
      }),
    )
  })
})

test("the POS's questions are found across chunks, and nothing else is taken for one", () => {
  const watch = questionWatch()
  expect(watch.see(Uint8Array.of(0x41, 0x10))).toEqual([])
  expect(watch.see(Uint8Array.of(0x04))).toEqual([])
  expect(watch.see(Uint8Array.of(0x04, 0x10, 0x10, 0x04, 0x01))).toEqual([4, 1])
  expect(watch.see(Uint8Array.of(0x10, 0x04, 0x05, 0x10, 0x05, 0x01))).toEqual([])
})
