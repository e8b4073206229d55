import type { Command } from 'commander'
import { answers, command, exitCodes } from '../../shared/command-line.ts'
import { defineError } from '../../shared/errors.ts'
import { demandStore } from '../fleet/stores.ts'
import { type TracedPickup, tracePickups } from '../pickups/trace-pickups.ts'
import { traceReceipt } from '../sales/trace.ts'
import { traceHolds } from '../stock/trace-holds.ts'
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
    `The hub has no receipt ${f.receipt} of store ${f.store}, and no order of that name was collected or moved stock there, and nothing of an item of that SKU was held back lately. Check the number; with --source, give the key that the POS uses.`,
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

/** What was held back of an item, as `trace --json` prints it; docs/commands.md describes it. */
function holdsReport({ holds, held }: Awaited<ReturnType<typeof traceHolds>>) {
  return {
    holds: holds.map(({ plannedAt, ...one }) => ({ ...one, plannedAt: isoOf(plannedAt) })),
    held: held.map(({ since, ...one }) => ({ ...one, since: isoOf(since) })),
  }
}

const holdStates = {
  planned: 'it is to be sent',
  sent: 'Shopify has not answered yet',
  confirmed: 'Shopify made it',
  refused: 'it was not made',
  unknown: 'what became of it is not known',
} as const

function holdsText({ holds, held }: ReturnType<typeof holdsReport>): string[] {
  return [
    ...holds.map(({ plannedAt, units, sku, location, state, reference, problem }) => {
      const what = units > 0 ? 'held back from sale online' : 'given back to sale online'
      const why = problem === null ? '' : `: ${problem}`
      return `${plannedAt}  ${Math.abs(units)} × ${sku} ${what} at ${location} (${reference}). ${holdStates[state]}${why}`
    }),
    ...held.map(({ location, units, unclear, since }) => {
      const more = unclear === 0 ? '' : `; ${unclear} more may be`
      return `At ${location}, ${units} are held back now, since ${since}${more}.`
    }),
  ]
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
    'show a receipt, its stock movements, what Shopify answered, and its events; or what staff and Shopify did with an order; or what is held back of an item',
  )
    .argument('<store>', 'the store’s code')
    .argument(
      '<receipt>',
      'the receipt’s number as printed; or an order’s name, an id of Shopify’s, or an item’s SKU',
    )
    .option('--source <source>', 'the receipt is the key that this source’s POS uses')
    .option(...archiveOption)
    .option(...hubFolderOption)
    .option(...databaseOption)
  type Options = HubFolder & { source?: string; archive?: string[] }
  return answers<Options>(
    of,
    terminal,
    async ({ source = null, archive, ...where }, store = '', receipt = '') => {
      const { found, pickups, movements, held } = await withDb(world, where, async db => {
        await demandStore(db, store)
        const receipts = await withArchives(world, db, { data: where.data, archive }, archives =>
          traceReceipt(db, { store, receipt, source, archives }),
        )
        return {
          found: receipts,
          pickups: await tracePickups(db, store, receipt),
          movements: await traceShopMovements(db, store, receipt),
          held: await traceHolds(db, store, receipt),
        }
      })
      if (found.length === 0) {
        const json = {
          pickups: pickups.map(pickupReport),
          movements: movements.map(shopMovementReport),
          ...holdsReport(held),
        }
        const lines = [
          ...json.pickups.flatMap(pickupText),
          ...json.movements.map(shopMovementText),
          ...holdsText(json),
        ]
        if (lines.length === 0) throw receiptUnknown({ receipt, store })
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
