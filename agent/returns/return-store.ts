import { z } from 'zod'
import { ReturnPut } from '../../shared/commands.ts'
import { ReturnMade, type ReturnUndone } from '../../shared/events.ts'
import { EpochMs } from '../../shared/ids.ts'
import { UNDO_MS } from '../../shared/pickup-moves.ts'
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

/** Added later. */
const undoneReturns = /* sql */ `
  ALTER TABLE taken_back ADD COLUMN undone_at INTEGER; -- when staff undid it here, by this PC's clock
`

const Body = z.string().transform((text): unknown => JSON.parse(text))
const Row = z.object({
  body: Body.pipe(ReturnMade).nullable(),
  told: Body.pipe(ReturnPut).nullable(),
  undoneAt: z.int().nullable(),
})
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
  /** Journals what `decide` returns as the undo of its return; null: it is undone already. */
  undo(decide: () => ReturnUndone | null): Promise<void>
}

/** The journal's part for returns: what staff record, and what the hub says of it. */
export const returnStore: JournalPart<ReturnStore> = {
  name: 'returns',
  migrations: [returnTables, undoneReturns],
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
        undo: decide =>
          write(() => {
            const event = decide()
            if (event === null) return
            append(event)
            rows.undo(event)
            changed()
          }),
      },
      onCommand(command) {
        if (command.kind !== 'return.put') return
        rows.tell(command)
        changed()
      },
      // what staff recorded as a former device of this store, so that it is not taken back again
      inherit: former =>
        copyRows(former, db, 'taken_back', 'return_id, made_at, body, told, undone_at', 'made_at, return_id'),
      wipe() {
        rows.clear()
        changed()
      },
      prune: now => rows.prune(now - KEPT_MS),
    }
  },
}

function prepareRows(db: JournalDb) {
  const add = db.prepare('INSERT INTO taken_back (return_id, made_at, body) VALUES (?, ?, ?)')
  const tell = db.prepare(
    `INSERT INTO taken_back (return_id, made_at, told) VALUES (?, ?, ?)
     ON CONFLICT (return_id) DO UPDATE SET told = excluded.told`,
  )
  const list = db.prepare(
    'SELECT body, told, undone_at AS undoneAt FROM taken_back WHERE made_at > ? ORDER BY made_at DESC, return_id',
  )
  const one = db.prepare('SELECT body, told, undone_at AS undoneAt FROM taken_back WHERE return_id = ?')
  const undo = db.prepare('UPDATE taken_back SET undone_at = ? WHERE return_id = ?')
  const clear = db.prepare('DELETE FROM taken_back')
  const prune = db.prepare('DELETE FROM taken_back WHERE made_at < ?')
  return {
    add: (event: ReturnMade): void => void add.run(event.returnId, event.at, JSON.stringify(event)),
    undo: (event: ReturnUndone): void => void undo.run(event.at, event.returnId),
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

/**
 * A return as staff see it: the hub's last word, else what was recorded here.
 * @param at what counts at this till now: the rule, and the time (agent clock)
 */
export function returnView(
  stored: StoredReturn,
  { rule, now }: { readonly rule: ReturnRule; readonly now: number },
): ReturnView | null {
  const { body, told } = stored
  if (isUndone(stored)) {
    const said = body ?? told
    if (said !== null) return { ...saidOf(said), ...undone }
  }
  if (told !== null) {
    const { state, refunded, problem, undoTooLate = false } = told
    // carried out, and what was due is not paid back by Shopify: a person saw to it
    const isPaidApart = state === 'done' && told.due !== null && refunded === null
    const officePays = state === 'owed' || isPaidApart || (state === 'waiting' && told.rule === 'goods-only')
    return {
      ...saidOf(told),
      state,
      officePays,
      refunded,
      problem,
      undoTooLate,
      undo: undoOf(stored, now),
    }
  }
  if (body === null) return null
  const recorded = { state: 'recorded', refunded: null, problem: null, undoTooLate: false } as const
  return { ...saidOf(body), ...recorded, officePays: rule === 'goods-only', undo: undoOf(stored, now) }
}

const undone = {
  state: 'refused',
  officePays: false,
  refunded: null,
  problem: 'undone',
  undoTooLate: false,
  undo: null,
} as const

/** Undone here, and the hub has not said that this came too late. */
function isUndone({ told, undoneAt }: StoredReturn): boolean {
  if (undoneAt === null) return false
  return told === null || (told.state === 'waiting' && told.undoTooLate !== true)
}

function saidOf(said: ReturnMade | ReturnPut) {
  const { returnId, lines, staff, till } = said
  const isEvent = said.kind === 'return.made'
  return {
    returnId,
    orderName: isEvent ? said.orderName : said.order,
    lines,
    staff,
    till,
    madeAt: isEvent ? said.at : said.madeAt,
  }
}

/** Until when staff may undo it: recorded at this till, and Shopify is not told yet. */
function undoOf({ body, told, undoneAt }: StoredReturn, now: number): ReturnView['undo'] {
  if (body === null || undoneAt !== null || (told !== null && told.state !== 'waiting')) return null
  if (now - body.at >= UNDO_MS || body.at - now > UNDO_MS) return null
  return { until: EpochMs.parse(body.at + UNDO_MS) }
}
