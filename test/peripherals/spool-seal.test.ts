import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openPrint, type SpooledPiece, sealPrint } from '../../agent/peripherals/spool/seal.ts'

const key = new Uint8Array(32).fill(7)
const other = new Uint8Array(32).fill(8)
const id = '00112233445566778899aabbccddeeff'
const text = (of: string) => Uint8Array.from(Buffer.from(of))
const pieces: SpooledPiece[] = ['\x1b@Coffee 2.50\n', '4111 1111 1111 1111\n', 'Total 2.50\n'].map(
  (of, n) => ({
    at: 1_700_000_000_000 + n,
    bytes: text(of),
  }),
)

function sealed(of: readonly SpooledPiece[] = pieces) {
  const seal = sealPrint(key, id, 'counter')
  const parts = of.map(seal.piece)
  return { parts, file: Buffer.concat([...parts, seal.end(1_700_000_000_009)]) }
}
const plain = (of: readonly SpooledPiece[]) =>
  of.map(({ at, bytes }) => ({ at, bytes: Buffer.from(bytes).toString('latin1') }))

test('a print comes back whole, and can’t be read without its key', () => {
  const { file } = sealed()
  const opened = openPrint([other, key], 'counter', file)
  expect(opened.isWhole).toBe(true)
  expect(plain(opened.pieces)).toEqual(plain(pieces))
  for (const word of ['Coffee', '4111', '1111 1111', 'Total']) expect(file.includes(word)).toBe(false)
  expect(openPrint([other], 'counter', file)).toEqual({ pieces: [], isWhole: false })
  expect(openPrint([key], 'bar', file)).toEqual({ pieces: [], isWhole: false })
  expect(openPrint([], 'counter', file)).toEqual({ pieces: [], isWhole: false })
})

test('cut at any byte, a print opens as far as its last whole piece and is not called whole', () => {
  const { parts, file } = sealed()
  for (let length = 0; length < file.length; length += 1) {
    const opened = openPrint([key], 'counter', file.subarray(0, length))
    let [whole, sum] = [0, 0]
    for (const part of parts) {
      sum += part.length
      if (sum <= length) whole += 1
    }
    expect(opened.isWhole).toBe(false)
    expect(plain(opened.pieces)).toEqual(plain(pieces.slice(0, whole)))
  }
})

test('with any bit changed, a print opens up to there and never gives other bytes', () => {
  const { file } = sealed()
  for (let bit = 0; bit < file.length * 8; bit += 1) {
    const flipped = Buffer.from(file)
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    const opened = openPrint([key], 'counter', flipped)
    expect(opened.isWhole).toBe(false)
    expect(plain(opened.pieces)).toEqual(plain(pieces.slice(0, opened.pieces.length)))
  }
})

test('pieces in another order, twice, or of another print are not opened', () => {
  const { parts } = sealed()
  const [first, second, third] = parts
  const foreign = sealPrint(key, 'ff'.repeat(16), 'counter')
  foreign.piece({ at: 1, bytes: text('x') })
  const strange = foreign.piece({ at: 1, bytes: text('y') })
  for (const next of [third, strange]) {
    const opened = openPrint(
      [key],
      'counter',
      Buffer.concat([first, next].map(part => part ?? Buffer.alloc(0))),
    )
    expect(opened.pieces).toHaveLength(1)
  }
  const twice = Buffer.concat([first, second, second].map(part => part ?? Buffer.alloc(0)))
  expect(openPrint([key], 'counter', twice).pieces).toHaveLength(2)
})

test('any bytes come back, and rubbish opens as nothing', () => {
  const piece = fc.record({ at: fc.nat(), bytes: fc.uint8Array({ maxLength: 500 }) })
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 20 }), of => {
      const opened = openPrint([key], 'counter', sealed(of).file)
      expect(opened.isWhole).toBe(true)
      expect(plain(opened.pieces)).toEqual(plain(of))
    }),
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
      const file = Buffer.concat([Buffer.from('TBPS1'), bytes])
      expect(openPrint([key], 'counter', file)).toEqual({ pieces: [], isWhole: false })
    }),
  )
})
