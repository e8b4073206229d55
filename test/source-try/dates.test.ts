import { expect, test } from 'vitest'
import { asked, propose } from './proposals.ts'

const file = (...dates: readonly string[]) =>
  `Receipt no\tDate\tSKU\tItem\tQty\tLine total\tCurrency\n${dates
    .map((date, at) => `${at + 1}\t${date}\tA-1\tMug\t1\t12.50\tEUR\n`)
    .join('')}`

/** The store is in Berlin. */
test.each([
  ['Sat, 18 Jul 2026 10:00:05', '2026-07-18T10:00:05'],
  ['Saturday 18 July 2026 10:00', '2026-07-18T10:00:00'],
  ['lör 18 juli 2026 10:05', '2026-07-18T10:05:00'],
  ['Sa. 18.07.2026 14:05', '2026-07-18T14:05:00'],
  ['18 juli 2026 kl. 10:05', '2026-07-18T10:05:00'],
  ['18.07.2026 klo 14:05', '2026-07-18T14:05:00'],
  ['18.07.2026 um 14:05 Uhr', '2026-07-18T14:05:00'],
  ['18/07/2026 à 14h05', '2026-07-18T14:05:00'],
  ['18/07/2026 14h05', '2026-07-18T14:05:00'],
  ['18/07/2026 09:05:00 a. m.', '2026-07-18T09:05:00'],
  ['18/07/2026 09:05:00 p. m.', '2026-07-18T21:05:00'],
  ['18 de julio de 2026 14:05', '2026-07-18T14:05:00'],
  ['18-Jul-2026 10:05 AM CEST', '2026-07-18T10:05:00'],
  ['18-Jul-2026 10:05 AM BST', '2026-07-18T11:05:00'],
  ['1784363405', '2026-07-18T10:30:05'],
  ['1784363405000', '2026-07-18T10:30:05'],
  ['46221.41667', '2026-07-18T10:00:00'],
  ['46221,5', '2026-07-18T12:00:00'],
  ['2026. július 18. 14:05', '2026-07-18T14:05:00'],
  ['2026年7月18日 14:05', '2026-07-18T14:05:00'],
  ['18 ledna 2026 14:05', '2026-01-18T14:05:00'],
  ['18 Temmuz 2026 14:05', '2026-07-18T14:05:00'],
  ['18 июля 2026 14:05', '2026-07-18T14:05:00'],
  ['18 iulie 2026 14:05', '2026-07-18T14:05:00'],
  ['18 Ιουλίου 2026 14:05', '2026-07-18T14:05:00'],
  ['18 липня 2026 14:05', '2026-07-18T14:05:00'],
])('%s is %s', async (date, wall) => {
  const { rows } = await propose(file(date))
  expect(rows.map(({ event }) => event)).toMatchObject([{ soldAt: { wall } }])
})

test('numbers of days that may be either order are asked, whatever is beside them', async () => {
  expect(await asked(file('Sa. 07/08/2026 14:05'))).toEqual(['date'])
})

test('a time zone of several countries is not guessed', async () => {
  await expect(propose(file('18-Jul-2026 10:05 AM IST'))).rejects.toMatchObject({
    code: 'SOURCE_VALUES_UNKNOWN',
  })
})

test.each(['12345678901234', '123456', '99999.5'])('the number %s is not a date', async number => {
  await expect(propose(file(number))).rejects.toMatchObject({ code: 'SOURCE_VALUES_UNKNOWN' })
})
