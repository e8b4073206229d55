/** White space as printers and POS systems make it: blank, tab, no-break and narrow blanks. Not line ends. */
export function isBlank(character: string | undefined): boolean {
  return (
    character === ' ' ||
    character === '\t' ||
    character === '\u00a0' ||
    character === '\u2007' ||
    character === '\u2009' ||
    character === '\u202f'
  )
}

export function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9'
}

const LETTER = /^\p{L}$/u

export function isLetter(character: string | undefined): boolean {
  return character !== undefined && LETTER.test(character)
}

/** The first place at or after `at` that holds no blank. */
export function skipBlanks(text: string, at: number): number {
  let place = at
  while (place < text.length && isBlank(text[place])) place += 1
  return place
}

/** Text with each run of blanks as one, none at the ends. */
export function squeezed(text: string): string {
  let result = ''
  for (let at = skipBlanks(text, 0); at < text.length; ) {
    if (isBlank(text[at])) {
      at = skipBlanks(text, at)
      if (at < text.length) result += ' '
    } else {
      result += text[at]
      at += 1
    }
  }
  return result
}
