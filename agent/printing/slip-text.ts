/**
 * Glyphs that the printers' code pages hold where ASCII has its control codes: an arrow in an order's note is byte
 * 1B, and `←p` would open the drawer. Each gives way to something harmless of the same width.
 */
const CONTROL_GLYPHS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '§': 'S',
    '•': '*',
    '←': '<',
    '→': '>',
    '↑': '^',
    '↓': 'v',
    '‼': '!',
    '○': 'o',
    '♥': '*',
  }),
)
const CONTROL_GLYPH = /[☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼⌂]/g
/** Controls, format characters (bidirectional ones too), surrogates, private use, separators; and runs of them. */
const INVISIBLE = /[\p{C}\p{Z}]+/gu

/**
 * Text of others, made fit for paper: one line, no character that is a command in any code page, at most `max`
 * characters. What was cut ends in `...`.
 */
export function printable(text: string, max: number): string {
  const head = text.slice(0, 4 * max + 64) // keeps a huge text from being normalised in full
  const clean = head
    .normalize('NFC')
    .replace(INVISIBLE, ' ')
    .replace(CONTROL_GLYPH, glyph => CONTROL_GLYPHS.get(glyph) ?? '?')
    .trim()
  const characters = [...clean]
  return characters.length <= max
    ? clean
    : `${characters
        .slice(0, max - 3)
        .join('')
        .trimEnd()}...`
}

/** Lines of at most `columns` characters, broken between words where that is possible. */
export function wrapped(text: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const characters = [...word]
    const length = [...line].length
    if (line !== '' && length + 1 + characters.length <= columns) {
      line += ` ${word}`
      continue
    }
    if (line !== '') lines.push(line)
    while (characters.length > columns) lines.push(characters.splice(0, columns).join(''))
    line = characters.join('')
  }
  return line === '' ? lines : [...lines, line]
}
