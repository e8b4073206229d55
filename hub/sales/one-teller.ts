import type { Tx } from '../db/db.ts'

/** A till's name and its devices: each new PC of a till, and each re-enrolment, made another one. */
export interface Teller {
  readonly till: string
  readonly devices: ReadonlySet<string>
}

/** Which devices tell for one till of one store. Each is read once. */
export function tellers(tx: Tx): (device: string) => Promise<Teller> {
  const known = new Map<string, Promise<Teller>>()
  const read = async (device: string): Promise<Teller> => {
    const of = await tx
      .selectFrom('device')
      .select(['store', 'till'])
      .where('device', '=', device)
      .executeTakeFirst()
    if (of === undefined) return { till: device, devices: new Set([device]) }
    const rows = await tx
      .selectFrom('device')
      .select('device')
      .where('store', '=', of.store)
      .where('till', '=', of.till)
      .execute()
    return { till: of.till, devices: new Set(rows.map(row => row.device)) }
  }
  return device => {
    const teller = known.get(device) ?? read(device)
    known.set(device, teller)
    return teller
  }
}
