import { Command, InvalidArgumentError, Option } from 'commander'
import { answers, command, someWords } from '../../shared/command-line.ts'
import { defineError } from '../../shared/errors.ts'
import { stockRules } from '../../shared/free-stock.ts'
import { handOverRules } from '../../shared/hand-over.ts'
import { momentOf } from '../../shared/moment.ts'
import { unitsForPeople } from '../../shared/quantity.ts'
import { ReminderRule } from '../../shared/reminders.ts'
import { type ReturnRule, returnRules } from '../../shared/returns.ts'
import { MOST_PIN_IDLE_MINUTES, staffPinRules } from '../../shared/staff.ts'
import { beginsWithDay, zoneClock } from '../../shared/wall-clock.ts'
import {
  type ContractVersion,
  contractOf,
  contractVersions,
  countRules,
  holdBackRules,
  notCollectedRules,
  type ShortLineRule,
  shortLineRules,
  Terms,
} from '../contract/contract.ts'
import { type ReadDb, transaction } from '../db/db.ts'
import { canUnlock } from '../fleet/staff.ts'
import { describeToTills, listStores, type Store, storeUnknown } from '../fleet/stores.ts'
import { agree, type GoLiveChange, tryGoLive } from '../stock/go-live.ts'
import { historyCounts } from '../stock/history.ts'
import {
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  withDb,
} from './command-parts.ts'
import { reasonMissing } from './exceptions.ts'
import { confirmationMissing } from './recovery.ts'

export const momentMalformed = defineError(
  'MOMENT_MALFORMED',
  (f: { value: string }) =>
    `"${f.value}" is not a date and time. Write it as 2026-12-01T08:00 in the store's own time, with Z or an offset as in 2026-12-01T08:00+01:00, or write: now.`,
)

export const termsMissing = defineError(
  'TERMS_MISSING',
  () =>
    'Say what is agreed: add --go-live, --on-difference, --hand-over, --returns, --short-lines, --not-collected, --counts, --count-limit, --stock, --hold-back, --hold-back-share, --hold-back-units, --staff-pin, --pin-idle, --remind-after-days or --reminders, or several of them.',
)

export const staffPinMissing = defineError(
  'STAFF_PIN_MISSING',
  (f: { store: string }) =>
    `No one who works in store ${f.store} has a PIN, or a badge that needs none: its tills would be locked for all. First run: tillbridge-hub staff add, then staff pin.`,
)

/** What is agreed for each store, by whom, and what a change of it would do. */
export function contractCommand(parts: HubCommandParts): Command {
  return new Command('contract')
    .description('what is agreed for each store: from when on its sales change Shopify’s stock')
    .addCommand(showCommand(parts))
    .addCommand(setCommand(parts))
    .addCommand(tryCommand(parts))
}

/** What is agreed, with the moment as people and programs read it. */
interface ShownTerms extends Omit<Terms, 'goLive'> {
  readonly goLive: string
}

interface ShownVersion extends ShownTerms {
  readonly version: number
  readonly changedAt: string
  readonly changedBy: string
  readonly why: string
}

interface Shown extends ShownTerms {
  readonly store: string
  readonly history: number
  readonly versions: readonly ShownVersion[]
}

const iso = (ms: number) => new Date(ms).toISOString()
const shownTerms = ({ goLive, ...terms }: Terms): ShownTerms => ({ goLive: iso(goLive), ...terms })

async function shown(db: ReadDb, only: string | undefined): Promise<readonly { one: Shown; zone: string }[]> {
  const stores = (await listStores(db)).filter(({ code }) => only === undefined || code === only)
  if (only !== undefined && stores.length === 0) throw storeUnknown({ store: only })
  const counts = await historyCounts(db)
  const found = []
  for (const { code: store, zone } of stores) {
    const agreed = await contractOf(db, store)
    if (agreed === null) continue
    const versions = (await contractVersions(db, store)).map(({ version, terms, ...one }) => ({
      version,
      ...shownTerms(terms),
      changedAt: iso(one.changedAt),
      changedBy: one.changedBy,
      why: one.why,
    }))
    const history = counts.get(store) ?? 0
    found.push({ zone, one: { store, ...shownTerms(agreed.terms), history, versions } })
  }
  return found
}

