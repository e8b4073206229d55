/** A scanner types far faster than people do; both limits were set for scanners that type 20 characters a second. */
const longestGapMs = 60
const fewestCharacters = 4

export interface KeyStroke {
  readonly key: string
  /** Milliseconds on a clock that only grows. */
  readonly at: number
}

/** Tells a barcode scanner in keyboard mode from a person typing: a fast burst of characters that ends with Enter. */
export class ScanReader {
  private text = ''
  private last = Number.NEGATIVE_INFINITY

  /** Takes one stroke; the code when it ends a scan, else null. */
  stroke({ key, at }: KeyStroke): string | null {
    const fast = at - this.last <= longestGapMs
    this.last = at
    if (!fast) this.text = ''
    if (key === 'Enter') {
      const code = this.text
      this.text = ''
      return code.length >= fewestCharacters ? code : null
    }
    if (key.length === 1) this.text += key
    else if (key !== 'Shift') this.text = ''
    return null
  }

  /** Whether the strokes so far come as from a scanner. */
  get bursting(): boolean {
    return this.text.length > 1
  }
}
