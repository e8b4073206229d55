import { z } from 'zod'
import { ReturnPut } from '../../shared/commands.ts'
import { ReturnMade } from '../../shared/events.ts'
import type { ReturnRule } from '../../shared/returns.ts'
import { copyRows } from '../journal/copy-rows.ts'
import type { JournalDb, JournalPart } from '../journal/part.ts'
import type { ReturnView } from '../till/api-schema.ts'

const returnTables = /* sql */ `
  CREATE TABLE taken_back (
    return_id TEXT PRIMARY KEY,
    made_at INTEGER NOT NULL,       -- when staff recorded it, by their till's clock
    body TEXT,                      -- the return.made event; NULL: another till recorded it
    told TEXT                       -- the newest return.put command; NULL: the hub has not said anything of it
  ) STRICT;
  CREATE INDEX taken_back_made ON taken_back (made_at);
`

const Body = z.string().transform((text): unknown => JSON.parse(text))
const Row = z.object({ body: Body.pipe(ReturnMade).nullable(), told: Body.pipe(ReturnPut).nullable() })
const KEPT_MS = 30 * 24 * 3_600_000

/** One return as the journal has it. */
export type StoredReturn = z.infer<typeof Row>

/** The returns of this store, as far as this till recorded them or was told of them. */
export interface ReturnStore {
  /** Those recorded after `since` (ms), newest first. */
  list(since: number): StoredReturn[]
  get(returnId: string): StoredReturn | null
  /** Journals what `decide` returns, unless it is there already; null: it is. */
  record(decide: () => ReturnMade | null): Promise<void>
}

/** The journal's part for returns: what staff record, and what the hub says of it. */
export const returnStore: JournalPart<ReturnStore> = {
  name: 'returns',
  migrations: [returnTables],
  open({ db, write, append, changed }) {
    const rows = prepareRows(db)
    return {
      api: {
        list: rows.list,
        get: rows.get,
        record: decide =>
          write(() => {
            const event = decide()
            if (event === null) return
            append(event)
            rows.add(event)
            changed()
          }),
      },
      onCommand(command) {
        if (command.kind !== 'return.put') return
        rows.tell(command)
        changed()
      },
      // what staff recorded as a former device of this store, so that it is not taken back again
      inherit: former => {
        if (hasReturns(former))
          copyRows(former, db, 'taken_back', 'return_id, made_at, body, told', 'made_at, return_id')
      },
      wipe() {
        rows.clear()
        changed()
      },
      prune: now => rows.prune(now - KEPT_MS),
    }
  },
}

/** A journal of an older version has no returns. */
function hasReturns(db: JournalDb): boolean {
  return db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'taken_back'").get() !== undefined
}

function prepareRows(db: JournalDb) {
  const add = db.prepare('INSERT INTO taken_back (return_id, made_at, body) VALUES (?, ?, ?)')
  const tell = db.prepare(
    `INSERT INTO taken_back (return_id, made_at, told) VALUES (?, ?, ?)
     ON CONFLICT (return_id) DO UPDATE SET told = excluded.told`,
  )
  const list = db.prepare(
    'SELECT body, told FROM taken_back WHERE made_at > ? ORDER BY made_at DESC, return_id',
  )
  const one = db.prepare('SELECT body, told FROM taken_back WHERE return_id = ?')
  const clear = db.prepare('DELETE FROM taken_back')
  const prune = db.prepare('DELETE FROM taken_back WHERE made_at < ?')
  return {
    add: (event: ReturnMade): void => void add.run(event.returnId, event.at, JSON.stringify(event)),
    tell: (command: ReturnPut): void =>
      void tell.run(command.returnId, command.madeAt, JSON.stringify(command)),
    list: (since: number): StoredReturn[] => z.array(Row).parse(list.all(since)),
    get(returnId: string): StoredReturn | null {
      const row = one.get(returnId)
      return row === undefined ? null : Row.parse(row)
    },
    clear: (): void => void clear.run(),
    prune: (before: number): void => void prune.run(before),
  }
}

/** A return as staff see it: the hub's last word, else what was recorded here. @param rule what counts at this till now */
export function returnView({ body, told }: StoredReturn, rule: ReturnRule): ReturnView | null {
  if (told !== null) {
    const { returnId, order: orderName, lines, staff, till, madeAt, state, refunded, problem } = told
    // carried out, and what was due is not paid back by Shopify: a person saw to it
    const isPaidApart = state === 'done' && told.due !== null && refunded === null
    const officePays = state === 'owed' || isPaidApart || (state === 'waiting' && told.rule === 'goods-only')
    return { returnId, orderName, lines, staff, till, madeAt, state, officePays, refunded, problem }
  }
  if (body === null) return null
  const { returnId, orderName, lines, staff, till, at: madeAt } = body
  const recorded = {
    state: 'recorded',
    officePays: rule === 'goods-only',
    refunded: null,
    problem: null,
  } as const
  return { returnId, orderName, lines, staff, till, madeAt, ...recorded }
}
