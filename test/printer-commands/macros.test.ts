import { expect, test } from 'vitest'
import { openDecoder } from '../../agent/codecs/printer-commands/decode.ts'
import { newPrinterMemory, type PrinterMemory } from '../../agent/codecs/printer-commands/macro.ts'
import { bytes, decode, decodeInPieces, ESC, GS, textsOf } from './bytes.ts'

const DEFINE = [GS, 0x3a]
const run = (times = 1) => [GS, 0x5e, times, 0, 0]
const CUT = [GS, 0x56, 0]
const INIT = [ESC, 0x40]

/** A job of its own at a printer that stays on. */
function print(memory: PrinterMemory, ...parts: readonly (string | number | Iterable<number>)[]) {
  const decoder = openDecoder({ profile: 'epson', codePages: {} }, memory)
  return [...decoder.push(bytes(...parts)), ...decoder.end()]
}

test('a macro prints while it is defined, and again as often as it is asked for, with its settings', () => {
  const stream = bytes(
    DEFINE,
    ESC,
    0x45,
    1,
    'TRAINING\n',
    ESC,
    0x45,
    0,
    DEFINE,
    'Tea 2.50\n',
    run(2),
    'Total 2.50\n',
    CUT,
  )
  const [receipt] = decode(stream)
  expect(textsOf(receipt)).toEqual(['TRAINING', 'Tea 2.50', 'TRAINING', 'TRAINING', 'Total 2.50'])
  expect(receipt?.lines.map(line => line.bold)).toEqual([true, false, true, true, false])
  expect(receipt?.notSeen).toEqual([])
})

test('what a macro prints is found behind the command that ran it, wherever the bytes are cut', () => {
  const stream = bytes(INIT, DEFINE, '*** COPY ***\n', DEFINE, CUT, INIT, 'Tea\n', run(), CUT, 'next\n', CUT)
  const whole = decode(stream)
  expect(whole.map(textsOf)).toEqual([['*** COPY ***'], ['Tea', '*** COPY ***'], ['next']])
  expect(whole[1]?.lines[1]?.offset).toBe(stream.indexOf(bytes(run())) + 5)
  expect(decodeInPieces(stream, [...stream.keys()])).toEqual(whole)
})

test('a macro may hold ESC @, a cut and half a line', () => {
  const receipts = decode(
    bytes(DEFINE, 'Thank you\n', CUT, INIT, 'Shop ', DEFINE, '1\n', 'Tea\n', run(), '2\n', CUT),
  )
  expect(receipts.map(textsOf)).toEqual([['Thank you'], ['Shop 1', 'Tea', 'Thank you'], ['Shop 2']])
})

test('GS ^ within a definition clears the macro; so does a definition of nothing', () => {
  for (const cleared of [bytes(DEFINE, 'A\n', run()), bytes(DEFINE, 'A\n', DEFINE, DEFINE, DEFINE)]) {
    const [receipt] = decode(bytes(cleared, 'B\n', run(), 'C\n', CUT))
    expect(textsOf(receipt)).toEqual(['A', 'B', 'C'])
    expect(receipt?.notSeen).toHaveLength(1)
  }
})

test('a macro stays in the printer for later jobs; one that was stored before we looked is said to be missing', () => {
  const memory = newPrinterMemory()
  const [early] = print(memory, 'Tea\n', run(), CUT)
  expect({ lines: textsOf(early), notSeen: early?.notSeen }).toEqual({ lines: ['Tea'], notSeen: [4] })
  print(memory, DEFINE, 'TRAINING\n', DEFINE)
  const [late] = print(memory, INIT, 'Tea\n', run(), CUT)
  expect({ lines: textsOf(late), notSeen: late?.notSeen }).toEqual({
    lines: ['Tea', 'TRAINING'],
    notSeen: [],
  })
})

test('a macro that is longer than printers keep is not guessed at; one that is run no times prints nothing', () => {
  const [receipt] = decode(bytes(DEFINE, 'x'.repeat(2_049), DEFINE, '\n', run(), run(0), CUT))
  expect(receipt?.notSeen).toHaveLength(1)
})

test('a few bytes can’t print without end', () => {
  const stream = bytes(
    DEFINE,
    'ab\n'.repeat(600),
    DEFINE,
    CUT,
    Array.from({ length: 2_000 }, () => run(255)).flat(),
  )
  const receipts = decode(stream)
  const characters = receipts.flatMap(textsOf).join('').length
  expect(characters).toBeLessThan(1_048_576 + 64 * stream.length)
  expect(receipts.some(receipt => receipt.notSeen.length > 0)).toBe(true)
})

test('Star printers have no such macro: the same bytes store nothing', () => {
  expect(
    decode(bytes(DEFINE, 'A\n', DEFINE, run()), 'star').every(({ notSeen }) => notSeen.length === 0),
  ).toBe(true)
})
