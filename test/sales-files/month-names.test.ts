import { expect, test } from 'vitest'
import { monthNamed } from '../../agent/sources/sales-files/month-names.ts'
import { isDateFormat, momentIn } from '../../agent/sources/sales-files/values.ts'
import { dateForms } from '../../agent/tools/source-try/date-forms.ts'
import { wallClock } from '../../shared/wall-clock.ts'

const clock = wallClock({ numbers: 'epoch-ms' }, 'Europe/Berlin')

test.each([
  ['18 Jul 2026 10:05', 'D MMM YYYY H:mm', '2026-07-18T10:05:00'],
  ['Jul 8, 2026 1:05 PM', 'MMM D, YYYY h:mm A', '2026-07-08T13:05:00'],
  ['18. März 2026', 'D. MMM YYYY', '2026-03-18T00:00:00'],
  ['18-août-26 09:00:07', 'D-MMM-YY H:mm:ss', '2026-08-18T09:00:07'],
  ['1 sept. 2026', 'D MMM YYYY', '2026-09-01T00:00:00'],
  ['05/Jan/2026', 'D/MMM/YYYY', '2026-01-05T00:00:00'],
])('%s is found to be %s', (text, format, wall) => {
  expect(dateForms([text]).map(form => form.format)).toEqual([format])
  expect(momentIn(text, 'Date', format, clock)).toBe(wall)
})

test('a month that no language has is refused by its field, whatever else fits', () => {
  expect(isDateFormat('D MMM YYYY')).toBe(true)
  expect(() => momentIn('18 Foo 2026', 'Date', 'D MMM YYYY', clock)).toThrow(
    'instead of a moment as D MMM YYYY',
  )
  expect(dateForms(['18 Foo 2026'])).toEqual([])
})

test('a name is that of one month, with or without accents, capitals and a full stop', () => {
  const named = [
    'ENE',
    'févr.',
    'Mrz',
    'kwietnia',
    'Maj',
    'giu',
    'juil',
    'elokuuta',
    'wrz',
    'ott',
    'lis',
    'gru',
  ]
  expect(named.map(monthNamed)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12'])
})
