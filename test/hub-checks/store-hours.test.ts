import { expect, test } from 'vitest'
import { deviceSilent } from '../../hub/checks/device-silent.ts'
import { hoursInWords, isOpenFor, readHours } from '../../hub/checks/opening-hours.ts'
import { transaction } from '../../hub/db/db.ts'
import { setHours } from '../../hub/fleet/store-hours.ts'
import { openTillRecords } from '../hub-streams/till-records.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const shop = readHours({
  open: ['mon-fri 09:00-13:00,14:00-20:00', 'sat 10:00-02:00'],
  closed: ['2026-12-25'],
  afterMinutes: 30,
})
const at = (text: string) => Date.parse(text)

test.each<[string, string, string, boolean]>([
  ['half an hour after opening', '2026-11-24T19:30:00+01:00', '2026-11-25T09:30:00+01:00', true],
  ['less than half an hour after opening', '2026-11-24T20:00:00+01:00', '2026-11-25T09:25:00+01:00', false],
  ['over lunch', '2026-11-25T12:50:00+01:00', '2026-11-25T14:15:00+01:00', false],
  ['around lunch', '2026-11-25T12:45:00+01:00', '2026-11-25T14:20:00+01:00', true],
  ['from Saturday night to Monday morning', '2026-11-29T01:55:00+01:00', '2026-11-30T09:00:00+01:00', false],
  [
    'behind midnight, which belongs to Saturday',
    '2026-11-29T00:30:00+01:00',
    '2026-11-29T01:00:00+01:00',
    true,
  ],
  ['on a closed day', '2026-12-24T20:00:00+01:00', '2026-12-25T23:00:00+01:00', false],
  ['over the change to summer time', '2026-03-28T10:00:00+01:00', '2026-03-28T10:30:00+01:00', true],
  ['in the morning after that change', '2026-03-30T08:59:00+02:00', '2026-03-30T09:30:00+02:00', true],
  [
    'in the hour before that, by winter time',
    '2026-03-30T08:00:00+02:00',
    '2026-03-30T09:20:00+02:00',
    false,
  ],
  ['for two months in which it never opened', '2026-01-01T00:00:00+01:00', '2026-04-01T00:00:00+02:00', true],
])('a till silent %s', (_when, since, now, isSilent) => {
  expect(isOpenFor(shop, 'Europe/Berlin', at(since), at(now))).toBe(isSilent)
})

test('hours are shown as they are written, and what can’t be read is named', () => {
  expect(hoursInWords(shop)).toEqual(['mon-fri 09:00-13:00,14:00-20:00', 'sat 10:00-02:00'])
  const wrong =
    (open: string, closed: readonly string[] = []) =>
    () =>
      readHours({ open: [open], closed, afterMinutes: 30 })
  for (const text of [
    '',
    'mon',
    'mon 9-18',
    'mon 09:00-25:00',
    'mon 09:60-10:00',
    'noday 09:00-10:00',
    'mon 09:00-09:00',
  ])
    expect(wrong(text)).toThrow(expect.objectContaining({ code: 'HOURS_INVALID' }))
  expect(wrong('mon 09:00-10:00', ['25.12.2026'])).toThrow('25.12.2026')
  expect(readHours({ open: ['sat-mon 08:00-09:00'], closed: [], afterMinutes: 30 }).week).toEqual({
    sat: [[480, 540]],
    sun: [[480, 540]],
    mon: [[480, 540]],
  })
})

test('a till is silent by its store’s hours, else after two days; a moment ahead of the clock hides nothing', async () => {
  await using hub = await openTillRecords()
  const { db, world } = hub // Wednesday, 25 November 2026, 10:00 in Berlin
  await hub.enrol()
  const now = world.clock.now()
  const seen = (last_seen_at: number) =>
    transaction(db, tx => tx.updateTable('device').set({ last_seen_at }).execute())
  const codes = async () => (await deviceSilent.find(db, now)).map(({ code }) => code)
  await seen(now - 47 * HOUR_MS)
  expect(await codes()).toEqual([])
  await seen(now - 49 * HOUR_MS)
  expect(await codes()).toEqual(['device-silent'])
  await seen(now + 40 * 24 * HOUR_MS)
  expect(await codes()).toEqual(['device-silent'])
  await transaction(db, tx => setHours(tx, 'HAR', shop))
  expect(await codes()).toEqual(['device-silent.hours'])
  await seen(now - 31 * MINUTE_MS)
  expect(await codes()).toEqual(['device-silent.hours'])
  await seen(now - 20 * MINUTE_MS)
  expect(await codes()).toEqual([])
  await transaction(db, tx => setHours(tx, 'HAR', null))
  await seen(now - 47 * HOUR_MS)
  expect(await codes()).toEqual([])
})
