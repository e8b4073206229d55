import { describe, expect, test } from 'vitest'
import { bytes, DLE, decode, ESC, FS, GS, textsOf } from './bytes.ts'

const n = (count: number, byte = 0x41): number[] => new Array<number>(count).fill(byte)

/** Commands with their whole data, most of it letters, so that a wrong length would print some. */
const escpos: readonly (readonly [name: string, command: number[]])[] = [
  ['ESC SP n', [ESC, 0x20, 0]],
  ['ESC ! n', [ESC, 0x21, 0x41]],
  ['ESC % n', [ESC, 0x25, 0]],
  ['ESC & y c1 c2, two characters', [ESC, 0x26, 3, 0x61, 0x62, 2, ...n(6), 4, ...n(12)]],
  ['ESC & with an empty character', [ESC, 0x26, 3, 0x61, 0x62, 0, 1, ...n(3)]],
  ['ESC ( A pL pH', [ESC, 0x28, 0x41, 3, 0, ...n(3)]],
  ['ESC * 0', [ESC, 0x2a, 0, 5, 0, ...n(5)]],
  ['ESC * 33', [ESC, 0x2a, 33, 4, 0, ...n(12)]],
  ['ESC * 33, 256 columns', [ESC, 0x2a, 33, 0, 1, ...n(768)]],
  ['ESC - n', [ESC, 0x2d, 2]],
  ['ESC 2, ESC 3 n', [ESC, 0x32, ESC, 0x33, 0x41]],
  ['ESC = n', [ESC, 0x3d, 1]],
  ['ESC ? n', [ESC, 0x3f, 0x41]],
  ['ESC @', [ESC, 0x40]],
  ['ESC B n t', [ESC, 0x42, 3, 5]],
  ['ESC D n… NUL', [ESC, 0x44, 8, 16, 0x41, 0]],
  ['ESC E n, ESC G n', [ESC, 0x45, 0x41, ESC, 0x47, 0x41]],
  ['ESC J n, ESC K n', [ESC, 0x4a, 0x41, ESC, 0x4b, 0x41]],
  ['ESC L, ESC S', [ESC, 0x4c, ESC, 0x53]],
  ['ESC M n', [ESC, 0x4d, 0x31]],
  ['ESC R n', [ESC, 0x52, 0x41]],
  ['ESC T n', [ESC, 0x54, 0x31]],
  ['ESC U n, ESC V n', [ESC, 0x55, 0x41, ESC, 0x56, 0x41]],
  ['ESC W', [ESC, 0x57, ...n(8)]],
  ['ESC a n', [ESC, 0x61, 0x30]],
  ['ESC c 3 n, ESC c 4 n, ESC c 5 n', [ESC, 0x63, 0x33, 0x41, ESC, 0x63, 0x34, 0x41, ESC, 0x63, 0x35, 0x41]],
  ['ESC d n, ESC e n', [ESC, 0x64, 0x41, ESC, 0x65, 0x41]],
  ['ESC f t1 t2', [ESC, 0x66, 0x41, 0x41]],
  ['ESC r n', [ESC, 0x72, 0x31]],
  ['ESC t n', [ESC, 0x74, 0]],
  ['ESC { n', [ESC, 0x7b, 0x41]],
  ['GS ! n', [GS, 0x21, 0x41]],
  ['GS $, GS \\', [GS, 0x24, 0x41, 0, GS, 0x5c, 0x41, 0]],
  ['GS ( A', [GS, 0x28, 0x41, 2, 0, ...n(2)]],
  ['GS ( C, 300 bytes', [GS, 0x28, 0x43, 0x2c, 1, ...n(300)]],
  [
    'GS ( N, GS ( K, GS ( P',
    [GS, 0x28, 0x4e, 2, 0, ...n(2), GS, 0x28, 0x4b, 1, 0, 0x41, GS, 0x28, 0x50, 0, 0],
  ],
  ['GS * x y', [GS, 0x2a, 2, 1, ...n(16)]],
  ['GS :, GS ^, nothing in between', [GS, 0x3a, GS, 0x5e, ...n(3)]],
  ['GS A m n', [GS, 0x41, 0x41, 0x41]],
  ['GS B n', [GS, 0x42, 0x41]],
  ['GS C 0, GS C 1, GS C 2', [GS, 0x43, 0x30, ...n(2), GS, 0x43, 0x31, ...n(6), GS, 0x43, 0x32, ...n(2)]],
  ['GS C ;', [GS, 0x43, 0x3b, ...Buffer.from('1;65535;10;255;1;')]],
  ['GS D with a bitmap', [GS, 0x44, 48, 67, 48, 75, 49, 48, 49, 0x42, 0x4d, 20, 0, 0, 0, ...n(14)]],
  ['GS H n, GS h n, GS w n, GS f n', [GS, 0x48, 0x41, GS, 0x68, 0x41, GS, 0x77, 0x41, GS, 0x66, 0x41]],
  ['GS L, GS W', [GS, 0x4c, 0x41, 0x41, GS, 0x57, 0x41, 0x41]],
  ['GS P x y', [GS, 0x50, 0x41, 0x41]],
  ['GS Q 0', [GS, 0x51, 0x30, 0, 3, 0, 2, 0, ...n(6)]],
  ['GS T n', [GS, 0x54, 0x30]],
  ['GS b n, GS E n', [GS, 0x62, 0x41, GS, 0x45, 0x41]],
  ['GS c', [GS, 0x63]],
  ['GS v 0', [GS, 0x76, 0x30, 0, 2, 0, 3, 0, ...n(6)]],
  ['GS v 0 of no size', [GS, 0x76, 0x30, 0, 0, 0, 3, 0]],
  ['GS z 0 t1 t2', [GS, 0x7a, 0x30, 0x41, 0x41]],
  ['GS 8 L', [GS, 0x38, 0x4c, 12, 0, 0, 0, ...n(12)]],
  ['FS ! n, FS - n, FS W n', [FS, 0x21, 0x41, FS, 0x2d, 0x41, FS, 0x57, 0x41]],
  ['FS & and FS .', [FS, 0x26, FS, 0x2e]],
  ['FS ( A', [FS, 0x28, 0x41, 2, 0, ...n(2)]],
  ['FS 2 c1 c2', [FS, 0x32, 0x77, 0x21, ...n(72)]],
  ['FS ? c1 c2', [FS, 0x3f, 0x77, 0x21]],
  ['FS S n1 n2', [FS, 0x53, 0x41, 0x41]],
  ['FS g 1', [FS, 0x67, 1, 0, 0, 0, 0, 0, 4, 0, ...n(4)]],
  ['FS q of two pictures', [FS, 0x71, 2, 1, 0, 1, 0, ...n(8), 2, 0, 1, 0, ...n(16)]],
  ['DLE DC4 2, 3, 8', [DLE, 20, 2, 1, 8, DLE, 20, 3, 0, 0, 0, 1, 0, DLE, 20, 8, 1, 3, 20, 1, 6, 2, 8]],
  ['NUL, BEL, CR, XON, XOFF, CAN', [0, 7, 0x0d, 0x11, 0x13, 0x18]],
]

