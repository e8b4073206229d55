import { z } from 'zod'
import type { PickupPut } from '../../shared/commands.ts'
import { defineError } from '../../shared/errors.ts'
import { EpochMs, PeripheralName, type PickupId } from '../../shared/ids.ts'
import { copyRows } from '../journal/copy-rows.ts'
import type { JournalDb, JournalPart } from '../journal/part.ts'
import { PrintSubject, paperKinds } from '../till/api-schema.ts'

/** A migration of the journal: slips on their way to paper. */
const printJobTables = /* sql */ `
  CREATE TABLE print_job (
    job TEXT PRIMARY KEY,
    device TEXT NOT NULL,
    kind TEXT NOT NULL,             -- pick-slip | collection-receipt
    pickup TEXT NOT NULL,
    order_name TEXT NOT NULL,
    copy_of TEXT,                   -- the job that this is a reprint of
    made_at INTEGER NOT NULL,
    state TEXT NOT NULL,            -- queued | sending | printed | maybe | failed
    sentence TEXT NOT NULL,         -- plain words on its state
    ended_at INTEGER,
    bytes BLOB                      -- NULL once it is too old to be printed again
  ) STRICT;
  CREATE INDEX print_job_waiting ON print_job (device, made_at, job) WHERE state IN ('queued', 'sending');
  CREATE INDEX print_job_of ON print_job (pickup, made_at);
`

/** Added later. */
const namesCustomer = /* sql */ `
  ALTER TABLE print_job ADD COLUMN names_customer INTEGER NOT NULL DEFAULT 1;
`

export const printJobUnknown = defineError(
  'PRINT_JOB_UNKNOWN',
  (f: { job: string }) => `There is no print job ${f.job}. Print the slip from the order again.`,
)
export const printJobTooOld = defineError(
  'PRINT_JOB_TOO_OLD',
  (f: { job: string }) =>
    `The slip of print job ${f.job} is not kept any more. Print it from the order again.`,
)
export const printJobHidden = defineError(
  'PRINT_JOB_HIDDEN',
  (f: { job: string }) =>
    `The slip of print job ${f.job} names a customer, and this till has been without its hub for too long to show it. Connect the till, then print it again.`,
)
export const printJobUnderWay = defineError(
  'PRINT_JOB_UNDER_WAY',
  (f: { job: string; state: string }) =>
    `Print job ${f.job} is still ${f.state}. Wait until it has ended before you print it again.`,
)
export const printQueueFull = defineError(
  'PRINT_QUEUE_FULL',
  (f: { device: string; jobs: number }) =>
    `${f.jobs} slips wait for the printer ${f.device} already. Look at the printer first; then print this one again.`,
)

export const printJobStates = ['queued', 'sending', 'printed', 'maybe', 'failed'] as const

/** One slip as the till shows it. `maybe`: some of it may be on paper, so that only a person has it printed again. */
export const PrintJob = z.object({
  job: z.string(),
  device: PeripheralName,
  kind: z.enum(paperKinds),
  /** What it is about: a pickup, or a return by its key. */
  subject: PrintSubject,
  orderName: z.string(),
  copyOf: z.string().nullable(),
  madeAt: EpochMs,
  state: z.enum(printJobStates),
  sentence: z.string(),
  endedAt: EpochMs.nullable(),
})
export type PrintJob = z.infer<typeof PrintJob>
export type NewPrintJob = Pick<
  PrintJob,
  'job' | 'device' | 'kind' | 'subject' | 'orderName' | 'copyOf' | 'madeAt'
> & {
  readonly bytes: Uint8Array
  /** It says a customer's name, phone number or note. Left out: it may. */
  readonly namesCustomer?: boolean
}

const Jobs = z.array(PrintJob)
const Bytes = z.instanceof(Uint8Array).nullable()
/** Slips that may wait for one printer. */
const MOST_WAITING = 200
/** How long a slip can be printed again; its bytes hold a customer's name, so they are not kept for ever. */
const KEEP_BYTES_MS = 7 * 24 * 3_600_000
const KEEP_ROW_MS = 30 * 24 * 3_600_000
const FORGOTTEN = 'The customer’s data was removed. Print the slip from the order again.'
const COLUMNS = `job, device, kind, pickup AS subject, order_name AS orderName, copy_of AS copyOf, made_at AS madeAt, state,
  sentence, ended_at AS endedAt`

