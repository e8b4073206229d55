import { Command } from 'commander'
import { answers, command, refuseTogether } from '../../shared/command-line.ts'
import { defineError } from '../../shared/errors.ts'
import { unitsForPeople } from '../../shared/quantity.ts'
import { countRecords, namedLost } from '../checks/records-lost.ts'
import { awaitedTills, missingMovements } from '../checks/recovery-waits.ts'
import { type ReadDb, transaction } from '../db/db.ts'
import { dropLostHistory } from '../fleet/lost-history.ts'
import { decideRestored, type Undecided, undecidedOf } from '../stock/decide-restored.ts'
import { dropRecovery, recoveries, recoveryOf } from '../stock/recovery.ts'
import {
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  withDb,
} from './command-parts.ts'
import { reasonMissing } from './exceptions.ts'

export const decisionMissing = defineError(
  'DECISION_MISSING',
  () => 'Say what Shopify has: add --posted if it has these changes, or --not-posted if it does not.',
)
export const nothingToDecide = defineError(
  'NOTHING_TO_DECIDE',
  (f: { store: string; sku: string | null }) =>
    `Nothing of ${f.sku ?? 'any item'} in store ${f.store} waits for a decision. List what does with: tillbridge-hub recovery list.`,
)
export const recoveryMissing = defineError(
  'RECOVERY_MISSING',
  (f: { store: string }) =>
    `Store ${f.store} is not being recovered. List what is with: tillbridge-hub recovery list.`,
)
export const confirmationMissing = defineError(
  'CONFIRMATION_MISSING',
  (f: { what: string }) => `${f.what} Nothing was changed. Add --yes to do it; it can't be undone.`,
)

/** After the database was put back: what is under way, and the decisions that only a person can take. */
export function recoveryCommand(parts: HubCommandParts): Command {
  return new Command('recovery')
    .description('after the hub was restored: what is under way and what a person must decide')
    .addCommand(listCommand(parts))
    .addCommand(judgeCommand(parts))
    .addCommand(dropCommand(parts))
}

interface Listed {
  readonly store: string
  readonly cause: string | null
  readonly begunAt: number | null
  readonly since: number | null
  readonly awaitedTills: readonly string[]
  readonly missingMovements: number
  readonly undecided: readonly Undecided[]
}

async function listAll(db: ReadDb): Promise<Listed[]> {
  const underWay = (await recoveries(db)).filter(({ ended_at }) => ended_at === null)
  const known = await db.selectFrom('store').select('code').execute()
  const stores = new Set([...known.map(({ code }) => code), ...underWay.map(one => one.store)])
  const listed: Listed[] = []
  for (const store of [...stores].toSorted()) {
    const recovery = underWay.find(one => one.store === store) ?? null
    const undecided = await undecidedOf(db, store)
    if (recovery === null && undecided.length === 0) continue
    const tills = recovery === null ? [] : await awaitedTills(db, store)
    listed.push({
      store,
      cause: recovery?.cause ?? null,
      begunAt: recovery?.begun_at ?? null,
      since: recovery?.since ?? null,
      awaitedTills: tills.map(({ till }) => till),
      missingMovements: (await missingMovements(db, store)).movements,
      undecided,
    })
  }
  return listed
}

function wordsOf({
  store,
  cause,
  begunAt,
  awaitedTills: tills,
  missingMovements: movements,
  undecided,
}: Listed): string {
  const since = begunAt === null ? '' : ` since ${new Date(begunAt).toISOString()}`
  const lines = [cause === null ? `${store}  recovered` : `${store}  recovering${since} (${cause})`]
  if (tills.length > 0) lines.push(`  waits for tills: ${tills.join(', ')}`)
  if (movements > 0) lines.push(`  waits for movements that Shopify has already: ${movements}`)
  for (const one of undecided)
    lines.push(`  to decide: ${one.sku} at ${one.warehouse}: ${unitsForPeople(one.quantity)}`)
  return lines.join('\n')
}

function listCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('list', 'stores under recovery, what each waits for and what is to be decided')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder>(of, terminal, async ({ data, database }) => {
    const found = await withDb(world, { data, database }, listAll)
    return { json: found, text: found.map(wordsOf).join('\n') || 'No store is being recovered.' }
  })
}

interface JudgeOptions extends HubFolder {
  readonly sku?: string
  readonly posted?: boolean
  readonly notPosted?: boolean
  readonly why?: string
  readonly yes?: boolean
}

function judgeCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('judge', 'say whether Shopify has the stock changes that were set aside')
    .argument('<store>', 'its code')
    .option('--sku <sku>', 'only this item; left out: all that were set aside in the store')
    .option('--posted', 'Shopify has them: nothing is sent')
    .option('--not-posted', 'Shopify does not have them: they are sent')
    .option('--why <words>', 'how you know, and who you are')
    .option('--yes', 'do it; a decision can’t be taken back')
    .option(...hubFolderOption)
    .option(...databaseOption)
  refuseTogether(of, 'posted', 'not-posted')
  return answers<JudgeOptions>(of, terminal, async (options, store = '') => {
    const { data, database, sku = null, posted = false, notPosted = false, why = '', yes = false } = options
    if (posted === notPosted) throw decisionMissing({})
    if (why.trim() === '') throw reasonMissing({})
    const decided = await withDb(world, { data, database }, async db => {
      const meant = (await undecidedOf(db, store)).filter(one => sku === null || one.sku === sku)
      if (meant.length === 0) throw nothingToDecide({ store, sku })
      const what = `${meant.length} decisions on ${[...new Set(meant.map(one => one.sku))].join(', ')} are to be "${posted ? 'posted' : 'not posted'}".`
      if (!yes) throw confirmationMissing({ what })
      const now = world.clock.now()
      return transaction(db, tx => decideRestored(tx, { store, sku, posted, why: why.trim(), now }))
    })
    const skus = [...new Set(decided.map(one => one.sku))].join(', ')
    const text = posted
      ? `${skus}: counts as posted. Nothing is sent.`
      : `${skus}: due again; the hub sends it.`
    return { json: { store, posted, why: why.trim(), decided }, text }
  })
}

interface DropOptions extends HubFolder {
  readonly why?: string
  readonly yes?: boolean
}

function dropCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('drop', 'end the recovery of a store: what is missing will not come')
    .argument('<store>', 'its code')
    .option('--why <words>', 'why nothing more will come, and who you are')
    .option('--yes', 'do it; it can’t be undone')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<DropOptions>(of, terminal, async ({ data, database, why = '', yes = false }, store = '') => {
    if (why.trim() === '') throw reasonMissing({})
    const dropped = await withDb(world, { data, database }, async db => {
      const recovery = await recoveryOf(db, store)
      const { lost, overdue } = await namedLost(db, world.clock.now())
      const records = countRecords([...lost, ...overdue].filter(row => row.store === store))
      const isUnderWay = recovery !== null && recovery.ended_at === null
      if (!isUnderWay && records === 0) throw recoveryMissing({ store })
      const tills = isUnderWay ? (await awaitedTills(db, store)).map(({ till }) => till) : []
      const { movements } = await missingMovements(db, store)
      const what = `Store ${store} no longer waits for ${tills.join(', ') || 'any till'} and for ${movements} movements that Shopify has already. Should they come after all, they are not sent twice. ${records} records that no till has any more, or that have not come back yet, count as dealt with.`
      if (!yes) throw confirmationMissing({ what })
      await transaction(db, async tx => {
        await dropLostHistory(tx, store, world.clock.now())
        if (isUnderWay) await dropRecovery(tx, store, world.clock.now())
      })
      return movements
    })
    world.log.warn({ store, movements: dropped, why: why.trim() }, 'a person ended the recovery of a store')
    return {
      json: { store, movements: dropped, why: why.trim() },
      text: `The recovery of ${store} has ended. ${dropped} movements are no longer waited for.`,
    }
  })
}
