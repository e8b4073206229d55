import { z } from 'zod'
import { PickupLine, PickupPut } from '../../shared/commands.ts'
import { peripheralConditions } from '../../shared/events.ts'
import { stockRules } from '../../shared/free-stock.ts'
import { HandedTo, handOverRules, MOST_PLACE_LETTERS } from '../../shared/hand-over.ts'
import { EpochMs, PickupId } from '../../shared/ids.ts'
import { MissingUnits, missingReasons, pickMeans } from '../../shared/pickup-lines.ts'
import { staffMoves, undoableMoves } from '../../shared/pickup-moves.ts'
import { MOST_REMINDERS, Reminder, ReminderRule, reminderMeans } from '../../shared/reminders.ts'
import {
  FoundOrder,
  MOST_RETURN_LINES,
  ReturnableOrder,
  ReturnedLine,
  ReturnId,
  ReturnMoney,
  returnProblems,
  returnRules,
  returnStates,
} from '../../shared/returns.ts'
import { isDrawnBadge, staffPinRules } from '../../shared/staff.ts'

/** What the till's loopback API gives and takes. The till page parses every answer with these. */

/** Who counted a line last, and how. */
export const CountedBy = z.object({ staff: z.string(), by: z.enum(pickMeans), at: EpochMs })
export type CountedBy = z.infer<typeof CountedBy>

/** A line as staff see it. `ordered` = `units` + `collected` + `cancelled`; of `units`, `picked` are there and `missing` are not. */
export const LineView = PickupLine.omit({ packed: true }).extend({
  ordered: z.int().min(0),
  picked: z.int().min(0),
  missing: MissingUnits.nullable(),
  collected: z.int().min(0),
  cancelled: z.int().min(0),
  /** Null: not counted at this till. */
  countedBy: CountedBy.nullable(),
  /** Units of the item in this store that are not promised, below 0 when more is promised than there is; null: enough, or not known. */
  free: z.int().nullable().default(null),
})
export type LineView = z.infer<typeof LineView>

/**
 * A pickup as staff see it: the hub's last word with this till's own newer moves on top. `pendingMoves` counts the
 * moves that are safe in the journal and not yet applied by the hub.
 */
export const PickupView = PickupPut.omit({ kind: true, seen: true, moreLines: true, goneLines: true }).extend(
  {
    /** All lines of which something is due here. */
    lines: z.array(LineView),
    /** Lines of which nothing is due here any more: handed over, refunded, moved away. */
    goneLines: z.array(LineView.extend({ units: z.literal(0) })),
    pendingMoves: z.int().min(0),
    /** The move that can be undone at this till, until when (agent's clock); null: none. */
    undo: z.object({ move: z.enum(undoableMoves), until: EpochMs }).nullable(),
    /** Reminders of the customer since it is ready, in their order. */
    reminders: z.array(Reminder).default([]),
    /** The reminder that can be undone at this till, until when (agent's clock); null: none. */
    undoReminder: z.object({ number: z.int(), until: EpochMs }).nullable().default(null),
    /** Head office or Shopify ended it while staff had it in work, and staff of this till have not confirmed that they read it. */
    toAcknowledge: z.boolean(),
    /** That staff confirmed it can be taken back at this till, until when (agent's clock); null: not any more. */
    undoAcknowledge: z.object({ until: EpochMs }).nullable().default(null),
  },
)
export type PickupView = z.infer<typeof PickupView>

/** The till's own notice: the hub has changed this pickup, and this version can't read how. */
export const tillOutdated = { code: 'till-outdated' } as const

const line = z.string().min(1).max(128)
const MissingLine = MissingUnits.extend({ line, reason: z.enum(missingReasons) })

