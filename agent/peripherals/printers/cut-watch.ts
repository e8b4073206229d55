const ESC = 0x1b
const GS = 0x1d

/** Bytes after a cut that print nothing of the next receipt: a drawer kick, a status request, settings put back. */
const TAIL_BYTES = 64

/**
 * Sees cuts go by (GS V, ESC i, ESC m; Star: ESC d) without understanding the rest. What looks like one inside a
 * picture does no harm: a cut alone ends nothing.
 */
export function cutWatch(language: 'esc-pos' | 'star') {
  const afterEsc: readonly number[] = language === 'star' ? [0x64] : [0x69, 0x6d]
  const afterGs: readonly number[] = language === 'star' ? [] : [0x56]
  let last = 0
  let sinceCut: number | null = null

  return {
    see(bytes: Uint8Array): void {
      for (const byte of bytes) {
        const isCut = (last === ESC && afterEsc.includes(byte)) || (last === GS && afterGs.includes(byte))
        if (isCut) sinceCut = 0
        else if (sinceCut !== null) sinceCut += 1
        last = byte
      }
    },
    /** Whether there was a cut since `begin`. */
    wasCut: () => sinceCut !== null,
    /** Whether nothing of a next receipt has been sent since the last cut. */
    isBetweenReceipts: () => sinceCut !== null && sinceCut <= TAIL_BYTES,
    begin(): void {
      last = 0
      sinceCut = null
    },
  }
}
