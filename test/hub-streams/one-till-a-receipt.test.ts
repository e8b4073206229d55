import { expect, test } from 'vitest'
import { listExceptions } from '../../hub/checks/exceptions.ts'
import { onHand, sale } from '../gateway/till-and-hub.ts'
import { openTillRecords } from './till-records.ts'

const at = (time: string) => ({ soldAt: { wall: `2026-07-23T${time}`, zone: 'Europe/Berlin' } })
const voided = (number: number) => ({
  kind: 'sale.voided',
  at: 9,
  source: 'pos',
  receipt: `r-${number}`,
  reason: 'deleted',
})

test('two tills that each print a receipt 1 never replace or void each other’s sale: the second is asked about', async () => {
  await using hub = await openTillRecords()
  const [first, second] = [await hub.enrol('Till 1'), await hub.enrol('Till 2')]
  await hub.receive(first, [sale(1, 2, at('10:00:00'))])
  await hub.receive(second, [
    sale(1, 5, { ...at('11:30:00'), fingerprint: 'another-sale-altogether' }),
    sale(2, 1, at('11:31:00')),
  ])
  expect(await onHand(hub.db)).toEqual(-3) // the second till’s own receipt 2 counts
  const [named, ...others] = await listExceptions(hub.db, 'en', 50)
  expect(others).toEqual([])
  expect(named).toMatchObject({ kind: 'event-unreadable' })
  expect(named?.sentence).toContain('Another till')
  await hub.receive(second, [voided(1)])
  expect(await onHand(hub.db)).toEqual(-3)
  await hub.receive(first, [sale(1, 1, { ...at('10:05:00'), fingerprint: 'corrected-by-its-own-till' })])
  expect(await onHand(hub.db)).toEqual(-2)
  // once the source has a name of its own, the second till’s sale counts
  await hub.receive(second, [sale(1, 5, { ...at('11:30:00'), source: 'pos-2' })])
  expect(await onHand(hub.db)).toEqual(-7)
})

test('two tills that read one POS correct and void one receipt in turns', async () => {
  await using hub = await openTillRecords()
  const [first, second] = [await hub.enrol('Till 1'), await hub.enrol('Till 2')]
  await hub.receive(first, [sale(1, 2)])
  await hub.receive(second, [sale(1, 3, { fingerprint: 'corrected-at-the-other-till' })])
  expect(await onHand(hub.db)).toEqual(-3)
  await hub.receive(first, [voided(1)])
  expect(await onHand(hub.db)).toEqual(0)
  expect(await listExceptions(hub.db, 'en', 50)).toEqual([])
})
