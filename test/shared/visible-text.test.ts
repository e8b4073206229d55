import { expect, test } from 'vitest'
import { escapeHidden } from '../../shared/visible-text.ts'

test.each([
  ['Till \u001b[2J1\u202e', 'Till \\u001b[2J1\\u202e'],
  ['a\rb\u009b\u{e0041}\ud800', 'a\\u000db\\u009b\\udb40\\udc41\\ud800'],
  ['two\nlines\tapart', 'two\nlines\tapart'],
  ['Müller 👩‍💻 ❤️', 'Müller 👩‍💻 ❤️'],
])('a terminal is told %j as %j', (text, shown) => {
  expect(escapeHidden(text)).toBe(shown)
})

test('JSON for a program reads back what was hidden', () => {
  const value = { till: 'T\u202e1\u009b\u{e0041}', name: 'A "quoted"\n' }
  expect(JSON.parse(escapeHidden(JSON.stringify(value)))).toEqual(value)
})
