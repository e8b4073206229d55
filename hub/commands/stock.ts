import { Command } from 'commander'
import { answers, command, refuseTogether, someWords } from '../../shared/command-line.ts'
import { defineError } from '../../shared/errors.ts'
import { transaction } from '../db/db.ts'
import { demandStore } from '../fleet/stores.ts'
import { acceptLevel } from '../stock/accept.ts'
import { readAgreement } from '../stock/agreement.ts'
import { decideCount, type OpenCount, openCounts } from '../stock/decide-count.ts'
import { decideHold } from '../stock/decide-hold.ts'
import { allHeldBack, type HoldPlace } from '../stock/hold-back.ts'
import { allRefusals } from '../stock/hold-refusals.ts'
import { decideReturns } from '../stock/same-returns.ts'
import {
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  withDb,
} from './command-parts.ts'
import { reasonMissing } from './exceptions.ts'

/** Where Shopify's stock is not what the ledger expects, and the decision that Shopify is right. */
export function stockCommand(parts: HubCommandParts): Command {
  return new Command('stock')
    .description('where Shopify’s stock differs from the ledger')
    .addCommand(differencesCommand(parts))
    .addCommand(acceptCommand(parts))
    .addCommand(returnedCommand(parts))
    .addCommand(countsCommand(parts))
    .addCommand(countedCommand(parts))
    .addCommand(heldCommand(parts))
    .addCommand(decideHeldCommand(parts))
}

const isoOf = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())

function differencesCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('differences', 'items whose stock in Shopify differs from the ledger, as last seen')
    .option('--store <code>', 'only this store')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder & { store?: string }>(of, terminal, async ({ data, database, store }) => {
    const found = await withDb(world, { data, database }, async db => {
      if (store !== undefined) await demandStore(db, store)
      const of = store === undefined ? {} : { store }
      return readAgreement(db, { ...of, onlyDiffering: true })
    })
    const json = found.map(({ since, seenAt, item: _item, noted: _noted, isStale, ...one }) => ({
      ...one,
      expected: one.shown - one.difference,
      isStale,
      since: isoOf(since),
      seenAt: isoOf(seenAt),
    }))
    const lines = json.map(
      one =>
        `${one.store}  ${one.sku}  expected ${one.expected} (ledger ${one.ledger}, less ${one.due} due, ${one.heldBack} held back, ${one.onItsWay} on its way), Shopify showed ${one.shown} at ${one.seenAt}; differs since ${one.since}${one.isStale ? '; it is looked at again' : ''}`,
    )
    return {
      json,
      text: lines.join('\n') || 'Shopify shows what the ledger has, as far as it was looked at.',
    }
  })
}

function heldCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('held', 'units that are held back from sale online because their store gives no word')
    .option('--store <code>', 'only this store')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder & { store?: string }>(of, terminal, async ({ data, database, store }) => {
    const found = await withDb(world, { data, database }, async db => {
      if (store !== undefined) await demandStore(db, store)
      const refused = await allRefusals(db, store)
      return (await allHeldBack(db, store)).map(row => ({
        ...row,
        refused: refused.find(one => isOf(one, row))?.problem ?? null,
      }))
    })
    const json = found.map(({ held_since, silent_since, by_hand, item: _item, ...one }) => ({
      ...one,
      byHand: by_hand === 1,
      heldSince: isoOf(held_since),
      silentSince: isoOf(silent_since),
    }))
    const lines = json.map(
      one =>
        `${one.store}  ${one.sku}  ${one.held} held back since ${one.heldSince}: the store gave no word since ${one.silentSince}${one.byHand ? '; a person gave units back, and no more are held' : ''}${one.unclear === 0 ? '' : `; ${one.unclear} more in Shopify’s safety stock may be held by the hub`}${one.refused === null ? '' : `; Shopify refuses to move it: ${one.refused}`}`,
    )
    return { json, text: lines.join('\n') || 'Nothing is held back from sale online.' }
  })
}

const isOf = (one: HoldPlace & { readonly item: string }, other: HoldPlace & { readonly item: string }) =>
  one.store === other.store && one.location === other.location && one.item === other.item

export const heldVerdictMissing = defineError(
  'HELD_VERDICT_MISSING',
  () =>
    'Say what was found out: --held if Tillbridge moved the units to safety stock, or --not-held if it did not.',
)

interface DecideHeldOptions extends AcceptOptions {
  readonly held?: boolean
  readonly notHeld?: boolean
}

function decideHeldCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'decide-held',
    'say whether units of which Shopify gave no answer were held back: those that were come back, the others stay where they are',
  )
    .argument('<store>', 'the store’s code')
    .argument('<sku>', 'the item')
    .option(
      '--held',
      'Tillbridge moved them to safety stock: the hub gives them back once the store is heard',
    )
    .option('--not-held', 'it did not: the hub leaves Shopify’s safety stock as it is')
    .requiredOption('--by <name>', 'who found it out', someWords)
    .option('--why <reason>', 'how, kept with it')
    .option(...hubFolderOption)
    .option(...databaseOption)
  refuseTogether(of, 'held', 'not-held')
  return answers<DecideHeldOptions>(
    of,
    terminal,
    async ({ data, database, held = false, notHeld = false, by, why = '' }, store = '', sku = '') => {
      if (held === notHeld) throw heldVerdictMissing({})
      if (why.trim() === '') throw reasonMissing({})
      const decided = await withDb(world, { data, database }, async db => {
        await demandStore(db, store)
        const verdict = { store, sku, wereHeld: held, by, why: why.trim(), now: world.clock.now() }
        return transaction(db, tx => decideHold(tx, verdict))
      })
      const did = held ? 'were held back, and come back' : 'were not held back, and stay where they are'
      const text = decided.map(one => `${store}  ${sku} at ${one.location}: ${one.units} units ${did}.`)
      return { json: { store, decided }, text: text.join('\n') }
    },
  )
}

