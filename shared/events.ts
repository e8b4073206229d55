import { z } from 'zod'
import { Gtin } from './gtin.ts'
import { HandedTo, MOST_PLACE_LETTERS } from './hand-over.ts'
import { EpochMs, PeripheralName, PickupId, ReceiptKey, Sku, SourceId, WarehouseCode } from './ids.ts'
import { Currency, Minor } from './money.ts'
import { CountedUnits, MissedUnits, MOST_FIRST_LINES, MOST_MORE_LINES, MovedUnits } from './pickup-lines.ts'
import { pickupStates, staffMoves, undoableMoves } from './pickup-moves.ts'
import { Quantity } from './quantity.ts'
import { MOST_REMINDERS, ReminderMeans } from './reminders.ts'
import { MOST_RETURN_LINES, ReturnedLine, ReturnId } from './returns.ts'

/** Agent → hub facts. Fields are only ever added; a test pins this vocabulary's hash. */

const label = z.string().max(500)

/** A moment as the POS wrote it: its wall-clock text and the zone that the store configured for it. */
const PosTime = z.object({
  wall: z
    .string()
    .regex(
      /^(19[7-9]|2[01]\d)\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,3})?$/,
      'not a date and time between 1970 and 2199',
    ),
  zone: z.string().min(1).max(64),
})
export type PosTime = z.infer<typeof PosTime>

/** The day that the POS books something to. */
const BusinessDate = z.iso.date().regex(/^(19[7-9]|2[01]\d)/, 'not between 1970 and 2199')

/** `sku` is null when the line names no item (a service, a free amount); such a line moves no stock. */
export const SaleLine = z.object({
  line: z.int().min(0).max(100_000),
  sku: Sku.nullable(),
  barcode: z.string().max(64).nullable(),
  title: label,
  quantity: Quantity,
  net: Minor,
  warehouse: WarehouseCode,
  /** What was taken off, already gone from `net`; left out: the source does not say. */
  discount: Minor.optional(),
})
export type SaleLine = z.infer<typeof SaleLine>

export const tenderKinds = ['cash', 'card', 'cheque', 'voucher', 'account', 'bank', 'free', 'other'] as const
export const Tender = z.object({ kind: z.enum(tenderKinds), name: label, amount: Minor })
export type Tender = z.infer<typeof Tender>

/** `rate` in parts per million: 19 % is 190000. Null when the POS does not say. */
export const TaxAmount = z.object({
  name: label,
  rate: z.int().min(0).max(1e9).nullable(),
  base: Minor,
  amount: Minor,
})
export type TaxAmount = z.infer<typeof TaxAmount>

/**
 * A receipt that the POS has closed, or its newest content after an edit: the same receipt with another
 * `fingerprint` replaces the former. Money: integer minor units of `currency`. Units < 0 are a return.
 * Σ tenders = Σ net + Σ tax + rounding; what misses that by more than `rounding` may be is `unexplained`.
 */
export const SaleCompleted = z.object({
  kind: z.literal('sale.completed'),
  at: EpochMs,
  source: SourceId,
  receipt: ReceiptKey,
  receiptNumber: z.string().max(64),
  fingerprint: z.string().min(16).max(64),
  till: z.string().max(255),
  staff: z.string().max(255).nullable(),
  businessDate: BusinessDate,
  soldAt: PosTime,
  currency: Currency,
  lines: z.array(SaleLine).max(2_000),
  taxes: z.array(TaxAmount).max(50),
  tenders: z.array(Tender).max(50),
  rounding: Minor,
  unexplained: Minor,
  /**
   * The online order that the receipt rings up: the external id under which write-back put it into the POS, or the order's name. Left
   * out: none, or the source does not say.
   */
  order: z.string().min(1).max(255).optional(),
})
export type SaleCompleted = z.infer<typeof SaleCompleted>

/** A receipt that the POS once held and now does not, or has marked void. */
export const SaleVoided = z.object({
  kind: z.literal('sale.voided'),
  at: EpochMs,
  source: SourceId,
  receipt: ReceiptKey,
  /** `unknown-here`: the POS takes back what this till does not know, as after its disk was replaced; only its own sale is meant. */
  reason: z.enum(['deleted', 'marked-void', 'unknown-here']),
  /** When it was sold, by the POS's clock: tells it from another till's of the same number. Left out: not known. */
  wall: PosTime.shape.wall.optional(),
})
export type SaleVoided = z.infer<typeof SaleVoided>

