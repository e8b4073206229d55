import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openAgentJournal } from '../../agent/agent-journal.ts'
import { openHubDb } from '../../hub/db/db.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

/**
 * Every column that holds a moment, on both sides. `fact`: it says when something happened, and nothing waits for it to
 * come. A wait names the file whose test shows that it ends, also when the clock was ahead as it was written.
 */
const fact = 'fact'
const hub: Readonly<Record<string, string>> = {
  'lease.expires_at': 'test/hub-db/lease.test.ts',
  'store.created_at': fact,
  'device.enrolled_at': fact,
  'device.last_seen_at': 'test/hub-checks/store-hours.test.ts',
  'device.connected_at': fact,
  'device.disconnected_at': fact,
  'device.oldest_unsent_at': fact,
  'till_word.at': 'test/hub-stock/silence.test.ts',
  'till_word.unread_since': fact,
  'till_word.read_at': fact,
  'till_word.read_until': fact,
  'device_budget.at': 'test/hub-streams/budgets.test.ts',
  'device_budget.beyond_at': 'test/hub-streams/budgets.test.ts',
  'device_pace.hour': 'test/hub-sales/pace.test.ts',
  'device_machine.reported_at': fact,
  'enrol_code.expires_at': 'test/hub-web/clock-ahead.test.ts',
  'enrol_code.used_at': fact,
  'event.received_at': fact,
  'recovery.begun_at': 'test/hub-web/clock-ahead.test.ts',
  'recovery.since': fact,
  'recovery.ended_at': fact,
  'recovery_device.at': fact,
  'command.at': fact,
  'sale.sold_at': fact,
  'sale.received_at': fact,
  'cash.received_at': fact,
  'lost_history.since': fact,
  'lost_history.until': fact,
  'movement.at': fact,
  'item.checked_at': 'test/hub-shopify/one-bad-item.test.ts',
  'shopify_write.planned_at': fact,
  'shopify_write.first_sent_at': fact,
  'shopify_write.last_sent_at': 'test/hub-shopify/stock-stuck.test.ts',
  'shopify_write.due_at': 'test/hub-shopify/one-bad-item.test.ts',
  'shopify_write.settled_at': fact,
  'webhook.triggered_at': fact,
  'webhook.received_at': fact,
  'webhook.due_at': 'test/hub-shopify/one-bad-item.test.ts',
  'pickup.placed_at': fact,
  'pickup.shopify_updated_at': fact,
  'pickup.updated_at': fact,
  'pickup_fulfillment.cancelled_at': fact,
  'pickup_fulfillment.made_at': fact,
  'pickup_fulfillment.updated_at': fact,
  'pickup_move.made_at': fact,
  'pickup_move.received_at': 'test/hub-web/clock-ahead.test.ts',
  'pickup_reminder.ready_at': fact,
  'pickup_reminder.made_at': fact,
  'pickup_reminder.undone_at': fact,
  'customer_question.asked_at': fact,
  'customer_question.expires_at': 'test/hub-pickups/customer-asked.test.ts',
  'customer_question.chosen_at': fact,
  'customer_question.ended_at': 'test/hub-pickups/customer-choice-fails.test.ts',
  'contract.changed_at': fact,
  'release.added_at': fact,
  'release.stage_since': 'test/updates/roll-out.test.ts',
  'release_outcome.noted_at': fact,
  'settings_version.changed_at': fact,
  'settings_version.stage_since': 'test/remote-settings/settings-roll-out.test.ts',
  'settings_outcome.noted_at': fact,
  'settings_report.reported_at': fact,
  'settings_report.own_waits_since': 'test/remote-settings/till-drift.test.ts',
  'settings_report.own_trial_since': 'test/remote-settings/till-drift.test.ts',
  'settings_report.own_changed_at': 'test/remote-settings/till-drift.test.ts',
  'support_request.asked_at': 'test/gateway/asked-of-tills.test.ts',
  'support_request.expires_at': 'test/gateway/asked-of-tills.test.ts',
  'support_request.answered_at': fact,
  'staff.added_at': fact,
  'redacted_order.redacted_at': fact,
  'redacted_order.again_at': 'test/hub-shopify/redaction-order.test.ts',
  'redaction_wait.since': 'test/hub-shopify/redaction-waits.test.ts',
  'shopify_level.differing_since': 'test/hub-shopify/level-variance.test.ts',
  'shopify_level.differs_since': 'test/hub-shopify/level-variance.test.ts',
  'known_level.on_hand_at': fact,
  'order_sale.moved_at': fact,
  'order_sale.or_moved_at': fact,
  'order_sale.sold_at': fact,
  'recovery_cleared.cleared_at': fact,
  'shopify_level.seen_at': 'test/hub-shopify/level-variance.test.ts',
  'shopify_level.on_hand_at': fact,
  'shop_movement.made_at': fact,
  'shop_movement.noted_at': fact,
  'level_base.at': fact,
  'same_return.decided_at': fact,
  'due.since': fact,
  'pos_count.newest_at': fact,
  'pos_count.received_at': fact,
  'pos_count.origin_at': fact,
  'pos_count.judged_at': fact,
  'pos_count.compared_at': fact,
  'pos_count.decided_at': fact,
  'pos_count.due_at': 'test/hub-stock/pos-counts.test.ts',
  'pos_told.moved_at': fact,
  'pos_told.told_at': fact,
  'hold_back.silent_since': fact,
  'hold_back.held_since': 'test/hub-shopify/hold-back.test.ts',
  'hold_back_place.silent_since': fact,
  'hold_refusal.refused_at': fact,
  'hold_refusal.retry_at': 'test/hub-shopify/hold-back-refused.test.ts',
  'till_return.noted_at': fact,
  'till_return.changed_at': fact,
  'followed_transfer.read_at': fact,
  'order_promise.since': fact,
  'refund_promise.noted_at': fact,
  'followed_order.updated_at': fact,
  'followed_order.since': fact,
  'followed_order.read_at': fact,
  'item_tracked.turned_on_at': fact,
  'item_tracked.untracked_since': fact,
  'item_tracked.untracked_until': fact,
  'device.clock_changed_at': fact,
  'item_untracked.since': fact,
  'item_untracked.until': fact,
  'item_counted.counted_until': fact,
  'item_counted.missing_since': fact,
  'movement.moved_at': fact,
  'exception.first_seen': fact,
  'exception.last_seen': 'test/hub-web/clock-ahead.test.ts',
  'exception.closed_at': fact,
  'account.created_at': fact,
  'refused_receipt.at': fact,
  'stock_entry.happened_at': fact,
  'stock_wait.since': 'test/hub-shopify/stock-stuck.test.ts',
  'trouble.since': 'test/hub-shopify/stock-stuck.test.ts',
  'session.created_at': fact,
  'session.expires_at': 'test/hub-web/clock-ahead.test.ts',
}
const agent: Readonly<Record<string, string>> = {
  'contact.at': 'test/journal/customers.test.ts',
  'outbox.at': fact,
  'captured_receipt.at': fact,
  'taken_print.at': fact,
  'print_job.made_at': fact,
  'print_job.ended_at': fact,
  'pickup.ended_at': fact,
  'sighting.at': fact,
  'sighting.seen': 'test/matching/clock-ahead.test.ts',
  'witnessed_sale.at': fact,
  'witnessed_sale.seen': fact,
  'write_back.planned_at': fact,
  'write_back.next_at': 'test/write-back/outbox.test.ts',
  'write_back_target.since': 'test/write-back/outbox.test.ts',
  'pickup_move.at': fact,
  'pickup_count.at': fact,
  'pickup_reminder.at': fact,
  'pickup_undo.at': 'test/journal/picking.test.ts',
  'source_known.sold_at': fact,
  'source_known.since': 'test/sources/changes.test.ts',
  'till_report.at': fact,
  'free_heard.heard_at': fact,
  'taken_back.undone_at': fact,
  'taken_back.made_at': fact,
  'reserved_sale.at': fact,
  'staff_wrong.at': 'test/till/wrong-pins.test.ts',
  'staff_former_badge.ended_at': fact,
}

