import { sql } from 'kysely'
import { genesis, link } from '../../shared/stream/chain.ts'
import type { ReadDb } from '../db/db.ts'
import { stockLines } from '../sales/decide.ts'

export interface AuditFinding {
  readonly invariant: 'chain' | 'level-is-sum' | 'line-has-movement' | 'promise-within-stock'
  readonly subject: string
  readonly sentence: string
}
export interface AuditReport {
  readonly events: number
  readonly sales: number
  readonly movements: number
  readonly levels: number
  readonly findings: readonly AuditFinding[]
}

const PAGE = 2_000

/**
 * Recounts the whole ledger, read-only: every device's hash chain, every level against its movements, every sold
 * line against its movement, and promises against stock.
 */
export async function audit(db: ReadDb): Promise<AuditReport> {
  const count = async (table: 'event' | 'sale' | 'movement' | 'level') =>
    Number(
      (
        await db
          .selectFrom(table)
          .select(e => e.fn.countAll<number>().as('n'))
          .executeTakeFirstOrThrow()
      ).n,
    )
  return {
    events: await count('event'),
    sales: await count('sale'),
    movements: await count('movement'),
    levels: await count('level'),
    findings: [
      ...(await checkChains(db)),
      ...(await checkHeads(db)),
      ...(await checkLevels(db)),
      ...(await checkLines(db)),
      ...(await checkPromises(db)),
    ],
  }
}

async function checkChains(db: ReadDb): Promise<AuditFinding[]> {
  const findings: AuditFinding[] = []
  const heads = await db
    .selectFrom('event')
    .select(['store', 'device', 'epoch'])
    .groupBy(['store', 'device', 'epoch'])
    .execute()
  for (const { store, device, epoch } of heads) {
    let head = genesis('events', device, epoch)
    let last = 0
    for (;;) {
      const rows = await db
        .selectFrom('event')
        .select(['seq', 'hash', 'body'])
        .where('store', '=', store)
        .where('device', '=', device)
        .where('epoch', '=', epoch)
        .where('seq', '>', last)
        .orderBy('seq')
        .limit(PAGE)
        .execute()
      const broken = rows.find(row => {
        const fits = row.seq === last + 1 && row.hash === link(head, row.body)
        last = row.seq
        head = row.hash
        return !fits
      })
      if (broken !== undefined) {
        const subject = `${device}/${epoch}/${broken.seq}`
        findings.push({
          invariant: 'chain',
          subject,
          sentence: `Record ${subject} does not follow its predecessor: it was changed or one is missing.`,
        })
      }
      if (broken !== undefined || rows.length < PAGE) break
    }
  }
  return findings
}

/** The newest record of each device is the one that its stream's position names: none is missing at the end. */
async function checkHeads(db: ReadDb): Promise<AuditFinding[]> {
  const rows = await db.rows(sql<{ device: string; epoch: number; seq: number }>`
    SELECT s.device, s.epoch, s.seq FROM stream_in AS s JOIN device AS d ON d.device = s.device
     WHERE NOT EXISTS (SELECT 1 FROM event AS e
                        WHERE e.store = d.store AND e.device = s.device AND e.epoch = s.epoch AND e.seq = s.seq AND e.hash = s.hash)
        OR EXISTS (SELECT 1 FROM event AS e
                    WHERE e.store = d.store AND e.device = s.device
                      AND (e.epoch > s.epoch OR (e.epoch = s.epoch AND e.seq > s.seq)))`)
  return rows.map(({ device, epoch, seq }) => ({
    invariant: 'chain',
    subject: `${device}/${epoch}/${seq}`,
    sentence: `The newest record of device ${device} is not ${epoch}/${seq}, which its stream stands at: the last ones are missing or were changed.`,
  }))
}

async function checkLevels(db: ReadDb): Promise<AuditFinding[]> {
  const rows = await db.rows(sql<{
    store: string
    warehouse: string
    sku: string
    state: string
    level: number | null
    moved: number | null
  }>`
    SELECT store, warehouse, sku, state, SUM(level) AS level, SUM(moved) AS moved FROM (
      SELECT store, warehouse, sku, state, quantity AS level, 0 AS moved FROM level
      UNION ALL
      SELECT store, warehouse, sku, state, 0 AS level, quantity AS moved FROM movement
    ) AS both_sides
    GROUP BY store, warehouse, sku, state HAVING SUM(level) <> SUM(moved)`)
  return rows.map(({ store, warehouse, sku, state, level, moved }) => ({
    invariant: 'level-is-sum',
    subject: `${store}/${warehouse}/${sku}/${state}`,
    sentence: `Level ${level} is not the sum ${moved} of its movements.`,
  }))
}

async function checkLines(db: ReadDb): Promise<AuditFinding[]> {
  const findings: AuditFinding[] = []
  let after = { store: '', source: '', receipt: '' }
  for (;;) {
    const sales = await db
      .selectFrom('sale')
      .selectAll()
      .where(e =>
        e(e.refTuple('store', 'source', 'receipt'), '>', e.tuple(after.store, after.source, after.receipt)),
      )
      .orderBy('store')
      .orderBy('source')
      .orderBy('receipt')
      .limit(PAGE)
      .execute()
    for (const sale of sales) {
      for (const line of stockLines(sale)) {
        const key = `${sale.source}/${sale.receipt}/${line.line}/${sale.revision}`
        const keys = sale.state === 'sold' ? [key] : [key, `${key}/reversed`]
        const found = await db
          .selectFrom('movement')
          .select(e => [e.fn.countAll<number>().as('n'), e.fn.sum<number | null>('quantity').as('moved')])
          .where('store', '=', sale.store)
          .where('source_key', 'in', keys)
          .executeTakeFirstOrThrow()
        const expected = sale.state === 'sold' ? -line.quantity : 0
        if (Number(found.n) !== keys.length || Number(found.moved) !== expected)
          findings.push({
            invariant: 'line-has-movement',
            subject: `${sale.store}/${key}`,
            sentence: `Receipt ${sale.receipt_number}, line ${line.line} has ${found.n} movements of ${Number(found.moved)} in all, instead of ${keys.length} of ${expected}.`,
          })
      }
    }
    const last = sales.at(-1)
    if (last === undefined || sales.length < PAGE) return findings
    after = last
  }
}

async function checkPromises(db: ReadDb): Promise<AuditFinding[]> {
  // a till may sell an article under another code than Shopify promises it: they meet in the inventory item
  const rows = await db.rows(sql<{
    store: string
    warehouse: string
    sku: string
    committed: number
    on_hand: number
  }>`
    SELECT l.store, l.warehouse, MIN(l.sku) AS sku,
           SUM(CASE WHEN l.state = 'committed' THEN l.quantity ELSE 0 END) AS committed,
           SUM(CASE WHEN l.state = 'on_hand' THEN l.quantity ELSE 0 END) AS on_hand
      FROM level AS l LEFT JOIN item AS i ON i.sku = l.sku
     GROUP BY l.store, l.warehouse, COALESCE(i.inventory_item_id, l.sku)
    HAVING SUM(CASE WHEN l.state = 'committed' THEN l.quantity ELSE 0 END) > 0
       AND SUM(CASE WHEN l.state = 'committed' THEN l.quantity ELSE -l.quantity END) > 0`)
  return rows.map(({ store, warehouse, sku, committed, on_hand }) => ({
    invariant: 'promise-within-stock',
    subject: `${store}/${warehouse}/${sku}`,
    sentence: `${committed / 1000} units are promised to customers and ${on_hand / 1000} are on hand. Find replacements or tell the customers.`,
  }))
}