export const stockReasons = [
  'received',
  'returned-to-supplier',
  'damaged',
  'transferred',
  'used',
  'corrected',
] as const

/** A stock change in the POS's diary other than a sale. `fingerprint` and replacement as for a sale. */
export const StockMoved = z.object({
  kind: z.literal('stock.moved'),
  at: EpochMs,
  source: SourceId,
  entry: z.string().min(1).max(255),
  fingerprint: z.string().min(16).max(64),
  reason: z.enum(stockReasons),
  sku: Sku,
  barcode: z.string().max(64).nullable(),
  quantity: Quantity,
  warehouse: WarehouseCode,
  happenedAt: PosTime,
})
export type StockMoved = z.infer<typeof StockMoved>

/** Cash put into or taken out of a drawer without a sale. */
export const CashMoved = z.object({
  kind: z.literal('cash.moved'),
  at: EpochMs,
  source: SourceId,
  receipt: ReceiptKey,
  till: z.string().max(255),
  businessDate: BusinessDate,
  currency: Currency,
  amount: Minor,
  name: label,
})
export type CashMoved = z.infer<typeof CashMoved>

/** The stock of an item according to the POS: an absolute count at one moment. Replacement as for a sale. */
export const StockCounted = z.object({
  kind: z.literal('stock.counted'),
  at: EpochMs,
  source: SourceId,
  entry: z.string().min(1).max(255),
  fingerprint: z.string().min(16).max(64),
  sku: Sku,
  barcode: z.string().max(64).nullable(),
  quantity: Quantity,
  warehouse: WarehouseCode,
  countedAt: PosTime,
})
export type StockCounted = z.infer<typeof StockCounted>

/** An item's price at the till, new or changed. `taxIncluded` is null when the POS does not say. */
export const PriceChanged = z.object({
  kind: z.literal('price.changed'),
  at: EpochMs,
  source: SourceId,
  entry: z.string().min(1).max(255),
  fingerprint: z.string().min(16).max(64),
  sku: Sku,
  barcode: z.string().max(64).nullable(),
  price: Minor,
  currency: Currency,
  taxIncluded: z.boolean().nullable(),
})
export type PriceChanged = z.infer<typeof PriceChanged>

/**
 * A sale that one source saw (the printer) and the source that should hold it (the POS's database) does not, after
 * the time it is given. `sale.posted` takes it back once it turns up there.
 */
export const SaleUnposted = z.object({
  kind: z.literal('sale.unposted'),
  at: EpochMs,
  source: SourceId,
  expected: SourceId,
  receipt: ReceiptKey,
  receiptNumber: z.string().max(64),
  till: z.string().max(255),
  soldAt: PosTime,
  currency: Currency,
  total: Minor,
})
export type SaleUnposted = z.infer<typeof SaleUnposted>

export const SalePosted = z.object({
  kind: z.literal('sale.posted'),
  at: EpochMs,
  source: SourceId,
  receipt: ReceiptKey,
})
export type SalePosted = z.infer<typeof SalePosted>

/**
 * A scanner read something. `text` is what it read, without prefix, suffix and AIM identifier, card numbers masked;
 * `gtin` and `elements` (GS1 application identifiers) when it names an item, `item` by an in-store rule, `order`
 * when it names an online order. `problem`: it could not be understood, and why.
 */
export const ScanObserved = z.object({
  kind: z.literal('scan.observed'),
  at: EpochMs,
  peripheral: PeripheralName,
  via: z.enum(['serial', 'hid', 'tee', 'keyboard']),
  /** The AIM identifier as sent: `]E0`. Null: the scanner sends none. */
  aim: z.string().max(3).nullable(),
  symbology: z.string().max(40).nullable(),
  text: z.string().max(1_024),
  gtin: Gtin.nullable(),
  elements: z.array(z.object({ ai: z.string().regex(/^\d{2,4}$/), value: z.string().max(90) })).max(64),
  item: z
    .object({
      rule: z.string().max(64),
      code: z.string().max(64),
      /** In thousandths of the unit that the rule names. */
      quantity: Quantity.nullable(),
      price: Minor.nullable(),
    })
    .nullable(),
  order: z.string().max(255).nullable(),
  problem: z.object({ code: z.string().max(64), sentence: z.string().max(1_000) }).nullable(),
})
export type ScanObserved = z.infer<typeof ScanObserved>

