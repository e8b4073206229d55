import { bytes, DLE, ESC, FS, GS } from './bytes.ts'

/** Streams made by hand, one of each kind that tills send. */
export const escposStreams: readonly Buffer[] = [
  // a receipt with a logo, columns by spaces, a total, a cut, a drawer kick behind it
  bytes(
    [ESC, 0x40, ESC, 0x61, 1],
    [GS, 0x76, 0x30, 0, 4, 0, 6, 0],
    new Array<number>(24).fill(0x5a),
    'CORNER SHOP\n',
    [ESC, 0x61, 0],
    'Milk 1l                 1.29\n',
    'Bread                   2.49\n',
    [ESC, 0x45, 1],
    'TOTAL                   3.78\n',
    [ESC, 0x45, 0, ESC, 0x64, 3, GS, 0x56, 66, 0, ESC, 0x70, 0, 25, 250],
  ),
  // columns by position and tabs, euro signs in two pages, status between
  bytes(
    [DLE, 4, 1, ESC, 0x40, ESC, 0x74, 19],
    'Kaffee',
    [ESC, 0x24, 0x80, 1],
    [0x34, 0x2c, 0x35, 0x30, 0xd5, 10],
    [ESC, 0x44, 20, 30, 0],
    'Tee\t2\t',
    [ESC, 0x74, 16, 0x33, 0x2c, 0x32, 0x30, 0x80, 10],
    [GS, 0x72, 1, ESC, 0x21, 0x38],
    'Summe\x09',
    [ESC, 0x5c, 0xf0, 0xff],
    '7,70\n',
    [GS, 0x21, 0x11],
    'x\n',
    [GS, 0x56, 0],
  ),
  // codes of all kinds
  bytes(
    [GS, 0x6b, 2, ...Buffer.from('400638133393'), 0],
    [GS, 0x6b, 0x49, 10, ...Buffer.from('{BAb{C'), 12, 34, 56, 78],
    [GS, 0x28, 0x6b, 8, 0, 49, 80, 48, ...Buffer.from('hello'), GS, 0x28, 0x6b, 3, 0, 49, 81, 48],
    [GS, 0x28, 0x6b, 6, 0, 48, 80, 48, 97, 98, 99, GS, 0x28, 0x6b, 3, 0, 48, 81, 48],
    'paid\n',
    [ESC, 0x69],
    'second\n',
    [ESC, 0x6d],
  ),
  // pictures: columns, stored, downloaded, drawn characters, bitmap
  bytes(
    [ESC, 0x2a, 33, 4, 0],
    new Array<number>(12).fill(0x10),
    '\n',
    [GS, 0x28, 0x4c, 14, 0, 48, 112, 48, 1, 1, 49, 16, 0, 2, 0, 1, 2, 3, 4, GS, 0x28, 0x4c, 2, 0, 48, 50],
    [GS, 0x38, 0x4c, 12, 0, 0, 0, 48, 112, 48, 1, 1, 49, 8, 0, 2, 0, 0xff, 0xff],
    [GS, 0x2a, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8, GS, 0x2f, 0],
    [FS, 0x71, 1, 1, 0, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8, FS, 0x70, 1, 0],
    [ESC, 0x26, 3, 0x41, 0x42, 2, 1, 2, 3, 4, 5, 6, 1, 7, 8, 9, ESC, 0x25, 1],
    'ABC\n',
    [GS, 0x44, 48, 67, 48, 75, 49, 48, 49, 0x42, 0x4d, 10, 0, 0, 0, 1, 2, 3, 4],
    [GS, 0x56, 1],
  ),
  // page mode, Kanji, UTF-8, deselected printer, real-time kick inside a picture
  bytes(
    [ESC, 0x4c, ESC, 0x57, 0, 0, 0, 0, 0, 2, 0, 1],
    'Left\n',
    [GS, 0x24, 30, 0, ESC, 0x24, 0, 1],
    'Right\n',
    [0x0c, FS, 0x26, 0xc4, 0xe3, 0xba, 0xc3, FS, 0x2e, 10],
    [FS, 0x28, 0x43, 2, 0, 48, 50],
    Buffer.from('Grün 你好 €\n'),
    [ESC, 0x3d, 2],
    'on the display\n',
    [ESC, 0x3d, 1],
    [GS, 0x76, 0x30, 0, 1, 0, 8, 0, DLE, 0x14, 1, 0, 1, DLE, 4, 1],
    [ESC, 0x5a, 0, 2, 4, 2, 0, 0x41, 0x42, GS, 0x43, 0x3b, ...Buffer.from('1;9;1;1;1;')],
    [DLE, 4, 7, 1, DLE, 5, 2, DLE, 0x14, 8, 1, 3, 20, 1, 6, 2, 8, 0x1f, 1],
    'end',
  ),
]

export const starStreams: readonly Buffer[] = [
  bytes(
    [ESC, 0x1d, 0x74, 4, ESC, 0x1d, 0x61, 1, ESC, 0x1c, 0x70, 1, 0, ESC, 0x45],
    'MY KIOSK\n',
    [ESC, 0x46, ESC, 0x69, 1, 1],
    'BIG\n',
    [ESC, 0x69, 0, 0, ESC, 0x44, 10, 20, 0],
    'Tea\t2\t',
    [0xd5, 0x33, 10, ESC, 0x62, 0x34, 2, 1, 80, ...Buffer.from('ABC-1'), 0x1e],
    [ESC, 0x1d, 0x79, 0x53, 0x30, 2, ESC, 0x1d, 0x79, 0x44, 0x31, 0, 3, 0, 97, 98, 99, ESC, 0x1d, 0x79, 0x50],
    [7, ESC, 0x64, 2, 0x1c, ESC, 0x1e, 0x61, 3, 5],
  ),
  bytes(
    [ESC, 0x2a, 0x72, 0x52, ESC, 0x2a, 0x72, 0x41, ESC, 0x2a, 0x72, 0x45, 0x39, 0],
    [0x62, 3, 0, 1, 2, 3, 0x62, 2, 0, 4, 5, 0x6b, 1, 0, 6, ESC, 0x2a, 0x72, 0x59, 0x34, 0],
    [ESC, 0x0c, 4, ESC, 0x2a, 0x72, 0x42],
    'text\n',
    [ESC, 0x4b, 2, 0, 1, 2, ESC, 0x58, 1, 0, 1, 2, 3, 10, ESC, 0x1d, 0x50, 0x30],
    'page\n',
    [ESC, 0x1d, 0x50, 0x37, ESC, 0x1d, 0x78, 0x44, 2, 0, 97, 98, ESC, 0x1d, 0x78, 0x50, ESC, 0x64, 0x33],
  ),
]
