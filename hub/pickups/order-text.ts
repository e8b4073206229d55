/**
 * Text that a customer typed, fit for screens and printers: no control, escape, bidi or zero-width characters, spaces
 * run together, at most `max` characters with an ellipsis. Line breaks stay only where `lines` allows them.
 */
export function cleanText(text: string, max: number, { lines = false } = {}): string {
  const visible = text
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, character =>
      character === '\n' && lines ? '\n' : character === '\n' || character === '\t' ? ' ' : '',
    )
    .replace(/[^\S\n]+/g, ' ')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
  if (visible.length <= max) return visible
  return `${visible.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

/** The last four digits of a phone number, enough to tell two customers apart; null when there are fewer. */
export function phoneEnd(phone: string | null): string | null {
  const digits = (phone ?? '').replace(/\D/g, '')
  return digits.length < 4 ? null : digits.slice(-4)
}
