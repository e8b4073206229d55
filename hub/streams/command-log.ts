import { z } from 'zod'
import { maskTexts } from '../../shared/card-numbers/mask-texts.ts'
import { withoutHidden } from '../../shared/command-door.ts'
import type { HubCommand } from '../../shared/commands.ts'
import { EpochMs } from '../../shared/ids.ts'
import { genesis, link } from '../../shared/stream/chain.ts'
import type { Batch, Mark, OutLog, Position, RenewReason } from '../../shared/stream/log.ts'
import { type Db, type Reads, type Tx, transaction } from '../db/db.ts'
import { ownTransactions, type SharedTransactions } from '../db/shared-transactions.ts'

/** A command as its sender words it; `seen` is filled in for each device. */
export type CommandDraft = HubCommand extends infer C
  ? C extends { seen: unknown }
    ? Omit<C, 'seen'>
    : C
  : never

/** Appends a command to the stream of every device of a store that may still receive. Say `commands` after commit. */
export async function sendToStore(tx: Tx, store: string, draft: CommandDraft): Promise<void> {
  const devices = await tx
    .selectFrom('device')
    .select('device')
    .where('store', '=', store)
    .where('state', '=', 'active')
    .execute()
  for (const { device } of devices) await sendToDevice(tx, device, draft)
}

/** Appends a command to one device's stream. */
export async function sendToDevice(tx: Tx, device: string, draft: CommandDraft): Promise<void> {
  const tellsSeen = draft.kind === 'pickup.put' || draft.kind === 'stock.reserved'
  const body = tellsSeen ? { ...draft, seen: await seenOf(tx, device) } : draft
  await append(tx, device, JSON.stringify(maskTexts(withoutHidden(body))), draft.at)
}

async function seenOf(tx: Tx, device: string): Promise<Position> {
  const row = await tx
    .selectFrom('stream_in')
    .select(['epoch', 'seq'])
    .where('device', '=', device)
    .executeTakeFirst()
  return row ?? { epoch: 0, seq: 0 }
}

async function append(tx: Tx, device: string, body: string, at: number): Promise<void> {
  const head = await headOf(tx, device)
  const next = { epoch: head.epoch, seq: head.seq + 1, hash: link(head.hash, body) }
  await tx
    .insertInto('command')
    .values({ device, ...next, body, at, pickup: pickupOf(body) })
    .execute()
  await tx
    .updateTable('stream_out')
    .set({ seq: next.seq, hash: next.hash })
    .where('device', '=', device)
    .execute()
}

function pickupOf(body: string): string | null {
  return Named.parse(JSON.parse(body)).pickup ?? null
}

/** A device's command stream begins with its enrolment. */
export async function beginCommands(tx: Tx, device: string): Promise<void> {
  const start = genesis('commands', device, 1)
  await tx
    .insertInto('stream_out')
    .values({ device, epoch: 1, seq: 0, hash: start, acked_epoch: 1, acked_seq: 0, acked_hash: start })
    .execute()
}

async function headOf(db: Reads, device: string) {
  return db.selectFrom('stream_out').selectAll().where('device', '=', device).executeTakeFirstOrThrow()
}

const ROWS_A_LOOK = 200

const Named = z.object({ kind: z.string(), pickup: z.string().optional() })

/**
 * What of the moving commands is still worth sending. The newest words of a pickup, of reserved units and of staff replace the older ones, so that a device that
 * never acks gets one snapshot, however often it comes back. `isToldAgain`: a snapshot follows, with its own end.
 */
function stillWanted<Row extends { readonly body: string }>(
  moving: readonly Row[],
  isToldAgain: boolean,
): Row[] {
  const later = new Set<string>()
  return moving
    .toReversed()
    .filter(({ body }) => {
      const { kind, pickup } = Named.parse(JSON.parse(body))
      if (kind === 'epoch.opened' || (isToldAgain && kind === 'pickups.complete')) return false
      const replaces =
        kind === 'stock.reserved' || kind === 'settings.put' || kind === 'staff.put'
          ? kind
          : kind === 'pickup.put'
            ? pickup
            : undefined
      if (replaces === undefined) return true
      if (later.has(replaces)) return false
      later.add(replaces)
      return true
    })
    .toReversed()
}