export const MoveRequest = z.strictObject({
  move: z.enum(staffMoves),
  staff: z.string().trim().min(1).max(100),
  reason: z.string().trim().max(500).nullable(),
  /** Staff confirm that what the order still owed was paid. A hand-over needs it when an amount is shown. */
  paid: z.boolean().optional(),
  /** `collect`: who takes it and what was checked. Left out: nothing was said. */
  handedTo: z.strictObject(HandedTo.shape).optional(),
  /** `finish`: where the packed goods are kept. Left out: not said. */
  keptAt: z.string().trim().min(1).max(MOST_PLACE_LETTERS).optional(),
  /** `finish`: what was found; left out: all that is not missing. `collect`: what goes out; left out: all that was found. */
  lines: z.array(z.strictObject({ line, units: z.int().min(0) })).optional(),
  /** `finish` and `miss`: what is not there. Left out: what was marked as missing while it was picked. */
  missing: z.array(z.strictObject(MissingLine.shape)).optional(),
})
export type MoveRequest = z.infer<typeof MoveRequest>

/** How far one line is picked: all that was found of it by now, and what staff can't find. */
export const PickRequest = z.strictObject({
  line,
  picked: z.int().min(0),
  missing: z.strictObject(MissingUnits.extend({ reason: z.enum(missingReasons) }).shape).nullable(),
  by: z.enum(pickMeans),
  staff: z.string().trim().min(1).max(100),
})
export type PickRequest = z.infer<typeof PickRequest>

/** Staff have read what became of a pickup. */
export const AcknowledgeRequest = z.strictObject({ staff: z.string().trim().min(1).max(100) })
export type AcknowledgeRequest = z.infer<typeof AcknowledgeRequest>

const reminderNumber = z.int().min(1).max(MOST_REMINDERS)

/** Staff have reminded the customer. `number`: the one that the page offered, so that a second tap counts once. */
export const RemindRequest = z.strictObject({
  number: reminderNumber,
  how: z.enum(reminderMeans),
  staff: z.string().trim().min(1).max(100),
})
export type RemindRequest = z.infer<typeof RemindRequest>

/** The last reminder was a mistake. */
export const RemindUndoRequest = RemindRequest.pick({ number: true, staff: true })
export type RemindUndoRequest = z.infer<typeof RemindUndoRequest>

export const SourceView = z.object({
  source: z.string(),
  state: z.enum(['reading', 'unavailable']),
  /** Plain words when unavailable. */
  problem: z.string().nullable(),
})
export type SourceView = z.infer<typeof SourceView>

/** A scanner, printer or print path of this till as it is now. */
export const PeripheralView = z.object({
  peripheral: z.string(),
  what: z.enum(['scanner', 'printer', 'print-path']),
  connected: z.boolean(),
  conditions: z.array(z.enum(peripheralConditions)),
  /** Plain words: what is wrong and what to do, or that all is well. */
  sentence: z.string(),
})
export type PeripheralView = z.infer<typeof PeripheralView>

/** What is written into one POS: whether that works just now, and what waits for it. */
export const WriteBackView = z.object({
  target: z.string(),
  state: z.enum(['ready', 'unavailable']),
  /** Plain words when unavailable. */
  problem: z.string().nullable(),
  /** Not tried yet, or tried without the POS being reached. */
  waiting: z.int().min(0),
  /** Refused by the POS; tried again every hour. */
  refused: z.int().min(0),
  /** Refused for a week, and not tried again. */
  givenUp: z.int().min(0),
})
export type WriteBackView = z.infer<typeof WriteBackView>

/** Text that a scanner in keyboard mode typed into the page. */
export const ScanRequest = z.strictObject({ text: z.string().min(1).max(4_096) })

/** Whether a text is a badge's own code, which no page shows. */
export const isBadgeText = (text: string): boolean => isDrawnBadge(text)

/** A badge was scanned. `staff`: null: it belongs to no one here. `ticket`: the badge is enough, and opens the page for some seconds; null: the PIN is needed, or it is not known at which page the person is. `page`: the one that
 * it is meant for, which others leave alone; null: it is not known. */
