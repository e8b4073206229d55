import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ProfileName, profileNames } from '../../agent/codecs/printer-commands/profiles.ts'
import { decode, decodeInPieces } from './bytes.ts'
import { escposStreams, starStreams } from './corpus.ts'

const streams = [...escposStreams, ...starStreams]
const profile = fc.constantFrom<ProfileName[]>(...profileNames)

test('however a stream is cut, the same receipts come out', () => {
  const stream = fc.array(fc.constantFrom(...streams), { minLength: 1, maxLength: 4 }).map(Buffer.concat)
  const cuts = fc.array(fc.nat(1_000), { maxLength: 12 }).map(places => places.toSorted((a, b) => a - b))
  fc.assert(
    fc.property(stream, cuts, profile, (bytes, places, name) => {
      expect(decodeInPieces(bytes, places, name)).toEqual(decode(bytes, name))
    }),
    { numRuns: 300 },
  )
})

test.each(streams)('byte by byte, every profile, stream %#', stream => {
  for (const name of profileNames)
    expect(decodeInPieces(stream, [...stream.keys()], name)).toEqual(decode(stream, name))
})

test('any bytes at all, byte by byte', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), profile, (bytes, name) => {
      expect(decodeInPieces(bytes, [...bytes.keys()], name)).toEqual(decode(bytes, name))
    }),
    { numRuns: 500 },
  )
})
