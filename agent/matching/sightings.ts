import type { AgentEvent, SaleCompleted } from '../../shared/events.ts'
import { EpochMs, ReceiptKey, SourceId } from '../../shared/ids.ts'
import { momentOf } from '../../shared/moment.ts'
import { Currency, Minor, sum } from '../../shared/money.ts'
import type { JournalDb, JournalPart } from '../journal/part.ts'
import { isAlike, numberKey, type SaleFacts, tillKey } from './alike.ts'
import { pairAll, type RuleOf, saleMatching, sightingOf } from './match.ts'
import { byTime } from './pair.ts'
import {
  type OpenSighting,
  prepareSightings,
  RETENTION_MS,
  type SightingRows,
  sightingTables,
} from './sighting-rows.ts'
import type { Witness } from './witness.ts'

/** Agent clock, ms: up to when a source has been read completely; null when it has not been since the start. */
export type ReadUntil = (source: SourceId) => number | null

/** Tells one sale seen by two sources as one. Runs inside the transaction that journals what it returns. */
export interface Sightings {
  /**
   * What is to be journalled of a source's reading: a primary's events as they are, a witness's without its sales, and
   * what the comparison has to tell. A source in no pair passes at no cost.
   * @param now agent clock, ms
   */
  absorb(source: string, events: readonly AgentEvent[], now: number): readonly AgentEvent[]
  /** What is missing by now: one `sale.unposted` for each sighting whose time is over and that no sale can be. */
  overdue(now: number, readUntil: ReadUntil): AgentEvent[]
  /** Agent clock, ms, when the next sighting's time is over; null when none waits. */
  nextDue(): number | null
  /** Whether a sighting that waits was seen later than now, by a clock that was wrong. */
  isAhead(now: number): boolean
}

/** What the agent does with sightings. */
export interface Matching {
  /** Inside a write of the journal: what of a source's events is to be journalled. */
  absorb(source: string, events: readonly AgentEvent[]): readonly AgentEvent[]
  /** Journals the sales that a witness saw and that are missing by now. */
  reportMissing(readUntil: ReadUntil): Promise<void>
}

/** The journal's part for sales seen by two sources. */
export function matchingPart(witnesses: readonly Witness[]): JournalPart<Matching> {
  return {
    name: 'matching',
    migrations: [sightingTables],
    open({ db, now, write, append }) {
      const sightings = openSightings(db, witnesses)
      return {
        api: {
          absorb: (source, events) => sightings.absorb(source, events, now()),
          async reportMissing(readUntil) {
            const due = sightings.nextDue()
            // a sighting further ahead than it can wait was seen while the clock was ahead; its time begins now
            if (due === null || (due > now() && !sightings.isAhead(now()))) return
            await write(() => {
              for (const event of sightings.overdue(now(), readUntil)) append(event)
            })
          },
        },
      }
    },
  }
}

/** Opens the comparison by these rules, on tables that are up to date. */
export function openSightings(db: JournalDb, witnesses: readonly Witness[]): Sightings {
  const rules = new Map<string, Witness>(witnesses.map(rule => [rule.witness, rule]))
  const ruleOf: RuleOf = witness => rules.get(witness)
  const primaries = new Set(witnesses.map(({ primary }) => primary))
  const primaryNames = new Set<string>(primaries)
  const rows = prepareSightings(db)

  /** Agent clock, ms; null when the witness is not configured any more. */
  function dueAt({ witness, seen }: Pick<OpenSighting, 'witness' | 'seen'>): number | null {
    const rule = ruleOf(witness)
    return rule === undefined ? null : seen + rule.reportWithinMs
  }
  return {
    absorb(source, events, now) {
      const rule = ruleOf(source)
      const isPrimary = primaryNames.has(source)
      if (rule === undefined && !isPrimary) return events
      const journalled: AgentEvent[] = []
      let added = 0
      for (const event of events) {
        const absorbed =
          rule === undefined ? { tells: [event], added: 0 } : absorbWitnessed(rows, rule, event, now)
        const told =
          isPrimary && event.kind === 'sale.completed' ? absorbSale(rows, ruleOf, event, now) : nothing
        journalled.push(...absorbed.tells, ...told.tells)
        added += absorbed.added + told.added
      }
      rows.prune(now, added)
      return journalled
    },
    overdue(now, readUntil) {
      rows.pullBack(now)
      return [...primaries].flatMap(primary => {
        const until = Math.min(now, readUntil(primary) ?? 0)
        const waiting = rows
          .openOf(primary)
          .filter(({ state, witness }) => state === 'waiting' && rules.has(witness))
        const due = waiting.filter(sighting => (dueAt(sighting) ?? Number.POSITIVE_INFINITY) <= until)
        if (due.length === 0) return []
        const pairs = pairAll(rows, ruleOf, waiting)
        return due.sort(byTime).flatMap(sighting => {
          const rule = ruleOf(sighting.witness)
          return rule === undefined
            ? []
            : closeSighting(rows, rule, sighting, pairs.get(sighting) ?? null, now)
        })
      })
    },
    isAhead: now => rows.longestWaiting().some(({ newest }) => newest > now),
    nextDue() {
      const due = rows.longestWaiting().flatMap(oldest => dueAt(oldest) ?? [])
      return due.length === 0 ? null : Math.min(...due)
    },
  }
}

