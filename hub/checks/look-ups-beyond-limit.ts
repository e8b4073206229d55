import { z } from 'zod'
import type { Reads } from '../db/db.ts'
import { defineCheck } from './check.ts'
import type { SubjectProblem } from './problem.ts'

/** Beyond the hour in which a till may pass the limit once more. */
const QUIET_MS = 2 * 3_600_000
const Evidence = z.looseObject({ limit: z.int() })

/** A till has looked up more orders within an hour than a counter needs. Closes when it has not for two hours. */
export const lookUpsBeyondLimit = defineCheck({
  kind: 'look-ups-beyond-limit',
  owner: 'it',
  severity: 'warning',
  everyMinutes: 15,
  async find(db, now) {
    const open = await db
      .selectFrom('exception')
      .select(['subject', 'evidence_json', 'last_seen'])
      .where('kind', '=', 'look-ups-beyond-limit')
      .where('closed_at', 'is', null)
      .execute()
    const still = open.filter(({ last_seen }) => last_seen > now - QUIET_MS && last_seen <= now)
    const problems: SubjectProblem[] = []
    for (const { subject, evidence_json } of still) {
      const problem = await lookUpsProblem(db, subject, Evidence.parse(JSON.parse(evidence_json)).limit)
      if (problem !== null) problems.push(problem)
    }
    return problems
  },
})

/** A till passed the limit of an hour; null: it is revoked by now. */
export async function lookUpsProblem(
  db: Reads,
  device: string,
  limit: number,
): Promise<SubjectProblem | null> {
  const row = await db
    .selectFrom('device')
    .select(['store', 'till'])
    .where('device', '=', device)
    .where('state', '=', 'active')
    .executeTakeFirst()
  if (row === undefined) return null
  const { store, till } = row
  const about = { subject: device, store, device, fields: { till, store, limit }, evidence: { limit } }
  return { code: 'look-ups-beyond-limit', ...about }
}
