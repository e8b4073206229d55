import type { Schema } from '../db/schema.ts'
import { checks } from './index.ts'
import type { ExceptionKind } from './words/message.ts'

interface KindFacts {
  readonly owner: Schema['exception']['owner']
  readonly severity: Schema['exception']['severity']
}

/** Kinds that events, orders and answers of Shopify open as they happen. */
const happening: { readonly [K in ExceptionKind]?: KindFacts } = {
  'exceptions-beyond-limit': { owner: 'it', severity: 'warning' },
  'moves-beyond-limit': { owner: 'it', severity: 'warning' },
  'clock-wrong': { owner: 'it', severity: 'warning' },
  'event-unreadable': { owner: 'it', severity: 'warning' },
  'receipt-gap': { owner: 'finance', severity: 'warning' },
  'receipt-of-two-tills': { owner: 'it', severity: 'urgent' },
  'ingest-blocked': { owner: 'it', severity: 'urgent' },
  'stream-forked': { owner: 'it', severity: 'urgent' },
  'history-damaged': { owner: 'it', severity: 'warning' },
  'till-restored': { owner: 'it', severity: 'notice' },
  'journal-damaged': { owner: 'it', severity: 'urgent' },
  'audit-failed': { owner: 'it', severity: 'urgent' },
  'hub-disk-full': { owner: 'it', severity: 'urgent' },
  'database-damaged': { owner: 'it', severity: 'urgent' },
  'device-unknown': { owner: 'it', severity: 'warning' },
  'hub-copied': { owner: 'it', severity: 'urgent' },
  'hub-behind': { owner: 'it', severity: 'warning' },
  'pos-row-refused': { owner: 'it', severity: 'warning' },
  'receipt-unparsed': { owner: 'it', severity: 'warning' },
  'unposted-sale': { owner: 'finance', severity: 'urgent' },
  'pos-write-refused': { owner: 'it', severity: 'warning' },
  'pos-unread': { owner: 'it', severity: 'warning' },
  'pins-guessed': { owner: 'ops', severity: 'warning' },
  'till-disk-full': { owner: 'it', severity: 'urgent' },
  'pos-write-waiting': { owner: 'it', severity: 'warning' },
  'command-unreadable': { owner: 'it', severity: 'warning' },
  'unsent-of-other-store': { owner: 'it', severity: 'urgent' },
  'peripheral-missing': { owner: 'store', severity: 'warning' },
  'printer-needs-care': { owner: 'store', severity: 'notice' },
  'receipt-does-not-balance': { owner: 'finance', severity: 'warning' },
  'item-inactive': { owner: 'e-commerce', severity: 'warning' },
  'stock-write-refused': { owner: 'e-commerce', severity: 'urgent' },
  'stock-write-unknown': { owner: 'ops', severity: 'urgent' },
  'pickup-write-refused': { owner: 'store', severity: 'urgent' },
  'pickup-move-refused': { owner: 'store', severity: 'notice' },
  'pickup-refused': { owner: 'e-commerce', severity: 'urgent' },
  'pickup-short': { owner: 'e-commerce', severity: 'warning' },
  'order-sale-unclear': { owner: 'e-commerce', severity: 'warning' },
  'order-sale-voided': { owner: 'e-commerce', severity: 'warning' },
  'count-differs': { owner: 'ops', severity: 'warning' },
  'returned-twice': { owner: 'ops', severity: 'warning' },
  'return-refused': { owner: 'e-commerce', severity: 'urgent' },
  'return-not-undone': { owner: 'e-commerce', severity: 'urgent' },
  'refund-owed': { owner: 'e-commerce', severity: 'warning' },
  'pickup-not-collected': { owner: 'e-commerce', severity: 'warning' },
  'cancelled-but-collected': { owner: 'ops', severity: 'urgent' },
  'handed-over-unpaid': { owner: 'finance', severity: 'urgent' },
  'handed-over-after-move': { owner: 'ops', severity: 'urgent' },
  'handed-over-twice': { owner: 'ops', severity: 'urgent' },
  'hand-over-cancelled': { owner: 'ops', severity: 'urgent' },
  'webhook-unreadable': { owner: 'it', severity: 'warning' },
  'order-unreadable': { owner: 'e-commerce', severity: 'warning' },
  'shopify-version': { owner: 'it', severity: 'warning' },
  'shopify-refuses': { owner: 'it', severity: 'urgent' },
  'shopify-scope-missing': { owner: 'it', severity: 'urgent' },
  'customer-data-request': { owner: 'ops', severity: 'warning' },
  'webhooks-refused': { owner: 'it', severity: 'warning' },
  'shopify-scope-limited': { owner: 'it', severity: 'warning' },
}

/** Every kind of exception, who acts on it and how urgently. Each has words and a page in docs/runbook/; tests want them. */
export const exceptionKinds: ReadonlyMap<string, KindFacts> = new Map([
  ...Object.entries(happening),
  ...checks.map(({ kind, owner, severity }): [string, KindFacts] => [kind, { owner, severity }]),
])