function wordsOf({ store, goLive, history, versions, ...terms }: Shown, zone: string): string {
  const moment = wallIn(zone, Date.parse(goLive))
  const held = history === 0 ? '' : ` ${history} stock movements from before are not posted.`
  const first = versions.length === 0 ? ', when it was added' : ''
  return [
    `${store}  live from ${moment}${first}.${held} ${termsText(terms)}`,
    ...versions.map(
      one =>
        `  version ${one.version} of ${one.changedAt.slice(0, 16)}Z by ${one.changedBy}: live from ${wallIn(zone, Date.parse(one.goLive))}, on a difference ${one.onDifference}, hand-over ${one.handOver}, returns ${one.returns}, short lines ${one.shortLines}, not collected ${one.notCollected}, counts ${countsWord(one)}, stock of the stores ${one.stock}, hold-back ${holdBackWord(one)}, staff PIN ${staffPinWord(one)}, reminders ${remindersWord(one)} (${one.why})`,
    ),
  ].join('\n')
}

const countsWord = ({ counts, countLimit }: Pick<Terms, 'counts' | 'countLimit'>) =>
  counts === 'follow' ? `follow within ${countLimit} %` : counts

const holdBackWord = ({
  holdBack,
  holdBackShare,
  holdBackUnits,
}: Pick<Terms, 'holdBack' | 'holdBackShare' | 'holdBackUnits'>) =>
  holdBack === 'follow' ? `follow within ${holdBackShare} % and ${holdBackUnits} units` : holdBack

const remindersWord = ({ remindAfterDays, reminders }: Pick<Terms, 'remindAfterDays' | 'reminders'>) =>
  remindAfterDays === null ? 'none' : `after ${daysText(remindAfterDays)}, at most ${reminders}`

const daysText = (days: number) => (days === 1 ? '1 day' : `${days} days`)

function remindersText({ remindAfterDays, reminders }: Pick<Terms, 'remindAfterDays' | 'reminders'>): string {
  const first = `Its tills ask staff to remind a customer whose goods have been ready for ${daysText(remindAfterDays ?? 0)}`
  return reminders === 1
    ? `${first}, once.`
    : `${first}, and again after as many days, at most ${reminders} times in all.`
}

const staffPinWord = ({ staffPin, pinIdleMinutes }: Pick<Terms, 'staffPin' | 'pinIdleMinutes'>) =>
  staffPin === 'required' ? `required, after ${pinIdleMinutes} min again` : staffPin

function termsText({
  onDifference,
  handOver,
  returns,
  shortLines,
  notCollected,
  counts,
  countLimit,
  stock,
  holdBack,
  holdBackShare,
  holdBackUnits,
  remindAfterDays,
  reminders,
  staffPin,
  pinIdleMinutes,
}: Omit<Terms, 'goLive'>): string {
  const difference =
    onDifference === 'ask'
      ? 'Where Shopify’s stock differs, a person is asked.'
      : 'Where Shopify’s stock differs, its number is accepted.'
  const checked =
    handOver === 'free' ? [] : ['Orders are handed over once staff have checked who collects them.']
  const moved = shortText[shortLines]
  const refunded =
    notCollected === 'refund'
      ? ['An order that its customer does not collect is cancelled and paid back once it has expired.']
      : []
  const followed =
    counts === 'ignore'
      ? []
      : [
          `What the POS counts beyond its sales is taken into the stock, within ${countLimit} % without asking.`,
        ]
  const seen = stock === 'shown' ? ['Its tills show the free stock of all stores that agreed on it.'] : []
  const held =
    holdBack === 'off'
      ? []
      : [
          `While its tills give no word, what it is likely to sell is held back from sale online: of an item, at most ${holdBackShare} % and ${holdBackUnits} units.`,
        ]
  const reminded = remindAfterDays === null ? [] : [remindersText({ remindAfterDays, reminders })]
  const known =
    staffPin === 'off'
      ? []
      : [
          `Each step at its tills needs a PIN or a badge, which is asked for again after ${pinIdleMinutes} minutes without a touch.`,
        ]
  return [
    difference,
    ...checked,
    returnsText[returns],
    ...moved,
    ...refunded,
    ...followed,
    ...seen,
    ...held,
    ...reminded,
    ...known,
  ].join(' ')
}

const shortText: Readonly<Record<ShortLineRule, readonly string[]>> = {
  hold: [],
  move: ['Items of an order that staff can’t find are moved to a store that has them.'],
  ask: ['The customer is asked what becomes of items that staff can’t find.'],
}

const returnsText: Readonly<Record<ReturnRule, string>> = {
  refund: 'Online orders are taken back, and paid back at once to the original payment.',
  'goods-only': 'Online orders are taken back; head office pays the money back.',
  none: 'Online orders are not taken back.',
}

function showCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('show', 'from when on each store’s sales are posted, who agreed on it and why')
    .option('--store <code>', 'only this store')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder & { store?: string }>(of, terminal, async ({ data, database, store }) => {
    const found = await withDb(world, { data, database }, db => shown(db, store))
    const text = found.map(({ one, zone }) => wordsOf(one, zone)).join('\n')
    return { json: found.map(({ one }) => one), text: text || 'There are no stores yet.' }
  })
}

