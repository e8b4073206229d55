/** What a printer was told to put on paper, and to do, as far as its bytes say. Offsets count bytes of the stream. */

export interface PrintedLine {
  /** As printed, left to right, without trailing blanks. Characters outside the code page are U+FFFD. */
  readonly text: string
  readonly offset: number
  readonly align: 'left' | 'center' | 'right'
  readonly bold: boolean
  /** The largest of the line's characters, in multiples of the plain size. */
  readonly width: number
  readonly height: number
}

/** A barcode or two-dimensional code that the printer draws. */
export interface PrintedCode {
  /** `EAN-13`, `UPC-A`, `CODE128`, `CODE39`, `ITF`, `CODABAR`, `QR`, `PDF417`, `DATAMATRIX`, `AZTEC`, `MAXICODE`, `GS1-DATABAR` … */
  readonly symbology: string
  readonly data: string
  readonly offset: number
  /** The receipt's line that follows it. */
  readonly line: number
}

/** A picture, which is not looked into. `stored`: the printer's own, by number or key; its size is not in the stream. */
export interface PrintedImage {
  readonly kind: 'raster' | 'column' | 'stored'
  readonly width: number | null
  readonly height: number | null
  readonly key: string | null
  readonly offset: number
  readonly line: number
}

export interface PaperCut {
  readonly kind: 'full' | 'partial'
  readonly offset: number
}

export interface DrawerKick {
  /** Connector pin 2 or 5. */
  readonly pin: 2 | 5
  readonly offset: number
  /** It came inside another command's data, where printers obey it too. */
  readonly insideData?: true
}

/** The POS asked the printer how it is; the answer comes back on the same line. */
export interface StatusRequest {
  readonly command: string
  readonly offset: number
  /** It came inside another command's data, where printers answer it too. */
  readonly insideData?: true
}

/** Bytes that begin no command this version knows. Skipped, never printed. `bytes`: in hexadecimal digits. */
export interface UnknownCommand {
  readonly bytes: string
  readonly offset: number
}

/** A code-page number (ESC t, ESC GS t; 0 when none was selected) and the encoding it was read as. */
export interface SelectedPage {
  readonly number: number
  readonly encoding: string
}

/** All that was sent up to and with one cut, or up to the end. */
export interface DecodedReceipt {
  readonly offset: number
  readonly end: number
  readonly lines: readonly PrintedLine[]
  readonly codes: readonly PrintedCode[]
  readonly images: readonly PrintedImage[]
  readonly cuts: readonly PaperCut[]
  readonly drawerKicks: readonly DrawerKick[]
  readonly statusRequests: readonly StatusRequest[]
  /** Names of the code pages that its characters were printed in: `cp437`, `windows-1252`. */
  readonly codePages: readonly string[]
  /** The code-page numbers that were selected where it printed characters outside ASCII, with the encoding each was read as. */
  readonly codePageNumbers: readonly SelectedPage[]
  readonly unknown: readonly UnknownCommand[]
  /** How many kicks, requests, cuts and unknown bytes were not listed, because the lists are bounded. */
  readonly unlisted: number
  /** Where the printer printed a macro (GS ^) that was stored in it before these bytes: part of the paper is not in `lines`. */
  readonly notSeen: readonly number[]
}
