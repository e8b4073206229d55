import { describe, expect, test } from 'vitest'
import { keep, reading, tableOf } from '../../agent/codecs/printer-commands/command.ts'
import { openDecoder } from '../../agent/codecs/printer-commands/decode.ts'
import { newPrinterMemory } from '../../agent/codecs/printer-commands/macro.ts'
import { newPrinter } from '../../agent/codecs/printer-commands/printer.ts'
import { profiles } from '../../agent/codecs/printer-commands/profiles.ts'
import { openReader } from '../../agent/codecs/printer-commands/reader.ts'
import { openDrafts } from '../../agent/codecs/printer-commands/receipt-splitter.ts'
import { bytes, DLE, decode, ESC, GS, textsOf } from './bytes.ts'

const CUT = [GS, 0x56, 0]
const KICK = [ESC, 0x70, 0, 25, 250]
const INIT = [ESC, 0x40]
const STATUS = [DLE, 4, 1]

describe('where receipts end', () => {
  test.each([
    ['GS V 0', [GS, 0x56, 0], 'full'],
    ['GS V 1', [GS, 0x56, 1], 'partial'],
    ['GS V 48', [GS, 0x56, 0x30], 'full'],
    ['GS V 49', [GS, 0x56, 0x31], 'partial'],
    ['GS V 65 n', [GS, 0x56, 65, 0x41], 'full'],
    ['GS V 66 n', [GS, 0x56, 66, 0x41], 'partial'],
    ['GS V 97 n', [GS, 0x56, 97, 0x41], 'full'],
    ['GS V 98 n', [GS, 0x56, 98, 0x41], 'partial'],
    ['GS V 103 n', [GS, 0x56, 103, 0x41], 'full'],
    ['GS V 104 n', [GS, 0x56, 104, 0x41], 'partial'],
    ['ESC i', [ESC, 0x69], 'partial'],
    ['ESC m', [ESC, 0x6d], 'partial'],
  ] as const)('%s', (_, cut, kind) => {
    const receipts = decode(bytes('a\n', cut, 'b\n'))
    expect(receipts.map(textsOf)).toEqual([['a'], ['b']])
    expect(receipts.map(({ offset, end }) => [offset, end])).toEqual([
      [0, 2 + cut.length],
      [2 + cut.length, 4 + cut.length],
    ])
    expect(receipts.map(({ cuts }) => cuts)).toEqual([[{ kind, offset: 2 }], []])
  })
  test('a Citizen printer cuts fully by ESC i', () => {
    expect(decode(bytes('a\n', [ESC, 0x69]), 'citizen')[0]?.cuts).toEqual([{ kind: 'full', offset: 2 }])
  })
  test('GS V with another number does not cut', () => {
    const [receipt] = decode(bytes('a\n', [GS, 0x56, 9], 'b\n'))
    expect(textsOf(receipt)).toEqual(['a', 'b'])
    expect(receipt?.unknown).toEqual([{ bytes: '1d5609', offset: 2 }])
  })
  test('text that waits is printed before the cut', () => {
    expect(decode(bytes('a', CUT, 'b')).map(textsOf)).toEqual([['a'], ['b']])
  })
  test('a stream without cuts is one receipt, ESC @ in its middle or not', () => {
    expect(decode(bytes(INIT, 'a\n', INIT, 'b\n')).map(textsOf)).toEqual([['a', 'b']])
  })
  test('initialising and asking alone do not make a receipt', () => {
    expect(decode(bytes(INIT, STATUS, [ESC, 0x61, 1]))).toEqual([])
    expect(decode(Buffer.alloc(0))).toEqual([])
  })
  test('what it asked is not lost', () => {
    const decoder = openDecoder({ profile: 'epson' })
    decoder.push(bytes(INIT, STATUS))
    decoder.end()
    expect(decoder.leftOver()).toEqual([{ command: 'DLE EOT 1', offset: 2 }])
  })
  test('a drawer opened without a sale is told', () => {
    const [receipt, ...others] = decode(bytes(INIT, KICK))
    expect(receipt).toMatchObject({ lines: [], drawerKicks: [{ pin: 2, offset: 2 }], offset: 0, end: 7 })
    expect(others).toEqual([])
  })
})

