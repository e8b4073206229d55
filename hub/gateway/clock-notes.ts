import { reconcileExceptions } from '../checks/exceptions.ts'
import type { SubjectProblem } from '../checks/problem.ts'
import { type Db, transaction } from '../db/db.ts'
import { MOST_OFF_MS, noteClock } from '../fleet/devices.ts'

const KIND = 'clock-wrong'
const MINUTE_MS = 60_000

/** Opens and closes the exceptions about the clocks of the tills that are connected. */
export async function noteClocks(
  db: Db,
  live: ReadonlyMap<string, { readonly offsetMs: number | null }>,
  at: number,
): Promise<void> {
  const offsets = new Map(
    [...live].flatMap(([device, { offsetMs }]) => (offsetMs === null ? [] : [[device, offsetMs]])),
  )
  const wrong = [...offsets].filter(([, offsetMs]) => Math.abs(offsetMs) > MOST_OFF_MS)
  const open = await db
    .selectFrom('exception')
    .select('subject')
    .where('kind', '=', KIND)
    .where('closed_at', 'is', null)
    .execute()
  const closing = open.filter(
    ({ subject }) => Math.abs(offsets.get(subject) ?? MOST_OFF_MS + 1) <= MOST_OFF_MS,
  )
  if (wrong.length + closing.length === 0) return
  const tills =
    wrong.length === 0
      ? []
      : await db
          .selectFrom('device')
          .select(['device', 'store', 'till'])
          .where(
            'device',
            'in',
            wrong.map(([device]) => device),
          )
          .execute()
  const found = tills.map(({ device, store, till }): SubjectProblem => {
    const offsetMs = offsets.get(device) ?? 0
    const minutes = Math.round(Math.abs(offsetMs) / MINUTE_MS)
    const code = offsetMs > 0 ? 'clock-wrong.ahead' : 'clock-wrong.behind'
    return {
      code,
      subject: device,
      store,
      device,
      fields: { till, store, minutes },
      evidence: { minutes, offsetMs: offsetMs > 0 ? minutes * MINUTE_MS : -minutes * MINUTE_MS },
    }
  })
  const subjects = [...wrong.map(([device]) => device), ...closing.map(({ subject }) => subject)]
  await transaction(db, async tx => {
    // what a till sold, it sold when its clock and this say: see sales/moments.ts
    for (const device of subjects) {
      const offsetMs = offsets.get(device)
      if (offsetMs !== undefined) await noteClock(tx, device, offsetMs, at)
    }
    await reconcileExceptions(tx, { kind: KIND, scope: { subjects }, found, at, seen: 'still' })
  })
}