export const peripheralConditions = [
  'offline',
  'cover-open',
  'paper-low',
  'paper-out',
  'drawer-open',
  'cutter-error',
  'error',
] as const

/** A scanner or printer came, went, or says something new of itself. */
export const PeripheralChanged = z.object({
  kind: z.literal('peripheral.changed'),
  at: EpochMs,
  peripheral: PeripheralName,
  what: z.enum(['scanner', 'printer', 'print-path']),
  connected: z.boolean(),
  conditions: z.array(z.enum(peripheralConditions)).max(peripheralConditions.length),
  sentence: z.string().max(1_000),
})
export type PeripheralChanged = z.infer<typeof PeripheralChanged>

/** What became of something that was to be written into the POS, under its external id. */
export const PosWritten = z.object({
  kind: z.literal('pos.written'),
  at: EpochMs,
  source: SourceId,
  what: z.enum(['order', 'hand-over', 'return']),
  externalId: z.string().min(1).max(255),
  /** Null: it is in the POS. */
  problem: z.object({ code: z.string().max(64), sentence: z.string().max(1_000) }).nullable(),
})
export type PosWritten = z.infer<typeof PosWritten>

/** A row that the mapping could not read. It stays refused until the row is corrected; then `source.row-accepted` follows. */
export const SourceRowRefused = z.object({
  kind: z.literal('source.row-refused'),
  at: EpochMs,
  source: SourceId,
  row: z.string().min(1).max(255),
  code: z.string().max(64),
  sentence: z.string().max(1_000),
  payload: z.string().max(16_384),
  /** Left out: a row of the POS's data. `receipt`: a printed receipt; the payload is its text. */
  what: z.enum(['receipt']).optional(),
})
export type SourceRowRefused = z.infer<typeof SourceRowRefused>

export const SourceRowAccepted = z.object({
  kind: z.literal('source.row-accepted'),
  at: EpochMs,
  source: SourceId,
  row: z.string().min(1).max(255),
})
export type SourceRowAccepted = z.infer<typeof SourceRowAccepted>

/** Staff moved a pickup at a till. The hub decides in its own order; see docs/protocol.md. */
export const PickupMoved = z.object({
  kind: z.literal('pickup.moved'),
  at: EpochMs,
  pickup: PickupId,
  move: z.enum(staffMoves),
  staff: z.string().min(1).max(255),
  till: z.string().max(255),
  reason: z.string().max(500).nullable(),
  /**
   * `finish`: what was found; `collect`: what was handed over, in whole units. A line that is left out has none. The whole list is
   * left out by an agent of an older version.
   */
  lines: z.array(MovedUnits).max(MOST_FIRST_LINES).optional(),
  /** The lines after those. Left out by an agent that was told of no more lines. */
  moreLines: z.array(MovedUnits).max(MOST_MORE_LINES).optional(),
  /** `finish` and `miss`: what staff could not find. Left out: nothing, or an older version did not ask. */
  missing: z
    .array(MissedUnits)
    .max(MOST_FIRST_LINES + MOST_MORE_LINES)
    .optional(),
  /** `finish`: how the lines were counted. */
  counted: z
    .array(CountedUnits)
    .max(MOST_FIRST_LINES + MOST_MORE_LINES)
    .optional(),
  /** `undo`, and `reopen` of a hand-over: the move that is taken back, as it was sent. */
  undoes: z
    .object({
      move: z.enum(undoableMoves),
      at: EpochMs,
      staff: z.string().min(1).max(255),
      till: z.string().max(255),
    })
    .optional(),
  /** `finish`: where the packed goods are kept, in staff's words. Left out: they did not say. */
  keptAt: z.string().min(1).max(MOST_PLACE_LETTERS).optional(),
  /** `collect`: the state that the till showed: it knew of no other. Left out by an agent of an older version. */
  from: z.enum(pickupStates).optional(),
  /** `collect`: the version of the pickup that the till showed. Left out by an agent of an older version. */
  version: z.int().min(1).optional(),
  /** `collect`: who took it and what was checked. Left out by an agent of an older version. */
  handedTo: HandedTo.optional(),
  /** `collect`: the till showed an amount to pay, and staff confirmed that it was paid. Left out: it showed none. */
  paid: z.boolean().optional(),
})
export type PickupMoved = z.infer<typeof PickupMoved>