describe('what prints nothing belongs', () => {
  test('to the receipt before it, behind the last cut', () => {
    const receipts = decode(bytes('a\n', CUT, KICK, STATUS, INIT, '\n\n', CUT))
    expect(receipts).toHaveLength(1)
    expect(receipts[0]).toMatchObject({
      drawerKicks: [{ pin: 2, offset: 5 }],
      statusRequests: [{ command: 'DLE EOT 1', offset: 10 }],
      cuts: [
        { kind: 'full', offset: 2 },
        { kind: 'full', offset: 17 },
      ],
      offset: 0,
      end: 20,
    })
    expect(textsOf(receipts[0])).toEqual(['a'])
  })
  test('to the receipt before it, between two, up to ESC @', () => {
    const receipts = decode(bytes('a\n', CUT, KICK, INIT, STATUS, 'b\n', CUT))
    expect(receipts.map(each => each.drawerKicks.length)).toEqual([1, 0])
    expect(receipts.map(each => each.statusRequests.length)).toEqual([0, 1])
    expect(receipts.map(({ offset, end }) => [offset, end])).toEqual([
      [0, 10],
      [10, 20],
    ])
  })
  test('to the first receipt, in front of it', () => {
    const [receipt] = decode(bytes(STATUS, KICK, INIT, 'a\n'))
    expect(receipt?.statusRequests).toHaveLength(1)
    expect(receipt?.drawerKicks).toHaveLength(1)
  })
  test('to the receipt whose first line is not printed yet', () => {
    const receipts = decode(bytes('a\n', CUT, 'b', KICK, '\n', CUT))
    expect(receipts.map(({ offset, end }) => [offset, end])).toEqual([
      [0, 5],
      [5, 15],
    ])
    expect(receipts.map(each => each.drawerKicks.length)).toEqual([0, 1])
  })
  test('blank lines in front of a receipt are its own', () => {
    expect(decode(bytes('a\n', CUT, '\n\nb\n')).map(textsOf)).toEqual([['a'], ['', '', 'b']])
  })
})

describe('as the bytes come', () => {
  test('a receipt is given when the next begins, or when the stream goes quiet', () => {
    const decoder = openDecoder({ profile: 'epson' })
    expect(decoder.push(bytes('a\n', CUT))).toEqual([])
    expect(decoder.push(bytes(KICK))).toEqual([])
    expect(decoder.push(bytes('b')).map(textsOf)).toEqual([['a']])
    expect(decoder.push(bytes('\n', CUT))).toEqual([])
    const [second] = decoder.quiet()
    expect(textsOf(second)).toEqual(['b'])
    expect(second?.end).toBe(15)
    expect(decoder.quiet()).toEqual([])
    expect(decoder.end()).toEqual([])
  })
  test('a pause in the middle of a receipt ends nothing', () => {
    const decoder = openDecoder({ profile: 'epson' })
    decoder.push(bytes('a\nb'))
    expect(decoder.quiet()).toEqual([])
    decoder.push(bytes('c\n', CUT))
    expect(decoder.quiet().map(textsOf)).toEqual([['a', 'bc']])
  })
  test('a drawer kick alone is given after a pause, a status request waits for its receipt', () => {
    const decoder = openDecoder({ profile: 'epson' })
    decoder.push(bytes(KICK))
    expect(decoder.quiet()).toMatchObject([{ lines: [], drawerKicks: [{ pin: 2 }], end: 5 }])
    decoder.push(bytes(STATUS))
    expect(decoder.quiet()).toEqual([])
    decoder.push(bytes('a\n'))
    expect(decoder.end()).toMatchObject([{ statusRequests: [{ command: 'DLE EOT 1', offset: 5 }] }])
  })
})

