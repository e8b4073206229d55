import { defineError } from '../../shared/errors.ts'
import type { Reads } from '../db/db.ts'
import type { DeviceRow } from './devices.ts'

const tillUnknown = defineError(
  'TILL_UNKNOWN',
  (f: { till: string }) =>
    `There is no till "${f.till}". Name it as STORE/TILL or by its device id; list them with: tillbridge-hub device list.`,
)

/** People say "till  2" and mean "Till 2": names with one key are one till of a store. */
export const tillNameKey = (till: string): string =>
  till.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase()

/** The till that a person names as STORE/TILL, now enrolled before others of that name, or by its device id. @throws TILL_UNKNOWN */
export async function demandTill(db: Reads, named: string): Promise<DeviceRow> {
  const devices = await db.selectFrom('device').selectAll().orderBy('enrolled_at', 'desc').execute()
  const exact = devices.filter(({ device, store, till }) => named === device || named === `${store}/${till}`)
  const alike = devices.filter(({ store, till }) => tillNameKey(named) === tillNameKey(`${store}/${till}`))
  const found = exact.length > 0 ? exact : alike
  const till = found.find(({ state }) => state === 'active') ?? found[0]
  if (till === undefined) throw tillUnknown({ till: named })
  return till
}
