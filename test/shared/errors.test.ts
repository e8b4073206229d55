import { expect, test } from 'vitest'
import { defineError, describeError, TillbridgeError } from '../../shared/errors.ts'

const shelfEmpty = defineError('SHELF_EMPTY', (f: { shelf: string }) => `Shelf ${f.shelf} is empty. Fill it.`)
const shelfFull = defineError('SHELF_FULL', (f: { shelf: string }) => `Shelf ${f.shelf} is full.`)

test('an error carries its code, its sentence, its facts and its cause', () => {
  const cause = new Error('why')
  const error = shelfEmpty({ shelf: 'A3' }, cause)
  expect(error).toBeInstanceOf(TillbridgeError)
  expect(error).toMatchObject({
    name: 'TillbridgeError',
    code: 'SHELF_EMPTY',
    message: 'Shelf A3 is empty. Fill it.',
    facts: { shelf: 'A3' },
    cause,
  })
  expect('cause' in shelfEmpty({ shelf: 'A3' })).toBe(false)
})

test('a kind knows its own errors from all else', () => {
  const error = shelfEmpty({ shelf: 'A3' })
  expect(shelfEmpty.code).toBe('SHELF_EMPTY')
  expect(shelfEmpty.is(error)).toBe(true)
  expect(shelfFull.is(error)).toBe(false)
  for (const other of [new Error('SHELF_EMPTY'), { code: 'SHELF_EMPTY' }, 'SHELF_EMPTY', null, undefined])
    expect(shelfEmpty.is(other)).toBe(false)
})

test('whatever was thrown can be described', () => {
  expect(describeError(shelfEmpty({ shelf: 'B1' }))).toEqual({
    code: 'SHELF_EMPTY',
    sentence: 'Shelf B1 is empty. Fill it.',
  })
  expect(describeError(new TypeError('x is not a function'))).toEqual({
    code: 'UNEXPECTED',
    sentence: 'x is not a function',
  })
  expect(describeError('a word')).toEqual({ code: 'UNEXPECTED', sentence: 'a word' })
  expect(describeError(undefined)).toEqual({ code: 'UNEXPECTED', sentence: 'undefined' })
})
