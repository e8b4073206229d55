import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import { type AgentEvent, type SaleCompleted, SaleUnposted } from '../../shared/events.ts'
import { EpochMs, ReceiptKey, SourceId } from '../../shared/ids.ts'
import { Currency, Minor, sum } from '../../shared/money.ts'
import { isAlike, numberKey, type SaleFacts, tillKey } from './alike.ts'
import { momentOf } from './moment.ts'
import { byTime, pairInTimeOrder } from './pair.ts'
import type { Witness } from './witness.ts'

/** The journal's tables for sales seen by two sources; one entry of its migrations. */
export const sightingTables = /* sql */ `
  CREATE TABLE sighting (           -- a sale that a witness saw
    witness TEXT NOT NULL,
    receipt TEXT NOT NULL,
    expected TEXT NOT NULL,         -- the source that should hold it
    state TEXT NOT NULL,            -- waiting | matched | unposted | withdrawn (voided at the witness) | copy
    number TEXT NOT NULL,           -- comparable forms; see sources/sightings/alike.ts
    till TEXT NOT NULL,
    at INTEGER NOT NULL,
    currency TEXT NOT NULL,
    total INTEGER NOT NULL,
    seen INTEGER NOT NULL,          -- agent clock
    shown TEXT NOT NULL,            -- JSON: number, till and time as the witness gave them
    sale TEXT,                      -- the primary's receipt it was matched with
    PRIMARY KEY (witness, receipt)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sighting_open ON sighting (expected, number) WHERE state IN ('waiting', 'unposted');
  CREATE INDEX sighting_due ON sighting (seen) WHERE state = 'waiting';
  CREATE INDEX sighting_number ON sighting (witness, number, total);
  CREATE INDEX sighting_seen ON sighting (seen);

  CREATE TABLE witnessed_sale (     -- recent sales of a source that has a witness
    source TEXT NOT NULL,
    receipt TEXT NOT NULL,
    number TEXT NOT NULL,
    till TEXT NOT NULL,
    at INTEGER NOT NULL,
    currency TEXT NOT NULL,
    total INTEGER NOT NULL,         -- as it was first told: that is what was printed
    seen INTEGER NOT NULL,
    sighting TEXT,                  -- the witness's receipt it was matched with
    PRIMARY KEY (source, receipt)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX witnessed_sale_free ON witnessed_sale (source, total, at) WHERE sighting IS NULL;
  CREATE INDEX witnessed_sale_seen ON witnessed_sale (seen);
`

const RETENTION_MS = 30 * 24 * 3_600_000
/** Rows of each table; a store sells less in 30 days. Beyond it the oldest go. */
const MOST_ROWS = 200_000
const PRUNE_EACH = 1_000

const FACTS = 'receipt, number, till, at, currency, total'
const Facts = z.object({
  receipt: z.string(),
  number: z.string(),
  till: z.string(),
  at: z.int(),
  currency: z.string(),
  total: z.int(),
})
const Shown = SaleUnposted.pick({ receiptNumber: true, till: true, soldAt: true })
const Open = Facts.extend({
  witness: z.string(),
  state: z.enum(['waiting', 'unposted']),
  seen: z.int(),
  shown: z.string().transform(text => Shown.parse(JSON.parse(text))),
})
type OpenSighting = z.infer<typeof Open>
const OPEN = `witness, state, seen, shown, ${FACTS}`

/**
 * Tells one sale seen by two sources as one. All of it runs inside the caller's transaction, the one that journals what
 * it returns.
 */
