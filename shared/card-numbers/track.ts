/**
 * Magnetic track data (ISO/IEC 7813), which may not be kept at all, wholly or without its sentinels: `%B…^NAME^YYMM…?`,
 * `;…=YYMM…?`, and a chip's copy of it with D for the sign.
 */
const NAMED = /[Bb]?(\d{12,19})\^([^^\n]{0,40})\^([\d ]{4,60})/g
const PLAIN = /([;ö]?)(\d{12,19})([=Dd])(\d{4,40})/g

/** Calls `hide` with [from, to) of everything in a track but the last four digits of its number. */
export function findTracks(text: string, isCard: (digits: string) => boolean, hide: Hide): void {
  if (!/[\^=]|\d[Dd]\d/.test(text)) return
  for (const match of text.matchAll(NAMED)) {
    const [whole, number = '', name = '', rest = ''] = match
    const at = match.index + whole.indexOf(number)
    hide(at, at + number.length - 4)
    const nameAt = at + number.length + 1
    hide(nameAt, nameAt + name.length)
    const restAt = nameAt + name.length + 1
    hide(restAt, restAt + rest.length)
  }
  for (const match of text.matchAll(PLAIN)) {
    const [, sentinel = '', number = '', , rest = ''] = match
    if (sentinel === '' && !isCard(number)) continue
    const at = match.index + sentinel.length
    hide(at, at + number.length - 4)
    const restAt = at + number.length + 1
    hide(restAt, restAt + rest.length)
  }
}
type Hide = (from: number, to: number) => void
