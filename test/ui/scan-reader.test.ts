import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type KeyStroke,
  type TypedScan,
  TypedScanReader,
  usualWedge,
  type WedgeSettings,
} from '../../agent/ui/keys/scan-reader.ts'
import { characterOfKey } from '../../agent/ui/keys/us-keyboard.ts'

type Key = string | Omit<KeyStroke, 'at'>

/** Types keys `gapMs` apart; gives all scans that came of them. */
function type(keys: readonly Key[], gapMs = 5, settings: Partial<WedgeSettings> = {}): TypedScan[] {
  const reader = new TypedScanReader({ ...usualWedge, ...settings })
  return keys.flatMap((key, i) => {
    const stroke = typeof key === 'string' ? { key } : key
    return reader.stroke({ ...stroke, at: 1_000 + i * gapMs }) ?? []
  })
}
const texts = (scans: readonly TypedScan[]) => scans.map(({ text }) => text)

describe('by speed', () => {
  test.each(['Enter', 'Tab'])('a fast burst that ends with %s is a scan', suffix => {
    expect(type([...']E04006381333931', suffix])).toEqual([{ text: ']E04006381333931', trap: null }])
  })

  test.each([
    ['a person typing', [...'4006381333931', 'Enter'], 120],
    ['too few characters', [...'123', 'Enter'], 5],
    ['no end', [...'4006381333931'], 5],
    ['an arrow within', [...'400638', 'ArrowLeft', ...'12', 'Enter'], 5],
    ['Tab alone', ['Tab', 'Tab', 'Enter'], 5],
  ])('%s is not a scan', (_, keys, gapMs) => expect(type(keys, gapMs)).toEqual([]))

  test('Shift, Caps Lock and Num Lock within do no harm, and two scans are two', () => {
    expect(
      texts(type(['Shift', 'M', 'NumLock', 'U', 'CapsLock', 'G', '-', '1', 'Enter', ...'12345', 'Tab'])),
    ).toEqual(['MUG-1', '12345'])
  })

  test('only the end that the scanner is set to send ends a scan', () => {
    expect(texts(type([...'12345', 'Enter', ...'67890', 'F10'], 5, { suffixes: ['F10'] }))).toEqual(['67890'])
  })

  test('what a person typed before does not stick to the scan', () =>
    fc.assert(
      fc.property(
        fc.string({ maxLength: 10 }),
        fc.string({ unit: fc.constantFrom(...'0123456789ABC-#'), minLength: 4, maxLength: 40 }),
        (before, code) => {
          const reader = new TypedScanReader()
          for (const [i, key] of [...before].entries()) reader.stroke({ key, at: i * 200 })
          for (const [i, key] of [...code].entries())
            expect(reader.stroke({ key, at: 10_000 + i * 10 })).toBeNull()
          expect(reader.stroke({ key: 'Enter', at: 10_000 + code.length * 10 })?.text).toBe(code)
        },
      ),
    ))
})

describe('by prefix', () => {
  test.each([
    ['F9', 'F9'],
    ['~', '~'],
    ['\x02', { key: 'b', ctrl: true }],
  ])('%j begins a scan at any speed and length', (prefix, key) => {
    expect(type([key, ...'12', 'Enter'], 300, { prefix })).toEqual([{ text: '12', trap: null }])
  })

  test('the prefix is known by its place where the layout turns it into another sign', () => {
    const tilde = { key: '°', code: 'Backquote', shift: true }
    expect(texts(type([tilde, ...'12', 'Enter'], 100, { prefix: '~' }))).toEqual(['12'])
  })

  test('it is given up after half a second of nothing, and keys after that are typed by a person', () => {
    const reader = new TypedScanReader({ ...usualWedge, prefix: 'F9' })
    reader.stroke({ key: 'F9', at: 0 })
    expect(reader.prefixed).toBe(true)
    reader.stroke({ key: 'a', at: 600 })
    expect(reader.prefixed).toBe(false)
    expect(reader.bursting).toBe(false)
    expect(reader.stroke({ key: 'Enter', at: 900 })).toBeNull()
  })

  test('a fast burst without it is still a scan: tills have more than one scanner', () => {
    expect(texts(type([...'12345', 'Enter'], 5, { prefix: 'F9' }))).toEqual(['12345'])
  })

  test('the same sign within the scan is part of it', () => {
    expect(texts(type(['~', ...'1~2', 'Enter'], 5, { prefix: '~' }))).toEqual(['1~2'])
  })
})