/** What an event leads to: what is journalled, and how many rows were added. */
interface Absorbed {
  readonly tells: readonly AgentEvent[]
  readonly added: number
}
const nothing: Absorbed = { tells: [], added: 0 }

function absorbWitnessed(rows: SightingRows, rule: Witness, event: AgentEvent, now: number): Absorbed {
  if (event.kind === 'sale.completed') return absorbSighting(rows, rule, event, now)
  if (event.kind !== 'sale.voided') return { tells: [event], added: 0 }
  return { tells: withdraw(rows, rule, event.receipt, now), added: 0 }
}

function absorbSighting(rows: SightingRows, rule: Witness, event: SaleCompleted, now: number): Absorbed {
  const { witness, primary: expected } = rule
  const { receiptNumber, till, soldAt } = event
  const shown = JSON.stringify({ receiptNumber, till, soldAt })
  const row = { ...factsOf(event, now), witness, expected, seen: now, shown }
  const state = rows.stateOf(witness, row.receipt)
  if (state === 'matched' || state === 'copy') return nothing
  const isOpen = state === 'waiting' || state === 'unposted'
  if (isOpen) rows.refreshSighting(row)
  else {
    if (row.at < now - RETENTION_MS) return nothing // the primary's sales of then are not held any more
    const isCopy = row.number !== '' && rows.sameNumber(row).some(other => isAlike(row, other, rule.windowMs))
    rows.putSighting(row, isCopy ? 'copy' : 'waiting')
  }
  const sighting = rows.openOne(witness, row.receipt)
  const sale = sighting === null ? null : saleMatching(rows, rule, sighting)
  return {
    tells: sighting === null || sale === null ? [] : join(rows, rule, sighting, sale, now),
    added: isOpen ? 0 : 1,
  }
}

/** The witness itself takes back what it saw. */
function withdraw(rows: SightingRows, rule: Witness, receipt: string, now: number): AgentEvent[] {
  const sighting = { witness: rule.witness, receipt }
  const state = rows.stateOf(rule.witness, receipt)
  if (state !== 'waiting' && state !== 'unposted') return []
  rows.setState(sighting, 'withdrawn')
  return state === 'unposted' ? [posted(sighting, now)] : []
}

function absorbSale(rows: SightingRows, ruleOf: RuleOf, event: SaleCompleted, now: number): Absorbed {
  const facts = factsOf(event, now)
  if (facts.at < now - RETENTION_MS) return nothing
  if (!rows.putSale({ ...facts, source: event.source, seen: now })) return nothing
  const sighting = sightingOf(rows, ruleOf, event.source, facts)
  const rule = sighting === null ? undefined : ruleOf(sighting.witness)
  const tells = sighting === null || rule === undefined ? [] : join(rows, rule, sighting, facts, now)
  return { tells, added: 1 }
}

/** The end of a sighting whose time is over. */
function closeSighting(
  rows: SightingRows,
  rule: Witness,
  sighting: OpenSighting,
  sale: SaleFacts | null,
  now: number,
): AgentEvent[] {
  if (sale !== null) return join(rows, rule, sighting, sale, now)
  rows.setState(sighting, 'unposted')
  return [unposted(sighting, rule, now)]
}

/** Notes a pair; what was told of the sighting is taken back. */
function join(
  rows: SightingRows,
  rule: Witness,
  sighting: OpenSighting,
  sale: SaleFacts,
  now: number,
): AgentEvent[] {
  rows.takeSale(rule.primary, sale.receipt, sighting.receipt)
  rows.setState(sighting, 'matched', sale.receipt)
  return sighting.state === 'unposted' ? [posted(sighting, now)] : []
}

function posted({ witness, receipt }: { witness: string; receipt: string }, now: number): AgentEvent {
  return {
    kind: 'sale.posted',
    at: EpochMs.parse(now),
    source: SourceId.parse(witness),
    receipt: ReceiptKey.parse(receipt),
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
