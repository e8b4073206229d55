import { closeException, openAbout, openException } from '../checks/exceptions.ts'
import type { SubjectProblem } from '../checks/problem.ts'
import { storableSubject } from '../checks/storable-subject.ts'
import type { ExceptionKind } from '../checks/words/message.ts'
import type { Tx } from '../db/db.ts'
import { tellers } from '../sales/one-teller.ts'

/**
 * Exceptions about what a till tells of its own POS: two tills of a store may each have a source and a row of the same
 * name, and one says nothing of the other's. All devices of one till's name are one teller; what is open of a till that
 * has ended also closes by the tills of its store, one of which has its POS now.
 * @param store that an older version begins such subjects with, also while it still runs on the same database
 */
export function tillExceptions(tx: Tx, { store, at }: { readonly store: string; readonly at: number }) {
  const teller = tellers(tx)
  let ended: Promise<readonly string[]> | null = null
  const devicesOf = async (device: string) => [...new Set([device, ...(await teller(device)).devices])]
  /** What is open about a name that one of these devices gave; an older version's also where it noted no device. */
  const openOf = async (kind: ExceptionKind, name: string, devices: readonly string[]) => {
    const former = storableSubject(`${store}/${name}`)
    const open = await openAbout(tx, kind, [...devices.map(device => `${device}/${name}`), former])
    return open.filter(
      ({ subject, device }) => subject !== former || device === null || devices.includes(device),
    )
  }
  return {
    /** @param problem its subject is the name that the till gives to what it is about */
    async open(kind: ExceptionKind, problem: SubjectProblem & { readonly device: string }): Promise<void> {
      const known = await openOf(kind, problem.subject, await devicesOf(problem.device))
      // one of no known device may be about another till
      const own = known.findLast(({ device }) => device !== null)
      const subject = own?.subject ?? `${problem.device}/${problem.subject}`
      await openException(tx, { ...problem, subject }, at)
    },
    async close(kind: ExceptionKind, { device, name }: { readonly device: string; readonly name: string }) {
      ended ??= endedDevices(tx, store)
      const devices = [...(await devicesOf(device)), ...(await ended)]
      for (const { subject } of await openOf(kind, name, devices)) await closeException(tx, kind, subject, at)
    },
  }
}

/** The devices of a store's tills that have no device left: they were renamed, replaced or removed. */
async function endedDevices(tx: Tx, store: string): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('device')
    .select(['device', 'till', 'state'])
    .where('store', '=', store)
    .execute()
  const living = new Set(rows.filter(({ state }) => state !== 'revoked').map(({ till }) => till))
  return rows.filter(({ till }) => !living.has(till)).map(({ device }) => device)
}