describe('drawer kicks', () => {
  test.each([
    ['ESC p 0', [ESC, 0x70, 0, 50, 50], 2],
    ['ESC p 1', [ESC, 0x70, 1, 50, 50], 5],
    ['ESC p "0"', [ESC, 0x70, 0x30, 50, 50], 2],
    ['ESC p "1"', [ESC, 0x70, 0x31, 50, 50], 5],
    ['DLE DC4 1 0', [DLE, 20, 1, 0, 1], 2],
    ['DLE DC4 1 1', [DLE, 20, 1, 1, 8], 5],
  ])('%s', (_, command, pin) => {
    expect(decode(bytes('a\n', command))[0]?.drawerKicks).toEqual([{ pin, offset: 2 }])
  })
  test('GS ( D switches the real-time kick off and on', () => {
    const kick = [DLE, 20, 1, 0, 1]
    const off = [GS, 0x28, 0x44, 3, 0, 20, 1, 0]
    const on = [GS, 0x28, 0x44, 3, 0, 20, 1, 1]
    expect(decode(bytes('a\n', off, kick, on, kick))[0]?.drawerKicks).toEqual([{ pin: 2, offset: 23 }])
  })
})

describe('status requests', () => {
  test.each([
    ['DLE EOT 1', [DLE, 4, 1]],
    ['DLE EOT 4', [DLE, 4, 4]],
    ['DLE EOT 7 1', [DLE, 4, 7, 1]],
    ['DLE EOT 18 2', [DLE, 4, 18, 2]],
    ['DLE ENQ 2', [DLE, 5, 2]],
    ['DLE DC4 7 1', [DLE, 20, 7, 1]],
    ['GS r 1', [GS, 0x72, 1]],
    ['GS r 49', [GS, 0x72, 0x31]],
    ['GS I 67', [GS, 0x49, 67]],
    ['GS a 255', [GS, 0x61, 255]],
    ['GS j 1', [GS, 0x6a, 1]],
    ['GS g 2', [GS, 0x67, 0x32, 0, 20, 0]],
    ['GS ( H', [GS, 0x28, 0x48, 6, 0, 48, 48, 0x41, 0x41, 0x41, 0x41]],
    ['GS ( E 4', [GS, 0x28, 0x45, 2, 0, 4, 1]],
    ['GS ( L 48', [GS, 0x28, 0x4c, 2, 0, 48, 48]],
    ['GS ( k 49 82', [GS, 0x28, 0x6b, 3, 0, 49, 82, 48]],
    ['ESC u 0', [ESC, 0x75, 0]],
    ['ESC v', [ESC, 0x76]],
    ['FS ( e', [0x1c, 0x28, 0x65, 2, 0, 51, 1]],
    ['FS g 2', [0x1c, 0x67, 0x32, 0, 0, 0, 0, 0, 1, 0]],
    ['FS b 48', [0x1c, 0x62, 48]],
    ['FS a 0', [0x1c, 0x61, 0x30, 1]],
  ])('%s', (name, command) => {
    const [receipt] = decode(bytes('a\n', command, 'b\n'))
    expect(receipt?.statusRequests).toEqual([{ command: name, offset: 2 }])
    expect(textsOf(receipt)).toEqual(['a', 'b'])
  })
  test('in the middle of a line', () => {
    const [receipt] = decode(bytes('TO', STATUS, 'TAL\n'))
    expect(textsOf(receipt)).toEqual(['TOTAL'])
    expect(receipt?.statusRequests).toEqual([{ command: 'DLE EOT 1', offset: 2 }])
  })
  test('inside a picture are answered as well, and are its bytes all the same', () => {
    const data = [DLE, 4, 1, DLE, DLE, 4, 7, 2, DLE, 5, 1, DLE, 20, 1, 1, 3, DLE, 4, 9, DLE]
    const [receipt] = decode(bytes('a\n', [GS, 0x76, 0x30, 0, 1, 0, data.length, 0], data, 'b\n'))
    expect(textsOf(receipt)).toEqual(['a', 'b'])
    expect(receipt?.statusRequests).toEqual([
      { command: 'DLE EOT 1', offset: 10, insideData: true },
      { command: 'DLE EOT 7 2', offset: 14, insideData: true },
      { command: 'DLE ENQ 1', offset: 18, insideData: true },
    ])
    expect(receipt?.drawerKicks).toEqual([{ pin: 5, offset: 21, insideData: true }])
  })
  test('inside a code’s data too', () => {
    const [receipt] = decode(bytes([GS, 0x6b, 0x49, 6], '{Ba', STATUS, 'b\n'))
    expect(receipt?.statusRequests).toEqual([{ command: 'DLE EOT 1', offset: 7, insideData: true }])
    expect(receipt?.codes).toHaveLength(1)
    expect(textsOf(receipt)).toEqual(['b'])
  })
})