interface SetOptions extends HubFolder {
  readonly goLive?: string
  readonly onDifference?: string
  readonly handOver?: string
  readonly returns?: string
  readonly counts?: string
  readonly countLimit?: number
  readonly shortLines?: string
  readonly notCollected?: string
  readonly stock?: string
  readonly holdBack?: string
  readonly holdBackShare?: number
  readonly holdBackUnits?: number
  readonly remindAfterDays?: number | null
  readonly reminders?: number
  readonly staffPin?: string
  readonly pinIdle?: number
  readonly by: string
  readonly why?: string
  readonly yes?: boolean
}

function setCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('set', 'agree on something else for a store; what Shopify has already stays as it is')
    .argument('<store>', 'the store’s code')
    .option(
      '--go-live <moment>',
      'sales and stock movements from before it are never posted, because Shopify’s stock counts them',
    )
    .addOption(
      new Option(
        '--on-difference <what>',
        'when Shopify’s stock differs from the ledger: ask a person, or accept Shopify’s number',
      ).choices(['ask', 'accept']),
    )
    .addOption(
      new Option(
        '--hand-over <rule>',
        'when a customer collects an order: checked wants staff to say what they checked (code, ID or details); free leaves it to them',
      ).choices(handOverRules),
    )
    .addOption(
      new Option(
        '--returns <rule>',
        'when a customer brings an online order back: refund pays it back to the original payment, goods-only leaves the money to head office, none takes nothing back',
      ).choices(returnRules),
    )
    .addOption(
      new Option(
        '--short-lines <rule>',
        'when staff can’t find all items of an order: hold leaves the missing ones to head office, move has a store prepare them that has them, if one does, ask lets the customer choose on a page of the hub',
      ).choices(shortLineRules),
    )
    .addOption(
      new Option(
        '--not-collected <rule>',
        'when an order has expired that its customer did not collect: ask leaves it to head office, refund cancels it in Shopify and pays it back',
      ).choices(notCollectedRules),
    )
    .addOption(
      new Option(
        '--stock <rule>',
        'whether staff see how many free units of an item each store has: shown lets this store see the stores that agreed on it, and them see this store',
      ).choices(stockRules),
    )
    .addOption(
      new Option(
        '--counts <rule>',
        'what the POS’s own stock table counts: follow takes what its sales do not explain into the stock, ignore keeps it only',
      ).choices(countRules),
    )
    .option(
      '--count-limit <percent>',
      'with --counts follow: a person is asked about a count that differs by more than this; one unit is never too much',
      percentOf,
    )
    .addOption(
      new Option(
        '--hold-back <rule>',
        'while the store’s tills give no word: follow holds back from sale online what the store is likely to sell, off holds nothing back and gives back what is held',
      ).choices(holdBackRules),
    )
    .option(
      '--hold-back-share <percent>',
      'with --hold-back follow: of an item, hold back no more than this part of what can be sold online',
      shareOf,
    )
    .option(
      '--hold-back-units <units>',
      'with --hold-back follow: of an item, hold back no more units than this',
      unitsOf,
    )
    .option(
      '--remind-after-days <days>',
      'when a customer does not collect: after so many days the tills ask staff to remind them, and after as many again; none never asks',
      daysOf,
    )
    .option(
      '--reminders <number>',
      'with --remind-after-days: the most reminders while an order waits',
      remindersOf,
    )
    .addOption(
      new Option(
        '--staff-pin <rule>',
        'whether each step at the till page needs the PIN or the badge of a person that "staff list" names: required, or off',
      ).choices(staffPinRules),
    )
    .option(
      '--pin-idle <minutes>',
      'with --staff-pin required: ask again after so many minutes without a touch (1 to 60)',
      pinIdleOf,
    )
    .requiredOption('--by <name>', 'who decided it', someWords)
    .option('--why <reason>', 'kept with it')
    .option('--yes', 'post what was held back as history and is not any more')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<SetOptions>(of, terminal, async ({ data, database, ...given }, store = '') => {
    const why = given.why ?? ''
    if (why.trim() === '') throw reasonMissing({})
    const onDifference = OnDifference.parse(given.onDifference)
    const handOver = HandOver.parse(given.handOver)
    const returns = Returns.parse(given.returns)
    const counts = Counts.parse(given.counts)
    const { countLimit, holdBackShare, holdBackUnits, pinIdle: pinIdleMinutes } = given
    const { remindAfterDays, reminders } = given
    const staffPin = StaffPinRule.parse(given.staffPin)
    const holdBack = HoldBack.parse(given.holdBack)
    const shortLines = ShortLines.parse(given.shortLines)
    const notCollected = NotCollected.parse(given.notCollected)
    const stock = Stock.parse(given.stock)
    if (
      [
        given.goLive,
        onDifference,
        handOver,
        returns,
        shortLines,
        notCollected,
        counts,
        countLimit,
        stock,
        holdBack,
        holdBackShare,
        holdBackUnits,
        remindAfterDays,
        reminders,
        staffPin,
        pinIdleMinutes,
      ].every(term => term === undefined)
    )
      throw termsMissing({})
    const done = await withDb(world, { data, database }, async db => {
      const now = world.clock.now()
      const { goLive, zone } = await momentFor(db, store, given.goLive ?? null, now)
      const change = await tryGoLive(db, store, goLive)
      if (given.goLive !== undefined && change.released > 0 && given.yes !== true)
        throw confirmationMissing({
          what: `${change.released} stock movements that were history would be posted to Shopify. See them with: tillbridge-hub contract try ${store} --go-live ${given.goLive}.`,
        })
      const terms = {
        ...(given.goLive === undefined ? {} : { goLive }),
        ...(onDifference === undefined ? {} : { onDifference }),
        ...(handOver === undefined ? {} : { handOver }),
        ...(returns === undefined ? {} : { returns }),
        ...(counts === undefined ? {} : { counts }),
        ...(countLimit === undefined ? {} : { countLimit }),
        ...(shortLines === undefined ? {} : { shortLines }),
        ...(notCollected === undefined ? {} : { notCollected }),
        ...(stock === undefined ? {} : { stock }),
        ...(holdBack === undefined ? {} : { holdBack }),
        ...(holdBackShare === undefined ? {} : { holdBackShare }),
        ...(holdBackUnits === undefined ? {} : { holdBackUnits }),
        ...(remindAfterDays === undefined ? {} : { remindAfterDays }),
        ...(reminders === undefined ? {} : { reminders }),
        ...(staffPin === undefined ? {} : { staffPin }),
        ...(pinIdleMinutes === undefined ? {} : { pinIdleMinutes }),
      }
      const told = [handOver, returns, stock, remindAfterDays, reminders, staffPin, pinIdleMinutes]
      const version = await transaction(db, async tx => {
        if (staffPin === 'required' && !(await canUnlock(tx, store))) throw staffPinMissing({ store })
        const agreed = await agree(tx, { store, terms, by: given.by, why }, now)
        if (told.some(term => term !== undefined)) await describeToTills(tx, store, now)
        return agreed
      })
      return { version, change, zone }
    })
    const scope = notCollected === 'refund' || shortLines === 'ask' ? `\n${NEEDS_SCOPE}` : ''
    const address = shortLines === 'ask' ? `\n${NEEDS_ADDRESS}` : ''
    const text = `${setText(done.version, done.change, done.zone)}${scope}${address}`
    return { json: jsonOf(done.version, done.change), text }
  })
}