/** One device's command stream as a sender reads it. */
export function commandLog(
  db: Db,
  device: string,
  now: () => number,
  /** Adds to a new epoch, in its transaction, what the device must be told in it. */
  renewed: ((tx: Tx) => Promise<void>) | null = null,
  /** After an outage all devices ack at the same time. */
  shared: SharedTransactions = ownTransactions(db),
): OutLog {
  const rowsAfter = (position: Position, limit: number) =>
    db
      .selectFrom('command')
      .select(['seq', 'hash', 'body'])
      .where('device', '=', device)
      .where('epoch', '=', position.epoch)
      .where('seq', '>', position.seq)
      .orderBy('seq')
      .limit(limit)
      .execute()

  async function hashAt(position: Position): Promise<string | null> {
    if (position.seq === 0) return genesis('commands', device, position.epoch)
    const row = await db
      .selectFrom('command')
      .select('hash')
      .where('device', '=', device)
      .where('epoch', '=', position.epoch)
      .where('seq', '=', position.seq)
      .executeTakeFirst()
    if (row !== undefined) return row.hash
    const head = await headOf(db, device)
    return head.acked_epoch === position.epoch && head.acked_seq === position.seq ? head.acked_hash : null
  }

  async function batchAfter(from: Position, records: number, characters: number): Promise<Batch | null> {
    const rows = await rowsAfter(from, records)
    const prev = await hashAt(from)
    const bodies: string[] = []
    let size = 0
    let head = prev
    for (const row of rows) {
      size += row.body.length
      if (bodies.length > 0 && size > characters) break
      bodies.push(row.body)
      head = row.hash
    }
    if (bodies.length === 0) return null
    if (prev === null || head === null || rows[0]?.seq !== from.seq + 1)
      throw new Error(`the commands of ${device} do not hold what follows ${from.epoch}/${from.seq}`)
    return { epoch: from.epoch, first: from.seq + 1, prev, head, bodies }
  }

  /** Whether the rest of an epoch adds up to its hashes: commands whose customer was removed do not. */
  async function addsUpAfter(start: Position): Promise<boolean> {
    let previous = await hashAt(start)
    for (let from = start; ; ) {
      const rows = await rowsAfter(from, ROWS_A_LOOK)
      for (const { hash, body } of rows) {
        if (previous === null || link(previous, body) !== hash) return false
        previous = hash
      }
      const last = rows.at(-1)
      if (last === undefined) return true
      from = { epoch: start.epoch, seq: last.seq }
    }
  }

  return {
    async last(): Promise<Mark> {
      const { epoch, seq, hash } = await headOf(db, device)
      return { epoch, seq, hash }
    },
    async acked() {
      const head = await headOf(db, device)
      return { epoch: head.acked_epoch, seq: head.acked_seq, hash: head.acked_hash }
    },
    hashAt,
    async endOf(epoch) {
      const row = await db
        .selectFrom('command')
        .select(e => e.fn.max('seq').as('seq'))
        .where('device', '=', device)
        .where('epoch', '=', epoch)
        .executeTakeFirst()
      return row?.seq ?? 0
    },
    async oldest() {
      const row = await db
        .selectFrom('command')
        .select(['epoch', 'seq'])
        .where('device', '=', device)
        .orderBy('epoch')
        .orderBy('seq')
        .executeTakeFirst()
      return row ?? null
    },
    async isUnchangedAfter(position) {
      const { epoch } = await headOf(db, device)
      for (let from = position; from.epoch <= epoch; from = { epoch: from.epoch + 1, seq: 0 })
        if (!(await addsUpAfter(from))) return false
      return true
    },
    async read(after, { records, characters }) {
      const { epoch } = await headOf(db, device)
      for (let from = after; from.epoch <= epoch; from = { epoch: from.epoch + 1, seq: 0 }) {
        const batch = await batchAfter(from, records, characters)
        if (batch !== null) return batch
      }
      return null
    },
    async acknowledge(upTo) {
      const hash = await hashAt(upTo)
      if (hash === null) return
      await shared.run(
        tx =>
          tx
            .updateTable('stream_out')
            .set({ acked_epoch: upTo.epoch, acked_seq: upTo.seq, acked_hash: hash })
            .where('device', '=', device)
            .where(e =>
              e.or([
                e('acked_epoch', '<', upTo.epoch),
                e.and([e('acked_epoch', '=', upTo.epoch), e('acked_seq', '<', upTo.seq)]),
              ]),
            )
            .execute(),
        {},
      )
    },
    renew: (reason, above = 0) =>
      transaction(db, async tx => {
        await renewCommands(tx, device, { reason, above, isToldAgain: renewed !== null }, now())
        await renewed?.(tx)
      }),
  }
}