interface AcceptOptions extends HubFolder {
  readonly by: string
  readonly why?: string
}

function acceptCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'accept',
    'Shopify is right about an item: book the difference into the ledger, with who decided it; nothing is sent',
  )
    .argument('<store>', 'the store’s code')
    .argument('<sku>', 'the item')
    .requiredOption('--by <name>', 'who decided it', someWords)
    .option('--why <reason>', 'what changed the stock, kept with it')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<AcceptOptions>(
    of,
    terminal,
    async ({ data, database, by, why = '' }, store = '', sku = '') => {
      if (why.trim() === '') throw reasonMissing({})
      const accepted = await withDb(world, { data, database }, async db => {
        await demandStore(db, store)
        const now = world.clock.now()
        return transaction(db, tx => acceptLevel(tx, { store, sku, by, why: why.trim(), now }))
      })
      const text = accepted.map(
        one =>
          `${one.sku} at ${one.warehouse} (${store}): ${one.units > 0 ? '+' : ''}${one.units} booked; Shopify showed ${one.shown}.`,
      )
      return { json: { store, accepted }, text: text.join('\n') }
    },
  )
}

export const verdictMissing = defineError(
  'VERDICT_MISSING',
  () => 'Say what was found out: --same if they are the same goods, or --apart if they are not.',
)

interface ReturnedOptions extends AcceptOptions {
  readonly same?: boolean
  readonly apart?: boolean
}

function returnedCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'returned',
    'say whether goods that a till took back are those that Shopify put back into stock; the same goods count once',
  )
    .argument('<store>', 'the store’s code')
    .argument('<sku>', 'the item')
    .option('--same', 'they are the same goods')
    .option('--apart', 'they are different goods')
    .requiredOption('--by <name>', 'who found it out', someWords)
    .option('--why <reason>', 'how, kept with it')
    .option(...hubFolderOption)
    .option(...databaseOption)
  refuseTogether(of, 'same', 'apart')
  return answers<ReturnedOptions>(
    of,
    terminal,
    async ({ data, database, same = false, apart = false, by, why = '' }, store = '', sku = '') => {
      if (same === apart) throw verdictMissing({})
      if (why.trim() === '') throw reasonMissing({})
      const decided = await withDb(world, { data, database }, async db => {
        await demandStore(db, store)
        const decision = { store, sku, isSame: same, by, why: why.trim(), now: world.clock.now() }
        return transaction(db, tx => decideReturns(tx, decision))
      })
      const text = decided.map(
        one =>
          `${one.sku}, receipt ${one.receiptNumber} (${one.till}), order ${one.order ?? 'not named'}: ${one.units === 0 ? 'different goods' : `${one.units} count once`}.`,
      )
      return { json: { store, decided }, text: text.join('\n') }
    },
  )
}

const countText = ({ store, warehouse, sku, counted, expected, countedAt }: OpenCount) =>
  `${store}  ${sku} at ${warehouse}: expected ${expected}, the POS counted ${counted} at ${isoOf(countedAt)}`

function countsCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('counts', 'counts of the POS that differ from what was expected and wait for a decision')
    .option('--store <code>', 'only this store')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder & { store?: string }>(of, terminal, async ({ data, database, store }) => {
    const found = await withDb(world, { data, database }, async db => {
      if (store !== undefined) await demandStore(db, store)
      return openCounts(db, world.clock.now(), store)
    })
    const json = found.map(one => ({ ...one, countedAt: isoOf(one.countedAt) }))
    return { json, text: found.map(countText).join('\n') || 'No count waits for a decision.' }
  })
}

export const countVerdictMissing = defineError(
  'COUNT_VERDICT_MISSING',
  () =>
    'Say what was found out: --right if goods came or went that nothing told of, or --booked if what moved is in the books already.',
)

interface CountedOptions extends AcceptOptions {
  readonly right?: boolean
  readonly booked?: boolean
}

function countedCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'counted',
    'say whether a count of the POS that differs is right, so that the stock follows, or of goods that are booked already',
  )
    .argument('<store>', 'the store’s code')
    .argument('<sku>', 'the item')
    .option('--right', 'goods came or went that nothing told of: the stock follows, in Shopify too')
    .option('--booked', 'what moved is in the books already: nothing changes')
    .requiredOption('--by <name>', 'who found it out', someWords)
    .option('--why <reason>', 'how, kept with it')
    .option(...hubFolderOption)
    .option(...databaseOption)
  refuseTogether(of, 'right', 'booked')
  return answers<CountedOptions>(
    of,
    terminal,
    async ({ data, database, right = false, booked = false, by, why = '' }, store = '', sku = '') => {
      if (right === booked) throw countVerdictMissing({})
      if (why.trim() === '') throw reasonMissing({})
      const decided = await withDb(world, { data, database }, async db => {
        await demandStore(db, store)
        const verdict = { store, sku, isRight: right, by, why: why.trim(), now: world.clock.now() }
        return transaction(db, tx => decideCount(tx, verdict))
      })
      const did = right ? 'the stock follows' : 'booked already, nothing changes'
      return { json: { store, decided }, text: decided.map(one => `${countText(one)}: ${did}.`).join('\n') }
    },
  )
}
