import { type Kysely, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { schemaNewer } from '../../shared/durable-sqlite.ts'
import { defineError } from '../../shared/errors.ts'
import { spine } from './migrations/001-spine.ts'
import { appliedLate } from './migrations/002-applied-late.ts'
import { closedExceptions } from './migrations/003-closed-exceptions.ts'
import { identity } from './migrations/004-identity.ts'
import { recovery } from './migrations/005-recovery.ts'
import { promised } from './migrations/006-promised.ts'
import { budgets } from './migrations/007-budgets.ts'
import { storeHours } from './migrations/008-store-hours.ts'
import { lostHistory } from './migrations/009-lost-history.ts'
import { webhookBody } from './migrations/010-webhook-body.ts'
import { lostParts } from './migrations/011-lost-parts.ts'
import { refusedReceipts } from './migrations/012-refused-receipts.ts'
import { refusedContent } from './migrations/013-refused-content.ts'
import { fulfillments } from './migrations/014-fulfillments.ts'
import { stockWaits } from './migrations/015-stock-waits.ts'
import { toldSource } from './migrations/016-told-source.ts'
import { remainders } from './migrations/017-remainders.ts'
import { fulfillmentCancelled } from './migrations/018-fulfillment-cancelled.ts'
import { contract } from './migrations/020-contract.ts'
import { itemTracking } from './migrations/022-item-tracking.ts'
import { shopifyLevel } from './migrations/023-shopify-level.ts'
import { undo } from './migrations/024-undo.ts'
import { orderSales } from './migrations/025-order-sales.ts'
import { untrackedItems } from './migrations/026-untracked-items.ts'
import { contractCarried } from './migrations/027-contract-carried.ts'
import { clockChange } from './migrations/028-clock-change.ts'
import { redactedOrders } from './migrations/029-redacted-orders.ts'
import { knownLevelTable } from './migrations/030-known-levels.ts'
import { differingLevels } from './migrations/031-differing-levels.ts'
import { shopMovements } from './migrations/032-shop-movements.ts'
import { sameReturns } from './migrations/033-same-returns.ts'
import { waitingMovesIndex } from './migrations/034-waiting-moves.ts'
import { toldReserved } from './migrations/035-told-reserved.ts'
import { lateReceipts } from './migrations/036-late-receipts.ts'
import { releaseTables } from './migrations/037-releases.ts'
import { redactionsThatWait } from './migrations/040-redactions-that-wait.ts'
import { returnedEnds } from './migrations/041-returned-ends.ts'
import { moments } from './migrations/046-moments.ts'
import { lostLives } from './migrations/047-lost-lives.ts'
import { orderSaleHad } from './migrations/048-order-sale-had.ts'
import { promisedPlaces } from './migrations/049-promised-places.ts'
import { movesSetAside } from './migrations/050-moves-set-aside.ts'
import { followedTransfers } from './migrations/051-followed-transfers.ts'
import { tillReturns } from './migrations/052-till-returns.ts'
import { foundByName } from './migrations/053-found-by-name.ts'
import { returnsOfStore } from './migrations/054-returns-of-store.ts'
import { posCounts } from './migrations/055-pos-counts.ts'
import { remoteSettingsTables } from './migrations/056-remote-settings.ts'
import { dueSince } from './migrations/057-due-since.ts'
import { openedAs } from './migrations/058-opened-as.ts'
import { freeStock } from './migrations/059-free-stock.ts'
import { countReaders } from './migrations/060-count-readers.ts'
import { holdBackTables } from './migrations/061-hold-back.ts'
import { supportRequests } from './migrations/062-support-requests.ts'
import { ownSettings } from './migrations/063-own-settings.ts'
import { pausedSettings } from './migrations/064-paused-settings.ts'
import { staffTables } from './migrations/065-staff.ts'
import { deviceMachine } from './migrations/066-device-machine.ts'
import { tillWordTable } from './migrations/067-till-words.ts'
import { holdRefusals } from './migrations/068-hold-refusals.ts'
import { pickupReminders } from './migrations/069-pickup-reminders.ts'
import { tillSubjects } from './migrations/070-till-subjects.ts'
import { remindersOfStore } from './migrations/071-reminders-of-store.ts'
import { ownProblem } from './migrations/072-own-problem.ts'
import { desktopVersion } from './migrations/073-desktop-version.ts'
import { readUntil } from './migrations/074-read-until.ts'
import { readsNoSalesColumn } from './migrations/075-reads-no-sales.ts'
import { posTablesColumn } from './migrations/076-pos-tables.ts'
import { customerQuestions } from './migrations/077-customer-questions.ts'
import { ownWaits } from './migrations/078-own-waits.ts'
import { voidedOrderSales } from './migrations/079-voided-order-sales.ts'
import { questionPickup } from './migrations/080-question-pickup.ts'
import { ownTrialColumns } from './migrations/081-own-trial.ts'
import { refusedGist } from './migrations/085-refused-gist.ts'
import type { Schema } from './schema.ts'

export const migrationFailed = defineError(
  'MIGRATION_FAILED',
  (f: { migration: string }) =>
    `The database could not be brought up to date (${f.migration}). It is unchanged; keep it, and ask for help with the log.`,
)

/** Forward only. A migration that has shipped is never edited. */
const migrations = {
  '001-spine': spine,
  '002-applied-late': appliedLate,
  '003-closed-exceptions': closedExceptions,
  '004-identity': identity,
  '005-recovery': recovery,
  '006-promised': promised,
  '007-budgets': budgets,
  '008-store-hours': storeHours,
  '009-lost-history': lostHistory,
  '010-webhook-body': webhookBody,
  '011-lost-parts': lostParts,
  '012-refused-receipts': refusedReceipts,
  '013-refused-content': refusedContent,
  '014-fulfillments': fulfillments,
  '015-stock-waits': stockWaits,
  '016-told-source': toldSource,
  '017-remainders': remainders,
  '018-fulfillment-cancelled': fulfillmentCancelled,
  '020-contract': contract,
  '022-item-tracking': itemTracking,
  '023-shopify-level': shopifyLevel,
  '024-undo': undo,
  '025-order-sales': orderSales,
  '026-untracked-items': untrackedItems,
  '027-contract-carried': contractCarried,
  '028-clock-change': clockChange,
  '029-redacted-orders': redactedOrders,
  '030-known-levels': knownLevelTable,
  '031-differing-levels': differingLevels,
  '032-shop-movements': shopMovements,
  '033-same-returns': sameReturns,
  '034-waiting-moves': waitingMovesIndex,
  '035-told-reserved': toldReserved,
  '036-late-receipts': lateReceipts,
  '037-releases': releaseTables,
  '040-redactions-that-wait': redactionsThatWait,
  '041-returned-ends': returnedEnds,
  '046-moments': moments,
  '047-lost-lives': lostLives,
  '048-order-sale-had': orderSaleHad,
  '049-promised-places': promisedPlaces,
  '050-moves-set-aside': movesSetAside,
  '051-followed-transfers': followedTransfers,
  '052-till-returns': tillReturns,
  '053-found-by-name': foundByName,
  '054-returns-of-store': returnsOfStore,
  '055-pos-counts': posCounts,
  '056-remote-settings': remoteSettingsTables,
  '057-due-since': dueSince,
  '058-opened-as': openedAs,
  '059-free-stock': freeStock,
  '060-count-readers': countReaders,
  '061-hold-back': holdBackTables,
  '062-support-requests': supportRequests,
  '063-own-settings': ownSettings,
  '064-paused-settings': pausedSettings,
  '065-staff': staffTables,
  '066-device-machine': deviceMachine,
  '067-till-words': tillWordTable,
  '068-hold-refusals': holdRefusals,
  '069-pickup-reminders': pickupReminders,
  '070-till-subjects': tillSubjects,
  '071-reminders-of-store': remindersOfStore,
  '072-own-problem': ownProblem,
  '073-desktop-version': desktopVersion,
  '074-read-until': readUntil,
  '075-reads-no-sales': readsNoSalesColumn,
  '076-pos-tables': posTablesColumn,
  '077-customer-questions': customerQuestions,
  '078-own-waits': ownWaits,
  '079-voided-order-sales': voidedOrderSales,
  '080-question-pickup': questionPickup,
  '081-own-trial': ownTrialColumns,
  '085-refused-gist': refusedGist,
}

/** Brings the database to this version's schema. @throws MIGRATION_FAILED and SCHEMA_NEWER with the database unchanged */
export async function migrateHub(db: Kysely<Schema>): Promise<readonly string[]> {
  const known = Object.keys(migrations)
  const applied = await appliedTo(db)
  if (applied.some(name => !known.includes(name)))
    throw schemaNewer({ path: 'The hub’s database', found: applied.length, known: known.length })
  if (applied.join() === known.join()) return []
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error, results = [] } = await migrator.migrateToLatest()
  if (error !== undefined) {
    const failed = results.find(result => result.status === 'Error')
    throw migrationFailed({ migration: failed?.migrationName ?? 'unknown' }, error)
  }
  return results.map(result => result.migrationName)
}

/** Asked first, because the migrator reads the form of every table each time that a database is opened. */
async function appliedTo(db: Kysely<Schema>): Promise<readonly string[]> {
  try {
    const { rows } = await sql<{ name: string }>`SELECT name FROM kysely_migration ORDER BY name`.execute(db)
    return rows.map(({ name }) => name)
  } catch {
    return [] // an empty database; any other trouble, the migrator meets and names
  }
}