/**
 * Staff reminded a customer whose goods are ready: once for each pickup, time since when it is ready, and number. Shopify and the
 * customer are told nothing by it.
 */
export const PickupReminded = z.object({
  kind: z.literal('pickup.reminded'),
  at: EpochMs,
  pickup: PickupId,
  /** Since when the goods wait, as the till showed it. */
  readyAt: EpochMs,
  number: z.int().min(1).max(MOST_REMINDERS),
  how: ReminderMeans,
  staff: z.string().min(1).max(255),
  till: z.string().max(255),
  /** Staff took back the reminder that this till recorded at that time; its `number` and `how` are repeated. */
  undoes: EpochMs.optional(),
})
export type PickupReminded = z.infer<typeof PickupReminded>

/** Staff took goods of an online order back. The hub books it in Shopify, once, and says how that went with `return.put`. */
export const ReturnMade = z.object({
  kind: z.literal('return.made'),
  at: EpochMs,
  returnId: ReturnId,
  /** Shopify's id; null when the till knew the order only by its pickup. */
  orderId: z.string().min(1).max(128).nullable(),
  orderName: z.string().min(1).max(64),
  /** The pickup whose lines `lines` name; null: they are the order's own. */
  pickup: PickupId.nullable(),
  lines: z.array(ReturnedLine).min(1).max(MOST_RETURN_LINES),
  staff: z.string().min(1).max(255),
  till: z.string().max(255),
})
export type ReturnMade = z.infer<typeof ReturnMade>

/** Staff took a return back within seconds: it was a mistake, and the customer keeps the goods. The hub drops it unless Shopify has heard of it. */
export const ReturnUndone = z.object({
  kind: z.literal('return.undone'),
  at: EpochMs,
  returnId: ReturnId,
  staff: z.string().min(1).max(255),
  till: z.string().max(255),
})
export type ReturnUndone = z.infer<typeof ReturnUndone>

/** At most so many runs are named, the newest: a journal has one, or a few where its clock was wrong for a time. */
export const MOST_CARRIED_RUNS = 200

/** What follows the first record of an epoch: so many records, which had these positions before. */
export const EpochCarried = z.object({
  records: z.int().min(0),
  runs: z
    .array(z.object({ epoch: z.int().min(1), first: z.int().min(1), last: z.int().min(1) }))
    .max(MOST_CARRIED_RUNS),
})
export type EpochCarried = z.infer<typeof EpochCarried>

/** First record of every epoch but the first: names the last position that the sender had before it. */
export const EpochOpened = z.object({
  kind: z.literal('epoch.opened'),
  at: EpochMs,
  reason: z.string().max(64),
  previous: z.object({ epoch: z.int().min(1), seq: z.int().min(0), head: z.string().max(64) }),
  /** Left out by an agent of an older version, and by the hub. */
  carried: EpochCarried.optional(),
})
export type EpochOpened = z.infer<typeof EpochOpened>

/**
 * The journal was damaged; what could be read of it was taken into a new file. `events`: unsent ones that are lost, of
 * which `sales` were sales, as far as can be counted; `isEndLost`: perhaps more behind them. `parts`: what else lost rows.
 */
export const JournalSalvaged = z.object({
  kind: z.literal('journal.salvaged'),
  at: EpochMs,
  /** SQLite's code, or ours. */
  cause: z.string().max(64),
  /** The damaged file's name; it is kept. */
  file: z.string().max(255),
  events: z.int().min(0),
  sales: z.int().min(0),
  isEndLost: z.boolean(),
  parts: z.array(z.string().max(64)).max(50),
})
export type JournalSalvaged = z.infer<typeof JournalSalvaged>

export const AgentEvent = z.discriminatedUnion('kind', [
  SaleCompleted,
  SaleVoided,
  StockMoved,
  CashMoved,
  SourceRowRefused,
  SourceRowAccepted,
  PickupMoved,
  PickupReminded,
  EpochOpened,
  StockCounted,
  PriceChanged,
  SaleUnposted,
  SalePosted,
  ScanObserved,
  PeripheralChanged,
  PosWritten,
  JournalSalvaged,
  ReturnMade,
  ReturnUndone,
])
export type AgentEvent = z.infer<typeof AgentEvent>
