import { expect, test } from 'vitest'
import { listExceptions } from '../../hub/checks/exceptions.ts'
import { onHand, sale } from '../gateway/till-and-hub.ts'
import { openTillRecords } from './till-records.ts'

const at = (time: string) => ({ soldAt: { wall: `2026-07-23T${time}`, zone: 'Europe/Berlin' } })
test('R1 renamed source, receipt corrected meanwhile', async () => {
  await using hub = await openTillRecords()
  const device = await hub.enrol('Till 1')
  await hub.receive(device, [sale(1, 2, at('10:00:00')), sale(2, 1, at('10:05:00'))])
  await hub.receive(device, [
    sale(1, 3, { ...at('10:00:00'), source: 'pos-2', fingerprint: 'corrected-while-renamed' }),
    sale(2, 1, { ...at('10:05:00'), source: 'pos-2' }),
  ])
  console.log(await onHand(hub.db), (await listExceptions(hub.db, 'en', 9)).map(one => one.sentence))
})
test('R2 renamed source with another mapping: every fingerprint differs', async () => {
  await using hub = await openTillRecords()
  const device = await hub.enrol('Till 1')
  const all = (source: string) => [1, 2, 3].map(n => sale(n, 1, { ...at(`10:0${n}:00`), source, fingerprint: `mapped-by-${source}-and-${n}` }))
  await hub.receive(device, all('pos'))
  await hub.receive(device, all('pos-2'))
  console.log(await onHand(hub.db), (await listExceptions(hub.db, 'en', 9)).map(one => one.sentence))
})
test('R3 void under the new name that says its moment, and one that does not', async () => {
  await using hub = await openTillRecords()
  const device = await hub.enrol('Till 1')
  await hub.receive(device, [sale(1, 2, at('10:00:00')), sale(2, 1, at('10:05:00'))])
  await hub.receive(device, [{ kind: 'sale.voided', at: 9, source: 'pos-2', receipt: 'r-1', reason: 'deleted', wall: '2026-07-23T10:00:00' }])
  console.log(await onHand(hub.db))
  await hub.receive(device, [{ kind: 'sale.voided', at: 9, source: 'pos-2', receipt: 'r-2', reason: 'deleted' }])
  console.log(await onHand(hub.db), (await listExceptions(hub.db, 'en', 9)).map(one => one.sentence))
})
