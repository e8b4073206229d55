import type { Command } from 'commander'
import { answers, command, exitCodes } from '../../shared/command-line.ts'
import { levelVariance } from '../checks/level-variance.ts'
import { overdueRecoveries } from '../checks/recovery-overdue.ts'
import type { ReadDb } from '../db/db.ts'
import { type WrongClock, wrongClocks } from '../fleet/devices.ts'
import { type OldestUnposted, oldestUnposted } from '../outbox/unconfirmed.ts'
import { type ReceiptGap, receiptGaps } from '../sales/receipt-gaps.ts'
import { type AuditReport, audit } from '../stock/audit.ts'
import { type HeldOfStore, heldOfStores } from '../stock/held-of-stores.ts'
import type { StoreAgreement } from '../stock/seen-levels.ts'
import {
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  withDb,
} from './command-parts.ts'

export function auditCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'audit',
    'recount everything without changing it: chains, levels, lines, allocations; exit code 1 on a finding, a lasting difference in Shopify or an overdue recovery. Also shows gaps in receipt numbers, wrong clocks, what silent stores keep from sale online and the oldest stock change that Shopify lacks',
  )
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder>(of, terminal, async ({ data, database }) => {
    const { report, seen } = await withDb(world, { data, database }, async db => {
      const report = await audit(db)
      const isDamaged = report.findings.some(({ invariant }) => invariant === 'database')
      return { report, seen: isDamaged ? nothingSeen : await lookedAt(db, world.clock.now()) }
    })
    const counted = `${report.events} events, ${report.sales} receipts, ${report.movements} movements, ${report.levels} levels`
    const held =
      report.heldBack === 0
        ? []
        : [`Of ${report.heldBack} items a fraction is held back, because Shopify counts whole units.`]
    const unchecked = report.unchecked === null ? [] : [report.unchecked]
    const json = { ...report, ...seen }
    const history = report.history.map(
      ({ store, movements }) =>
        `${store}: ${movements} stock movements from before it went live are not posted, because Shopify's stock counts them.`,
    )
    const more = [...held, ...history, ...report.shopify.map(agreementText), ...inWords(seen), ...unchecked]
    const exitCode = isInOrder(report, seen) ? exitCodes.ok : exitCodes.failed
    if (report.findings.length === 0)
      return { json, text: [`${counted}: all agree.`, ...more].join('\n'), exitCode }
    const lines = report.findings.map(f => `${f.invariant}  ${f.subject}: ${f.sentence}`)
    return { json, text: [counted, ...lines, ...more].join('\n'), exitCode }
  })
}

function agreementText({ store, compared, differing, waiting }: StoreAgreement): string {
  const of = `${store}: of ${compared} items as last seen,`
  const soon = waiting === 0 ? '' : ` ${waiting} are looked at again soon.`
  if (differing === 0)
    return `${of} all show in Shopify what the ledger has, less what is due, held back and under way.${soon}`
  return `${of} ${differing} differ in Shopify. List them with: tillbridge-hub stock differences --store ${store}.${soon}`
}

/** Whether nothing is wrong that a person must decide. A gap in receipt numbers, or a wrong clock, may be in order. */
function isInOrder({ findings }: AuditReport, { differing, overdueRecoveries }: LookedAt): boolean {
  return findings.length + differing + overdueRecoveries.length === 0
}

/** What no recount can find wrong, and a person has to see. */
interface LookedAt {
  /** Places whose levels in Shopify have differed from the ledger for longer than a delay takes. */
  readonly differing: number
  readonly wrongClocks: readonly WrongClock[]
  /** Stores whose recovery has been waiting for more than an hour. */
  readonly overdueRecoveries: readonly string[]
  readonly receiptGaps: readonly ReceiptGap[]
  readonly oldestUnposted: OldestUnposted | null
  /** What silent stores have probably sold, and customers can't buy online until they are heard again. */
  readonly keptFromSale: readonly HeldOfStore[]
}

/** Of a database that is damaged, and may not be readable. */
const nothingSeen: LookedAt = {
  receiptGaps: [],
  oldestUnposted: null,
  differing: 0,
  wrongClocks: [],
  overdueRecoveries: [],
  keptFromSale: [],
}

async function lookedAt(db: ReadDb, now: number): Promise<LookedAt> {
  return {
    receiptGaps: await receiptGaps(db, now),
    oldestUnposted: await oldestUnposted(db),
    differing: (await levelVariance.find(db, now)).length,
    wrongClocks: await wrongClocks(db),
    overdueRecoveries: (await overdueRecoveries(db, now)).map(({ store }) => store),
    keptFromSale: await heldOfStores(db),
  }
}

function inWords(seen: LookedAt): string[] {
  const { receiptGaps: gaps, oldestUnposted: oldest } = seen
  const others = [
    ...seen.wrongClocks.map(({ store, till, offsetMs }) => {
      const minutes = Math.round(Math.abs(offsetMs) / 60_000)
      return `${store}, till "${till}": its clock was ${minutes} minutes ${offsetMs > 0 ? 'ahead' : 'behind'} when it was last connected.`
    }),
    ...seen.overdueRecoveries.map(
      store =>
        `${store}: its recovery has been waiting for more than an hour. Look at it with: tillbridge-hub recovery list.`,
    ),
  ]
  const kept = seen.keptFromSale.map(
    ({ store, units, items, since }) =>
      `${store}: ${units} units of ${items} items are held back from sale online since ${new Date(since).toISOString()}, because the store gave no word. List them with: tillbridge-hub stock held --store ${store}.`,
  )
  const missing = gaps.map(gap => {
    if (gap.gaps > 1)
      return `${gap.store}, source ${gap.source}: ${gap.missing} receipts are missing in ${gap.gaps} gaps between ${gap.first} and ${gap.last}, the newest after one of ${gap.date}.`
    const numbers = gap.missing === 1 ? `receipt ${gap.first} is` : `receipts ${gap.first} to ${gap.last} are`
    return `${gap.store}, source ${gap.source}: ${numbers} missing, after one of ${gap.date}.`
  })
  if (oldest === null) return [...missing, ...others, ...kept]
  const since = new Date(oldest.at).toISOString().slice(0, 16).replace('T', ' ')
  return [
    ...missing,
    ...others,
    ...kept,
    `The oldest stock change that Shopify has not confirmed is of ${since} UTC: ${oldest.sku} in ${oldest.store}.`,
  ]
}
