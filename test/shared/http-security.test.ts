import { expect, test } from 'vitest'
import { cookieOf, pageHeaders } from '../../shared/http-security.ts'

test.each([
  ['a=1', 'a', '1'],
  ['a=1; b=2', 'b', '2'],
  ['a=1;b=2', 'b', '2'],
  ['  b = 2 ; a=1', 'b', '2'],
  ['a=x=y==', 'a', 'x=y=='],
  ['a=', 'a', ''],
  ['aa=1; a=2', 'a', '2'],
  ['a=1; a=2', 'a', '1'],
  ['b; a=1', 'a', '1'],
  ['', 'a', null],
  [undefined, 'a', null],
  ['a', 'a', null],
  ['=1', '', null],
  ['xa=1', 'a', null],
  ['A=1', 'a', null],
  ['b=a=1', 'a', null],
])('%j holds as %s: %j', (header, name, value) => {
  expect(cookieOf(header, name)).toBe(value)
})

test('a page may load nothing from elsewhere, run nothing written into it, and stand in no frame', () => {
  const policy = pageHeaders['content-security-policy'] ?? ''
  expect(policy.split('; ')).toEqual(
    expect.arrayContaining([
      "default-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "object-src 'none'",
    ]),
  )
  expect(policy).not.toMatch(/script-src|unsafe-eval/)
  expect(pageHeaders).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' })
})
