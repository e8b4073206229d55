import type { Schema } from '../db/schema.ts'

type Owner = Schema['exception']['owner']
type Severity = Schema['exception']['severity']

/** Every kind of exception, who acts on it and how urgently. Each has a page in docs/runbook/; a test wants it. */
export const exceptionKinds = {
  'event-unreadable': { owner: 'it', severity: 'warning' },
  'stream-forked': { owner: 'it', severity: 'urgent' },
  'till-restored': { owner: 'it', severity: 'notice' },
  'hub-behind': { owner: 'it', severity: 'warning' },
  'pos-row-refused': { owner: 'it', severity: 'warning' },
  'receipt-unparsed': { owner: 'it', severity: 'warning' },
  'unposted-sale': { owner: 'finance', severity: 'urgent' },
  'pos-write-refused': { owner: 'it', severity: 'warning' },
  'pos-write-waiting': { owner: 'it', severity: 'warning' },
  'command-unreadable': { owner: 'it', severity: 'warning' },
  'peripheral-missing': { owner: 'store', severity: 'warning' },
  'printer-needs-care': { owner: 'store', severity: 'notice' },
  'receipt-does-not-balance': { owner: 'finance', severity: 'warning' },
  'location-unmapped': { owner: 'ops', severity: 'urgent' },
  'sku-unknown': { owner: 'e-commerce', severity: 'warning' },
  'sku-ambiguous': { owner: 'e-commerce', severity: 'warning' },
  'item-untracked': { owner: 'e-commerce', severity: 'notice' },
  'item-inactive': { owner: 'e-commerce', severity: 'warning' },
  'quantity-not-whole': { owner: 'ops', severity: 'notice' },
  'stock-write-refused': { owner: 'e-commerce', severity: 'urgent' },
  'stock-write-unknown': { owner: 'ops', severity: 'urgent' },
  'pickup-write-refused': { owner: 'store', severity: 'urgent' },
  'pickup-move-refused': { owner: 'store', severity: 'notice' },
  'pickup-refused': { owner: 'e-commerce', severity: 'urgent' },
  'pickup-short': { owner: 'e-commerce', severity: 'warning' },
  'cancelled-but-collected': { owner: 'ops', severity: 'urgent' },
  'webhook-unreadable': { owner: 'it', severity: 'warning' },
  'order-unreadable': { owner: 'e-commerce', severity: 'warning' },
  'shopify-version': { owner: 'it', severity: 'warning' },
  'shopify-refuses': { owner: 'it', severity: 'urgent' },
} as const satisfies Record<string, { owner: Owner; severity: Severity }>

export type ExceptionKind = keyof typeof exceptionKinds