/** Slips on their way to paper. What writes must run inside the part's `write`, so that it is durable when that resolves. */
export interface PrintJobs {
  get(job: string): PrintJob | null
  /** The slip itself; null: too old. */
  bytes(job: string): Uint8Array | null
  /** Newest first. */
  newest(limit: number): PrintJob[]
  ofPickup(pickup: PickupId): PrintJob[]
  /** The oldest one that waits for this device. */
  next(device: string): PrintJob | null
  /** @throws PRINT_QUEUE_FULL */
  add(job: NewPrintJob): void
  /** A copy of a job that has ended. @throws PRINT_JOB_UNKNOWN, PRINT_JOB_UNDER_WAY, PRINT_JOB_TOO_OLD */
  copy(job: string, copy: string, at: EpochMs, rights?: { readonly mayNameCustomer: boolean }): PrintJob
  /** Before the first byte: whatever happens from here on, it may be on paper. False: it was moved by another. */
  begin(job: string): boolean
  /** Nothing of it was sent. */
  putBack(job: string, sentence: string): void
  end(job: string, state: 'printed' | 'maybe', sentence: string, at: number): void
  /** What was being printed when the agent ended. Returns how many. */
  interrupted(sentence: string, at: number): number
  /** The customer of a pickup is to be forgotten: no slip that names them is printed or kept any more. Returns how many. */
  forgetCustomer(pickup: PickupId, at: number): number
  /** What was made before `before` and still waits. Returns how many. */
  expire(before: number, sentence: string, at: number): number
  prune(now: number): void
}

/** The journal's part for slips. */
export const printJobs: JournalPart<{
  readonly jobs: PrintJobs
  /** Runs `work` in the journal's next transaction; resolves once it is durable. */
  write<T>(work: () => T): Promise<T>
}> = {
  name: 'print-jobs',
  migrations: [printJobTables, namesCustomer],
  open({ db, now, write, changed }) {
    const jobs = openPrintJobs(db)
    return {
      onCommand(command) {
        if (command.kind !== 'pickup.put' || saysCustomer(command)) return
        if (jobs.forgetCustomer(command.pickup, now()) > 0) changed()
      },
      inherit: former => {
        const columns =
          'job, device, kind, pickup, order_name, copy_of, made_at, state, sentence, ended_at, bytes, names_customer'
        copyRows(former, db, 'print_job', columns, 'made_at, rowid')
      },
      wipe() {
        db.exec('DELETE FROM print_job')
        changed()
      },
      api: {
        jobs,
        write: work =>
          write(() => {
            changed()
            return work()
          }),
      },
    }
  },
}

/** Whether a slip of this pickup names its customer. */
export function saysCustomer({ customer, note }: Pick<PickupPut, 'customer' | 'note'>): boolean {
  return customer.name !== '' || customer.phoneEnd !== null || note !== null
}

