import type { Status } from '../../shared/protocol.ts'
import type { Db } from '../db/db.ts'
import { transaction } from '../db/db.ts'
import { closeException, openException, type Problem } from './exceptions.ts'
import type { ExceptionKind } from './kinds.ts'

/** The kinds that a till's report opens and closes; nothing else does. */
const kinds = ['command-unreadable', 'pos-write-waiting'] as const satisfies readonly ExceptionKind[]

/** A POS that is closed for a moment is no exception. */
const WAITS_MS = 15 * 60_000

interface Reporter {
  readonly device: string
  readonly store: string
  readonly till: string
}

/** What is wrong by a till's own report. */
export function problemsIn({ device, store, till }: Reporter, status: Status): Problem[] {
  const { unreadCommands, writeBacks, clock } = status
  const unread: Problem = {
    kind: 'command-unreadable',
    subject: device,
    store,
    sentence: `Till "${till}" can't read ${unreadCommands} of the hub's commands. Update its agent: it keeps them and applies them then.`,
    evidence: { unreadCommands },
  }
  const waiting = writeBacks
    .filter(({ waiting, oldestAt }) => waiting > 0 && oldestAt !== null && clock - oldestAt >= WAITS_MS)
    .map(
      ({ target, waiting, oldestAt, problem }): Problem => ({
        kind: 'pos-write-waiting',
        subject: `${device}/${target}`,
        store,
        sentence: `${waiting} changes wait to be written into the POS "${target}" at till "${till}"${problem === null ? '.' : `: ${problem}`}`,
        evidence: { waiting, oldestAt, problem },
      }),
    )
  return [...(unreadCommands > 0 ? [unread] : []), ...waiting]
}

/** Opens the exceptions that a till's report names and closes those of it that are over. */
export async function noteReport(
  db: Db,
  device: string,
  problems: readonly Problem[],
  now: number,
): Promise<void> {
  const rows = await db
    .selectFrom('exception')
    .select(['kind', 'subject'])
    .where('closed_at', 'is', null)
    .where('kind', 'in', kinds)
    .where(e => e.or([e('subject', '=', device), e('subject', 'like', `${device}/%`)]))
    .execute()
  const keyOf = ({ kind, subject }: { kind: string; subject: string }) => `${kind} ${subject}`
  const open = new Set(rows.map(keyOf))
  const wanted = new Set(problems.map(keyOf))
  const opening = problems.filter(problem => !open.has(keyOf(problem)))
  const closing = rows.filter(row => !wanted.has(keyOf(row)))
  if (opening.length + closing.length === 0) return
  await transaction(db, async tx => {
    for (const problem of opening) await openException(tx, problem, now)
    for (const kind of kinds)
      for (const { subject } of closing.filter(row => row.kind === kind))
        await closeException(tx, kind, subject, now)
  })
}