export const ScannedBadge = z.object({
  staff: z.string().nullable(),
  name: z.string(),
  ticket: z.string().nullable(),
  /** Unknown badges were scanned too often: so long none is taken. */
  waitMs: z.int().min(0),
  page: z.string().nullable().default(null),
})
export type ScannedBadge = z.infer<typeof ScannedBadge>

/** What a scan means here. `code` is what to look for: an order's name, an item's number, or the text itself. */
export const ScanView = z.object({
  code: z.string(),
  /** Plain words when it could not be understood. */
  problem: z.string().nullable(),
  /** Left out: it is another code. With it `code` is empty: a badge's code is told to no page. */
  badge: ScannedBadge.optional(),
})
export type ScanView = z.infer<typeof ScanView>

export const slipKinds = ['pick-slip', 'collection-receipt'] as const
export const SlipRequest = z.strictObject({ slip: z.enum(slipKinds) })

/** Everything that is printed for staff or customers. */
export const paperKinds = [...slipKinds, 'return-slip'] as const

/** What a slip is about: a return by its key, or a pickup. */
export const PrintSubject = z.union([ReturnId, PickupId])

/** A slip on its way to the printer. `maybe`: the line was lost in the middle, some of it may be on paper. */
export const PrintJobView = z.object({
  job: z.string(),
  kind: z.enum(paperKinds),
  subject: PrintSubject,
  orderName: z.string(),
  madeAt: EpochMs,
  state: z.enum(['queued', 'sending', 'printed', 'maybe', 'failed']),
  /** Plain words: what it waits for, or what became of it. */
  sentence: z.string(),
})
export type PrintJobView = z.infer<typeof PrintJobView>

/** Staff look up what a customer brings back. Nothing of it is kept. */
export const ReturnSearch = z.discriminatedUnion('ask', [
  z.strictObject({ ask: z.literal('find-orders'), text: z.string().trim().min(1).max(200) }),
  z.strictObject({ ask: z.literal('returnable'), order: z.string().min(1).max(128) }),
])
export type ReturnSearch = z.infer<typeof ReturnSearch>

/** Null: it was not asked, or it answered. */
const why = z.string().nullable().default(null)
/** `isLocal`: this till answers, which knows only the pickups that it handed over. `why`: the code of what stopped head office. */
export const ReturnFound = z.discriminatedUnion('is', [
  z.object({
    is: z.literal('orders'),
    orders: z.array(FoundOrder),
    isMore: z.boolean(),
    isLocal: z.boolean(),
    why,
  }),
  z.object({ is: z.literal('order'), order: ReturnableOrder, isLocal: z.boolean(), why }),
  z.object({ is: z.literal('problem'), code: z.string(), sentence: z.string() }),
])
export type ReturnFound = z.infer<typeof ReturnFound>

/** What staff take back. The page draws `returnId`: the same request twice is one return. */
export const ReturnRequest = z.strictObject({
  returnId: ReturnId,
  /** As it was found: Shopify's id, or that of a pickup. */
  order: z.string().min(1).max(128),
  orderName: z.string().min(1).max(64),
  lines: z.array(ReturnedLine).min(1).max(MOST_RETURN_LINES),
  staff: z.string().trim().min(1).max(100),
})
export type ReturnRequest = z.infer<typeof ReturnRequest>

export const ReturnUndoRequest = z.strictObject({ staff: z.string().trim().min(1).max(100) })

/** A return of this store. `recorded`: it is safe in this till, and head office does not have it yet. */
export const ReturnView = z.object({
  returnId: ReturnId,
  orderName: z.string(),
  lines: z.array(ReturnedLine),
  staff: z.string(),
  till: z.string(),
  madeAt: EpochMs,
  state: z.enum(['recorded', ...returnStates]),
  /** Whether head office pays, and Shopify does not. */
  officePays: z.boolean().default(false),
  refunded: ReturnMoney.nullable(),
  problem: z.enum(returnProblems).nullable(),
  /** Staff undid it, and Shopify had heard of it by then. */
  undoTooLate: z.boolean().default(false),
  /** Until when it can be undone at this till (agent's clock); null: not any more, or not here. */
  undo: z.object({ until: EpochMs }).nullable().default(null),
})
export type ReturnView = z.infer<typeof ReturnView>