/** The table's functions. */
export function openPrintJobs(db: JournalDb): PrintJobs {
  const insert = db.prepare(
    `INSERT INTO print_job (job, device, kind, pickup, order_name, copy_of, made_at, state, sentence, bytes, names_customer)
     VALUES (@job, @device, @kind, @subject, @orderName, @copyOf, @madeAt, 'queued', 'Waits for the printer.', @bytes, @named)`,
  )
  const waiting = db
    .prepare("SELECT count(*) FROM print_job WHERE device = ? AND state IN ('queued', 'sending')")
    .pluck()
  const next = db.prepare(
    `SELECT ${COLUMNS} FROM print_job WHERE device = ? AND state = 'queued' ORDER BY made_at, rowid LIMIT 1`,
  )
  const one = db.prepare(`SELECT ${COLUMNS} FROM print_job WHERE job = ?`)
  const bytes = db.prepare('SELECT bytes FROM print_job WHERE job = ?').pluck()
  const newest = db.prepare(`SELECT ${COLUMNS} FROM print_job ORDER BY made_at DESC, rowid DESC LIMIT ?`)
  const ofPickup = db.prepare(
    `SELECT ${COLUMNS} FROM print_job WHERE pickup = ? ORDER BY made_at DESC, rowid DESC LIMIT 50`,
  )
  const move = db.prepare(
    'UPDATE print_job SET state = @to, sentence = @sentence, ended_at = @endedAt WHERE job = @job AND state = @from',
  )
  const interrupted = db.prepare(
    "UPDATE print_job SET state = 'maybe', sentence = @sentence, ended_at = @at WHERE state = 'sending'",
  )
  const expire = db.prepare(
    `UPDATE print_job SET state = 'failed', sentence = @sentence, ended_at = @at
      WHERE state = 'queued' AND made_at < @before`,
  )
  const forget = db.prepare(
    `UPDATE print_job SET bytes = NULL, state = iif(state = 'queued', 'failed', state),
        sentence = iif(state = 'queued', @sentence, sentence), ended_at = iif(state = 'queued', @at, ended_at)
      WHERE pickup = @pickup AND bytes IS NOT NULL AND names_customer = 1`,
  )
  const notAgain = db.prepare(
    `UPDATE print_job SET state = 'failed', sentence = @sentence, ended_at = made_at
      WHERE job = @job AND state = 'sending' AND bytes IS NULL`,
  )
  const isNamed = db.prepare('SELECT names_customer FROM print_job WHERE job = ?').pluck()
  const dropBytes = db.prepare('UPDATE print_job SET bytes = NULL WHERE ended_at < ? AND bytes IS NOT NULL')
  const dropRows = db.prepare('DELETE FROM print_job WHERE ended_at < ?')

  const get = (job: string): PrintJob | null => Jobs.parse(one.all(job))[0] ?? null

  function add(job: NewPrintJob): void {
    const jobs = z.int().parse(waiting.get(job.device))
    if (jobs >= MOST_WAITING) throw printQueueFull({ device: job.device, jobs })
    insert.run({ ...job, bytes: Buffer.from(job.bytes), named: job.namesCustomer === false ? 0 : 1 })
  }

  return {
    get,
    bytes: job => Bytes.parse(bytes.get(job) ?? null),
    newest: limit => Jobs.parse(newest.all(limit)),
    ofPickup: pickup => Jobs.parse(ofPickup.all(pickup)),
    next: device => Jobs.parse(next.all(device))[0] ?? null,

    add,
    copy(job, copy, at, rights = { mayNameCustomer: true }) {
      const found = get(job)
      if (found === null) throw printJobUnknown({ job })
      if (found.endedAt === null) throw printJobUnderWay({ job, state: found.state })
      const slip = Bytes.parse(bytes.get(job) ?? null)
      if (slip === null) throw printJobTooOld({ job })
      const namesCustomer = isNamed.get(job) !== 0
      if (namesCustomer && !rights.mayNameCustomer) throw printJobHidden({ job })
      add({ ...found, job: copy, copyOf: job, madeAt: at, bytes: slip, namesCustomer })
      return found
    },
    begin: job =>
      move.run({ job, from: 'queued', to: 'sending', sentence: 'Is being printed.', endedAt: null })
        .changes === 1,
    putBack(job, sentence) {
      notAgain.run({ job, sentence: FORGOTTEN }) // its bytes went while it was being sent
      move.run({ job, from: 'sending', to: 'queued', sentence, endedAt: null })
    },
    forgetCustomer: (pickup, at) => forget.run({ pickup, at, sentence: FORGOTTEN }).changes,
    end: (job, state, sentence, at) =>
      void move.run({ job, from: 'sending', to: state, sentence, endedAt: at }),
    interrupted: (sentence, at) => interrupted.run({ sentence, at }).changes,
    expire: (before, sentence, at) => expire.run({ before, sentence, at }).changes,
    prune(now) {
      dropBytes.run(now - KEEP_BYTES_MS)
      dropRows.run(now - KEEP_ROW_MS)
    },
  }
}
