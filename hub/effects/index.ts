import type { PeripheralChanged, SaleUnposted, SourceRowRefused } from '../../shared/events.ts'
import { closeException, openException } from '../checks/exceptions.ts'
import type { ExceptionKind } from '../checks/kinds.ts'
import type { Tx } from '../db/db.ts'
import type { Origin } from '../sales/decide.ts'
import type { ReadEvent } from '../streams/read-event.ts'

export type Readable = Extract<ReadEvent, { state: 'applied' }>['event']

/** The effects of events outside the ledger, passed in so that the gateway knows none of them. */
export interface EventEffects {
  pickupMoved(tx: Tx, origin: Origin, event: Extract<Readable, { kind: 'pickup.moved' }>): Promise<void>
  /** After the commit of a batch that moved pickups of this store: its tills have commands waiting. */
  pickupsCommitted(store: string): void
}

/**
 * What an event does that moves no stock by itself. Cash moved, counts, prices and scans are facts without an effect
 * here: the event table keeps them for those who ask later.
 */
export async function applyOther(
  tx: Tx,
  effects: EventEffects,
  event: Readable,
  origin: Origin,
): Promise<void> {
  const { store, at } = origin
  switch (event.kind) {
    case 'pickup.moved':
      return effects.pickupMoved(tx, origin, event)
    case 'source.row-refused':
      return nameRow(tx, origin, event)
    case 'source.row-accepted':
      for (const kind of ['pos-row-refused', 'receipt-unparsed'] as const)
        await closeException(tx, kind, `${store}/${event.source}/${event.row}`, at)
      return
    case 'sale.unposted':
      return nameUnposted(tx, origin, event)
    case 'sale.posted':
      return void (await closeException(tx, 'unposted-sale', `${store}/${event.source}/${event.receipt}`, at))
    case 'peripheral.changed':
      return namePeripheral(tx, origin, event)
    case 'pos.written': {
      const subject = `${store}/${event.source}/${event.what}/${event.externalId}`
      if (event.problem === null) return void (await closeException(tx, 'pos-write-refused', subject, at))
      const { code, sentence } = event.problem
      const evidence = { code, what: event.what, externalId: event.externalId }
      await openException(tx, { kind: 'pos-write-refused', subject, store, sentence, evidence }, at)
      return
    }
    case 'epoch.opened':
      await openException(
        tx,
        {
          kind: 'till-restored',
          subject: origin.device,
          store,
          sentence: `A till of store ${store} was restored from a backup and goes on in a new epoch. Nothing is lost or counted twice; find out why it was restored.`,
          evidence: { reason: event.reason, previous: event.previous },
        },
        at,
      )
  }
}

async function nameRow(tx: Tx, { store, at }: Origin, event: SourceRowRefused): Promise<void> {
  const { source, row, code, sentence, payload } = event
  const kind = event.what === 'receipt' ? 'receipt-unparsed' : 'pos-row-refused'
  const subject = `${store}/${source}/${row}`
  await openException(tx, { kind, subject, store, sentence, evidence: { code, row, payload } }, at)
}

async function nameUnposted(tx: Tx, { store, at }: Origin, event: SaleUnposted): Promise<void> {
  const { source, receipt, receiptNumber, till, soldAt, total, currency, expected } = event
  const named = receiptNumber === '' ? `A receipt without a number` : `Receipt ${receiptNumber}`
  await openException(
    tx,
    {
      kind: 'unposted-sale',
      subject: `${store}/${source}/${receipt}`,
      store,
      sentence: `${named} of ${soldAt.wall.replace('T', ' ')} was printed at till ${till || 'unnamed'} in store ${store}, and ${expected} holds no such sale. Look for it in the POS; if it is lost, enter it there.`,
      evidence: { receiptNumber, till, soldAt, total, currency, expected, receipt },
    },
    at,
  )
}

/** Conditions in which a printer does nothing until somebody comes. */
const NEEDS_CARE: ReadonlySet<string> = new Set([
  'offline',
  'cover-open',
  'paper-out',
  'cutter-error',
  'error',
])

async function namePeripheral(
  tx: Tx,
  { store, device, at }: Origin,
  event: PeripheralChanged,
): Promise<void> {
  const subject = `${store}/${device}/${event.peripheral}`
  const { connected, conditions, what, sentence } = event
  const evidence = { peripheral: event.peripheral, what, conditions }
  const holds: readonly (readonly [ExceptionKind, boolean])[] = [
    ['peripheral-missing', !connected],
    ['printer-needs-care', connected && conditions.some(condition => NEEDS_CARE.has(condition))],
  ]
  for (const [kind, isSo] of holds)
    if (isSo) await openException(tx, { kind, subject, store, sentence, evidence }, at)
    else await closeException(tx, kind, subject, at)
}
