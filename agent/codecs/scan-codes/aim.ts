/**
 * AIM symbology identifiers (ISO/IEC 15424): `]`, a letter for the symbology, a modifier. Scanners send them in front of
 * the data when they are set to.
 */
export interface AimReading {
  readonly aim: string | null
  readonly symbology: string | null
  readonly carries: Carries
  /** What follows the identifier. */
  readonly data: string
  /** The identifier is not in the lists below. */
  readonly unknown: boolean
}

/**
 * What the symbol's data is: `elements` by GS1's application identifiers, a number of the EAN/UPC family, an ITF-14
 * number perhaps (`itf-no-check`: its check digit was left out), a Bookland number perhaps, other text, or not known.
 */
export type Carries =
  | 'elements'
  | 'ean-13'
  | 'ean-8'
  | 'upc-a'
  | 'upc-e'
  | 'ean-with-add-on'
  | 'add-on'
  | 'itf'
  | 'itf-no-check'
  | 'other-ean'
  | 'text'
  | 'unknown'

const byLetter: Readonly<Record<string, string>> = {
  A: 'Code 39',
  B: 'Telepen',
  C: 'Code 128',
  D: 'Code One',
  E: 'EAN/UPC',
  F: 'Codabar',
  G: 'Code 93',
  H: 'Code 11',
  I: 'Interleaved 2 of 5',
  J: 'DotCode',
  K: 'Code 16K',
  L: 'PDF417',
  M: 'MSI',
  N: 'Anker',
  O: 'Codablock',
  P: 'Plessey',
  Q: 'QR Code',
  R: 'Straight 2 of 5',
  S: 'Straight 2 of 5',
  T: 'Code 49',
  U: 'MaxiCode',
  X: 'other',
  c: 'Channel Code',
  d: 'Data Matrix',
  e: 'GS1 Composite',
  h: 'Han Xin',
  o: 'OCR',
  p: 'PosiCode',
  s: 'SuperCode',
  z: 'Aztec',
}

const byIdentifier: Readonly<Record<string, readonly [symbology: string, carries: Carries]>> = {
  C1: ['GS1-128', 'elements'],
  E0: ['EAN-13', 'ean-13'],
  E1: ['EAN/UPC add-on', 'add-on'],
  E2: ['EAN/UPC add-on', 'add-on'],
  E3: ['EAN-13', 'ean-with-add-on'],
  E4: ['EAN-8', 'ean-8'],
  I0: ['Interleaved 2 of 5', 'itf'],
  I1: ['Interleaved 2 of 5', 'itf'],
  I3: ['Interleaved 2 of 5', 'itf-no-check'],
  J1: ['GS1 DotCode', 'elements'],
  J4: ['GS1 DotCode', 'elements'],
  Q0: ['QR Code model 1', 'text'],
  Q3: ['GS1 QR Code', 'elements'],
  Q4: ['GS1 QR Code', 'elements'],
  d2: ['GS1 DataMatrix', 'elements'],
  d5: ['GS1 DataMatrix', 'elements'],
  e0: ['GS1 DataBar', 'elements'],
  e1: ['GS1 Composite', 'unknown'],
  e2: ['GS1 Composite', 'unknown'],
  e3: ['GS1 Composite', 'unknown'],
  // letters of Zebra's (and Honeywell's X0) for what ISO/IEC 15424 does not tell apart
  X0: ['other', 'other-ean'],
  X9: ['EAN-13', 'ean-13'],
  XC: ['EAN-8', 'ean-8'],
  XS: ['Micro QR Code', 'text'],
  XV: ['Micro PDF417', 'text'],
  Xg: ['UPC-A', 'upc-a'],
  Xk: ['UPC-E', 'upc-e'],
  Xr: ['GS1 DataBar', 'elements'],
  Xs: ['GS1 DataBar Limited', 'elements'],
  Xt: ['GS1 DataBar Expanded', 'elements'],
}

/** Splits the AIM identifier off and says what it means. */
export function readAim(input: string): AimReading {
  const found = /^\]([A-Za-z])([0-9A-Za-z])/.exec(input)
  if (found === null) return { aim: null, symbology: null, carries: 'unknown', data: input, unknown: false }
  const [aim, letter = '', modifier = ''] = found
  const [symbology, carries] = byIdentifier[`${letter}${modifier}`] ?? [byLetter[letter] ?? null, 'text']
  return { aim, symbology, carries, data: input.slice(3), unknown: symbology === null }
}
