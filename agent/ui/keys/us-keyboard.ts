/** What the US keyboard types at each place, alone and with Shift; places as `KeyboardEvent.code` names them. */
const signs: Readonly<Record<string, string>> = {
  Backquote: '`~',
  Minus: '-_',
  Equal: '=+',
  BracketLeft: '[{',
  BracketRight: ']}',
  Backslash: '\\|',
  Semicolon: ';:',
  Quote: '\'"',
  Comma: ',<',
  Period: '.>',
  Slash: '/?',
  Space: '  ',
}
const shiftedDigits = ')!@#$%^&*('

/** The character, or null for a place that types none. */
export function characterOfKey(code: string, shift: boolean): string | null {
  const [, letter] = /^Key([A-Z])$/.exec(code) ?? []
  if (letter !== undefined) return shift ? letter : letter.toLowerCase()
  const [, digit] = /^Digit(\d)$/.exec(code) ?? []
  if (digit !== undefined) return shift ? shiftedDigits.charAt(Number(digit)) : digit
  const [, keypad] = /^Numpad(\d)$/.exec(code) ?? []
  return keypad ?? signs[code]?.charAt(shift ? 1 : 0) ?? null
}
