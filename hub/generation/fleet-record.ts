import { z } from 'zod'
import type { openDurable } from '../../shared/durable-sqlite.ts'
import { openRollOutRecord, type RollOuts } from './roll-out-record.ts'

/** A device as the hub knows it. */
const KnownDevice = z.object({
  device: z.string(),
  store: z.string(),
  till: z.string(),
  publicKey: z.string(),
  state: z.enum(['active', 'quarantined', 'revoked']),
  reason: z.string().nullable(),
  /** Hub clock, ms. */
  enrolledAt: z.int(),
})
export type KnownDevice = z.infer<typeof KnownDevice>

/** The newest record that the hub has held of one epoch of a device. */
const HeldEnd = z.object({ device: z.string(), epoch: z.int(), seq: z.int(), hash: z.string() })
export type HeldEnd = z.infer<typeof HeldEnd>

/** Records that the hub held before an earlier restore and has not held since; see the table `lost_history`. */
const LostRecords = z.object({
  device: z.string(),
  epoch: z.int(),
  store: z.string(),
  till: z.string(),
  fromSeq: z.int(),
  toSeq: z.int(),
  hash: z.string(),
  /** Hub clock, ms. */
  since: z.int(),
  until: z.int(),
  state: z.enum(['awaited', 'lost']),
  ends: z.string().nullable(),
  keeper: z.string().nullable(),
})
export type LostRecords = z.infer<typeof LostRecords>

/** A version of the contract with a store, see contract/contract.ts. */
const AgreedTerms = z.object({
  store: z.string(),
  version: z.int(),
  /** JSON. */
  terms: z.string(),
  /** Hub clock, ms. */
  changedAt: z.int(),
  changedBy: z.string(),
  why: z.string(),
})
export type AgreedTerms = z.infer<typeof AgreedTerms>

/** An order whose customer was redacted, see redactions/redacted-orders.ts. */
const Redacted = z.object({ order: z.string(), at: z.int() })
type Redacted = z.infer<typeof Redacted>

/** Which devices there are, and up to where the hub holds the records of each. */
export interface Fleet {
  readonly devices: readonly KnownDevice[]
  readonly ends: readonly HeldEnd[]
  /** Until they are back or a person has dealt with them: a database that is put back again knows nothing of them. */
  readonly lost?: readonly LostRecords[]
  /** What was agreed since the backup counts: else a hub that is restored posts what was held as history. */
  readonly agreed?: readonly AgreedTerms[]
  /** Customers who were redacted since the backup stay so. */
  readonly redacted?: readonly Redacted[]
  /** A release that was withdrawn since the backup stays so. Null: the record does not say. */
  readonly rollOuts?: RollOuts | null
}

export const noFleet: Fleet = { devices: [], ends: [] }

export const fleetTables = `
  CREATE TABLE known_device (device TEXT PRIMARY KEY, store TEXT NOT NULL, till TEXT NOT NULL, public_key TEXT NOT NULL,
    state TEXT NOT NULL, reason TEXT, enrolled_at INTEGER NOT NULL);
  CREATE TABLE held_end (device TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL,
    PRIMARY KEY (device, epoch)) WITHOUT ROWID;`

/** Added later. */
export const lostTable = `
  CREATE TABLE lost_records (device TEXT NOT NULL, epoch INTEGER NOT NULL, store TEXT NOT NULL, till TEXT NOT NULL,
    from_seq INTEGER NOT NULL, to_seq INTEGER NOT NULL, hash TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL,
    state TEXT NOT NULL, ends TEXT, keeper TEXT, PRIMARY KEY (device, epoch, to_seq)) WITHOUT ROWID;`

/** Added after that. */
export const agreedTable = `
  CREATE TABLE agreed_terms (store TEXT NOT NULL, version INTEGER NOT NULL, terms TEXT NOT NULL, changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL, why TEXT NOT NULL, PRIMARY KEY (store, version)) WITHOUT ROWID;`

/** Added after that. */
export const redactedTable = `
  CREATE TABLE known_redaction (order_id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;`

/** Added after that: a till that was put back too wrote other records under the same numbers. */
export const lostLivesTable = `
  CREATE TABLE lost_lives (device TEXT NOT NULL, epoch INTEGER NOT NULL, store TEXT NOT NULL, till TEXT NOT NULL,
    from_seq INTEGER NOT NULL, to_seq INTEGER NOT NULL, hash TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL,
    state TEXT NOT NULL, ends TEXT, keeper TEXT, PRIMARY KEY (device, epoch, to_seq, hash)) WITHOUT ROWID;
  INSERT INTO lost_lives SELECT * FROM lost_records;
  DROP TABLE lost_records;
  ALTER TABLE lost_lives RENAME TO lost_records;`

interface FleetRecord {
  read(): Fleet
  /** Makes the record say the same as the database; what has not changed is not written. */
  keep(fleet: Fleet): void
}