const NEEDS_SCOPE =
  'For paying back, the app needs the scope write_orders. Without it the hub opens shopify-scope-limited within the hour. tillbridge-hub shop app --refunds prints the configuration with it.'

const NEEDS_ADDRESS =
  'Customers open their link at the hub’s publicUrl (hub.json): it must be reachable for them over https. Without an https publicUrl they are not asked, and head office decides as with hold.'

const OnDifference = Terms.shape.onDifference.unwrap().optional()
const HandOver = Terms.shape.handOver.unwrap().optional()
const Returns = Terms.shape.returns.unwrap().optional()
const Counts = Terms.shape.counts.unwrap().optional()
const HoldBack = Terms.shape.holdBack.unwrap().optional()
const ShortLines = Terms.shape.shortLines.unwrap().optional()
const NotCollected = Terms.shape.notCollected.unwrap().optional()
const Stock = Terms.shape.stock.unwrap().optional()
const StaffPinRule = Terms.shape.staffPin.unwrap().optional()

function pinIdleOf(value: string): number {
  const minutes = /^\d{1,2}$/.test(value) ? Number(value) : 0
  if (minutes < 1 || minutes > MOST_PIN_IDLE_MINUTES)
    throw new InvalidArgumentError(`Write a whole number of minutes from 1 to ${MOST_PIN_IDLE_MINUTES}.`)
  return minutes
}

function percentOf(value: string): number {
  const percent = /^\d{1,3}$/.test(value) ? Number(value) : Number.NaN
  if (!(percent <= 100)) throw new InvalidArgumentError('Write a whole number of percent from 0 to 100.')
  return percent
}