describe('memory stays bounded', () => {
  test('a line without an end is printed in pieces', () => {
    const [receipt] = decode(Buffer.alloc(10_000, 'x'))
    expect(textsOf(receipt).map(text => text.length)).toEqual([4096, 4096, 1808])
    expect(receipt?.lines.map(line => line.offset)).toEqual([0, 4096, 8192])
  })
  test('a receipt without a cut is given in parts of 5,000 lines', () => {
    const receipts = decode(Buffer.from('x\n'.repeat(12_000)))
    expect(receipts.map(each => each.lines.length)).toEqual([5000, 5000, 2000])
    expect(receipts.map(({ offset, end }) => [offset, end])).toEqual([
      [0, 10_000],
      [10_000, 20_000],
      [20_000, 24_000],
    ])
  })
  test('lists are cut at 1,000 and count on', () => {
    const [receipt] = decode(bytes('a\n', Buffer.alloc(4_500, Buffer.from([DLE, 4, 1]))))
    expect(receipt?.statusRequests).toHaveLength(1_000)
    expect(receipt?.unlisted).toBe(500)
  })
  test('junk is listed in long pieces', () => {
    const [receipt] = decode(bytes('a\n', Buffer.alloc(200_000, 1)))
    expect(receipt?.unknown).toHaveLength(1_000)
    expect(receipt?.unlisted).toBeGreaterThan(0)
  })
  test('endless feeding does not make a receipt', () => {
    expect(decode(Buffer.alloc(1_000_000, 10))).toEqual([])
  })
  test('of data that arrives in many chunks the reader keeps what its command asks for', () => {
    const chunk = Buffer.alloc(1 << 16, 0x55)
    const kept: number[] = []
    const data = keep(100 * chunk.length, 16, bytes => void kept.push(bytes.length))
    const controls = tableOf([[1, reading(0, () => data)]])
    const printer = newPrinter(profiles.epson, openDrafts(0), newPrinterMemory())
    const reader = openReader({ controls }, printer, false, 0)
    reader.push(bytes([1]))
    for (let n = 0; n < 100; n += 1) reader.push(chunk)
    expect(kept).toEqual([16])
    expect(reader.offset()).toBe(1 + 100 * chunk.length)
  })
  test('four gigabytes of picture are waited for', () => {
    const decoder = openDecoder({ profile: 'epson' })
    decoder.push(bytes('a\n', [GS, 0x76, 0x30, 0, 255, 255, 255, 255]))
    const chunk = Buffer.alloc(1 << 20, 0x55)
    for (let n = 0; n < 300; n += 1) expect(decoder.push(chunk)).toEqual([])
    expect(decoder.end()[0]?.images).toMatchObject([{ width: 524_280, height: 65_535 }])
  })
})
