import { expect, test } from 'vitest'
import { openDecoder } from '../../agent/codecs/printer-commands/decode.ts'
import { bytes, ESC, GS, textsOf } from './bytes.ts'

test('what both languages know decides nothing yet', () => {
  const decoder = openDecoder({ profile: 'auto' })
  decoder.push(bytes([ESC, 0x40]))
  expect(decoder.quiet()).toEqual([])
  expect(decoder.profile()).toBe(null)
  decoder.push(bytes([ESC, GS, 0x74, 4], 'a', 0xd5, 10, [ESC, 0x64, 2]))
  expect(decoder.quiet().map(textsOf)).toEqual([['a€']])
  expect(decoder.profile()).toBe('star')
})

test('offsets count from the beginning of the stream', () => {
  const decoder = openDecoder({ profile: 'auto' })
  decoder.push(bytes('plain\n'))
  expect(decoder.quiet()).toMatchObject([{ offset: 0, end: 6 }])
  decoder.push(bytes('x\n', [GS, 0x56, 0]))
  expect(decoder.quiet()).toMatchObject([{ offset: 6, end: 11, cuts: [{ kind: 'full', offset: 8 }] }])
  expect(decoder.profile()).toBe('epson')
})