function shareOf(value: string): number {
  const percent = percentOf(value)
  if (percent === 0) throw new InvalidArgumentError('Write a whole number of percent from 1 to 100.')
  return percent
}

function unitsOf(value: string): number {
  const units = /^\d{1,5}$/.test(value) ? Number(value) : 0
  if (units < 1 || units > 10_000)
    throw new InvalidArgumentError('Write a whole number of units from 1 to 10000.')
  return units
}

function daysOf(value: string): number | null {
  if (value === 'none') return null
  const days = ReminderRule.shape.afterDays.safeParse(/^\d{1,2}$/.test(value) ? Number(value) : 0)
  if (!days.success) throw new InvalidArgumentError('Write a whole number of days from 1 to 60, or none.')
  return days.data
}

function remindersOf(value: string): number {
  const most = ReminderRule.shape.most.safeParse(/^\d$/.test(value) ? Number(value) : 0)
  if (!most.success) throw new InvalidArgumentError('Write a whole number from 1 to 9.')
  return most.data
}

function jsonOf(
  {
    store,
    version,
    terms,
  }: { readonly store: string; readonly version: number; readonly terms: Pick<Terms, 'goLive'> },
  change: GoLiveChange,
) {
  const { held, released, posted } = change
  const items = change.items.map(one => ({
    ...one,
    held: unitsForPeople(one.held),
    released: unitsForPeople(one.released),
  }))
  return { store, version, goLive: iso(terms.goLive), held, released, posted, items }
}

function setText({ store, version, terms }: ContractVersion, change: GoLiveChange, zone: string): string {
  return [
    `Store ${store} is live from ${wallIn(zone, terms.goLive)} (version ${version} of its contract). ${termsText(terms)}`,
    ...changeText(change),
  ].join('\n')
}

function changeText({ held, released, posted }: GoLiveChange): string[] {
  return [
    `Held as history, not posted: ${held} movements.`,
    `Posted from now on, held until now: ${released} movements.`,
    `From before that moment and in Shopify already, or on their way: ${posted} movements; they stay.`,
  ]
}

interface TryOptions extends HubFolder {
  readonly goLive: string
}

function tryCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('try', 'show what another go-live moment would hold back and post; changes nothing')
    .argument('<store>', 'the store’s code')
    .requiredOption('--go-live <moment>', 'as for set')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<TryOptions>(of, terminal, async ({ data, database, goLive: given }, store = '') => {
    const { change, goLive, version, zone } = await withDb(world, { data, database }, async db => {
      const { goLive, zone, version } = await momentFor(db, store, given, world.clock.now())
      return { change: await tryGoLive(db, store, goLive), goLive, version, zone }
    })
    const lines = change.items.map(({ sku, warehouse, held, released }) => {
      const parts = [
        ...(held === 0 ? [] : [`${unitsForPeople(held)} held`]),
        ...(released === 0 ? [] : [`${unitsForPeople(released)} posted`]),
      ]
      return `  ${sku} at ${warehouse}: ${parts.join(', ') || 'cancels out'}`
    })
    const text = [`With ${store} live from ${wallIn(zone, goLive)}:`, ...changeText(change), ...lines]
    return { json: jsonOf({ store, version, terms: { goLive } }, change), text: text.join('\n') }
  })
}

const MOMENT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?$/

/** A moment as it is typed. @throws STORE_UNKNOWN, MOMENT_MALFORMED */
async function momentFor(
  db: ReadDb,
  code: string,
  typed: string | null,
  now: number,
): Promise<{ readonly goLive: number; readonly zone: string; readonly version: number }> {
  const store: Store | undefined = (await listStores(db)).find(one => one.code === code)
  if (store === undefined) throw storeUnknown({ store: code })
  const agreed = await contractOf(db, code)
  const found = { zone: store.zone, version: agreed?.version ?? 0 }
  if (typed === null) return { ...found, goLive: agreed?.terms.goLive ?? now }
  if (typed === 'now') return { ...found, goLive: now }
  const offset = MOMENT.exec(typed)
  const text = typed.replace(' ', 'T')
  const goLive =
    offset === null || !beginsWithDay(text)
      ? null
      : offset[1] === undefined
        ? momentOf({ wall: text, zone: store.zone })
        : Date.parse(text)
  if (goLive === null || Number.isNaN(goLive)) throw momentMalformed({ value: typed })
  return { ...found, goLive }
}

const wallIn = (zone: string, ms: number) => `${zoneClock(zone)(ms).slice(0, 16).replace('T', ' ')} (${zone})`