/** Staff look an item up. */
export const StockSearch = z.strictObject({ text: z.string().trim().max(200) })

/** What one store has of an item. `free`: whole units; null: not known there. `asOf` (agent's clock): what was sold there since may be missing. */
export const StockStoreView = z.object({
  store: z.string(),
  name: z.string(),
  isOwn: z.boolean(),
  free: z.int().min(0).nullable(),
  asOf: EpochMs,
})
export type StockStoreView = z.infer<typeof StockStoreView>

export const StockItemView = z.object({
  item: z.string(),
  sku: z.string(),
  barcode: z.string().nullable(),
  title: z.string(),
  variantTitle: z.string().nullable(),
  /** This store first, then those that have most. */
  stores: z.array(StockStoreView),
})
export type StockItemView = z.infer<typeof StockItemView>

/** `heardAt` (agent's clock): when the hub told it last; null: not yet. `isComplete`: the hub had no more to tell. */
export const StockFound = z.object({
  heardAt: EpochMs.nullable(),
  isComplete: z.boolean(),
  items: z.array(StockItemView),
  isMore: z.boolean(),
})
export type StockFound = z.infer<typeof StockFound>

/** Computed from the stream, never from a flag. `since`: when the link came to this state (agent's clock). */
export const TillState = z.object({
  store: z.string(),
  storeName: z.string(),
  till: z.string(),
  zone: z.string(),
  link: z.enum(['online', 'connecting', 'offline', 'refused']),
  since: EpochMs,
  /** Plain words for `refused` (for example, that this till must be re-enrolled). */
  problem: z.string().nullable(),
  /** The problem's stable code; null with no problem of the link. */
  problemCode: z.string().nullable().default(null),
  /** Whether the disk of this PC is full. The till page says so whatever the link is. */
  diskFull: z.boolean().default(false),
  /** Whether nothing can be kept any more: the disk is full and the space kept for that is used up. */
  keepsNothing: z.boolean().default(false),
  /** When the journal was last found damaged; null: not within a week. */
  damagedAt: EpochMs.nullable().default(null),
  /** Events in the journal that the hub has not acknowledged. */
  unsent: z.int().min(0),
  unsentSales: z.int().min(0),
  sources: z.array(SourceView),
  peripherals: z.array(PeripheralView).default([]),
  writeBacks: z.array(WriteBackView).default([]),
  /** Messages from head office that this version can't read; a newer one applies them. */
  unreadCommands: z.int().min(0).default(0),
  /** Records of stores where this PC was before that the hub does not take: how many, by store. */
  kept: z.array(z.object({ store: z.string(), records: z.int() })).default([]),
  /** Hours without contact to the hub after which customers' names are hidden, which is so now; null: they are shown. */
  customersHiddenAfterHours: z.number().nullable().default(null),
  /** Whether staff must check who collects an order. */
  handOver: z.enum(handOverRules).default('free'),
  /** What the store may do with online orders that customers bring back. */
  returns: z.enum(returnRules).default('none'),
  /** Whether staff see the free stock of this store and others. */
  stock: z.enum(stockRules).default('none'),
  /** When staff remind customers who don't collect; null: never. */
  reminders: ReminderRule.nullable().default(null),
  /** Whether each step needs a PIN or a badge. */
  staffPin: z.enum(staffPinRules).default('off'),
  /** Whether slips can be printed at this till. */
  prints: z.boolean().default(false),
  /** Head office's settings that the till runs with, and since when; null: its own agent.json alone. `since` null: on trial, or not known. */
  settings: z
    .object({ runs: z.string(), since: EpochMs.nullable(), isOnTrial: z.boolean().default(false) })
    .nullable()
    .default(null),
  /** Why it runs with settings that worked before, and not with its agent.json as that is now, or reads no sales with it, for IT; null: it does. */
  settingsProblem: z.string().nullable().default(null),
  /** That its agent.json was changed and is not in use yet, for IT; null: it is in use. */
  settingsWaiting: z.string().nullable().default(null),
  /** That a changed agent.json is in use and on trial, and what of all that worked before it has not shown, for IT; null: none is. */
  settingsTrial: z.string().nullable().default(null),
})
export type TillState = z.infer<typeof TillState>

