import type { Generated } from 'kysely'

interface DueMovementRow {
  store: number
  warehouse: number
  item: number
  kind: number
  cause: number
  line: number
  revision: number
  quantity: number
}

/**
 * The hub's tables. What grows with sales is keyed by its store first, so that a distributed database shards it as
 * it is; streams are keyed by their device, which belongs to one store.
 * Times are hub-clock epoch milliseconds unless a name says otherwise; money is minor units; quantities are
 * thousandths of a unit; JSON columns are named `…_json`.
 */
export interface Schema {
  setting: { key: string; value: string }
  /** Work that one hub on this database does at a time. `token` changes with each process that takes it. */
  lease: { name: string; holder: string; token: string; expires_at: number }
  store: { code: string; name: string; zone: string; currency: string; created_at: number }
  /** When a store is open, see fleet/store-hours.ts. No row: not known. */
  store_hours: { store: string; hours_json: string }
  /** What was agreed for each store, see contract/contract.ts. Versions are added and never changed. */
  contract: {
    store: string
    version: number
    terms_json: string
    changed_at: number
    changed_by: string
    why: string
  }
  /**
   * A POS's place of stock and the Shopify location that mirrors it. `opened_as`: what the openings of its ledger are found by since it
   * was mapped to another location; null: its code.
   */
  warehouse: {
    store: string
    code: string
    location_id: string | null
    main: number
    opened_as: Generated<string | null>
  }
  device: {
    device: string
    store: string
    till: string
    public_key: string
    state: 'active' | 'quarantined' | 'revoked'
    state_reason: string | null
    enrolled_at: number
    version: string | null
    last_seen_at: number | null
    connected_at: number | null
    disconnected_at: number | null
    unsent: number | null
    oldest_unsent_at: number | null
    clock_offset_ms: number | null
    /** What it was before it was found changed. */
    clock_before_ms: number | null
    clock_changed_at: number | null
    sources_json: string
  }
  /** What each till last said of its PC, see fleet/till-machine.ts; bytes, and ms since 1970. Null: it can't be read there. */
  device_machine: {
    device: string
    disk_free: number | null
    disk_total: number | null
    certificate_from: number | null
    certificate_ends: number | null
    /** The version of its desktop app; null: none was seen. */
    desktop: string | null
    /** Its sources whose POS has other tables than before, as JSON; null: its agent does not say. */
    pos_tables_json: string | null
    reported_at: number
  }
  /** What a till has had the hub keep that it cannot use, see streams/device-budget.ts. `beyond`: how many records did not fit. */
  device_budget: {
    device: string
    what: 'aside' | 'refused'
    used: number
    at: number
    beyond: number
    beyond_at: number | null
  }
  /** How fast a till trades, see sales/pace.ts. `hour`: since 1970, by its wall clock. */
  device_pace: {
    device: string
    hour: number
    hours: number
    now_json: string
    most_json: string
    /** Empty: an older version noted none. */
    late_json: string
    peaks_json: string
  }
  /**
   * What a connected till said last, as the hub that has its connection noted it, see stock/till-words.ts. `unread_since`: since when it can't
   * read its POS; null: it can. `has_more`: 1, not everything that it had is taken in. `read_at`: when it last said that it reads all
   * its sources; null: not known. `read_until`: all that its POS held by then had been read; null: not known. Hub clock.
   */
  till_word: {
    device: string
    at: number
    unread_since: number | null
    has_more: number
    read_at: number | null
    read_until: number | null
  }
  enrol_code: {
    code_hash: string
    store: string
    till: string
    expires_at: number
    used_at: number | null
    device: string | null
    /** What it may do to a till of the same name: null, nothing; else see fleet/enrolment.ts. */
    replaces: string | null
  }
  /**
   * The numbers that stand for texts in the tables below of which there are millions of rows: there `store`, `device`,
   * `source`, `warehouse`, `till`, `staff` and `name` are numbers. See codes.ts.
   */
  code: { id: Generated<number>; text: string }
  /** How many times each store's events were committed; see `nextTurn`. */
  store_turn: { store: number; turn: number }
  /**
   * Every record received, byte for byte. Exactly one of the states applies. `turn`: the commit of its store in which
   * it took effect; turns, and within one its epoch and seq, give the order of all effects of a store.
   */
  event: {
    store: number
    device: number
    epoch: number
    seq: number
    kind: string
    hash: string
    /** `repeated`: it has the words of one that its till had delivered before, and no effect. */
    state: 'applied' | 'quarantined' | 'deferred' | 'repeated'
    problem: string | null
    body: string
    turn: number
    received_at: number
    /** 1: its kind was unknown when it was received. It took effect after an upgrade, in a later turn than the records behind it. */
    applied_late: Generated<0 | 1>
  }
  /**
   * Whole runs of old applied records of one device and epoch, moved out of `event` and compressed; see
   * streams/event-block.ts. `previous` is the hash before its first record, `last_hash` that of its last.
   */
  event_block: {
    store: number
    device: number
    epoch: number
    first_seq: number
    last_seq: number
    first_turn: number
    last_turn: number
    /** The earliest and the latest moment at which the hub received one of them. */
    received_from: number
    received_to: number
    previous: string
    last_hash: string
    body: Buffer
  }
  /** Runs of records that were moved into an archive file, named without its folder; see streams/archive.ts. */
  event_archive: {
    store: number
    device: number
    epoch: number
    first_seq: number
    last_seq: number
    previous: string
    last_hash: string
    file: string
  }
  /** How far the rebuilding of a projection has come in each store; see streams/rebuild.ts. No rows: none is under way. */
  rebuild: {
    projection: string
    store: number
    turn: number
    epoch: number
    seq: number
    events: number
    done: number
  }
  /**
   * Stores whose movements are judged before they are posted, because the database is older than it once was.
   * `since`: what the lost hub sent beyond this database, it sent after this. `recorded`: 1 when all of that is known,
   * in `lost_posting`; 0 when Shopify's levels must tell. `ended_at`: its tills have sent everything again.
   */
  recovery: {
    store: string
    cause: 'older' | 'forked' | 'no-record' | 'other-hub' | 'till'
    begun_at: number
    since: number
    recorded: number
    ended_at: number | null
  }
  /** What each till said at its first connection during a recovery that it held; up to there it is sent again. */
  recovery_device: { device: string; store: string; epoch: number; seq: number; at: number }
  /**
   * Whether Shopify had changed an item's level since the backup when the recovery first looked. `clean`: 1 when not,
   * so that nothing of it was posted.
   */
  recovery_level: { store: string; location: string; item: string; clean: number; shown: number }
  /**
   * Movements of which a person has found, at `cleared_at` by the hub's clock, that Shopify does not have them: they are not set
   * aside again, unless the hub is restored after that.
   */
  recovery_cleared: {
    store: string
    kind: number
    cause: number
    line: number
    revision: number
    cleared_at: number
  }
  /** Movements that a lost hub sent with a write and that this database does not hold yet, see stock/movement-names.ts. */
  lost_posting: {
    store: string
    name: string
    write: number
    sku: string
    warehouse: string
    quantity: number
  }
  /**
   * Records that the hub held before it was restored and does not hold now: one epoch's of one device, `hash` at the last.
   * A till that was put back as well writes others under the same numbers, which can be missing too: the hash tells them apart.
   * `awaited`: the device may send them again; `lost`: no till has them any more. `ends`: why the device was revoked
   * meanwhile; it may send these records first. `since` to `until`, hub clock: when the hub had received them.
   */
  lost_history: {
    device: string
    epoch: number
    store: string
    till: string
    from_seq: number
    to_seq: number
    hash: string
    since: number
    until: number
    state: 'awaited' | 'lost'
    ends: string | null
    /** The device whose PC has said that it has this device's journal; null: no PC has. */
    keeper: string | null
  }
  /** How many records the first record of an epoch says that it carries on, and which they were before. */
  epoch_carried: { device: string; epoch: number; records: number; runs_json: string }
  stream_in: { device: string; epoch: number; seq: number; hash: string }
  /** Each epoch of a device's events but the first: why it began, and what the hub held by then. */
  stream_epoch: {
    device: string
    epoch: number
    reason: string
    tip_epoch: number
    tip_seq: number
    tip_hash: string
  }
  /** Devices that came back to an end that they had left for an older state, and how often; see streams/epochs.ts. */
  stream_return: {
    device: string
    /** How often two ends took turns. */
    times: number
    end_epoch: number | null
    end_seq: number | null
    /** The newest epoch that the hub held then. */
    held_epoch: number | null
  }
  /** `pickup`: the one that the command is about. */
  command: {
    device: string
    epoch: number
    seq: number
    hash: string
    body: string
    at: number
    pickup: string | null
  }
  stream_out: {
    device: string
    epoch: number
    seq: number
    hash: string
    acked_epoch: number
    acked_seq: number
    acked_hash: string
  }
  /**
   * The newest content of each receipt. `sale` counts up within a store; `receipt` is its key, see sales/receipt-key.ts.
   * `business_date`: 20260718. `sold_at`: the till's wall clock in ms, see sales/sale-times.ts.
   */
  sale: {
    store: number
    sale: number
    source: number
    receipt: Buffer
    revision: number
    state: 'sold' | 'voided'
    fingerprint: Buffer
    receipt_number: string
    till: number
    staff: number | null
    business_date: number
    sold_at: number
    currency: string
    net: number
    tax: number
    tendered: number
    rounding: number
    unexplained: number
    device: number
    epoch: number
    seq: number
    received_at: number
  }
  /** The lines of every revision of a receipt. `item` null: a service or a free amount. */
  sale_line: {
    store: number
    sale: number
    revision: number
    line: number
    item: number | null
    warehouse: number
    quantity: number
    net: number
    discount: number | null
  }
  /** `rate` in parts per million. */
  sale_tax: {
    store: number
    sale: number
    revision: number
    line: number
    name: number
    rate: number | null
    base: number
    amount: number
  }
  sale_tender: {
    store: number
    sale: number
    revision: number
    line: number
    kind: string
    name: number
    amount: number
  }
  /** Cash put into or taken out of a drawer without a sale. */
  cash: {
    store: number
    key: Buffer
    source: number
    till: number
    business_date: number
    currency: string
    amount: number
    name: number
    device: number
    epoch: number
    seq: number
    received_at: number
  }
  /** The newest content of each entry of a POS's stock diary that is not a sale. */
  stock_entry: {
    store: number
    entry: number
    key: Buffer
    source: number
    revision: number
    fingerprint: Buffer
    reason: string
    item: number
    warehouse: number
    quantity: number
    /** The device that told its newest content, and when it happened by the till's wall clock; null in rows of older versions. */
    device: number | null
    happened_at: number | null
  }
  /**
   * The newest content of a receipt, entry or cash movement that was not counted, because another till had told one of
   * that number; see sales/refused-receipts.ts. `mark`: what tells the two apart. `subject`: its exception.
   */
  refused_receipt: {
    store: number
    what: 'sale' | 'entry' | 'cash'
    key: Buffer
    device: number
    source: number
    mark: string
    subject: string
    /** `agreed`: the till that holds the number has told the same. `renamed`: its own till has told it under another source. */
    state: 'open' | 'agreed' | 'renamed'
    epoch: number
    seq: number
    at: number
    /** Its fingerprint, as `fingerprintKey` makes it; null in rows of older versions. */
    content: Buffer | null
    /** Once `renamed`: the key under which it counts. Null in rows of older versions. */
    named: Buffer | null
    /** What it is about, where its mark is a date alone, see sales/dated-content.ts. Null otherwise, and in rows of older versions. */
    gist: Buffer | null
  }
  /** Under which sources' names each device has told receipts, entries and cash; see sales/told-sources.ts. */
  told_source: { store: number; source: number; device: number }
  /**
   * A second key of a receipt, entry or cash movement, whose till has told it again under another source's name. `held`
   * and `source`: the key that the hub holds it by, and the source that it was made of.
   */
  receipt_name: {
    store: number
    what: 'sale' | 'entry' | 'cash'
    key: Buffer
    held: Buffer
    source: number
  }
  /**
   * Immutable. `kind`, `cause`, `line` and `revision` name its one cause, see stock/movement-kinds.ts. `moved_at`: when the
   * goods moved, by the hub's clock as far as it can tell; null: as far as is known, when the hub heard of it (`at`).
   */
  movement: {
    store: number
    kind: number
    cause: number
    line: number
    revision: number
    warehouse: number
    item: number
    quantity: number
    device: number | null
    epoch: number | null
    seq: number | null
    at: number
    moved_at: number | null
  }
  /**
   * Movements from before their store went live: Shopify's stock counts them already, so they are in no level, are not due
   * and are never posted.
   */
  history_movement: DueMovementRow
  /** `state`: 0 on hand, 1 committed. Movements from before the store went live are left out. */
  level: { store: number; warehouse: number; item: number; state: number; quantity: number }
  /**
   * The newest count of an item in a POS's own stock table, by the source and the entry that told it. `origin_*`: the count that it is
   * compared with; null: nothing to compare with yet. `told`: what the POS told since then of the moves that the newest count has;
   * `decided`: what beyond them was booked, or is known to move nothing; `booked`: the part of it that was booked. `others_json`: what other
   * tills told last of the entry, see stock/count-readers.ts. `decided_at`: the count that a person
   * answered about last. `due_at`: when it is compared next; null: when more is heard.
   */
  pos_count: {
    store: number
    warehouse: number
    item: number
    told_by: string
    device: string
    newest_at: number
    newest_quantity: number
    received_at: number
    origin_at: number | null
    origin_quantity: number | null
    told: number
    decided: number
    booked: number
    others_json: string
    judged_at: number | null
    compared_at: number | null
    decided_at: number | null
    due_at: number | null
  }
  /**
   * Moves that a POS told of a counted item and that are in no sum of `pos_count` yet, with their movement's key. Kind 0: written into
   * the POS by Tillbridge, which is kept as `counted` 1, as it may be told again.
   */
  pos_told: {
    store: number
    warehouse: number
    item: number
    kind: number
    cause: number
    line: number
    revision: number
    quantity: number
    moved_at: number
    told_at: number
    counted: number
  }
  /** Movements that Shopify must hear of and that no write carries yet. */
  due_movement: DueMovementRow
  /** Their sums. A row goes with its last movement. `since`: when the hub heard of its first one, or 0. */
  due: { store: number; warehouse: number; item: number; quantity: number; movements: number; since: number }
  /** Which write carried a movement to Shopify. A movement without one is due, or Shopify made it itself. */
  posting: { store: number; kind: number; cause: number; line: number; revision: number; write: number }
  /** One SKU, as the tills or Shopify know it. */
  item: {
    id: Generated<number>
    sku: string
    state: 'mapped' | 'unknown' | 'ambiguous' | 'untracked' | 'bundle' | 'unchecked'
    inventory_item_id: string | null
    variant_id: string | null
    title: string | null
    variant_title: string | null
    image_url: string | null
    barcode: string | null
    checked_at: number | null
  }
  /**
   * The last level of each item and place that was seen in Shopify, in units, and what the ledger had expected then, in
   * thousandths. `differs_since`: hub clock; the two have differed by the same quantity since. `dirty`: 1, it is looked at
   * again soon. Null: not compared yet.
   */
  shopify_level: {
    store: string
    location: string
    item: string
    sku: string
    available: number | null
    on_hand: number | null
    expected: number | null
    seen_at: number | null
    differs_since: number | null
    /** Since when it has differed at all; `differs_since`: by the same quantity. */
    differing_since: number | null
    dirty: number
    /** When on hand had last changed then, by Shopify's clock. Null: Shopify did not say, or an older version did not note it. */
    on_hand_at: number | null
  }
  /**
   * What Shopify itself did to the stock of a place, each once. `cause` and `line`: its ids, see stock/movement-kinds.ts.
   * `units` signed. `made_at`: Shopify's clock. `counted`: 1, what the ledger was set to counts it, so it moved nothing.
   */
  shop_movement: {
    kind: number
    cause: string
    line: string
    store: string
    location: string
    warehouse: string
    item: string
    sku: string
    units: number
    made_at: number
    noted_at: number
    order_id: string | null
    order_name: string | null
    counted: number
  }
  /** The ledger of an item at a place was set to Shopify's level, which counts what happened up to `at`, by Shopify's clock. */
  level_base: { store: string; location: string; item: string; at: number }
  /**
   * Whether units of a receipt's line that a till took back (`sale`, `sale_line`) are those that Shopify put back into stock (`kind`,
   * `cause` and `line` of the shop movement). `units`: so many are, and count once; 0: none is, or the receipt was changed since.
   * `sale_revision`: the receipt's, of which it was decided.
   */
  same_return: {
    kind: number
    cause: string
    line: string
    sale: number
    sale_line: number
    store: string
    units: number
    revision: number
    sale_revision: number
    decided_by: string
    why: string
    decided_at: number
  }
  /**
   * Goods of online orders that tills took back, see hub/returns/. `body_json`: the till's event, its lines those of the order.
   * `rule`: what the store's contract said then. `outcome_json`: how far Shopify has it. `order_id` null: the order is not known.
   */
  /**
   * Whole free units of an item (Shopify's inventory item) in a store whose stock is shown; null: not known any more. `version`: its
   * last change, in the order of all of them, see hub/free-stock.
   */
  free_stock: { store: string; item: string; free: number | null; version: number }
  /** At most one row: the version of the newest change. */
  free_stock_head: { id: number; version: number }
  till_return: {
    return_id: string
    store: string
    device: string
    order_id: string | null
    rule: 'refund' | 'goods-only' | 'none'
    state: 'waiting' | 'done' | 'owed' | 'refused'
    body_json: string
    outcome_json: string
    noted_at: number
    changed_at: number
  }
  /**
   * Orders that were read for what they did to stock. `updated_at`: Shopify's clock; `since` and `read_at`: hub clock, when that
   * version was first seen and last read. `again`: 1, goods may come back without the order changing.
   */
  followed_order: { order_id: string; updated_at: number; since: number; read_at: number; again: number }
  /**
   * Transfers between locations that were read for what they did to stock. `content`: what tells whether goods have moved since;
   * `is_open`: 1, more may come; `read_at`: hub clock.
   */
  followed_transfer: { transfer_id: string; content: string; is_open: number; read_at: number }
  /**
   * Where an order's goods are promised, and since when the hub has seen them there alone; hub clock. `location`: null, at several
   * places.
   */
  order_promise: { order_id: string; location: string | null; since: number }
  /** Where the goods of a refund were promised when it was made; null: that can't be told. */
  refund_promise: { refund_id: string; location: string | null; noted_at: number }
  /**
   * The level of an item at a location as Shopify last told it, in whole units: what the next change of it compares with. An
   * item without a row is read first. `on_hand_at`: Shopify's clock; `active`: 0, the item is not stocked there.
   */
  known_level: {
    location: string
    item: string
    available: number
    on_hand: number
    committed: number
    on_hand_at: number | null
    active: number
  }
  /**
   * Units of an item that the hub took from sale online while its store was silent, see stock/hold-back.ts. `safety`: Shopify's safety stock
   * as it was seen last, with what others keep there. `unclear`: of it, units that a lost answer may have made the hub's. `by_hand`: 1, a
   * person gave units back, and no more are held until the store is heard again. Hub clock.
   */
  hold_back: {
    store: string
    location: string
    item: string
    sku: string
    held: number
    safety: number
    unclear: number
    by_hand: number
    silent_since: number
    held_since: number
  }
  /** How far a place has come while its store is silent. `covered`: what the units are sized for, as the whole store's seconds of opening time. */
  hold_back_place: { store: string; location: string; silent_since: number; covered: number }
  /**
   * Items of which Shopify refuses to move units, see stock/hold-refusals.ts. `refused_at`: for the first time; `problem`: what it said last.
   * Hub clock.
   */
  hold_refusal: {
    store: string
    location: string
    item: string
    times: number
    refused_at: number
    retry_at: number
    problem: string
  }
  /** Items that Shopify counts and did not count before; `turned_on_at`: Shopify's clock, see items/tracking.ts. */
  item_tracked: {
    item: number
    turned_on_at: number
    /** As in `item_untracked`. */
    untracked_since: number
    untracked_until: number
    was_counted: number
  }
  /** The version of each store's contract that its movements have been judged by. */
  contract_carried: { store: string; version: number }
  /** Items that Shopify does not count: the first and the last look that found it so, hub clock. */
  item_untracked: { item: number; since: number; until: number; was_counted: number }
  /** What the level of such an item at a location counts. Shopify's clock. */
  item_counted: { item: number; location: string; counted_until: number; missing_since: number }
  shopify_write: {
    id: Generated<number>
    kind: 'adjust' | 'hold' | 'ready' | 'collected' | 'short' | 'refund' | 'choice' | 'return'
    store: string
    /** What it is about: a pickup id, a return's key, or the reference document of a stock change. */
    subject: string
    idempotency_key: string
    request_json: string
    state: 'planned' | 'sent' | 'confirmed' | 'refused' | 'unknown'
    attempts: number
    planned_at: number
    first_sent_at: number | null
    /** Null: not yet, or by an older version. */
    last_sent_at: number | null
    due_at: number
    settled_at: number | null
    answer_json: string | null
    problem: string | null
  }
  /**
   * A customer is asked what becomes of items that their store could not find, see pickups/customer-choice/. `part`: the fulfilment order
   * that holds them. `state`: `open` until the customer chooses; `chosen`: it is being carried out; `left`: head office carries it
   * out; `over`: the items are no longer missing.
   */
  customer_question: {
    id: string
    order_id: string
    order_name: string
    store: string
    part: string
    /** What the part was split off; null: an older version asked. */
    pickup: string | null
    lines_json: string
    offered_json: string
    /** The customer's, as Shopify has it with the order; null: Shopify does not say. */
    locale: string | null
    link: string
    asked_at: number
    expires_at: number
    state: 'open' | 'chosen' | 'done' | 'left' | 'over'
    choice: 'move' | 'deliver' | 'cancel' | null
    /** Of the store that was chosen. */
    location: string | null
    chosen_at: number | null
    problem: string | null
    ended_at: number | null
  }
  /** Items that were in a request which was not carried out and wait for another one: since when they were first in one. */
  stock_wait: { store: string; warehouse: string; sku: string; since: number }
  /** What is held back of each item, because Shopify counts whole units; see outbox/remainders.ts. */
  remainder: { store: string; warehouse: string; sku: string; quantity: number }
  /** Parts of the work with Shopify that fail again and again, see outbox/trouble.ts. A row goes when its part works again. */
  trouble: { part: 'place' | 'loop' | 'thing'; subject: string; since: number; problem: string }
  /** Confirmed writes, moved out of `shopify_write` and compressed; see outbox/write-blocks.ts. */
  write_block: { first_id: number; last_id: number; body: Buffer }
  webhook: {
    topic: string
    event_id: string
    shop: string
    subject: string | null
    triggered_at: string | null
    received_at: number
    body: string
    /** SHA-256 of the body; null in rows of older versions. */
    body_hash: string | null
    state: 'stored' | 'applied' | 'failed'
    attempts: number
    due_at: number
    problem: string | null
  }
  /** `again_at`: what the database holds of it is to be redacted then; null: that is done, or its webhook sees to it. */
  redacted_order: { order_id: string; redacted_at: number; again_at: number | null }
  /** What tills may be updated to, see releases/releases.ts. `attempt`: how often it has been offered from the start. */
  release: {
    version: string
    signed_json: string
    state: 'added' | 'offered' | 'paused' | 'stopped' | 'withdrawn'
    stage: 'canary' | 'tenth' | 'all'
    attempt: number
    stage_since: number
    why: string | null
    added_at: number
  }
  /** How a till fared with a release that it was offered. */
  release_outcome: {
    version: string
    device: string
    attempt: number
    outcome: 'offered' | 'healthy' | 'failed'
    why: string | null
    noted_at: number
  }
  /** What is different about updates in a store; no row: nothing. */
  release_store: { store: string; is_canary: number; is_paused: number; pinned: string | null }
  /**
   * Settings of tills that head office has set, see remote-settings/versions.ts. `target`: the region, store or device; empty: all tills.
   * `attempt`: how often it has been offered from the start. `reason`: why it is paused, stopped, dropped or replaced.
   * `replaced`: a newer one of its place has begun; tills that are well with it keep it until that reaches them.
   */
  settings_version: {
    version: number
    level: 'fleet' | 'region' | 'store' | 'till'
    target: string
    settings_json: string
    why: string
    changed_by: string
    changed_at: number
    state: 'offered' | 'paused' | 'stopped' | 'dropped' | 'replaced'
    stage: 'canary' | 'tenth' | 'all'
    stage_since: number
    attempt: number
    reason: string | null
  }
  /** How a till fared with a version of settings that it was offered. `why` of one that is offered: it failed there together with others. */
  settings_outcome: {
    version: number
    device: string
    attempt: number
    outcome: 'offered' | 'healthy' | 'failed'
    why: string | null
    /** The version of the till's agent: another one may keep what this one could not. */
    agent: string
    noted_at: number
  }
  /** What a till last said of its settings; no row: its agent says nothing of them. */
  settings_report: {
    device: string
    told: string
    runs: string
    state: 'none' | 'running' | 'waiting' | 'trial' | 'refused' | 'rolled-back'
    code: string | null
    sentence: string | null
    reported_at: number
    /** A hash of the till's own agent.json; null: its agent does not say. */
    own_hash: string | null
    /** When that last became another one; null: never since it was first told. */
    own_changed_at: number | null
    /** Why it runs with what worked last of its agent.json; null: it runs with that as it is, or its agent does not say. */
    own_problem: string | null
    /** Since when its agent.json has been changed and not in use yet; null: none waits. */
    own_waits_since: number | null
    /** What its changed agent.json has not shown yet, as it says (`ownTrial` of the protocol), and since when that is on trial; null: none is. */
    own_trial_json: string | null
    own_trial_since: number | null
    /** 1: what it runs with names no source. */
    reads_no_sales: 0 | 1
  }
  /** What a person of head office asked a till, and what it answered; no answer: it waits, or it is not waited for any more. */
  support_request: {
    id: string
    device: string
    /** A `SupportAsk`. */
    ask_json: string
    asked_by: string
    asked_at: number
    /** From then on an answer is not waited for. */
    expires_at: number
    answered_at: number | null
    /** A `SupportAnswer`. */
    answer_json: string | null
  }
  /** Stores whose tills keep the settings that they have. */
  settings_pin: { store: string }
  store_region: { store: string; region: string }
  /** People who work at tills, see fleet/staff.ts. Of PIN and badge only what `shared/staff.ts` says is kept. */
  staff: {
    staff: string
    name: string
    pin_hash: string | null
    badge_hash: string | null
    /** 1: the badge needs no PIN beside it. */
    badge_alone: number
    /** 1: at every store; 0: at those of `staff_store`. */
    all_stores: number
    added_at: number
  }
  staff_store: { staff: string; store: string }
  /** Tills that have not taken the redaction of an order yet. */
  redaction_wait: { order_id: string; device: string; since: number }
  pickup: {
    pickup: string
    store: string
    order_id: string
    order_name: string
    version: number
    state: string
    /** The PickupPut command without its `seen`. */
    body_json: string
    /** What `fulfillmentCreate` and the ledger need: fulfilment order lines, quantities, warehouse. */
    lines_json: string
    placed_at: number
    promised_by: number | null
    /** The order's newest change that was applied, by Shopify's clock: an older snapshot never wins. */
    shopify_updated_at: number
    updated_at: number
  }
  /** What the ledger took from Shopify of each fulfilment of a pickup. `made_at`: Shopify's clock. */
  pickup_fulfillment: {
    fulfillment: string
    pickup: string
    order_id: string
    /** The store that the goods left. */
    store: string
    /** `told`: no fulfilment; a till handed them over after Shopify had moved the order away from its store. */
    state: 'booked' | 'taken-back' | 'told'
    lines_json: string
    made_at: number
    updated_at: number
    /** Shopify's clock. Null: it is not cancelled, or an older version did not ask. */
    cancelled_at: number | null
  }
  /** A run of a till's records, `next_seq` to `last_seq`, whose steps found no room to wait for their orders, see pickups/set-aside.ts. */
  moves_set_aside: { device: string; epoch: number; store: string; next_seq: number; last_seq: number }
  /** Each reminder of a customer whose goods are ready, by the till's clock. `undone_at`: when staff took it back. */
  pickup_reminder: {
    pickup: string
    ready_at: number
    number: number
    store: string
    how: string
    staff: string
    till: string
    made_at: number
    undone_at: number | null
  }
  /** Every move that staff made of a pickup, once. `made_at`: the till's clock. `waiting`: its order is not known yet. */
  pickup_move: {
    pickup: string
    store: string
    move: string
    made_at: number
    till: string
    staff: string
    state: 'applied' | 'waiting' | 'ended'
    device: string
    epoch: number
    seq: number
    received_at: number
    body_json: string
    /** What it changed, as it was before, for as long as it may be undone. */
    before_json: string | null
    /** The version that the pickup came to with it. */
    after_version: number | null
  }
  /** What each store's tills were told last of promised items with few free units. */
  told_reserved: { store: string; items_json: string }
  /** Receipts that ring up an online order, see hub/pickups/order-sales.ts. */
  order_sale: {
    store: string
    source: string
    receipt: string
    /** How the receipt names the order: the one that it has handed over, else the one that it names now. */
    named: string
    /** Null: the order is not known here. */
    pickup: string | null
    sold_json: string
    /** What of it is the order's now. */
    taken_json: string
    /** What it has had of the order, also if it says less now. */
    had_json: string
    revision: number
    /** When its goods moved, and when instead if the till's clock was changed. Hub clock. Null: an older version did not note it. */
    moved_at: number | null
    or_moved_at: number | null
    /** When it was sold, by the hub's clock; null: an older version did not note it. */
    sold_at: number | null
    /** What people were asked about it last, see hub/pickups/order-sale-questions.ts. */
    asked: string | null
    /** 1: the receipt was voided. Null: an older version did not note it. */
    is_void: number | null
    staff: string
    till: string
    device: string
    epoch: number
    seq: number
  }
  exception: {
    id: Generated<number>
    kind: string
    subject: string
    store: string | null
    /** Whose event opened it. */
    device: string | null
    severity: 'urgent' | 'warning' | 'notice'
    owner: 'store' | 'ops' | 'e-commerce' | 'finance' | 'it'
    /** Which text words it: `kind` or `kind.variant`, see hub/checks/words. */
    code: string
    fields_json: string
    evidence_json: string
    count: number
    first_seen: number
    last_seen: number
    closed_at: number | null
  }
  account: { name: string; password_hash: string; role: 'owner' | 'viewer'; created_at: number }
  session: { token_hash: string; account: string; created_at: number; expires_at: number }
}