/** The part of the record for devices. */
export function openFleetRecord(db: ReturnType<typeof openDurable>): FleetRecord {
  const devices = db.prepare(
    `SELECT device, store, till, public_key AS publicKey, state, reason, enrolled_at AS enrolledAt
       FROM known_device ORDER BY enrolled_at, device`,
  )
  const ends = db.prepare('SELECT device, epoch, seq, hash FROM held_end ORDER BY device, epoch')
  const lost = db.prepare(
    `SELECT device, epoch, store, till, from_seq AS fromSeq, to_seq AS toSeq, hash, since, until, state, ends, keeper
       FROM lost_records ORDER BY device, epoch, to_seq, hash`,
  )
  const agreed = db.prepare(
    `SELECT store, version, terms, changed_at AS changedAt, changed_by AS changedBy, why
       FROM agreed_terms ORDER BY store, version`,
  )
  const putDevice = db.prepare(
    'INSERT OR REPLACE INTO known_device VALUES (@device, @store, @till, @publicKey, @state, @reason, @enrolledAt)',
  )
  const putEnd = db.prepare('INSERT OR REPLACE INTO held_end VALUES (@device, @epoch, @seq, @hash)')
  const dropDevice = db.prepare('DELETE FROM known_device WHERE device = @device')
  const dropEnd = db.prepare('DELETE FROM held_end WHERE device = @device AND epoch = @epoch')
  const putLost = db.prepare(
    `INSERT OR REPLACE INTO lost_records
       VALUES (@device, @epoch, @store, @till, @fromSeq, @toSeq, @hash, @since, @until, @state, @ends, @keeper)`,
  )
  const dropLost = db.prepare(
    'DELETE FROM lost_records WHERE device = @device AND epoch = @epoch AND to_seq = @toSeq AND hash = @hash',
  )
  const putAgreed = db.prepare(
    'INSERT OR REPLACE INTO agreed_terms VALUES (@store, @version, @terms, @changedAt, @changedBy, @why)',
  )
  const dropAgreed = db.prepare('DELETE FROM agreed_terms WHERE store = @store AND version = @version')
  const redacted = db.prepare('SELECT order_id AS "order", at FROM known_redaction ORDER BY order_id')
  const putRedacted = db.prepare('INSERT OR REPLACE INTO known_redaction VALUES (@order, @at)')
  const rollOutRecord = openRollOutRecord(db)
  let kept: Required<Fleet> | null = null
  const read = () => ({
    devices: z.array(KnownDevice).parse(devices.all()),
    ends: z.array(HeldEnd).parse(ends.all()),
    lost: z.array(LostRecords).parse(lost.all()),
    agreed: z.array(AgreedTerms).parse(agreed.all()),
    redacted: z.array(Redacted).parse(redacted.all()),
    rollOuts: rollOutRecord.read(),
  })
  const write = db.transaction((changes: FleetChanges) => {
    for (const one of changes.devices.gone) dropDevice.run(one)
    for (const one of changes.devices.news) putDevice.run(one)
    for (const one of changes.ends.gone) dropEnd.run(one)
    for (const one of changes.ends.news) putEnd.run(one)
    for (const one of changes.lost.gone) dropLost.run(one)
    for (const one of changes.lost.news) putLost.run(one)
    for (const one of changes.agreed.gone) dropAgreed.run(one)
    for (const one of changes.agreed.news) putAgreed.run(one)
    for (const one of changes.redacted) putRedacted.run(one)
    if (changes.rollOuts !== null) rollOutRecord.put(changes.rollOuts)
  })
  return {
    read,
    keep({ devices, ends, lost = [], agreed = [], redacted = [], rollOuts = null }) {
      kept ??= read()
      const fleet = { devices, ends, lost, agreed, redacted, rollOuts: rollOuts ?? kept.rollOuts }
      const isSame = JSON.stringify(fleet.rollOuts) === JSON.stringify(kept.rollOuts)
      const changes = {
        devices: differences(kept.devices, fleet.devices, one => one.device),
        ends: differences(kept.ends, fleet.ends, one => `${one.device}/${one.epoch}`),
        lost: differences(
          kept.lost,
          fleet.lost,
          one => `${one.device}/${one.epoch}/${one.toSeq}/${one.hash}`,
        ),
        agreed: differences(kept.agreed, fleet.agreed, one => `${one.store}/${one.version}`),
        redacted: differences(kept.redacted, fleet.redacted, one => one.order).news,
        rollOuts: isSame ? null : fleet.rollOuts,
      }
      const { redacted: news, rollOuts: other, ...others } = changes
      if (
        other !== null ||
        news.length > 0 ||
        Object.values(others).some(one => one.news.length + one.gone.length > 0)
      )
        write.immediate(changes)
      kept = fleet
    },
  }
}

interface FleetChanges {
  readonly devices: Changes<KnownDevice>
  readonly ends: Changes<HeldEnd>
  readonly lost: Changes<LostRecords>
  readonly agreed: Changes<AgreedTerms>
  /** None is ever taken back. */
  readonly redacted: readonly Redacted[]
  /** Null: they are what is kept. */
  readonly rollOuts: RollOuts | null
}

interface Changes<T> {
  readonly news: readonly T[]
  readonly gone: readonly T[]
}

function differences<T>(before: readonly T[], after: readonly T[], nameOf: (one: T) => string): Changes<T> {
  const known = new Map(before.map(one => [nameOf(one), one]))
  const news = after.filter(one => {
    const was = known.get(nameOf(one))
    known.delete(nameOf(one))
    return was === undefined || JSON.stringify(was) !== JSON.stringify(one)
  })
  return { news, gone: [...known.values()] }
}
