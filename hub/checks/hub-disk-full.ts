import type { Tx } from '../db/db.ts'
import { closeException, openException } from './exceptions.ts'

/** The hub's disk is full, and the hub runs on the space that it keeps for that. */
export async function noteDiskFull(tx: Tx, isFull: boolean, at: number): Promise<void> {
  const problem = { subject: 'disk', store: null, fields: {}, evidence: {} }
  if (isFull) await openException(tx, { code: 'hub-disk-full', ...problem }, at)
  else await closeException(tx, 'hub-disk-full', problem.subject, at)
}
