import { openException } from '../checks/exceptions.ts'
import { lookUpsProblem } from '../checks/look-ups-beyond-limit.ts'
import type { Tx } from '../db/db.ts'

/** A till passed the limit of look-ups of an hour: IT is to see it. `now`: hub clock, ms. */
export async function nameLookUps(tx: Tx, device: string, limit: number, now: number): Promise<void> {
  const problem = await lookUpsProblem(tx, device, limit)
  if (problem !== null) await openException(tx, problem, now)
}