describe('FNC1', () => {
  const before = [...']C110A']
  const behind = [...'17270600', 'Enter']
  test.each<[string, Key[]]>([
    ['as Ctrl+]', ['Control', { key: ']', ctrl: true }]],
    ['as Alt+029', ['Alt', ...[...'029'].map(key => ({ key, alt: true }))]],
    ['as the character itself', ['\x1d']],
  ])('%s', (_, keys) => {
    expect(texts(type([...before, ...keys, ...behind]))).toEqual([']C110A\x1d17270600'])
  })

  test('Ctrl+M and Ctrl+J end a scan as Enter does', () => {
    for (const key of ['m', 'j']) expect(texts(type([...'12345', { key, ctrl: true }]))).toEqual(['12345'])
  })
})

describe('traps', () => {
  /** As a scanner set to the US keyboard types, on a computer set to the German one. */
  const german: Readonly<Record<string, string>> = {
    z: 'y',
    y: 'z',
    Z: 'Y',
    Y: 'Z',
    ']': '+',
    '-': 'ß',
    '/': '-',
  }
  const places: Readonly<Record<string, string>> = { ']': 'BracketRight', '-': 'Minus', '/': 'Slash' }
  const typedGerman = (text: string): Key[] =>
    [...text].map(one => ({
      key: german[one] ?? one,
      code: places[one] ?? (/\d/.test(one) ? `Digit${one}` : `Key${one.toUpperCase()}`),
      shift: /[A-Z]/.test(one),
    }))

  test('a German layout is noticed by the AIM identifier, corrected and reported', () => {
    expect(type([...typedGerman(']C0ZY-1/z'), 'Enter'])).toEqual([{ text: ']C0ZY-1/z', trap: 'layout' }])
  })

  test('without an identifier nothing proves it, and the text stays as it was typed', () => {
    expect(type([...typedGerman('ZY-1'), 'Enter'])).toEqual([{ text: 'YZß1', trap: null }])
  })

  test('a dead key does not hide it', () => {
    const dead = { key: 'Dead', code: 'BracketRight' }
    const rest = [...'E04006381333931'].map(one => ({
      key: one,
      code: /\d/.test(one) ? `Digit${one}` : `Key${one}`,
      shift: one === 'E',
    }))
    expect(type([dead, ...rest, 'Enter'])).toEqual([{ text: ']E04006381333931', trap: 'layout' }])
  })

  test('a scanner set to the German layout is right as it is', () => {
    const bracket = { key: ']', code: 'Digit9' }
    const rest = [...'C0z1'].map(one => ({ key: one, code: one === 'z' ? 'KeyY' : 'KeyC', shift: false }))
    expect(type([bracket, ...rest, 'Enter'])).toEqual([{ text: ']C0z1', trap: null }])
  })

  test('Caps Lock is told where there are letters', () => {
    const shouting = (text: string) => [...text].map(key => ({ key, capsLock: true }))
    expect(type([...shouting(']e001'), 'Enter'])[0]?.trap).toBe('caps-lock')
    expect(type([...shouting('4006381333931'), 'Enter'])[0]?.trap).toBeNull()
  })
})

test('the US keyboard’s places', () => {
  const shown = ['KeyA', 'Digit2', 'Numpad7', 'BracketRight', 'Slash', 'Space'].map(code => [
    characterOfKey(code, false),
    characterOfKey(code, true),
  ])
  expect(shown).toEqual([
    ['a', 'A'],
    ['2', '@'],
    ['7', '7'],
    [']', '}'],
    ['/', '?'],
    [' ', ' '],
  ])
  expect(characterOfKey('F9', false)).toBeNull()
})

test('strokes without end are kept up to the length of a QR code only', () => {
  const long = Array.from({ length: 10_000 }, () => '1')
  expect(texts(type([...long, 'Enter'], 1))[0]).toHaveLength(4_296)
})