/** Opens the next epoch of a device's commands and moves behind it what the device may lack. */
async function renewCommands(
  tx: Tx,
  device: string,
  {
    reason,
    above,
    isToldAgain,
  }: { readonly reason: RenewReason; readonly above: number; readonly isToldAgain: boolean },
  now: number,
): Promise<void> {
  const head = await headOf(tx, device)
  const held = await tx
    .selectFrom('command')
    .select(['epoch', 'seq', 'body', 'at'])
    .where('device', '=', device)
    .orderBy('epoch')
    .orderBy('seq')
    .execute()
  const moving = held.filter(
    row =>
      reason === 'records-gone' ||
      row.epoch > head.acked_epoch ||
      (row.epoch === head.acked_epoch && row.seq > head.acked_seq),
  )
  for (const { epoch, seq } of moving)
    await tx
      .deleteFrom('command')
      .where('device', '=', device)
      .where('epoch', '=', epoch)
      .where('seq', '=', seq)
      .execute()
  const epoch = Math.max(head.epoch, above) + 1
  await tx
    .updateTable('stream_out')
    .set({ epoch, seq: 0, hash: genesis('commands', device, epoch) })
    .where('device', '=', device)
    .execute()
  const at = EpochMs.parse(now)
  const previous = { epoch: head.epoch, seq: head.seq, head: head.hash }
  await append(tx, device, JSON.stringify({ kind: 'epoch.opened', at, reason, previous }), now)
  for (const row of stillWanted(moving, isToldAgain)) await append(tx, device, row.body, row.at)
}

const NO_CUSTOMER = { customer: { name: '', phoneEnd: null }, note: null } as const

/**
 * Removes the customer from commands about some pickups that were acked, or whose device may not connect any more. One
 * that is still on its way keeps its words, because the next one's hash holds it. A device that comes back to before one
 * that was changed gets its commands in a new epoch, see `isUnchangedAfter`.
 * @param pickups a hundred or so
 * @returns the devices to which one of each pickup is still on its way
 */
export async function redactCommands(
  tx: Tx,
  pickups: readonly string[],
): Promise<readonly { readonly pickup: string; readonly device: string }[]> {
  if (pickups.length === 0) return []
  const onTheirWay: { pickup: string; device: string }[] = []
  const rows = await tx
    .selectFrom('command as c')
    .innerJoin('stream_out as o', 'o.device', 'c.device')
    .innerJoin('device as d', 'd.device', 'c.device')
    .select(['c.device', 'c.epoch', 'c.seq', 'c.body', 'o.acked_epoch', 'o.acked_seq', 'd.state'])
    .where('c.pickup', 'in', pickups)
    .execute()
  for (const { device, epoch, seq, body: text, acked_epoch, acked_seq, state } of rows) {
    const body = NamesCustomer.safeParse(JSON.parse(text)).data
    if (body === undefined) continue
    const { pickup, customer, note } = body
    if (customer.name === '' && customer.phoneEnd === null && note === null) continue
    const isAcked = epoch < acked_epoch || (epoch === acked_epoch && seq <= acked_seq)
    if (isAcked || state !== 'active') await blankCommand(tx, { device, epoch, seq }, body)
    else onTheirWay.push({ pickup, device })
  }
  return onTheirWay
}

const NamesCustomer = z.looseObject({
  kind: z.literal('pickup.put'),
  pickup: z.string(),
  customer: z.object({ name: z.string(), phoneEnd: z.string().nullable() }),
  note: z.string().nullable(),
})

async function blankCommand(
  tx: Tx,
  { device, epoch, seq }: { readonly device: string; readonly epoch: number; readonly seq: number },
  body: object,
): Promise<void> {
  await tx
    .updateTable('command')
    .set({ body: JSON.stringify({ ...body, ...NO_CUSTOMER }) })
    .where('device', '=', device)
    .where('epoch', '=', epoch)
    .where('seq', '=', seq)
    .execute()
}