const star: readonly (readonly [name: string, command: number[]])[] = [
  ['ESC BEL n1 n2', [ESC, 7, 0x41, 0x41]],
  ['ESC FF n', [ESC, 0x0c, 4]],
  ['ESC FS q', [ESC, FS, 0x71, 1, 1, 0, 1, 0, ...n(8)]],
  ['ESC RS F n, ESC RS d n', [ESC, 0x1e, 0x46, 0x41, ESC, 0x1e, 0x64, 0x41]],
  ['ESC GS # m N n1…n4 LF NUL', [ESC, GS, 0x23, 0x57, 0x31, 0x30, 0x30, 0x30, 0x31, 10, 0]],
  ['ESC GS ) x pL pH', [ESC, GS, 0x29, 0x42, 3, 0, ...n(3)]],
  ['ESC GS EM', [ESC, GS, 0x19, 0x11, ...n(3)]],
  ['ESC GS / 3 … NUL', [ESC, GS, 0x2f, 0x33, ...n(5), 0]],
  ['ESC GS a n', [ESC, GS, 0x61, 0]],
  ['ESC GS y S, ESC GS x S', [ESC, GS, 0x79, 0x53, 0x30, 0x41, ESC, GS, 0x78, 0x53, 0x30, ...n(3)]],
  ['ESC & 1 1 n', [ESC, 0x26, 1, 1, 0x41, ...n(48)]],
  ['ESC - n, ESC _ n, ESC / n', [ESC, 0x2d, 1, ESC, 0x5f, 1, ESC, 0x2f, 1]],
  ['ESC 4, ESC 5, ESC E, ESC F', [ESC, 0x34, ESC, 0x35, ESC, 0x45, ESC, 0x46]],
  ['ESC ? LF NUL', [ESC, 0x3f, 10, 0]],
  ['ESC B … NUL', [ESC, 0x42, 8, 16, 0]],
  ['ESC C n, ESC C NUL n', [ESC, 0x43, 0x41, ESC, 0x43, 0, 0x41]],
  [
    'ESC K, L, k, X',
    [ESC, 0x4b, 2, 0, ...n(2), ESC, 0x4c, 2, 0, ...n(2), ESC, 0x6b, 1, 0, ...n(24), ESC, 0x58, 2, 0, ...n(6)],
  ],
  ['ESC M, P, :, g', [ESC, 0x50, ESC, 0x3a, ESC, 0x67, ESC, 0x4d]],
  [
    'ESC a n, ESC J n, ESC I n, ESC z n',
    [ESC, 0x61, 0x41, ESC, 0x4a, 0x41, ESC, 0x49, 0x41, ESC, 0x7a, 0x31],
  ],
  ['ESC i n1 n2, ESC W n, ESC h n', [ESC, 0x69, 0x31, 0x31, ESC, 0x57, 0x31, ESC, 0x68, 0x31]],
  ['ESC l n, ESC Q n', [ESC, 0x6c, 0x41, ESC, 0x51, 0x41]],
  ['ESC r c1 c2', [ESC, 0x72, 0x77, 0x21, ...n(72)]],
  ['ESC s, ESC t', [ESC, 0x73, 0x41, 0x41, ESC, 0x74, 0x41, 0x41]],
  ['SO, DC4, SI, DC2', [0x0e, 0x14, 0x0f, 0x12]],
]