/** Who can be chosen at this till. `opensBy`: what shows that it is them; nothing: head office has given them neither PIN nor badge. */
export const StaffTile = z.object({
  staff: z.string(),
  name: z.string(),
  opensBy: z.enum(['pin', 'badge', 'nothing']),
})
export type StaffTile = z.infer<typeof StaffTile>

/** Who works here, and who holds the pass that the page showed; null: no one, or it does not count any more. */
export const StaffView = z.object({
  rule: z.enum(staffPinRules),
  /** After so long without a touch a pass ends. */
  idleMs: z.int().min(1),
  people: z.array(StaffTile),
  at: z.object({ staff: z.string(), name: z.string() }).nullable(),
})
export type StaffView = z.infer<typeof StaffView>

/** A person shows who they are: with the PIN, or with the ticket of a badge that was scanned just now. */
export const UnlockRequest = z.union([
  z.strictObject({ staff: z.string().min(1).max(32), pin: z.string().regex(/^\d{1,8}$/) }),
  z.strictObject({ ticket: z.string().min(1).max(64) }),
])
export type UnlockRequest = z.infer<typeof UnlockRequest>

/** `pass`: what the page shows with each step from now on. `wait`: too many wrong ones, of this person or at this till. `expired`: the badge has to be scanned again. */
export const UnlockAnswer = z.discriminatedUnion('is', [
  z.object({ is: z.literal('open'), pass: z.string(), staff: z.string(), name: z.string() }),
  z.object({ is: z.literal('wrong'), triesLeft: z.int().min(0) }),
  z.object({ is: z.literal('wait'), waitMs: z.int().min(0), whose: z.enum(['person', 'till']) }),
  z.object({ is: z.literal('expired') }),
])
export type UnlockAnswer = z.infer<typeof UnlockAnswer>

export const StaffActive = z.object({ isOpen: z.boolean() })

/** In this header the page shows its pass. */
export const PASS_HEADER = 'x-tillbridge-pass'

/** What the desktop app asks for again and again: the till's state, and the pickups that wait to be accepted. */
export const DeskView = z.object({
  state: TillState,
  newPickups: z.array(z.object({ pickup: PickupId, order: z.string(), units: z.int() })),
})
export type DeskView = z.infer<typeof DeskView>

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]']
const isOwnLink = (link: string) => {
  if (!URL.canParse(link)) return false
  const { protocol, hostname, pathname } = new URL(link)
  return protocol === 'http:' && LOOPBACK.includes(hostname) && pathname === '/open'
}

/** The file that lets the desktop app in: the page's newest link, and the token for `GET /desk` of this run. */
export const DeskDoor = z.object({
  link: z.url().refine(isOwnLink, 'it leads away from this PC'),
  token: z.string().min(32),
})
export type DeskDoor = z.infer<typeof DeskDoor>

/**
 * A server-sent event of GET /api/live; `pickups`, `returns`, `staff` and `print-jobs` say that a list has changed, `state` carries the new
 * state, `scan` what a scanner of this till has just read.
 */
export const TillLiveMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('pickups') }),
  z.object({ type: z.literal('returns') }),
  z.object({ type: z.literal('stock') }),
  z.object({ type: z.literal('print-jobs') }),
  z.object({ type: z.literal('staff') }),
  z.object({ type: z.literal('scan'), scan: ScanView }),
  z.object({ type: z.literal('state'), state: TillState }),
])
export type TillLiveMessage = z.infer<typeof TillLiveMessage>