export function openSightings(db: Database, witnesses: readonly Witness[]) {
  const ruleOf = new Map<string, Witness>(witnesses.map(rule => [rule.witness, rule]))
  const primaries = new Set<string>(witnesses.map(({ primary }) => primary))

  const stateOf = db.prepare('SELECT state FROM sighting WHERE witness = ? AND receipt = ?').pluck()
  const putSighting = db.prepare(
    `INSERT INTO sighting (witness, expected, state, seen, shown, ${FACTS}) VALUES
       (@witness, @expected, @state, @seen, @shown, @receipt, @number, @till, @at, @currency, @total)
     ON CONFLICT (witness, receipt) DO UPDATE SET state = excluded.state, seen = excluded.seen, shown = excluded.shown,
       number = excluded.number, till = excluded.till, at = excluded.at, currency = excluded.currency,
       total = excluded.total, sale = NULL`,
  )
  const refresh = db.prepare(
    `UPDATE sighting SET shown = @shown, number = @number, till = @till, at = @at, currency = @currency, total = @total
      WHERE witness = @witness AND receipt = @receipt`,
  )
  const sameNumber = db.prepare(
    `SELECT ${FACTS} FROM sighting
      WHERE witness = ? AND number = ? AND total = ? AND receipt <> ? AND state IN ('waiting', 'matched', 'unposted')`,
  )
  const setState = db.prepare('UPDATE sighting SET state = ?, sale = ? WHERE witness = ? AND receipt = ?')
  const openByNumber = db.prepare(
    `SELECT ${OPEN} FROM sighting WHERE expected = ? AND number = ? AND state IN ('waiting', 'unposted')`,
  )
  const openOf = db.prepare(
    `SELECT ${OPEN} FROM sighting WHERE expected = ? AND state IN ('waiting', 'unposted')`,
  )
  const openOne = db.prepare(
    `SELECT ${OPEN} FROM sighting WHERE witness = ? AND receipt = ? AND state IN ('waiting', 'unposted')`,
  )
  const nextDue = db.prepare(
    "SELECT witness, seen FROM sighting WHERE state = 'waiting' ORDER BY seen LIMIT 1",
  )
  const putSale = db.prepare(
    `INSERT INTO witnessed_sale (source, seen, ${FACTS}) VALUES
       (@source, @seen, @receipt, @number, @till, @at, @currency, @total) ON CONFLICT (source, receipt) DO NOTHING`,
  )
  const freeSales = db.prepare(
    `SELECT ${FACTS} FROM witnessed_sale
      WHERE source = ? AND total = ? AND at BETWEEN ? AND ? AND currency = ? AND sighting IS NULL`,
  )
  const takeSale = db.prepare('UPDATE witnessed_sale SET sighting = ? WHERE source = ? AND receipt = ?')
  const prunings = ['sighting', 'witnessed_sale'].flatMap(table => [
    db.prepare(`DELETE FROM ${table} WHERE seen < ?`),
    db.prepare(
      `DELETE FROM ${table} WHERE seen <= (SELECT seen FROM ${table} ORDER BY seen DESC LIMIT 1 OFFSET ${MOST_ROWS})`,
    ),
  ])
  let sincePruned = PRUNE_EACH

  const posted = (sighting: { witness: string; receipt: string }, now: number): AgentEvent => ({
    kind: 'sale.posted',
    at: EpochMs.parse(now),
    source: SourceId.parse(sighting.witness),
    receipt: ReceiptKey.parse(sighting.receipt),
  })

  /** Notes a pair; taken back is what was told of the sighting. */
  function join(sighting: OpenSighting, rule: Witness, sale: SaleFacts, now: number): AgentEvent[] {
    takeSale.run(sighting.receipt, rule.primary, sale.receipt)
    setState.run('matched', sale.receipt, sighting.witness, sighting.receipt)
    return sighting.state === 'unposted' ? [posted(sighting, now)] : []
  }

  const numbersOf = (rule: Witness, a: SaleFacts, b: SaleFacts): 'same' | 'other' | 'unknown' =>
    !rule.compareNumbers || a.number === '' || b.number === ''
      ? 'unknown'
      : a.number === b.number
        ? 'same'
        : 'other'

  const salesFor = (rule: Witness, sighting: SaleFacts): SaleFacts[] => {
    const { total, at, currency } = sighting
    const rows = freeSales.all(rule.primary, total, at - rule.windowMs, at + rule.windowMs, currency)
    return z
      .array(Facts)
      .parse(rows)
      .filter(sale => isAlike(sighting, sale, rule.windowMs))
  }

  /** A sighting just seen: its number and all else must fit. Without a number it waits: a better one may come. */
  function matchSighting(rule: Witness, receipt: string, now: number): AgentEvent[] {
    const row = openOne.get(rule.witness, receipt)
    if (row === undefined) return []
    const sighting = Open.parse(row)
    const [sale] = salesFor(rule, sighting)
      .filter(candidate => numbersOf(rule, sighting, candidate) === 'same')
      .sort((a, b) => Math.abs(a.at - sighting.at) - Math.abs(b.at - sighting.at) || byTime(a, b))
    return sale === undefined ? [] : join(sighting, rule, sale, now)
  }

  /** A sale just told: by its number; one that was missed already also without. */
  function matchSale(source: string, sale: SaleFacts, now: number): AgentEvent[] {
    const byNumber = sale.number === '' ? [] : z.array(Open).parse(openByNumber.all(source, sale.number))
    const fits = (sighting: OpenSighting, numbers: 'same' | 'unknown'): boolean => {
      const rule = ruleOf.get(sighting.witness)
      return (
        rule !== undefined &&
        isAlike(sighting, sale, rule.windowMs) &&
        numbersOf(rule, sighting, sale) === numbers
      )
    }
    const nearest = (a: OpenSighting, b: OpenSighting): number =>
      Math.abs(a.at - sale.at) - Math.abs(b.at - sale.at) || byTime(a, b)
    let [sighting] = byNumber.filter(row => fits(row, 'same')).sort(nearest)
    sighting ??= missedOf(source)
      .filter(row => fits(row, 'unknown'))
      .sort(nearest)[0]
    const rule = sighting === undefined ? undefined : ruleOf.get(sighting.witness)
    return sighting === undefined || rule === undefined ? [] : join(sighting, rule, sale, now)
  }

  const missedOf = (source: string): OpenSighting[] =>
    z
      .array(Open)
      .parse(openOf.all(source))
      .filter(({ state }) => state === 'unposted')

  function seen(rule: Witness, event: SaleCompleted, now: number): AgentEvent[] {
    const { witness, primary: expected } = rule
    const facts = factsOf(event, now)
    const { receiptNumber, till, soldAt } = event
    const row = {
      ...facts,
      witness,
      expected,
      seen: now,
      shown: JSON.stringify({ receiptNumber, till, soldAt }),
    }
    const state = z.string().optional().parse(stateOf.get(witness, facts.receipt))
    if (state === 'matched' || state === 'copy') return []
    if (state === 'waiting' || state === 'unposted') refresh.run(row)
    else if (facts.at < now - RETENTION_MS)
      return [] // the primary's sales of then are not held any more
    else {
      const isCopy =
        facts.number !== '' &&
        z
          .array(Facts)
          .parse(sameNumber.all(witness, facts.number, facts.total, facts.receipt))
          .some(other => isAlike(facts, other, rule.windowMs))
      putSighting.run({ ...row, state: isCopy ? 'copy' : 'waiting' })
      sincePruned += 1
    }
    return matchSighting(rule, facts.receipt, now)
  }

  function withdrawn(rule: Witness, receipt: string, now: number): AgentEvent[] {
    const state = stateOf.get(rule.witness, receipt)
    if (state !== 'waiting' && state !== 'unposted') return []
    setState.run('withdrawn', null, rule.witness, receipt)
    return state === 'unposted' ? [posted({ witness: rule.witness, receipt }, now)] : []
  }

  function told(event: SaleCompleted, now: number): AgentEvent[] {
    const facts = factsOf(event, now)
    if (facts.at < now - RETENTION_MS) return []
    if (putSale.run({ ...facts, source: event.source, seen: now }).changes === 0) return [] // known: an edit, or told again
    sincePruned += 1
    return matchSale(event.source, facts, now)
  }

  function prune(now: number): void {
    if (sincePruned < PRUNE_EACH) return
    sincePruned = 0
    for (const [i, statement] of prunings.entries())
      statement.run(...(i % 2 === 0 ? [now - RETENTION_MS] : []))
  }

  return {
    /**
     * What is to be journalled of a source's reading: a primary's events as they are, a witness's without its sales, and
     * what the comparison has to tell. A source in no pair passes at no cost.
     * @param now agent clock, ms
     */
    absorb(source: string, events: readonly AgentEvent[], now: number): readonly AgentEvent[] {
      const rule = ruleOf.get(source)
      if (rule === undefined && !primaries.has(source)) return events
      const journalled: AgentEvent[] = []
      for (const event of events) {
        const isSale = event.kind === 'sale.completed'
        if (rule !== undefined && isSale) journalled.push(...seen(rule, event, now))
        else if (rule !== undefined && event.kind === 'sale.voided')
          journalled.push(...withdrawn(rule, event.receipt, now))
        else journalled.push(event)
        if (primaries.has(source) && isSale) journalled.push(...told(event, now))
      }
      prune(now)
      return journalled
    },

    /**
     * What is missing by now: one `sale.unposted` for each sighting whose time is over and that no sale can be.
     * @param readUntil agent clock, ms, at the end of the primary's last complete reading; null: none since the start
     */
    overdue(now: number, readUntil: (primary: SourceId) => number | null): AgentEvent[] {
      const events: AgentEvent[] = []
      for (const primary of new Set(witnesses.map(rule => rule.primary))) {
        const until = Math.min(now, readUntil(primary) ?? 0)
        const open = z.array(Open).parse(openOf.all(primary))
        const waiting = open.filter(({ state, witness }) => state === 'waiting' && ruleOf.has(witness))
        const isDue = ({ witness, seen: since }: OpenSighting): boolean =>
          since + (ruleOf.get(witness)?.settleMs ?? 0) <= until
        if (!waiting.some(isDue)) continue
        const pairs = pairAll(waiting)
        for (const sighting of waiting.filter(isDue).sort(byTime)) {
          const rule = ruleOf.get(sighting.witness)
          const sale = pairs.get(sighting)
          if (rule === undefined) continue
          if (sale !== undefined) events.push(...join(sighting, rule, sale, now))
          else {
            setState.run('unposted', null, sighting.witness, sighting.receipt)
            events.push(unposted(sighting, rule, now))
          }
        }
      }
      return events
    },

    /** Agent clock, ms, when the next sighting's time is over; null: none waits. */
    nextDue(): number | null {
      const row = z.object({ witness: z.string(), seen: z.int() }).optional().parse(nextDue.get())
      return row === undefined ? null : row.seen + (ruleOf.get(row.witness)?.settleMs ?? 0)
    },
  }

  /** All that wait compete for the sales without a sure match, so that it does not matter which is due first. */
  function pairAll(waiting: readonly OpenSighting[]): Map<OpenSighting, SaleFacts> {
    const sales = new Map<string, SaleFacts>()
    for (const sighting of waiting) {
      const rule = ruleOf.get(sighting.witness)
      if (rule !== undefined) for (const sale of salesFor(rule, sighting)) sales.set(sale.receipt, sale)
    }
    return pairInTimeOrder(waiting, [...sales.values()], (sighting, sale) => {
      const rule = ruleOf.get(sighting.witness)
      return (
        rule !== undefined &&
        isAlike(sighting, sale, rule.windowMs) &&
        numbersOf(rule, sighting, sale) !== 'other'
      )
    })
  }
}

function unposted(sighting: OpenSighting, rule: Witness, now: number): AgentEvent {
  return {
    kind: 'sale.unposted',
    at: EpochMs.parse(now),
    source: rule.witness,
    expected: rule.primary,
    receipt: ReceiptKey.parse(sighting.receipt),
    ...sighting.shown,
    currency: Currency.parse(sighting.currency),
    total: Minor.parse(sighting.total),
  }
}

function factsOf(event: SaleCompleted, now: number): SaleFacts {
  const { tenders, lines, taxes, rounding } = event
  return {
    receipt: event.receipt,
    number: numberKey(event.receiptNumber),
    till: tillKey(event.till),
    at: momentOf(event.soldAt) ?? now,
    currency: event.currency,
    total:
      tenders.length > 0
        ? sum(tenders.map(({ amount }) => amount))
        : sum([...lines.map(({ net }) => net), ...taxes.map(({ amount }) => amount), rounding]),
  }
}