/** What remains around a command that was read with its right length. */
function around(command: readonly number[], profile: 'epson' | 'star') {
  const [receipt] = decode(bytes('before\n', command, 'after\n'), profile)
  return { texts: textsOf(receipt), unknown: receipt?.unknown }
}

describe('a command takes exactly its own bytes', () => {
  test.each(escpos)('ESC/POS %s', (_, command) => {
    expect(around(command, 'epson')).toEqual({ texts: ['before', 'after'], unknown: [] })
  })
  test.each(star)('Star %s', (_, command) => {
    expect(around(command, 'star')).toEqual({ texts: ['before', 'after'], unknown: [] })
  })
})

describe('bytes that are not a command', () => {
  test('is listed with its bytes and skipped', () => {
    const [receipt] = decode(bytes('a\n', [ESC, 0x7e], 'b\n', [GS, 0x53], 'c\n', [1, 2, 3], 'd\n'))
    expect(textsOf(receipt)).toEqual(['a', 'b', 'c', 'd'])
    expect(receipt?.unknown).toEqual([
      { bytes: '1b7e', offset: 2 },
      { bytes: '1d53', offset: 6 },
      { bytes: '010203', offset: 10 },
    ])
  })
  test('does not swallow the command that follows it', () => {
    const [receipt] = decode(bytes('a\n', [ESC, ESC, 0x64, 1], 'b\n', [ESC, 0x72, GS, 0x56, 0]))
    expect(textsOf(receipt)).toEqual(['a', 'b'])
    expect(receipt?.unknown.map(each => each.bytes)).toEqual(['1b', '1b72'])
    expect(receipt?.cuts).toEqual([{ kind: 'full', offset: 10 }])
  })
  test('a GS ( of unknown letter is skipped by its length', () => {
    const [receipt] = decode(bytes('a\n', [GS, 0x28, 0x78, 2, 0, 0x41, 0x41], 'b\n'))
    expect(textsOf(receipt)).toEqual(['a', 'b'])
    expect(receipt?.unknown).toEqual([{ bytes: '1d28780200', offset: 2 }])
  })
  test('half a command at the end of the stream', () => {
    const [receipt] = decode(bytes('a\n', [GS, 0x76, 0x30, 0, 1]))
    expect(receipt?.unknown).toEqual([{ bytes: '1d76300001', offset: 2 }])
  })
})
