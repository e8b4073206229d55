import type { Command } from 'commander'
import { answers, command, exitCodes } from '../../shared/command-line.ts'
import { defineError } from '../../shared/errors.ts'
import { demandStore } from '../fleet/stores.ts'
import { type TracedPickup, tracePickups } from '../pickups/trace-pickups.ts'
import { traceReceipt } from '../sales/trace.ts'
import { type TracedShopMovement, traceShopMovements } from '../stock/trace-order.ts'
import {
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  withDb,
} from './command-parts.ts'
import { archiveOption, withArchives } from './given-archives.ts'
import { traceReport, traceText } from './trace-report.ts'

export const receiptUnknown = defineError(
  'RECEIPT_UNKNOWN',
  (f: { receipt: string; store: string }) =>
    `The hub has no receipt ${f.receipt} of store ${f.store}, and no order of that name was collected or moved stock there. Check the number; with --source, give the key that the POS uses.`,
)

const isoOf = (ms: number) => new Date(ms).toISOString()

/** What Shopify did itself, as `trace --json` prints it; docs/commands.md describes it. */
function shopMovementReport({ madeAt, notedAt, ...one }: TracedShopMovement) {
  return { ...one, madeAt: isoOf(madeAt), notedAt: isoOf(notedAt) }
}

function shopMovementText(one: ReturnType<typeof shopMovementReport>): string {
  const { kind, sku, units, warehouse, order, cause, madeAt, isCounted } = one
  const of = order === null ? cause : `order ${order}, ${cause}`
  const counted = isCounted ? '; the ledger was set to a level that counts it' : ''
  return `${madeAt}  ${kind}: ${units > 0 ? '+' : ''}${units} × ${sku} at ${warehouse}, ${of}. Shopify made it${counted}`
}

/** What staff did with an order, as `trace --json` prints it; docs/commands.md describes it. */
function pickupReport({ moves, reminders, ...one }: TracedPickup) {
  return {
    ...one,
    moves: moves.map(({ madeAt, ...move }) => ({ ...move, madeAt: isoOf(madeAt) })),
    reminders: reminders.map(({ madeAt, ...reminder }) => ({ ...reminder, madeAt: isoOf(madeAt) })),
  }
}

const collectorWords = { customer: 'the customer', other: 'someone for the customer' } as const
const checkWords = {
  code: 'the order’s code was scanned or read',
  id: 'an ID was looked at',
  details: 'the order’s details were asked for',
} as const

function pickupText(one: ReturnType<typeof pickupReport>): string[] {
  const { order, pickup, state, keptAt, moves, reminders } = one
  const at = keptAt === null ? '' : `, kept at ${keptAt}`
  const steps = [...moves.map(moveText), ...reminders.map(reminderText)] // each begins with its time
  return [`Order ${order} is ${state}${at} (${pickup})`, ...steps.toSorted(byTime)]
}

const byTime = (a: string, b: string) => a.slice(0, ISO_LENGTH).localeCompare(b.slice(0, ISO_LENGTH))
const ISO_LENGTH = new Date(0).toISOString().length

const meansWords = {
  phone: 'by phone',
  mail: 'by e-mail',
  'in-person': 'in person',
  other: 'otherwise',
} as const

function reminderText(one: ReturnType<typeof pickupReport>['reminders'][number]): string {
  const { number, how, staff, till, madeAt, isUndone } = one
  const takenBack = isUndone ? ', taken back at once' : ''
  return `${madeAt}  reminder ${number} ${meansWords[how]} by ${staff} at ${till}${takenBack}`
}

function moveText(one: ReturnType<typeof pickupReport>['moves'][number]): string {
  const { move, madeAt, staff, till, isWaiting, reason, units, handedTo } = one
  const parts = [
    `${move} by ${staff} at ${till}`,
    ...(units === null ? [] : [units === 1 ? '1 unit' : `${units} units`]),
    ...(handedTo?.who == null ? [] : [`to ${collectorWords[handedTo.who]}`]),
    ...(handedTo?.checked == null ? [] : [checkWords[handedTo.checked]]),
    ...(reason === null ? [] : [`“${reason}”`]),
    ...(isWaiting ? ['waits for its order'] : []),
  ]
  return `${madeAt}  ${parts.join(', ')}`
}

export function traceCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'trace',
    'show a receipt, its stock movements, what Shopify answered, and its events; or what staff and Shopify did with an order',
  )
    .argument('<store>', 'the store’s code')
    .argument('<receipt>', 'the receipt’s number as printed; or an order’s name, or an id of Shopify’s')
    .option('--source <source>', 'the receipt is the key that this source’s POS uses')
    .option(...archiveOption)
    .option(...hubFolderOption)
    .option(...databaseOption)
  type Options = HubFolder & { source?: string; archive?: string[] }
  return answers<Options>(
    of,
    terminal,
    async ({ source = null, archive, ...where }, store = '', receipt = '') => {
      const { found, pickups, movements } = await withDb(world, where, async db => {
        await demandStore(db, store)
        const receipts = await withArchives(world, db, { data: where.data, archive }, archives =>
          traceReceipt(db, { store, receipt, source, archives }),
        )
        return {
          found: receipts,
          pickups: await tracePickups(db, store, receipt),
          movements: await traceShopMovements(db, store, receipt),
        }
      })
      if (found.length === 0) {
        if (movements.length === 0 && pickups.length === 0) throw receiptUnknown({ receipt, store })
        const json = { pickups: pickups.map(pickupReport), movements: movements.map(shopMovementReport) }
        const lines = [...json.pickups.flatMap(pickupText), ...json.movements.map(shopMovementText)]
        return { json, text: lines.join('\n') }
      }
      const reports = found.map(traceReport)
      const isWhole = reports.every(({ unreadable }) => unreadable.length === 0)
      return {
        json: reports,
        text: reports.map(traceText).join('\n\n'),
        exitCode: isWhole ? exitCodes.ok : exitCodes.failed,
      }
    },
  )
}