const MOMENT = /(^|_)(at|seen|since|until|due|hour)$/

function momentsIn(file: string): string[] {
  using db = openReadOnly(file)
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").pluck().all()
  return tables.flatMap(table =>
    db
      .prepare('SELECT name FROM pragma_table_info(?)')
      .pluck()
      .all(String(table))
      .filter(column => MOMENT.test(String(column)))
      .map(column => `${String(table)}.${String(column)}`),
  )
}

function openReadOnly(file: string) {
  const db = new SQLite(file, { readonly: true })
  return Object.assign(db, { [Symbol.dispose]: () => void db.close() })
}

test('every moment in the hub’s database is a fact, or a wait whose end is tested', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'hub.db')
  await (await openHubDb(manualWorld().files, file)).destroy()
  expect(momentsIn(file).sort()).toEqual(Object.keys(hub).sort())
})

test('so is every moment in a till’s journal', () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'journal.db')
  const world = manualWorld()
  const parts = { path: file, device: 'dev_test00000000000000', world, failed: () => undefined }
  openAgentJournal(parts)[Symbol.dispose]()
  expect(momentsIn(file).sort()).toEqual(Object.keys(agent).sort())
})

test('the tests that are named exist', () => {
  const named = [...Object.values(hub), ...Object.values(agent)].filter(file => file !== fact)
  expect(
    named.filter(file => !existsSync(file) || !/clock|ahead|future/i.test(readFileSync(file, 'utf8'))),
  ).toEqual([])
})
